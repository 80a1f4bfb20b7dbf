// SPDX-License-Identifier: GPL-2.0-or-later
#include "symbol/module.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

#define NS_PER_S   1000000000LL
#define TICK_NS	   10000000 /* of CONFIG_HZ=100, the slowest */
#define MINOR_BITS 20	    /* linux/kdev_t.h: the kernel's own dev_t */
#define MINOR_MASK 0xfffffU

void module_init(struct module *module, const struct event_module *event)
{
	struct strbuf path = { 0 };
	size_t depth = event->depth < EVENT_PATH_DEPTH ? event->depth : EVENT_PATH_DEPTH;

	for (size_t i = depth; i > 0; i--) {
		const char *name = event->names[i - 1];

		strbuf_puts(&path, "/");
		strbuf_add(&path, name, strnlen(name, EVENT_NAME - 1));
	}
	*module = (struct module){ .event = *event, .fd = -1 };
	module->path = path.text ? path.text : mem_strdup("");
}

/* When the file was mapped, by the clock of file timestamps. */
static int64_t mapped_ns(const struct module *module)
{
	struct timespec real, mono;

	clock_gettime(CLOCK_REALTIME, &real);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return (int64_t)module->event.event.at_ns + (real.tv_sec - mono.tv_sec) * NS_PER_S +
	       real.tv_nsec - mono.tv_nsec;
}

/* Inodes are reused and files are rewritten: one that has changed since is another file. File
 * timestamps are as coarse as the clock's tick. */
static bool is_same_file(int fd, const struct module *module)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_ino == module->event.key.inode &&
	       major(st.st_dev) == module->event.key.device >> MINOR_BITS &&
	       minor(st.st_dev) == (module->event.key.device & MINOR_MASK) &&
	       st.st_ctim.tv_sec * NS_PER_S + st.st_ctim.tv_nsec + TICK_NS < mapped_ns(module);
}

/* Opening a device may act on it, so check the file before opening it for reading; and no link of
 * the command's may lead to another mount. */
static int open_beneath(const char *point, const char *path)
{
	auto_close int dir = open(point, O_PATH | O_CLOEXEC);

	return dir < 0 ? -errno
		       : fd_open_resolved(dir, path, O_PATH | O_NOFOLLOW,
					  RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
						  RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
}

static int reopen(int fd)
{
	char name[PROC_FD_ROOM];

	return open(proc_fd_name(fd, name), O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

/* Opens it through MOUNT, and sets its path as this process sees it. */
static void open_below(struct module *module, const struct proc_mount *mount)
{
	size_t len = str_eq(mount->root, "/") ? 0 : strlen(mount->root);
	const char *point = str_eq(mount->point, "/") ? "" : mount->point;
	char *path;
	auto_close int fd = -1;

	if (strncmp(module->path, mount->root, len) != 0 || module->path[len] != '/')
		return;
	fd = open_beneath(mount->point, module->path + len + 1);
	if (fd < 0 || !is_same_file(fd, module))
		return;
	module->fd = reopen(fd);
	path = mem_printf("%s%s", point, module->path + len);
	free(module->path);
	module->path = path;
}

void module_open(struct module *module)
{
	const dev_t device = makedev(module->event.key.device >> MINOR_BITS,
				     module->event.key.device & MINOR_MASK);
	auto_free char *text = NULL;
	struct proc_mount mount;
	char *at;
	int got;

	if (proc_read_all(PROC_SELF, "mountinfo", &text))
		return;
	at = text;
	while (module->fd < 0 && (got = proc_next_mount(&at, &mount)))
		if (got > 0 && mount.device == device)
			open_below(module, &mount);
}

void module_finish(struct module *module)
{
	free(module->path);
	if (module->fd >= 0)
		close(module->fd);
}
