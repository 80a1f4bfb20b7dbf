/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a network by name refused, as text. */
#ifndef PINFOLD_REPORT_NETWORK_H
#define PINFOLD_REPORT_NETWORK_H

#include "report/page.h"

/* Adds a line for each kind of refusal, with what would allow it; nothing if there was none. */
void network_add(struct page *page);

#endif
