// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens names in a guarded directory without following links, which an earlier run may have made;
 * and finds where the links among guarded names lead, because what they lead to is run or obeyed,
 * too.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "base/trail.h"
#include "pen/guard.h"
#include "pen/steps.h"

/* Git itself follows ten levels of includes. */
enum { CONFIG_ROOM = 1 << 16, INCLUDE_DEPTH = 10, LINK_DEPTH = 16, LINK_ENTRIES = 4096 };

int guard_open(int dir, const char *name, int flags)
{
	return fd_open_resolved(dir, name, (uint64_t)flags | O_NOFOLLOW,
				RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

/* Whatever the caller cannot reach is not run for it either. */
static bool is_nowhere(int err)
{
	return err == -ENOENT || err == -ENOTDIR || err == -ELOOP || err == -EACCES;
}

int guard_stat(int dir, const char *name, struct stat *ret_st)
{
	auto_close int fd = -1;

	if (!strchr(name, '/'))
		return fstatat(dir, name, ret_st, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
	fd = guard_open(dir, name, O_PATH);
	if (fd < 0)
		return fd;
	return fstat(fd, ret_st) < 0 ? -errno : 0;
}

DIR *guard_open_folder(int dir, const char *name)
{
	int fd = guard_open(dir, *name ? name : ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	DIR *opened = fd < 0 ? NULL : fdopendir(fd);

	if (!opened)
		cleanup_close(&fd);
	return opened;
}

bool guard_is_dots(const char *name)
{
	return str_eq(name, ".") || str_eq(name, "..");
}

/* The state of following links. */
struct links {
	const struct guard_place *place;
	guard_take *take;
	void *data;
	char *end;
	bool is_end_folder;
	size_t n_entries;
};

static void take(struct links *links, const char *path)
{
	const char *top = links->place->path;
	const char *name = path + (str_eq(top, "/") ? 0 : strlen(top));

	if (!path_is_below(path, top))
		links->take(links->data, NULL, path);
	else if (name[strspn(name, "/")])
		links->take(links->data, name + strspn(name, "/"), path);
}

static void visit(void *data, const char *path, const struct stat *st)
{
	struct links *links = data;

	free(links->end);
	links->end = mem_strdup(path);
	if (st && S_ISLNK(st->st_mode))
		take(links, path);
}

int guard_follow(const struct guard_place *place, const char *path, guard_take *take_name,
		 void *data)
{
	struct links links = { .place = place, .take = take_name, .data = data };
	auto_free char *full = *path == '/' ? mem_strdup(path)
					    : mem_printf("%s/%s", place->path, path);
	int err = trail_follow(full, visit, &links);

	if (!err && links.end)
		take(&links, links.end);
	free(links.end);
	/* A path that ends early leads nowhere: nothing is run from there. */
	return is_nowhere(err) ? 0 : err;
}

/* Returns whether a part of NAME is a link. */
static bool has_link(int dir, const char *name)
{
	struct stat st;
	int err = guard_stat(dir, name, &st);

	return err == -ELOOP || (!err && S_ISLNK(st.st_mode));
}

static int follow_folder(struct links *links, const char *name, int depth)
{
	auto_closedir DIR *dir = guard_open_folder(links->place->fd, name);
	struct dirent *entry;
	int err = 0;

	while (!err && dir && (entry = readdir(dir))) {
		auto_free char *below = mem_printf("%s/%s", name, entry->d_name);

		if (guard_is_dots(entry->d_name))
			continue;
		if (links->n_entries++ == LINK_ENTRIES || depth == LINK_DEPTH)
			return -E2BIG;
		if (entry->d_type == DT_LNK ||
		    (entry->d_type == DT_UNKNOWN && has_link(links->place->fd, below)))
			err = guard_follow(links->place, below, links->take, links->data);
		else if (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN)
			err = follow_folder(links, below, depth + 1);
	}
	return err;
}

int guard_follow_name(const struct guard_place *place, const struct guard_name *name,
		      guard_take *take_name, void *data)
{
	struct links links = { .place = place, .take = take_name, .data = data };

	if (has_link(place->fd, name->name))
		return guard_follow(place, name->name, take_name, data);
	return name->kind & GUARD_FOLDER ? follow_folder(&links, name->name, 0) : 0;
}

/* Cuts out the line's value, without blanks, quotes and comment. */
static char *cut_value(char *text)
{
	size_t len;

	text += strspn(text, " \t=");
	if (*text == '"') {
		text++;
		text[strcspn(text, "\"")] = '\0';
		return text;
	}
	text[strcspn(text, "#;")] = '\0';
	for (len = strlen(text); len && isspace((unsigned char)text[len - 1]); len--)
		text[len - 1] = '\0';
	return text;
}

/* Returns the value of KEY in LINE of a configuration, or NULL. */
static char *find_value(char *line, const char *key)
{
	size_t len = strlen(key);
	char *end;

	line += strspn(line, " \t");
	end = *line == '[' ? strchr(line, ']') : NULL;
	if (end)
		line = end + 1 + strspn(end + 1, " \t");
	if (strncasecmp(line, key, len) != 0 || !strchr(" \t=", line[len]))
		return NULL;
	return cut_value(line + len);
}

/* NAME is below the place, or a path on the host: the caller's own configuration. */
static int read_config(const struct guard_place *place, const char *name, char *text, size_t room)
{
	auto_close int fd = *name == '/' ? open(name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
					 : guard_open(place->fd, name, O_RDONLY | O_NONBLOCK);
	int err = fd >= 0 ? 0 : *name == '/' ? -errno : fd;
	struct stat st;
	ssize_t n;

	text[0] = '\0';
	if (err)
		return is_nowhere(err) ? 0 : err;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return 0;
	n = read(fd, text, room - 1);
	if (n < 0)
		return -errno;
	text[n] = '\0';
	return (size_t)n == room - 1 ? -E2BIG : 0;
}

/* A configuration being read, with those that it includes. */
struct config {
	const struct guard_place *place;
	char *tree; /* the repository's working tree: "" or ends in a slash */
	const char *home;
	guard_take *take;
	void *data;
	char *end; /* where the last path led: below the place, or on the host */
	int depth;
};

static int follow_file(struct config *config, const char *file);

static void take_end(void *data, const char *name, const char *path)
{
	struct config *config = data;

	config->take(config->data, name, path);
	free(config->end);
	config->end = mem_strdup(name ? name : path);
}

static int follow_value(struct config *config, const char *base, const char *value,
			bool is_included)
{
	const char *home = config->home;
	auto_free char *path = *value == '/' ? mem_strdup(value)
			       : str_starts(value, "~/") && home
				       ? mem_printf("%s%s", home, value + 1)
				       : mem_printf("%s%s", base, value);
	auto_free char *end = NULL;
	int err = guard_follow(config->place, path, take_end, config);

	end = steal(&config->end);
	if (err || !is_included || !end)
		return err;
	if (config->depth == INCLUDE_DEPTH)
		return -E2BIG;
	config->depth++;
	err = follow_file(config, end);
	config->depth--;
	return err;
}

/* A submodule names its working tree in its own configuration. */
static void find_tree(struct config *config, const char *folder, const char *text)
{
	auto_free char *copy = mem_strdup(text);
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *value = find_value(line, "worktree");

		if (!value || !*value)
			continue;
		free(config->tree);
		config->tree = *value == '/' ? mem_printf("%s/", value)
					     : mem_printf("%s%s/", folder, value);
	}
}

static int follow_file(struct config *config, const char *file)
{
	const char *slash = strrchr(file, '/');
	auto_free char *folder = mem_printf("%.*s", slash ? (int)(slash - file) + 1 : 0, file);
	auto_free char *text = mem_alloc(CONFIG_ROOM);
	int err = read_config(config->place, file, text, CONFIG_ROOM);
	char *save = NULL;

	if (!config->depth)
		find_tree(config, folder, text);
	for (char *line = strtok_r(text, "\n", &save); !err && line;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *hooks = find_value(line, "hooksPath");
		const char *included = hooks ? NULL : find_value(line, "path");

		if (hooks && *hooks)
			err = follow_value(config, config->tree, hooks, false);
		else if (included && *included)
			err = follow_value(config, folder, included, true);
	}
	return err;
}

int guard_follow_config(const struct guard_place *place, const char *file, const char *tree,
			const char *home, guard_take *take_name, void *data)
{
	struct config config = { place, mem_strdup(tree), home, take_name, data, NULL, 0 };
	int err = follow_file(&config, file);

	free(config.tree);
	free(config.end);
	return err;
}
