// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a command could change in the files in use would decide the next run: its policy, its
 * variables, what a report says about it.
 */
#include "cmd/in_use.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/trail.h"

struct files {
	char **v;
	size_t n, cap;
};

static void take(void *data, const char *path, const struct stat *st)
{
	struct files *files = data;

	if (st && !S_ISDIR(st->st_mode))
		*array_append(files) = mem_strdup(path);
}

/* Adds the file, and each link on the way to it: replacing one changes the result as well. */
static void add(struct files *files, const char *path)
{
	if (path)
		trail_follow(path, take, files);
}

char **in_use_list(const struct options *options, const struct policy *policy)
{
	const struct env_settings *env = &policy->settings.env;
	struct files files = { 0 };

	for (char **path = policy->paths; *path; path++)
		add(&files, *path);
	for (size_t i = 0; i < env->n; i++)
		if (env->v[i].verb == ENV_FILE)
			add(&files, env->v[i].name);
	for (size_t i = 0; i < options->reports.n; i++)
		add(&files, options->reports.v[i]);
	add(&files, options->stream);
	add(&files, options->output);
	add(&files, options->merge);
	*array_append(&files) = NULL;
	return files.v;
}

void in_use_free(char **files)
{
	for (char **path = files; path && *path; path++)
		free(*path);
	free(files);
}
