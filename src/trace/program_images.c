// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A denied call is reported with the program that its process was running, which may be another one
 * by then. Most processes run one of a few programs, so each path is kept once.
 */
#include "trace/program_images.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/record.h"

/* How many changes of program are remembered, and how many bytes of different paths: a process
 * usually starts with its parent's program, and changes once. */
enum { IMAGES_MAX = 2 * RECORD_PROCESSES_MAX, PATH_BYTES_MAX = 4 << 20 };

struct program_image {
	pid_t host_pid;
	uint64_t at_ns;
	const char *exe; /* one of the paths */
};

static int compare_paths(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Returns the copy of PATH, or NULL: it does not fit. */
static const char *keep_path(struct program_images *images, const char *path)
{
	char **found = tfind(path, &images->paths, compare_paths);
	size_t size = strlen(path) + 1;
	char *copy;

	if (found)
		return *found;
	if (size > PATH_BYTES_MAX - images->path_bytes)
		return NULL;
	images->path_bytes += size;
	copy = mem_strdup(path);
	tsearch(copy, &images->paths, compare_paths);
	return copy;
}

void program_images_add(struct program_images *images, pid_t host_pid, uint64_t at_ns,
			const char *exe)
{
	if (images->n == IMAGES_MAX)
		return;
	*array_append(images) = (struct program_image){
		.host_pid = host_pid,
		.at_ns = at_ns,
		.exe = exe ? keep_path(images, exe) : NULL,
	};
	images->is_sorted = false;
}

static int compare_images(const void *a, const void *b)
{
	const struct program_image *x = a, *y = b;

	if (x->host_pid != y->host_pid)
		return x->host_pid < y->host_pid ? -1 : 1;
	return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

const char *program_images_find(struct program_images *images, pid_t host_pid, uint64_t at_ns)
{
	const struct program_image wanted = { .host_pid = host_pid, .at_ns = at_ns };
	size_t from = 0, to = images->n;

	if (to && !images->is_sorted)
		qsort(images->v, to, sizeof(*images->v), compare_images);
	images->is_sorted = true;
	/* The last one not later than WANTED ends up just before FROM. */
	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare_images(&images->v[middle], &wanted) <= 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from && images->v[from - 1].host_pid == host_pid ? images->v[from - 1].exe : NULL;
}

void program_images_finish(struct program_images *images)
{
	tdestroy(images->paths, free);
	free(images->v);
}
