/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hosts for which there is no statement of their own: names that a pattern is for, from the
 * first question on, and addresses of a prefix, from the first connection on. Each keeps its
 * number, and so its address in the pen, to the end of the run: what a program remembers never
 * becomes another's. */
#ifndef PINFOLD_RELAY_NAMES_H
#define PINFOLD_RELAY_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct peer;

enum { NAMES_MOST = 4096 };

struct names {
	struct peer *v[NAMES_MOST];
	uint32_t hashes[NAMES_MOST]; /* of their names */
	size_t n;
};

/* Returns the number of NAME in *NAMES, or names->n: it is not there. */
size_t names_find(const struct names *names, const char *name);

/* Adds NAME, which is not there; returns it, or NULL if there is no room. */
struct peer *names_add(struct names *names, const char *name);

#endif
