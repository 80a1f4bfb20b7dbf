// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The heir of pid 1 in a pen without namespaces. There the end of pid 1 takes nobody along: it
 * kills the others before it exits, but not if somebody outside, or the kernel for want of memory,
 * kills it first. So a process in the same domain of Landlock, which the command may not signal,
 * waits for that, and kills them then.
 *
 * Must never: keep anything of the pen open but what it waits for, or do anything before that ends.
 */
#include "pen/heir.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "confine/helper.h"
#include "confine/own_filter.h"
#include "confine/rights.h"
#include "pen/steps.h"

static _Noreturn void run(int parent)
{
	static const int calls[] = { SYS_poll, SYS_restart_syscall, SYS_kill, SYS_exit_group };
	struct pollfd life = { .fd = parent, .events = POLLIN };

	if (helper_settle("pinfold-heir", &parent, 1) < 0 || rights_keep_hidden(0) < 0 ||
	    own_filter_install(calls, ARRAY_SIZE(calls)) < 0)
		helper_die();
	while (syscall(SYS_poll, &life, 1, -1) < 0 && errno == EINTR)
		;
	/* Once is enough: a fork in progress fails in a dying process. */
	syscall(SYS_kill, -1, SIGKILL);
	syscall(SYS_exit_group, 0);
	__builtin_unreachable();
}

/* Should: leave a process behind that outlives pid 1. Must not: be outside the domain that pid 1 is
 * in, from which signals reach only the pen. */
static int take_heir(struct setup *setup, const struct step *step)
{
	auto_close int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
	long pid;

	(void)setup;
	(void)step;
	if (self < 0)
		return -errno;
	pid = syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		run(self);
	return pid < 0 ? -errno : 0;
}

static const struct step_kind step_heir = { .run = take_heir };

void heir_plan(struct plan *plan)
{
	plan_add(plan, BY_INIT, &step_heir,
		 "start the process that ends the pen if pid 1 is killed");
}
