// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes come and go while they are taken: what a task that is traced makes is traced from its
 * first moment, and what others make is looked for again until nothing new is there.
 */
#include "trace/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

enum { DEEPEST = 32 };

int target_take_pid(struct trace *trace, pid_t pid, struct diags *diags)
{
	auto_close int pidfd = -1;
	int err;

	if (pid == getpid())
		return diags_fail(diags, -EINVAL, "process %d is this pinfold itself", pid);
	pidfd = pidfd_open(pid, 0);
	if (pidfd < 0 && (errno == EINVAL || errno == ENOENT)) {
		diags_fail(diags, -errno, "cannot trace process %d: it is a thread", pid);
		diags_hint(diags, "'Tgid' in /proc/%d/status is its process", pid);
		return -EINVAL;
	}
	if (pidfd < 0)
		return diags_fail(diags, -errno, "cannot trace process %d: %s", pid,
				  strerror(errno));
	err = trace_mark_target(trace, pidfd);
	if (err)
		return diags_fail(diags, err, "cannot trace process %d: %s", pid, strerror(-err));
	return trace_adopt(trace, diags);
}

/* Gives how many processes of a cgroup.procs are new, or -errno. */
static ssize_t mark_processes(struct trace *trace, int folder)
{
	int fd = openat(folder, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	FILE *list = fd < 0 ? NULL : fdopen(fd, "r");
	ssize_t n_new = 0;
	int pid;

	if (!list)
		return -errno;
	while (fscanf(list, "%d", &pid) == 1) {
		auto_close int pidfd = pid > 0 && pid != getpid() ? pidfd_open(pid, 0) : -1;

		n_new += pidfd >= 0 && !trace_mark_target(trace, pidfd);
	}
	fclose(list);
	return n_new;
}

/* Takes FOLDER. A cgroup that goes meanwhile has no processes. */
static ssize_t mark_tree(struct trace *trace, int folder, int depth)
{
	DIR *dir = fdopendir(folder);
	ssize_t n_new = dir ? mark_processes(trace, folder) : -errno;
	const struct dirent *entry;

	if (n_new < 0 && !dir)
		close(folder);
	while (n_new >= 0 && depth < DEEPEST && (entry = readdir(dir))) {
		int below;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		below = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (below >= 0) {
			ssize_t n = mark_tree(trace, below, depth + 1);

			n_new += n > 0 ? n : 0;
		}
	}
	if (dir)
		closedir(dir);
	return n_new;
}

int target_take_cgroup(struct trace *trace, const char *path, struct diags *diags)
{
	ssize_t n_new, n = 0;
	int err;

	do {
		int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		n_new = folder < 0 ? -errno : mark_tree(trace, folder, 0);
		if (n_new < 0) {
			diags_fail(diags, (int)n_new, "'%s' is not the folder of a cgroup: %s",
				   path, strerror((int)-n_new));
			diags_hint(diags,
				   "such folders are below /sys/fs/cgroup; /proc/PID/cgroup names "
				   "those of a process");
			return (int)n_new;
		}
		n += n_new;
		err = trace_adopt(trace, diags);
	} while (!err && n_new);
	if (!err && !n)
		return diags_fail(diags, -ESRCH, "there is no process in '%s'", path);
	return err;
}
