// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tracer saw single directories. Those inside another with at least the same access are left
 * out, and while there are more than a person would read, the deepest is replaced by its parent,
 * but never by one above the bind that the run had: a suggestion is not wider than the run.
 */
#include "learn/places.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"

enum { USES_MAX = 16, DEPTH_LEAST = 2 };

static size_t depth_of(const char *path)
{
	size_t depth = 0;

	for (; *path; path++)
		depth += *path == '/' && path[1];
	return depth;
}

static bool is_in_list(const char *path, const char *const *folders, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (path_is_below(path, folders[i]))
			return true;
	return false;
}

static bool is_kernels(const char *path)
{
	return path_is_below(path, "/proc") || path_is_below(path, "/dev");
}

/* Must match src/pen/view.c. */
static enum place_origin default_origin(const char *path)
{
	static const char *const own[] = { "/tmp", "/dev", "/proc", "/run" };
	static const char *const systems[] = { "/usr", "/bin", "/sbin", "/opt", "/etc" };

	if (is_in_list(path, own, ARRAY_SIZE(own)))
		return ORIGIN_PRIVATE;
	if (is_in_list(path, systems, ARRAY_SIZE(systems)) || !strncmp(path, "/lib", 4))
		return ORIGIN_SYSTEM;
	return ORIGIN_OTHER;
}

enum place_origin place_find(const struct settings *settings, const char *path,
			     const struct bind_setting **ret_bind)
{
	enum place_origin origin = is_written(&settings->root.place) ? ORIGIN_SYSTEM
								     : default_origin(path);
	size_t longest = 0;

	for (size_t i = 0; i < settings->tmpfs.n; i++) {
		const char *target = settings->tmpfs.v[i].target;

		if (!path_is_below(path, target) || strlen(target) < longest)
			continue;
		origin = ORIGIN_PRIVATE;
		longest = strlen(target);
	}
	for (size_t i = 0; i < settings->binds.n; i++) {
		const struct bind_setting *bind = &settings->binds.v[i];

		if (!path_is_below(path, bind->target) || strlen(bind->target) < longest)
			continue;
		origin = ORIGIN_BIND;
		longest = strlen(bind->target);
		*ret_bind = bind;
	}
	return origin;
}

/* The working directory is in a pen anyway, but will be another one next time. */
static bool is_here(const struct settings *settings, const char *path)
{
	auto_free char *here = getcwd(NULL, 0);

	return here && !is_written(&settings->root.place) && depth_of(here) >= DEPTH_LEAST &&
	       default_origin(here) != ORIGIN_SYSTEM && path_is_below(path, here);
}

/* In a pen, what no statement provided is the working directory, or an empty directory on the
 * way. */
static bool is_needed(const struct settings *settings, enum place_origin origin,
		      const struct record_path *used, bool has_pen)
{
	if (origin == ORIGIN_BIND)
		return true;
	if (has_pen)
		return is_here(settings, used->path);
	/* What was only looked at may be the parent of a bind; what no longer exists was created
	 * there. */
	if (str_eq(used->path, "/") || used->access == ACCESS_LOOK || access(used->path, F_OK))
		return false;
	if (origin == ORIGIN_PRIVATE)
		return depth_of(used->path) >= DEPTH_LEAST && !is_kernels(used->path);
	return origin == ORIGIN_OTHER || used->access == ACCESS_WRITE;
}

/* Like strcmp(), but the slash sorts first: what is in a directory directly follows it. */
static int compare_by_folder(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	if (*a == '/' && *b)
		return *b == '/' ? 0 : -1;
	if (*b == '/' && *a)
		return 1;
	return (int)(unsigned char)*a - (int)(unsigned char)*b;
}

static int compare_uses(const void *a, const void *b)
{
	const struct place_use *x = a, *y = b;
	int order = compare_by_folder(x->path, y->path);

	return order ? order : (int)y->is_written - (int)x->is_written;
}

/* Returns whether both directories are at their original paths in the pen. */
static bool is_same_tree(const struct bind_setting *a, const struct bind_setting *b)
{
	return a == b ||
	       ((!a || str_eq(a->source, a->target)) && (!b || str_eq(b->source, b->target)));
}

/* Returns whether a directory above USE makes it redundant. */
static bool is_covered(const struct place_use *uses, const struct place_use *use)
{
	for (size_t at = use->above; at; at = uses[at - 1].above)
		if (is_same_tree(uses[at - 1].bind, use->bind) &&
		    uses[at - 1].is_written >= use->is_written)
			return true;
	return false;
}

/* Returns 1 + the index of the nearest use above PATH among the first N; 0: there is none. */
static size_t find_above(const struct place_use *uses, size_t n, const char *path)
{
	size_t at = n;

	while (at && !path_is_below(path, uses[at - 1].path))
		at = uses[at - 1].above;
	return at;
}

static void drop_covered(struct place_uses *uses)
{
	size_t n = 0;

	if (uses->n)
		qsort(uses->v, uses->n, sizeof(*uses->v), compare_uses);
	for (size_t i = 0; i < uses->n; i++) {
		struct place_use use = uses->v[i];

		use.above = find_above(uses->v, n, use.path);
		if (is_covered(uses->v, &use))
			free(use.path);
		else
			uses->v[n++] = use;
	}
	uses->n = n;
}

/* Returns the depth of a use that may be replaced by its parent; 0: it may not. */
static size_t height_of(const struct place_use *use)
{
	size_t least = use->bind ? depth_of(use->bind->target) : DEPTH_LEAST;
	size_t depth = depth_of(use->path);

	return depth > least ? depth : 0;
}

/* Replaces the deepest uses by their parents; returns whether there were any. */
static bool cut_deepest(struct place_uses *uses)
{
	size_t deepest = 0;

	for (size_t i = 0; i < uses->n; i++)
		if (height_of(&uses->v[i]) > deepest)
			deepest = height_of(&uses->v[i]);
	for (size_t i = 0; deepest && i < uses->n; i++)
		if (height_of(&uses->v[i]) == deepest)
			*strrchr(uses->v[i].path, '/') = '\0';
	return deepest;
}

void place_list_uses(const struct record *record, const struct settings *settings, bool has_pen,
		     struct place_uses *ret_uses)
{
	struct place_uses uses = { 0 };

	for (size_t i = 0; i < record->files.paths.n; i++) {
		const struct record_path *used = &record->files.paths.v[i];
		const struct bind_setting *bind = NULL;
		enum place_origin origin = place_find(settings, used->path, &bind);

		if (used->error || !is_needed(settings, origin, used, has_pen))
			continue;
		*array_append(&uses) = (struct place_use){
			.path = mem_strdup(used->path),
			.bind = origin == ORIGIN_BIND ? bind : NULL,
			.is_written = used->access == ACCESS_WRITE,
		};
	}
	drop_covered(&uses);
	while (uses.n > USES_MAX && cut_deepest(&uses))
		drop_covered(&uses);
	*ret_uses = uses;
}

void place_finish_uses(struct place_uses *uses)
{
	for (size_t i = 0; i < uses->n; i++)
		free(uses->v[i].path);
	free(uses->v);
	*uses = (struct place_uses){ 0 };
}
