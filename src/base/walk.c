// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path is walked part by part, each opened below the previous one without following it, so that
 * swapping a part for a link in the meantime gains nothing: either the link is seen, or what was
 * opened before stays open. This must never open a part by a name that the kernel resolves on its
 * own.
 */
#include "base/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum { LINKS_MAX = 40, TRUSTED_DEPTH = 1 };

/* A walk in progress. */
struct walker {
	struct walk *walk; /* path: up to fd */
	char left[WALK_ROOM];
	size_t len, depth; /* of walk->path, and its number of parts */
	int fd, links;
	bool is_folder; /* the rest must name a directory */
};

static int open_root(struct walker *walker)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	cleanup_close(&walker->fd);
	walker->fd = fd;
	walker->len = walker->depth = 0;
	walker->walk->path[0] = '\0';
	return 0;
}

/* Appends a part to the path, one that was passed or the one where the walk stops. */
static int append(struct walker *walker, const char *part, size_t len)
{
	char *path = walker->walk->path;

	if (walker->len + len + 2 > WALK_ROOM)
		return -ENAMETOOLONG;
	path[walker->len++] = '/';
	memcpy(path + walker->len, part, len);
	walker->len += len;
	path[walker->len] = '\0';
	walker->depth++;
	return 0;
}

/* Opens the part as a directory, which triggers automounts, or as whatever it is. Returns -ELOOP
 * with the link's text in TARGET when it is a link. */
static int open_part(int dir, const char *part, char target[WALK_ROOM])
{
	const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
	auto_close int fd = openat(dir, part, flags | O_DIRECTORY);
	struct stat st;
	ssize_t len;

	target[0] = '\0';
	if (fd >= 0)
		return steal_fd(&fd);
	if (errno != ENOTDIR && errno != ELOOP)
		return -errno;
	len = readlinkat(dir, part, target, WALK_ROOM);
	if (len == WALK_ROOM)
		return -ENAMETOOLONG;
	if (len >= 0) {
		target[len] = '\0';
		return -ELOOP;
	}
	if (errno != EINVAL)
		return -errno;
	fd = openat(dir, part, flags);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	/* It only just became a link, so there is no text. */
	return S_ISLNK(st.st_mode) ? -ELOOP : steal_fd(&fd);
}

/* Returns whether links in the walker's current directory are the system's own. */
static bool is_trusted(const struct walker *walker, size_t depth)
{
	struct stat st;

	return depth <= TRUSTED_DEPTH && fstat(walker->fd, &st) == 0 && st.st_uid == 0 &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* Puts the link's text in front of the rest. */
static int take_link(struct walker *walker, const char *target, const char *rest)
{
	char left[WALK_ROOM];
	int len;

	if (!*target || ++walker->links > LINKS_MAX)
		return -ELOOP;
	len = snprintf(left, sizeof(left), "%s/%s", target, rest);
	if (len < 0 || (size_t)len >= sizeof(left))
		return -ENAMETOOLONG;
	/* A slash was added, but without a rest the link may lead to a file. */
	if (!*rest && !walker->is_folder)
		left[len - 1] = '\0';
	strcpy(walker->left, left);
	return *target == '/' ? open_root(walker) : 0;
}

static int pass(struct walker *walker, const char *part, size_t len, const char *rest)
{
	char target[WALK_ROOM];
	size_t before = walker->len;
	int fd, err;

	err = append(walker, part, len);
	if (err)
		return err;
	fd = open_part(walker->fd, walker->walk->path + before + 1, target);
	if (fd == -ELOOP && is_trusted(walker, walker->depth - 1)) {
		walker->len = before;
		walker->depth--;
		walker->walk->path[before] = '\0';
		return take_link(walker, target, rest);
	}
	if (fd < 0)
		return fd;
	cleanup_close(&walker->fd);
	walker->fd = fd;
	memmove(walker->left, rest, strlen(rest) + 1);
	return 0;
}

/*
 * Goes up one directory: walks down again from the root along the path without its last part.
 * Opening ".." would be wrong where the directory was moved in the meantime, and at a root that is
 * covered by a mount.
 */
static int go_up(struct walker *walker, const char *rest)
{
	const char *path = walker->walk->path, *last = strrchr(path, '/');
	char left[WALK_ROOM];
	int len = snprintf(left, sizeof(left), "%.*s/%s", (int)(last ? last - path : 0), path,
			   rest);

	if (len < 0 || (size_t)len >= sizeof(left))
		return -ENAMETOOLONG;
	strcpy(walker->left, left);
	return open_root(walker);
}

/* Takes the next part; returns 1 when there is none left. */
static int go_on(struct walker *walker)
{
	const char *part = walker->left + strspn(walker->left, "/");
	size_t len = strcspn(part, "/");
	const char *rest = part + len + strspn(part + len, "/");
	struct stat st;

	if (!len)
		return 1;
	if (fstat(walker->fd, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	if (len == 1 && part[0] == '.') {
		memmove(walker->left, rest, strlen(rest) + 1);
		return 0;
	}
	if (len == 2 && part[0] == '.' && part[1] == '.')
		return go_up(walker, rest);
	return pass(walker, part, len, rest);
}

/* Where the walk begins: at the root, or in the working directory, whose own path needs no
 * permissions on the directories above it. */
static int begin(struct walker *walker, const char *path)
{
	size_t len = strlen(path);
	char *here = walker->walk->path;

	if (!len)
		return -ENOENT;
	if (len >= sizeof(walker->left))
		return -ENAMETOOLONG;
	memcpy(walker->left, path, len + 1);
	walker->is_folder = path[len - 1] == '/';
	if (*path == '/')
		return open_root(walker);
	if (!getcwd(here, WALK_ROOM))
		return -errno;
	walker->fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (walker->fd < 0)
		return -errno;
	/* The path of the root is empty, because none ends with a slash. */
	walker->len = here[1] ? strlen(here) : 0;
	here[walker->len] = '\0';
	for (const char *at = here; *at; at++)
		walker->depth += *at == '/';
	return 0;
}

int walk_open(const char *path, struct walk *ret_walk)
{
	struct walker walker = { .walk = ret_walk, .fd = -1 };
	struct stat st;
	int err;

	ret_walk->path[0] = '\0';
	err = begin(&walker, path);
	while (!err)
		err = go_on(&walker);
	if (err > 0 && walker.is_folder && (fstat(walker.fd, &st) < 0 || !S_ISDIR(st.st_mode)))
		err = -ENOTDIR;
	if (!walker.len && walker.fd >= 0)
		strcpy(ret_walk->path, "/");
	if (err > 0)
		return walker.fd;
	cleanup_close(&walker.fd);
	return err;
}

int walk_open_parent(const char *path, const char **ret_name, struct walk *ret_walk)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char folder[WALK_ROOM] = ".";
	size_t len = (size_t)(name - path);
	int fd;

	ret_walk->path[0] = '\0';
	if (!*path)
		return -ENOENT;
	if (!*name || str_eq(name, ".") || str_eq(name, ".."))
		return -EISDIR;
	if (len >= sizeof(folder))
		return -ENAMETOOLONG;
	if (len) {
		memcpy(folder, path, len);
		folder[len] = '\0';
	}
	fd = walk_open(folder, ret_walk);
	if (fd >= 0)
		*ret_name = name;
	return fd;
}

int walk_open_again(const char *path)
{
	return fd_open_resolved(AT_FDCWD, path, O_PATH,
				RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

/* Returns PATH without links, or for a missing file the path it would be created at; freed by the
 * caller. NULL: there is none. */
static char *resolve(const char *path)
{
	char *real = realpath(path, NULL);
	const char *name = strrchr(path, '/');
	auto_free char *folder = NULL, *above = NULL;

	if (real || errno != ENOENT)
		return real;
	name = name ? name + 1 : path;
	folder = mem_printf("%.*s.", (int)(name - path), path);
	above = realpath(folder, NULL);
	return above && *name ? mem_printf("%s/%s", above[1] ? above : "", name) : NULL;
}

void walk_hint(const char *path, struct diags *diags)
{
	auto_free char *real = resolve(path);
	struct walk walk;
	int fd = walk_open(path, &walk);

	cleanup_close(&fd);
	if (fd != -ELOOP || !real)
		diags_hint(diags, "it has, or a moment ago had, a symbolic link, which an earlier "
				  "run could have created");
	else
		diags_hint(
			diags,
			"'%s' is a symbolic link, which an earlier run could have created; if it "
			"leads where it should, write '%s' instead",
			walk.path, real);
}
