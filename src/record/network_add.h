/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several runs did with a network by name, together. */
#ifndef PINFOLD_RECORD_NETWORK_ADD_H
#define PINFOLD_RECORD_NETWORK_ADD_H

#include "record/network_use.h"

/* Adds what another run did to USE: connections to the same port of the same host, and refusals of
 * the same kind, are counted together. */
void network_use_add(struct network_use *use, const struct network_use *other);

/* Orders the connections by host and port. */
void network_use_sort(struct network_use *use);

#endif
