// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook/container.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

enum { PROCS_MAX = 64 };

/* Returns the directory of CGROUP by the MOUNTS, a text of mountinfo that is not changed, or NULL.
 */
static char *find_folder(const struct proc_cgroup *cgroup, const char *mounts)
{
	auto_free char *text = mem_strdup(mounts);
	struct proc_mount mount;
	int got;

	for (char *at = text; (got = proc_next_mount(&at, &mount));) {
		bool is_v2 = !*cgroup->controllers;

		if (got < 0 || !str_eq(mount.type, is_v2 ? "cgroup2" : "cgroup") ||
		    (!is_v2 && !str_has_word(mount.options, cgroup->controllers)) ||
		    !str_eq(mount.root, "/"))
			continue;
		return mem_printf("%s%s", mount.point, cgroup->path);
	}
	return NULL;
}

/* Whether PID is alone in the cgroup: before a container's command has started, nobody else is in
 * one that is the container's own. */
static bool is_alone(const char *folder, pid_t pid)
{
	auto_close int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_free char *text = NULL, *own = mem_printf("%d\n", pid);
	size_t len;

	if (dir < 0 || fd_read_file(dir, "cgroup.procs", PROCS_MAX, &text, &len))
		return false;
	return str_eq(text, own);
}

/* Version 2 comes last in /proc/PID/cgroup, and is preferred: a container may have it and version 1
 * at once. */
static char *find_cgroup(pid_t pid)
{
	auto_free char *lines = NULL, *mounts = NULL;
	struct proc_cgroup cgroup;
	char *found = NULL;

	if (proc_read_all(pid, "cgroup", &lines) || proc_read_all(PROC_SELF, "mountinfo", &mounts))
		return NULL;
	for (char *at = lines; proc_next_cgroup(&at, &cgroup);) {
		auto_free char *folder = NULL;

		if (found && *cgroup.controllers)
			continue;
		folder = find_folder(&cgroup, mounts);
		if (!folder || !is_alone(folder, pid))
			continue;
		free(found);
		found = steal(&folder);
	}
	return found;
}

int container_find(pid_t pid, struct container *ret_container, struct diags *diags)
{
	auto_free char *path = mem_printf("/proc/%d/ns/mnt", pid);
	struct stat own, its;

	if (stat(path, &its) || stat("/proc/self/ns/mnt", &own))
		return diags_fail(diags, -errno,
				  "cannot examine the container's first process %d: %s", pid,
				  strerror(errno));
	if (its.st_ino == own.st_ino) {
		diags_fail(diags, -EINVAL,
			   "the hook runs in the container's namespaces, or before they were made");
		diags_hint(diags, "its stage must be createRuntime, or prestart");
		return -EINVAL;
	}
	*ret_container = (struct container){ .mount_ns = (uint32_t)its.st_ino,
					     .cgroup = find_cgroup(pid) };
	return 0;
}
