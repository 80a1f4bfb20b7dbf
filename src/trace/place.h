/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the directories that the tracer kept into paths; internal to this room. */
#ifndef PINFOLD_TRACE_PLACE_H
#define PINFOLD_TRACE_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "bpf/place.h"

struct place_row {
	const struct place_key *key;
	const struct place_names *names;
};

/* The directories of a run, sorted by key. */
struct places {
	void *keys, *names;
	struct place_row *rows;
	size_t n;
};

/* Reads the map of FD. Returns 0 with *ret_places, freed by places_finish(), or -errno. */
int places_read(int fd, struct places *ret_places);

void places_finish(struct places *places);

/* Returns whether the map had no room for the place of KEY. */
bool places_have_lost(const struct places *places, const struct place_key *key);

/* Returns the path of KEY, freed by the caller, or NULL if there is none or it is not known. */
char *places_name(const struct places *places, const struct place_key *key);

/*
 * Returns TEXT resolved below FOLDER, which is absolute and free of links; freed by the caller.
 * Returns NULL if only the file system could say, because a ".." comes after a name, which may be a
 * link, or if TEXT is relative and FOLDER is NULL.
 */
char *path_resolve(const char *folder, const char *text);

#endif
