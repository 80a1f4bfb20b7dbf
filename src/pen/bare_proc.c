// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A /proc without processes, for where no new one can be mounted: the kernel permits that in a user
 * namespace only if nothing of the caller's own /proc is covered, and container engines cover parts
 * of theirs. The caller's /proc cannot take its place: it shows the processes outside, whose
 * environment, memory, files and root lead out of the pen where they have the same user. So the pen
 * gets files of it that describe the machine, one by one, and no directory of any process.
 *
 * Without a new /proc nothing can be written to the pen's own sysctls either: no user namespaces is
 * then a matter of the filter (policy/built_in.c, POLICY_IN_BARE_PEN), and what the kernel counts
 * for the caller (watch_budget.c) has no limit of the pen's own.
 *
 * Must never: show a file that tells of a process, or one that is not procfs's own.
 */
#include "pen/bare_proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fork.h"
#include "base/mem.h"
#include "pen/pen.h"
#include "pen/steps.h"
#include "pen/tree.h"
#include "pen/tries.h"

enum { NAME_ROOM = 64 };

/* What a container may refuse in namespaces that it lets one make. */
enum { REFUSES_PROC = 1, REFUSES_NAME = 2 };

/* Of the machine, and the sysctls, which are those of the reader's namespaces. */
static const char *const shown[] = {
	"cpuinfo", "meminfo", "stat", "uptime", "loadavg", "version", "filesystems", "sys",
};

/* What engines, LXC and systemd-nspawn cover. */
static const char *const covered[] = {
	"kcore",	 "keys", "timer_list", "acpi",	  "bus",    "fs",   "irq",    "sys",
	"sysrq-trigger", "scsi", "meminfo",    "cpuinfo", "uptime", "stat", "asound", "version",
};

/* Whether something on /proc is a mount of its own; no more is known before it is tried. */
static bool looks_covered(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(covered); i++) {
		char path[NAME_ROOM];
		struct statx stx;

		snprintf(path, sizeof(path), "/proc/%s", covered[i]);
		if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, 0, &stx) == 0 &&
		    stx.stx_attributes & STATX_ATTR_MOUNT_ROOT)
			return true;
	}
	return false;
}

static int try_all(void)
{
	const char name[] = "pinfold";
	int refused = 0;

	if (pen_try_private_mounts() == 0 && pen_try_new_proc() == -EPERM)
		refused |= REFUSES_PROC;
	if (sethostname(name, sizeof(name) - 1) < 0 && errno == EPERM)
		refused |= REFUSES_NAME;
	return refused;
}

/* Returns what is refused in namespaces that were made for it, by a child. */
static int look(void)
{
	const struct clone_args args = {
		.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS,
	};
	pid_t pid;
	int status;

	if (!looks_covered())
		return 0;
	pid = fork_clone(&args);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(try_all());
	}
	if (pid < 0)
		return 0;
	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

/* The machine does not change while we run. */
static bool is_refused(int what)
{
	static int refused = -1;

	if (refused < 0)
		refused = look();
	return refused & what;
}

bool pen_lacks_proc(void)
{
	return is_refused(REFUSES_PROC);
}

bool bare_proc_lacks_name(void)
{
	return is_refused(REFUSES_NAME);
}

/* Binds NAME of the caller's /proc in DIR, read-only, unless it is not there or is covered. */
static int show(const struct setup *setup, int dir, const char *name)
{
	const uint64_t attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				    MOUNT_ATTR_NOEXEC;
	auto_close int tree = -1, file = -1;
	char path[NAME_ROOM];
	struct statfs fs;
	struct stat st;
	int err;

	snprintf(path, sizeof(path), "/proc/%s", name);
	err = tree_clone(setup, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_RECURSIVE, &tree);
	if (err)
		return err == -ENOENT || err == -EACCES ? 0 : err;
	if (fstat(tree, &st) < 0 || fstatfs(tree, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return 0;
	err = tree_restrict(setup, tree, attributes, AT_RECURSIVE);
	if (err)
		return err;
	if (S_ISDIR(st.st_mode))
		return mkdirat(dir, name, 0755) < 0 ? -errno
						    : tree_attach_below(setup, tree, dir, name);
	file = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	return file < 0 ? -errno : tree_attach(setup, tree, file);
}

/* Should: put a directory of ours on /proc, with what describes the machine. Must not: show the
 * caller's /proc itself. */
static int take_bare_proc(struct setup *setup, const struct step *step)
{
	auto_close int target = -1, dir = -1;
	int err, fd;

	err = root_open_target(setup, step->target, true, &fd);
	if (err)
		return err == -ENOENT && step->is_optional ? 0 : err;
	target = fd;
	err = root_mount_own(setup, "proc",
			     MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, &dir);
	if (!err)
		err = tree_attach(setup, dir, target);
	for (size_t i = 0; !err && i < ARRAY_SIZE(shown); i++)
		err = show(setup, dir, shown[i]);
	return err;
}

const struct step_kind bare_proc_step = { .run = take_bare_proc };

void bare_proc_plan(struct plan *plan)
{
	struct step *step = plan_add(plan, BY_INIT, &bare_proc_step,
				     "make a '/proc' of the machine, without processes");

	step->target = mem_strdup("/proc");
	step->is_optional = plan->has_strange_root;
	plan->missing[plan->n_missing++] =
		"/proc shows no processes, nor the command itself: no new one can be mounted where "
		"parts of the caller's are masked";
	plan->missing[plan->n_missing++] =
		"inotify and fanotify count for the caller, without a limit of the pen's own";
}
