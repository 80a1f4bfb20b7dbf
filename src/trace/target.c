// SPDX-License-Identifier: GPL-2.0-or-later
/* Processes come and go while they are being marked: children of a traced task are traced from
 * their first moment, and children of others are looked for again until there are no new ones. */
#include "trace/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
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

/* Returns how many processes of a cgroup.procs are new, or -errno. */
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

/* Marks the processes below FOLDER, too. A cgroup removed meanwhile has no processes. */
static ssize_t mark_tree(struct trace *trace, int folder, int depth)
{
	DIR *dir = fdopendir(folder);
	ssize_t n_new = dir ? mark_processes(trace, folder) : -errno;
	const struct dirent *entry;

	if (n_new < 0 && !dir)
		close(folder);
	while (dir && n_new >= 0 && depth < DEEPEST && (entry = readdir(dir))) {
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

static int refuse_folder(const char *path, int err, struct diags *diags)
{
	diags_fail(diags, err, "'%s' is not a cgroup directory: %s", path, strerror(-err));
	diags_hint(diags,
		   "cgroup directories are below /sys/fs/cgroup; /proc/PID/cgroup names those of a "
		   "process");
	return err;
}

/* Returns the options of the file system mounted as DEVICE, which name the controllers of
 * version 1, freed by the caller; or NULL. */
static char *find_options(dev_t device)
{
	auto_free char *text = NULL;
	struct proc_mount mount;
	int got;

	if (proc_read_all(PROC_SELF, "mountinfo", &text))
		return NULL;
	for (char *at = text; (got = proc_next_mount(&at, &mount));)
		if (got > 0 && mount.device == device)
			return mem_strdup(mount.options);
	return NULL;
}

/* Returns whether each word of LIST is in OPTIONS. */
static bool has_all(const char *options, const char *list)
{
	auto_free char *words = mem_strdup(list);
	char *rest = NULL;

	for (char *word = strtok_r(words, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
		if (!str_has_word(options, word))
			return false;
	return true;
}

/* Returns the number of the hierarchy of version 1 with these mount options, or 0. */
static uint32_t find_hierarchy(const char *options)
{
	auto_free char *text = NULL;
	struct proc_cgroup own;

	if (proc_read_all(PROC_SELF, "cgroup", &text))
		return 0;
	for (char *at = text; proc_next_cgroup(&at, &own);)
		if (*own.controllers && has_all(options, own.controllers))
			return own.hierarchy;
	return 0;
}

int target_find_cgroup(const char *path, struct target_cgroup *ret_cgroup, struct diags *diags)
{
	auto_close int folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct target_cgroup cgroup = { 0 };
	auto_free char *options = NULL;
	struct statfs fs;
	struct stat st;

	if (folder < 0 || fstat(folder, &st) || fstatfs(folder, &fs))
		return refuse_folder(path, -errno, diags);
	if (fs.f_type != CGROUP_SUPER_MAGIC && fs.f_type != CGROUP2_SUPER_MAGIC)
		return refuse_folder(path, -ENOTDIR, diags);
	cgroup.id = st.st_ino;
	if (fs.f_type == CGROUP_SUPER_MAGIC) {
		options = find_options(st.st_dev);
		cgroup.hierarchy = options ? find_hierarchy(options) : 0;
		if (!cgroup.hierarchy)
			return refuse_folder(path, -ENOENT, diags);
	}
	*ret_cgroup = cgroup;
	return 0;
}

int target_take_cgroup(struct trace *trace, const char *path, struct diags *diags)
{
	ssize_t n_new, n = 0;
	int err;

	do {
		int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		n_new = folder < 0 ? -errno : mark_tree(trace, folder, 0);
		if (n_new < 0)
			return refuse_folder(path, (int)n_new, diags);
		n += n_new;
		err = trace_adopt(trace, diags);
	} while (!err && n_new);
	if (!err && !n)
		return diags_fail(diags, -ESRCH, "there is no process in '%s'", path);
	return err;
}
