// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/module.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

/* One mount, from a line of /proc/self/mountinfo (proc_pid_mountinfo(5)). */
struct mount_line {
	unsigned int major, minor;
	char root[4096], point[4096];
	bool is_overlay;
};

void module_init(struct module *module, const struct event_module *event)
{
	struct strbuf path = { 0 };
	size_t depth = event->depth < EVENT_PATH_DEPTH ? event->depth : EVENT_PATH_DEPTH;

	for (size_t i = depth; i > 0; i--) {
		const char *name = event->names[i - 1];

		strbuf_puts(&path, "/");
		strbuf_add(&path, name, strnlen(name, EVENT_NAME - 1));
	}
	*module = (struct module){ .key = event->key, .fd = -1 };
	module->path = path.text ? path.text : mem_strdup("");
}

/* Blanks and the like stand as three octal digits. */
static void unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; to++) {
		unsigned int byte;

		if (*from == '\\' && sscanf(from, "\\%3o", &byte) == 1) {
			*to = (char)byte;
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

static bool read_mount(const char *line, struct mount_line *ret_mount)
{
	const char *end = strstr(line, " - ");

	if (sscanf(line, "%*d %*d %u:%u %4095s %4095s", &ret_mount->major, &ret_mount->minor,
		   ret_mount->root, ret_mount->point) != 4)
		return false;
	unescape(ret_mount->root);
	unescape(ret_mount->point);
	ret_mount->is_overlay = end && str_starts(end, " - overlay ");
	return true;
}

/* The numbers of a file on an overlay are those of the layer that holds it: there the mount and
 * the path have to do. */
static bool is_same_file(int fd, const struct module *module, const struct mount_line *mount)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return false;
	return mount->is_overlay ||
	       (st.st_ino == module->key.inode && major(st.st_dev) == mount->major &&
		minor(st.st_dev) == mount->minor);
}

static int open_below(const struct module *module, const struct mount_line *mount)
{
	size_t len = str_eq(mount->root, "/") ? 0 : strlen(mount->root);
	auto_free char *path = NULL;
	auto_close int fd = -1;

	if (strncmp(module->path, mount->root, len) || module->path[len] != '/')
		return -1;
	path = mem_printf("%s%s", str_eq(mount->point, "/") ? "" : mount->point,
			  module->path + len);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || !is_same_file(fd, module, mount))
		return -1;
	return steal_fd(&fd);
}

void module_open(struct module *module)
{
	/* The kernel's own dev_t: 20 bits of minor number (linux/kdev_t.h). */
	unsigned int dev_major = module->key.device >> 20;
	unsigned int dev_minor = module->key.device & 0xfffff;
	auto_fclose FILE *mounts = fopen("/proc/self/mountinfo", "re");
	auto_free char *line = NULL;
	auto_free struct mount_line *mount = mem_alloc(sizeof(*mount));
	size_t size = 0;

	while (mounts && module->fd < 0 && getline(&line, &size, mounts) > 0)
		if (read_mount(line, mount) && mount->major == dev_major &&
		    mount->minor == dev_minor)
			module->fd = open_below(module, mount);
}

void module_finish(struct module *module)
{
	free(module->path);
	if (module->fd >= 0)
		close(module->fd);
}
