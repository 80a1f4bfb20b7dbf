/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_RELAY_PEER_H
#define PINFOLD_RELAY_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "relay/address.h"

enum { HOST_ADDRESSES = 8 };

/* A host, and its addresses outside. */
struct peer {
	const char *name;
	size_t statement; /* the first one for it; SIZE_MAX: there is none for it alone */
	bool is_literal;  /* an address: it is what it is called */
	struct address v[HOST_ADDRESSES];
	size_t n;
	int error;	      /* why there is none: -errno; 0: there are, or it is not known */
	unsigned int pending; /* questions that have not been answered */
	unsigned int ttl_s;   /* of those that have */
	uint64_t until;	      /* valid so long, by clock_ns(); UINT64_MAX: for good */
};

#endif
