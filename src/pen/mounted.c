// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the mounts below a mount, from mountinfo. Uses no heap, because pid 1 must not allocate.
 * Must never miss a mount because it could not read about it. */
#include "pen/mounted.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/proc.h"
#include "pen/steps.h"

enum { TABLE_ROOM = 1 << 24, MOUNTS_MAX = 4096 };

/* Newer than the headers of Debian 12 (linux/mount.h, linux/stat.h, asm/unistd_64.h), from Linux
 * 6.8: statx(2) returns a mount id that is never reused, listmount(2) the mounts below it. */
enum { MNT_ID_UNIQUE = 0x4000, NR_LISTMOUNT = 458 };

struct list_request {
	uint32_t size, spare;
	uint64_t mount, after;
};

/* Cuts up the table TEXT. Returns the number of mounts, or -errno. */
static int parse_table(char *text, struct mounted *v, size_t room)
{
	struct proc_mount mount;
	size_t n = 0;
	int got;

	while ((got = proc_next_mount(&text, &mount)) > 0) {
		if (n == room)
			return -E2BIG;
		v[n++] = (struct mounted){ mount.id, mount.parent, mount.point, false };
	}
	return got < 0 ? got : (int)n;
}

static struct mounted *find_mounted(struct mounted *v, int n, unsigned long long id)
{
	for (int i = 0; i < n; i++)
		if (v[i].id == id)
			return &v[i];
	return NULL;
}

/* Marks TOP and everything below it, whatever order they are in. */
static void mark_members(struct mounted *v, int n, struct mounted *top)
{
	bool has_more = true;

	top->is_member = true;
	while (has_more) {
		has_more = false;
		for (int i = 0; i < n; i++) {
			const struct mounted *parent;

			if (v[i].is_member)
				continue;
			parent = find_mounted(v, n, v[i].parent);
			if (!parent || !parent->is_member)
				continue;
			v[i].is_member = has_more = true;
		}
	}
}

int mounted_open(int tree, const char *path, int *ret_fd)
{
	int fd = fd_open_resolved(tree, path, O_PATH | O_NOFOLLOW,
				  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);

	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

/* Returns the path of BELOW relative to TOP, or NULL. */
static const char *path_from(const struct mounted *top, const struct mounted *below)
{
	size_t len = strlen(top->path);

	if (strncmp(below->path, top->path, len) != 0)
		return NULL;
	return below->path + len + strspn(below->path + len, "/");
}

struct walk_below {
	int tree;
	bool is_direct;
	int (*each)(void *data, int tree, const struct mounted *below, const char *path);
	void *data;
};

static int walk_table(const struct walk_below *walk, char *text, struct mounted *v)
{
	struct mounted *top;
	uint64_t id;
	int n, err = root_mount_id(walk->tree, "", &id);
	ssize_t len;

	if (err)
		return err;
	len = proc_read(PROC_SELF, "mountinfo", text, TABLE_ROOM);
	if (len < 0)
		return (int)len;
	if (len == TABLE_ROOM - 1)
		return -EFBIG;
	n = parse_table(text, v, MOUNTS_MAX);
	if (n < 0)
		return n;
	top = find_mounted(v, n, id);
	if (!top)
		return -ENOENT;
	mark_members(v, n, top);
	for (int i = 0; !err && i < n; i++) {
		const char *path = path_from(top, &v[i]);

		if (!v[i].is_member || &v[i] == top || (walk->is_direct && v[i].parent != id))
			continue;
		err = path ? walk->each(walk->data, walk->tree, &v[i], path) : -EBUSY;
	}
	return err;
}

/* Whether the kernel says that nothing is mounted below TREE: that saves reading the table, each
 * line of which takes the kernel some microseconds. */
static bool is_bare(int tree)
{
	struct list_request request = { .size = sizeof(request) };
	struct statx stx;
	uint64_t below;

	if (statx(tree, "", AT_EMPTY_PATH, MNT_ID_UNIQUE, &stx) < 0 ||
	    !(stx.stx_mask & MNT_ID_UNIQUE))
		return false;
	request.mount = stx.stx_mnt_id;
	return syscall(NR_LISTMOUNT, &request, &below, 1, 0) == 0;
}

int mounted_each_below(int tree, bool is_direct,
		       int (*each)(void *data, int tree, const struct mounted *below,
				   const char *path),
		       void *data)
{
	const struct walk_below walk = { tree, is_direct, each, data };
	const size_t room = TABLE_ROOM + MOUNTS_MAX * sizeof(struct mounted);
	char *text;
	int err;

	if (is_bare(tree))
		return 0;
	text = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (text == MAP_FAILED)
		return -errno;
	err = walk_table(&walk, text, (struct mounted *)(text + TABLE_ROOM));
	munmap(text, room);
	return err;
}
