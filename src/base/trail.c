// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which links and directories decide where a path leads, so that they can be compared, or held,
 * just as its target is. The result is true at that moment only: what must stay true is held, or
 * checked again.
 */
#include "base/trail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/walk.h"

enum { LINKS_MAX = 40 };

/* A path being followed. */
struct trail {
	char here[WALK_ROOM]; /* without a slash at the end: empty at the root */
	char left[2 * WALK_ROOM];
	size_t len;
	int links;
};

static void go_up(struct trail *trail)
{
	while (trail->len && trail->here[--trail->len] != '/')
		;
	trail->here[trail->len] = '\0';
}

/* Puts the text of the link that was reached in front of REST. */
static int take_link(struct trail *trail, const char *rest)
{
	char target[WALK_ROOM], left[2 * WALK_ROOM];
	ssize_t n = readlink(trail->here, target, sizeof(target) - 1);
	int len;

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (++trail->links > LINKS_MAX)
		return -ELOOP;
	len = snprintf(left, sizeof(left), "%s/%s", target, rest);
	if (len < 0 || (size_t)len >= sizeof(left))
		return -ENAMETOOLONG;
	strcpy(trail->left, left);
	if (*target == '/')
		trail->here[trail->len = 0] = '\0';
	else
		go_up(trail);
	return 0;
}

static int pass(struct trail *trail, const char *part, size_t len, const char *rest,
		trail_visit *visit, void *data)
{
	struct stat st;

	if (trail->len + len + 2 > sizeof(trail->here))
		return -ENAMETOOLONG;
	trail->here[trail->len++] = '/';
	memcpy(trail->here + trail->len, part, len);
	trail->len += len;
	trail->here[trail->len] = '\0';
	if (lstat(trail->here, &st) < 0) {
		if (errno == ENOENT && !*rest)
			visit(data, trail->here, NULL);
		return errno == ENOENT && !*rest ? 1 : -errno;
	}
	visit(data, trail->here, &st);
	if (S_ISLNK(st.st_mode))
		return take_link(trail, rest);
	memmove(trail->left, rest, strlen(rest) + 1);
	return 0;
}

/* Follows the next part; returns 1 at the end. */
static int go_on(struct trail *trail, trail_visit *visit, void *data)
{
	const char *part = trail->left + strspn(trail->left, "/");
	size_t len = strcspn(part, "/");
	const char *rest = part + len + strspn(part + len, "/");

	if (!len)
		return 1;
	if (len == 2 && part[0] == '.' && part[1] == '.')
		go_up(trail);
	else if (len != 1 || part[0] != '.')
		return pass(trail, part, len, rest, visit, data);
	memmove(trail->left, rest, strlen(rest) + 1);
	return 0;
}

int trail_follow(const char *path, trail_visit *visit, void *data)
{
	struct trail trail = { .links = 0 };
	char here[WALK_ROOM] = "";
	struct stat st;
	int len, err = 0;

	if (*path != '/' && !getcwd(here, sizeof(here)))
		return -errno;
	len = snprintf(trail.left, sizeof(trail.left), "%s/%s", here, path);
	if (len < 0 || (size_t)len >= sizeof(trail.left))
		return -ENAMETOOLONG;
	if (stat("/", &st) == 0)
		visit(data, "/", &st);
	while (!err)
		err = go_on(&trail, visit, data);
	return err < 0 ? err : 0;
}
