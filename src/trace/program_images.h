/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which program each process of a run was running at which time; internal to the table of
 * processes. */
#ifndef PINFOLD_TRACE_PROGRAM_IMAGES_H
#define PINFOLD_TRACE_PROGRAM_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct program_image;

/* Zeroed: none. */
struct program_images {
	struct program_image *v;
	size_t n, cap;
	bool is_sorted;
	void *paths;	   /* tsearch(3) tree of the different ones */
	size_t path_bytes; /* of them */
};

/* Adds that from AT_NS on the process HOST_PID runs EXE (NULL: not known), if there is room. */
void program_images_add(struct program_images *images, pid_t host_pid, uint64_t at_ns,
			const char *exe);

/* Returns the program that HOST_PID ran at AT_NS, which lives as long as IMAGES, or NULL. */
const char *program_images_find(struct program_images *images, pid_t host_pid, uint64_t at_ns);

void program_images_finish(struct program_images *images);

#endif
