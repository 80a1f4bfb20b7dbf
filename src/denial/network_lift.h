/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The statement that lifts a refusal of the network by name. */
#ifndef PINFOLD_DENIAL_NETWORK_LIFT_H
#define PINFOLD_DENIAL_NETWORK_LIFT_H

#include "base/str.h"
#include "record/network_use.h"

/* Appends the statement that would allow it: "connect example.org"; nothing if none would. */
void network_format_lift(const struct network_refusal *refusal, struct strbuf *buf);

#endif
