// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A fleet has more reports than a command line has room for. A directory may be one that machines
 * write to while it is read: a report gets its name when it is complete, and what is unfinished has
 * a name with a dot at its start.
 */
#include "cmd/input_list.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/str.h"

enum { LIST_MAX = 64 << 20 };

static void fail(struct input_list *list, const char *path, int err, struct diags *diags)
{
	list->n_failed++;
	diags_fail(diags, -err, "cannot read '%s': %s", path, strerror(err));
}

static void add_file(struct input_list *list, const char *path)
{
	struct input_file *file = array_append(list);
	struct stat st;

	*file = (struct input_file){ .path = mem_strdup(path), .order = list->n };
	if (stat(path, &st))
		return;
	file->dev = st.st_dev;
	file->ino = st.st_ino;
}

/* Returns whether the entry is a report: a regular file, or a link to one. */
static bool is_report(const FTSENT *entry)
{
	struct stat st;

	if (*entry->fts_name == '.' || !str_ends(entry->fts_name, ".json"))
		return false;
	if (entry->fts_info == FTS_SL)
		return stat(entry->fts_accpath, &st) == 0 && S_ISREG(st.st_mode);
	return entry->fts_info == FTS_F;
}

static int compare_names(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Links to directories are not followed: they may lead back. */
static void add_directory(struct input_list *list, const char *path, struct diags *diags)
{
	char *const paths[] = { (char *)path, NULL };
	FTS *tree = fts_open(paths, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, compare_names);
	size_t n = list->n;
	unsigned int n_failed = list->n_failed;
	FTSENT *entry;

	if (!tree) {
		fail(list, path, errno, diags);
		return;
	}
	while ((errno = 0, entry = fts_read(tree))) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			fail(list, entry->fts_path, entry->fts_errno, diags);
		else if (is_report(entry))
			add_file(list, entry->fts_path);
	}
	if (errno)
		fail(list, path, errno, diags);
	fts_close(tree);
	if (list->n > n || list->n_failed > n_failed)
		return;
	list->n_failed++;
	diags_fail(diags, -ENOENT, "there is no report in '%s'", path);
	diags_hint(diags, "the name of a report ends in .json");
}

static void add_path(struct input_list *list, const char *path, struct diags *diags)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		add_directory(list, path, diags);
	else
		add_file(list, path);
}

static void add_listed(struct input_list *list, struct diags *diags)
{
	struct input input = { 0 };
	int err = input_read("-", LIST_MAX, &input);
	auto_free char *text = input.text;
	char separator = '\n';
	size_t n = list->n + list->n_failed;

	if (err) {
		list->n_failed++;
		diags_fail(diags, err, "cannot read the list of files on standard input: %s",
			   input_error(err, LIST_MAX));
		return;
	}
	if (memchr(text, '\0', input.len))
		separator = '\0';
	for (char *at = text, *end; at < text + input.len; at = end + 1) {
		end = memchr(at, separator, (size_t)(text + input.len - at));
		end = end ? end : text + input.len;
		*end = '\0';
		/* The name - would be standard input again. */
		if (str_eq(at, "-"))
			add_path(list, "./-", diags);
		else if (*at)
			add_path(list, at, diags);
	}
	if (list->n + list->n_failed > n)
		return;
	list->n_failed++;
	diags_fail(diags, -ENOENT, "standard input lists no file");
	diags_hint(diags, "find DIR -name '*.json' | pinfold merge -o POLICY -");
}

void input_list_add(struct input_list *list, const char *operand, struct diags *diags)
{
	if (input_is_stdin(operand))
		add_listed(list, diags);
	else
		add_path(list, operand, diags);
}

static int compare_files(const void *a, const void *b)
{
	const struct input_file *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static int compare_orders(const void *a, const void *b)
{
	const struct input_file *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

void input_list_settle(struct input_list *list)
{
	size_t n = 0;

	if (!list->n)
		return;
	qsort(list->v, list->n, sizeof(*list->v), compare_files);
	for (size_t i = 0; i < list->n; i++) {
		const struct input_file *last = n ? &list->v[n - 1] : NULL;

		if (last && list->v[i].ino && last->ino == list->v[i].ino &&
		    last->dev == list->v[i].dev)
			free(list->v[i].path);
		else
			list->v[n++] = list->v[i];
	}
	list->n = n;
	qsort(list->v, list->n, sizeof(*list->v), compare_orders);
}

void input_list_finish(struct input_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].path);
	free(list->v);
	*list = (struct input_list){ 0 };
}
