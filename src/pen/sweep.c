// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sweeper: a process that makes a private directory as the command's user, in /tmp or, where
 * the caller has one of its own, in that which TMPDIR names, and removes it when the pen has ended,
 * whoever ended it and however: it waits for the end of the supervisor's channel, and then for the
 * pen's first process. Nothing that the command leaves can mislead it: it follows no link, its
 * depth is not bounded by memory, and by Landlock it can only read directories and remove, only
 * there.
 *
 * Must never: run with more rights than the command had, or remove before the pen is empty.
 */
#include "pen/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "confine/fence.h"
#include "confine/helper.h"
#include "confine/own_filter.h"
#include "confine/rights.h"
#include "pen/env.h"
#include "pen/steps.h"

static const char common_place[] = "/tmp";

enum { ENTRY_ROOM = 1 << 15, PASSES = 50, PAUSE_MS = 10, STUCK_MAX = 100, WORD_INIT = 'i' };

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452 /* Linux 6.6; a pen without namespaces takes 6.12 */
#endif

struct swept_entry {
	uint64_t ino;
	int64_t off;
	uint16_t len;
	uint8_t type;
	char name[];
};

/* What one directory is like after everything in it that can be was removed. */
enum outcome { EMPTY, HAS_FOLDER };

static bool is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

/* Returns whether it could: not with a directory that is not empty. */
static bool remove_entry(int dir, const char *name)
{
	return unlinkat(dir, name, 0) == 0 ||
	       (errno == EISDIR && unlinkat(dir, name, AT_REMOVEDIR) == 0);
}

/* Removes what is in DIR, and counts it. At a directory that is not empty it stops, and opens
 * that. */
static enum outcome clear(int dir, int *ret_below, uint64_t *removed)
{
	static char room[ENTRY_ROOM] __attribute__((aligned(8)));
	long got;

	syscall(SYS_lseek, dir, 0, SEEK_SET);
	while ((got = syscall(SYS_getdents64, dir, room, sizeof(room))) > 0) {
		for (long at = 0; at < got;) {
			const struct swept_entry *entry = (const struct swept_entry *)(room + at);

			at += entry->len;
			if (is_dots(entry->name))
				continue;
			if (remove_entry(dir, entry->name)) {
				++*removed;
				continue;
			}
			*ret_below = openat(dir, entry->name,
					    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (*ret_below < 0 && errno == EACCES &&
			    !syscall(SYS_fchmodat2, dir, entry->name, 0700, AT_SYMLINK_NOFOLLOW))
				*ret_below = openat(dir, entry->name,
						    O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
							    O_CLOEXEC);
			if (*ret_below < 0)
				continue;
			/* What it may not write, nor search, cannot be emptied. */
			syscall(SYS_fchmod, *ret_below, 0700);
			return HAS_FOLDER;
		}
	}
	return EMPTY;
}

static bool is_same(int a, int b)
{
	struct stat one, other;

	return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/* Walks down to what is empty, and up again by "..": a tree may be deeper than there are
 * descriptors. What another user has made in it may be impossible to remove: without progress
 * between two steps up it would go there again and again. */
static void clear_tree(int top)
{
	int at = fcntl(top, F_DUPFD_CLOEXEC, 0), stuck = 0;
	uint64_t removed = 0, before = UINT64_MAX;

	while (at >= 0 && stuck < STUCK_MAX) {
		int next = -1;

		if (clear(at, &next, &removed) == EMPTY) {
			if (is_same(at, top))
				break;
			stuck += removed == before;
			before = removed;
			next = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		}
		close(at);
		at = next;
	}
	if (at >= 0)
		close(at);
}

static bool is_there(int above, const char *name)
{
	struct stat st;

	return fstatat(above, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A process of the pen that was killed may write on until it is gone. Returns whether nothing is
 * left. */
static bool sweep(int above, int top, const char *name)
{
	syscall(SYS_fchmod, top, 0700);
	for (int i = 0; i < PASSES && is_there(above, name); i++) {
		if (i)
			syscall(SYS_poll, NULL, 0, PAUSE_MS);
		clear_tree(top);
		unlinkat(above, name, AT_REMOVEDIR);
	}
	return !is_there(above, name);
}

static int confine(int above, int top)
{
	static const int calls[] = {
		SYS_poll,     SYS_restart_syscall, SYS_recvmsg, SYS_sendto,	SYS_lseek,
		SYS_unlinkat, SYS_getdents64,	   SYS_openat,	SYS_fchmodat2,	SYS_fchmod,
		SYS_fcntl,    SYS_close,	   SYS_fstat,	SYS_newfstatat, SYS_exit_group,
	};
	const struct fence_gate gates[] = {
		{ above, LANDLOCK_ACCESS_FS_REMOVE_DIR },
		{ top, LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
			       LANDLOCK_ACCESS_FS_REMOVE_FILE },
	};
	int err = fence_build(gates, ARRAY_SIZE(gates));

	return err ? err : own_filter_install(calls, ARRAY_SIZE(calls));
}

static int become(const struct identity *who)
{
	if (!who->is_privileged)
		return rights_keep_hidden(0);
	if (syscall(SYS_setgroups, 0, NULL) < 0 ||
	    syscall(SYS_setresgid, who->gid, who->gid, who->gid) < 0 ||
	    syscall(SYS_setresuid, who->uid, who->uid, who->uid) < 0)
		return -errno;
	return rights_keep_hidden(0);
}

static const char *name_of(const struct plan *plan)
{
	return strrchr(plan->tmp, '/') + 1;
}

static int make(const struct plan *plan, int *ret_above, int *ret_top)
{
	const char *name = name_of(plan);
	char place[PATH_MAX] = ""; /* not from the heap: another thread may have had its lock */
	int err = become(&plan->who);

	if (err)
		return err;
	strncat(place, plan->tmp, (size_t)(name - plan->tmp));
	*ret_above = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret_above < 0 || mkdirat(*ret_above, name, 0700) < 0)
		return -errno;
	*ret_top = openat(*ret_above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	err = *ret_top < 0 ? -errno : confine(*ret_above, *ret_top);
	if (err)
		unlinkat(*ret_above, name, AT_REMOVEDIR);
	return err;
}

static _Noreturn void run(const struct plan *plan, int channel)
{
	struct pollfd init = { .fd = -1, .events = POLLIN };
	struct pollfd life = { .fd = channel, .events = POLLIN };
	int above = -1, top = -1, err, fd;
	unsigned char word;

	if (helper_settle("pinfold-sweeper", &channel, 1) < 0)
		helper_die();
	err = make(plan, &above, &top);
	send(channel, &err, sizeof(err), MSG_NOSIGNAL);
	if (err)
		helper_die();
	/* Until the channel ends: the supervisor has closed it, or is gone. */
	do {
		syscall(SYS_poll, &life, 1, -1);
		err = fd_receive(channel, &word, &fd);
		if (!err && word == WORD_INIT && init.fd < 0)
			init.fd = fd;
	} while (!err || err == -EAGAIN || err == -EINTR);
	while (init.fd >= 0 && syscall(SYS_poll, &init, 1, -1) < 0 && errno == EINTR)
		;
	syscall(SYS_exit_group, !sweep(above, top, name_of(plan)));
	__builtin_unreachable();
}

/* The sweeper exists before the directory does, so that nothing can be left behind. */
static int prepare(struct setup *setup, struct step *step, struct diags *diags)
{
	struct plan *plan = setup->plan;
	int channel, err = 0, pid;

	pid = helper_fork(&channel, &plan->sweeper.pidfd);
	if (pid == 0)
		run(plan, channel);
	if (pid < 0) {
		plan->sweeper = SWEEPER_NONE;
		return step_fail(step, PART_NONE, pid, diags);
	}
	plan->sweeper.channel = channel;
	if (recv(channel, &err, sizeof(err), 0) != (ssize_t)sizeof(err))
		err = -ECHILD;
	return err ? step_fail(step, PART_NONE, err, diags) : 0;
}

/* Returns the directory in which to make it, freed by the caller. In a pen without namespaces /tmp
 * is closed, and TMPDIR is what that pen gives. With privileges the command is another user, who
 * may not use the caller's. */
static char *choose_place(const struct plan *plan)
{
	const char *named = getenv("TMPDIR");
	auto_free char *real = NULL;

	if (!plan->who.is_privileged && named && *named == '/')
		real = realpath(named, NULL);
	if (!real || !real[1] || access(real, W_OK | X_OK) < 0)
		return mem_strdup(common_place);
	return steal(&real);
}

int sweep_plan(struct plan *plan, struct diags *diags)
{
	auto_free char *place = choose_place(plan);
	struct step *step;
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return diags_fail(diags, -EAGAIN, "cannot choose the name of a directory");
	plan->tmp = mem_printf("%s/pinfold-%016llx", place, (unsigned long long)number);
	step = plan_add(plan, BY_SUPERVISOR, NULL,
			"make the directory '%s' for the command, and remove it afterwards",
			plan->tmp);
	step->prepare = prepare;
	step->makes_process = true;
	step->hint = "the command's user must be able to make directories there";
	if (!env_get(plan->envp, "TMPDIR"))
		env_replace(&plan->envp, "TMPDIR", plan->tmp);
	if (env_get(plan->envp, "HOME") && !strcmp(env_get(plan->envp, "HOME"), common_place))
		env_replace(&plan->envp, "HOME", plan->tmp);
	return 0;
}

int sweep_await(const struct sweeper *sweeper, int init)
{
	struct fd_message message;

	if (sweeper->channel < 0)
		return 0;
	fd_message_fill(&message, WORD_INIT, init);
	return sendmsg(sweeper->channel, &message.header, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int sweep_finish(struct sweeper *sweeper)
{
	int err;

	cleanup_close(&sweeper->channel);
	err = sweeper->pidfd >= 0 ? helper_wait(sweeper->pidfd) : 0;
	cleanup_close(&sweeper->pidfd);
	*sweeper = SWEEPER_NONE;
	return err;
}

void sweep_explain(const struct plan *plan, struct diags *diags)
{
	diags_fail(diags, -ENOTEMPTY, "cannot remove the command's own directory '%s'", plan->tmp);
	diags_hint(diags, "something in it belongs to another user, or its file system does not "
			  "permit it: remove it by hand");
}
