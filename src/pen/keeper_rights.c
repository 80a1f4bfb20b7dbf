// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rights of a pen's keeper. If the cgroup can be killed, it needs none over the pen. Otherwise
 * it has those of the maker of the pen's user namespace, which it joins to kill: kill(-1, ...) from
 * inside the pid namespace reaches every process in it at once, including forks in progress (a fork
 * fails in a dying process), which no list of pids from outside can do.
 *
 * Must never: run anything from the pen, stay in the pen's pid namespace, or be there with the
 * command's id if there is another.
 */
#include "pen/keeper_rights.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "confine/fence.h"
#include "confine/helper.h"
#include "confine/own_filter.h"
#include "confine/rights.h"

enum { INSIDE_TRIES = 500, INSIDE_PAUSE_NS = 1000000 };

/* The only right over files that is left is to remove directories from those of cgroups. */
static int hold_to_removal(const struct kept_pen *pen)
{
	struct fence_gate gates[CGROUP_FDS_MAX];
	int folders[CGROUP_FDS_MAX];
	size_t n = cgroup_list_folders(pen->cgroup, folders);

	for (size_t i = 0; i < n; i++)
		gates[i] = (struct fence_gate){ folders[i], LANDLOCK_ACCESS_FS_REMOVE_DIR };
	return fence_build(gates, n);
}

static int install_filter(const struct kept_pen *pen)
{
	static const int calls[] = {
		SYS_poll,
		SYS_restart_syscall,
		SYS_recvfrom,
		SYS_write,
		SYS_pidfd_send_signal,
		SYS_shutdown,
		SYS_unlinkat,
		SYS_sched_yield,
		SYS_nanosleep,
		SYS_clock_nanosleep,
		SYS_clock_gettime,
		SYS_exit_group,
		SYS_exit,
		/* from here on: to signal the caller's group, or inside the pen */
		SYS_kill,
		/* from here on: to join the pen */
		SYS_setns,
		SYS_clone,
		SYS_wait4,
		SYS_capget,
		SYS_capset,
		SYS_prctl,
		SYS_setresuid,
		SYS_setresgid,
	};
	enum { TO_JOIN = 8, TO_SIGNAL = 1 };
	size_t n = ARRAY_SIZE(calls);

	if (pen->pid_ns < 0)
		n -= TO_JOIN + (pen->caller ? 0 : TO_SIGNAL);
	return own_filter_install(calls, n);
}

int keeper_confine(const struct kept_pen *pen)
{
	uint64_t to_signal = pen->caller ? 1ULL << CAP_KILL : 0;
	int err = rights_keep_hidden(1ULL << CAP_DAC_OVERRIDE | to_signal);

	if (!err)
		err = hold_to_removal(pen);
	return err ? err : install_filter(pen);
}

static pid_t fork_bare(void)
{
	return (pid_t)syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
}

/* Takes the ids of the pen's pid 1, which the command may not signal, with only CAP_KILL in the
 * pen's user namespace. */
static int become_unreachable(const struct identity *who)
{
	if (who->init_uid != who->uid) {
		if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0)
			return -errno;
		/* In a container there may be no such id, not even for pid 1. */
		if ((syscall(SYS_setresgid, who->init_gid, who->init_gid, who->init_gid) < 0 ||
		     syscall(SYS_setresuid, who->init_uid, who->init_uid, who->init_uid) < 0) &&
		    errno != EINVAL)
			return -errno;
	}
	return rights_keep(1ULL << CAP_KILL);
}

/* Waits for the child PID for a fraction of a second, then kills it. */
static void wait_or_kill(pid_t pid)
{
	static const struct timespec pause = { .tv_nsec = INSIDE_PAUSE_NS };
	bool is_over = false;

	for (int i = 0; i < INSIDE_TRIES && !is_over; i++) {
		is_over = syscall(SYS_wait4, pid, NULL, WNOHANG | __WALL, NULL) != 0;
		if (!is_over)
			syscall(SYS_nanosleep, &pause, NULL);
	}
	if (is_over)
		return;
	syscall(SYS_kill, pid, SIGKILL);
	syscall(SYS_wait4, pid, NULL, __WALL, NULL);
}

/* Its child enters the pen's pid namespace, for a single call, and dies with it, stopped or not. */
static _Noreturn void join_and_kill(const struct kept_pen *pen)
{
	pid_t pid;

	if (syscall(SYS_setns, pen->user_ns, CLONE_NEWUSER) < 0 ||
	    syscall(SYS_setns, pen->pid_ns, CLONE_NEWPID) < 0 || become_unreachable(pen->who) < 0)
		helper_die();
	pid = fork_bare();
	if (pid == 0) {
		syscall(SYS_kill, -1, SIGKILL);
		syscall(SYS_exit_group, 0);
	}
	if (pid > 0)
		wait_or_kill(pid);
	syscall(SYS_exit_group, 0);
	__builtin_unreachable();
}

void keeper_kill_inside(const struct kept_pen *pen)
{
	pid_t pid;

	if (pen->pid_ns < 0)
		return;
	pid = fork_bare();
	if (pid == 0)
		join_and_kill(pen);
	if (pid > 0)
		syscall(SYS_wait4, pid, NULL, __WALL, NULL);
}
