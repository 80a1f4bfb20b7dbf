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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pen/steps.h"

enum { TABLE_ROOM = 1 << 24, MOUNTS_MAX = 4096 };

/* Newer than the headers of Debian 12 (linux/mount.h, linux/stat.h, asm/unistd_64.h), from Linux
 * 6.8: statx(2) returns a mount id that is never reused, listmount(2) the mounts below it. */
enum { MNT_ID_UNIQUE = 0x4000, NR_LISTMOUNT = 458 };

struct list_request {
	uint32_t size, spare;
	uint64_t mount, after;
};

/* Undoes the octal escapes of mountinfo in place. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] && text[2] && text[3]) {
			*to++ = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + text[3] - '0');
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = '\0';
}

/* Reads the table into TEXT; returns its length in bytes, or -errno. */
static ssize_t read_table(char *text, size_t room)
{
	auto_close int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;

	if (fd < 0)
		return -errno;
	while ((got = read(fd, text + len, room - 1 - len)) > 0)
		len += (size_t)got;
	if (got < 0)
		return -errno;
	if (len == room - 1)
		return -EFBIG;
	text[len] = '\0';
	return (ssize_t)len;
}

/* Cuts up the table: "ID PARENT MAJOR:MINOR ROOT PATH ...". Returns the number of mounts, or
 * -errno. */
static int parse_table(char *text, struct mounted *v, size_t room)
{
	char *save_line = NULL;
	size_t n = 0;

	for (char *line = strtok_r(text, "\n", &save_line); line;
	     line = strtok_r(NULL, "\n", &save_line)) {
		char *save = NULL, *fields[5] = { 0 };

		for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
			fields[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!fields[4])
			return -EINVAL;
		if (n == room)
			return -E2BIG;
		unescape(fields[4]);
		v[n++] = (struct mounted){ strtoull(fields[0], NULL, 10),
					   strtoull(fields[1], NULL, 10), fields[4], false };
	}
	return (int)n;
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
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC | O_NOFOLLOW,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd = (int)syscall(SYS_openat2, tree, path, &how, sizeof(how));

	if (fd < 0)
		return -errno;
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
	len = read_table(text, TABLE_ROOM);
	if (len < 0)
		return (int)len;
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
