// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy_helper.h"
int main(void) { return 0; }
