// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The keeper of a pen. When pid 1 of the pen exits it takes the whole pen along, but to exit it
 * must run, and the command's processes, among which it runs, may take the CPU from it. And the
 * supervisor may be killed, or stopped. So a separate process, outside the pen's pid namespace,
 * limits and reach, waits for the supervisor's end, for its word and for the time limit, and kills
 * the pen: by the cgroup, if that can be killed (version 2, Linux 5.14), otherwise by a process
 * that joins the pen's namespaces and kills everything there. Then it removes the pen's cgroups.
 *
 * As root it keeps a right on the host while the command runs, as few of our processes do
 * (confine/clerk.h, symbol/symbol.h): CAP_DAC_OVERRIDE, without which it could not remove a
 * directory from one that its owner may not write, as v1 cgroup directories are. What it does with
 * that is fixed beforehand: it has the descriptors of the directories and their names, opens
 * nothing, and receives only one of five bytes. A supervisor that was taken over by what it reads
 * could make it kill the pen, which it may do anyway, and no more: the keeper shares no memory with
 * it, cannot be traced by a process with fewer rights, and, if the kernel has Landlock, can do
 * nothing but remove directories in those of cgroups.
 *
 * If the command has the caller's terminal, the keeper of root also has CAP_KILL: the keys that
 * interrupt are meant for the caller's process group, too, which may contain other users' processes
 * (a user's script that calls doas), and the kernel sends them only to the foreground group.
 *
 * Must never: allocate (the supervisor may have threads), keep a descriptor open whose end somebody
 * waits for, trust the pen, or exit before the pen.
 */
#include "pen/keeper.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "confine/helper.h"
#include "pen/keeper_rights.h"

enum {
	RETRY_MS = 10,	   /* between attempts to kill the pen, */
	EAGER_TRIES = 200, /* for this many; */
	PATIENT_MS = 500,  /* from then on: what is left is waiting for the kernel */
	NS_A_MS = 1000000,
	FIRST_NICE = -20,
	SHORTEST_TURN_NS = 100000,
};

/* struct sched_attr of sched_setattr(2), in its original size. */
static const struct {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
} short_turns = { .size = sizeof(short_turns), .policy = SCHED_OTHER, .runtime = SHORTEST_TURN_NS };

struct keeping {
	const struct kept_pen *pen;
	int channel;
	uint64_t deadline; /* by clock_ns(); UINT64_MAX: none */
	bool is_ending, is_empty, is_alone, is_gone;
	int tries;
};

static void end_pen(struct keeping *keeping)
{
	const struct kept_pen *pen = keeping->pen;

	keeping->tries++;
	if (pen->end_of_init >= 0)
		shutdown(pen->end_of_init, SHUT_RDWR); /* it kills the others and itself */
	else
		pidfd_send_signal(pen->init, SIGKILL, NULL, 0);
	if (!cgroup_kill(pen->cgroup))
		keeper_kill_inside(pen);
}

/* The supervisor, which requests this, is in that group, so the number cannot have been reused. */
static void signal_caller(const struct keeping *keeping, int sig)
{
	if (keeping->pen->caller)
		syscall(SYS_kill, -keeping->pen->caller, sig);
}

static void obey(struct keeping *keeping)
{
	char word;
	ssize_t n = recv(keeping->channel, &word, 1, 0);

	if (n < 0 && errno == EINTR)
		return;
	if (n != 1)
		keeping->is_ending = keeping->is_alone = true;
	else if (word == KEEPER_START && keeping->pen->time_ns)
		keeping->deadline = clock_ns() + keeping->pen->time_ns;
	else if (word == KEEPER_END)
		keeping->is_ending = true;
	else if (word == KEEPER_GONE)
		keeping->is_gone = true;
	else if (word == KEEPER_INTERRUPT)
		signal_caller(keeping, SIGINT);
	else if (word == KEEPER_QUIT)
		signal_caller(keeping, SIGQUIT);
}

/* How long to wait for the next thing to do, in milliseconds; -1: forever. */
static int get_patience(const struct keeping *keeping)
{
	uint64_t now, left;

	if (keeping->is_ending && !keeping->is_empty)
		return keeping->tries < EAGER_TRIES ? RETRY_MS : PATIENT_MS;
	if (keeping->deadline == UINT64_MAX || keeping->is_ending)
		return -1;
	now = clock_ns();
	if (now >= keeping->deadline)
		return 0;
	left = (keeping->deadline - now) / NS_A_MS + 1;
	return left < INT32_MAX ? (int)left : INT32_MAX;
}

static _Noreturn void keep(struct keeping *keeping)
{
	struct pollfd polled[] = {
		{ .fd = keeping->channel, .events = POLLIN },
		{ .fd = keeping->pen->init, .events = POLLIN },
	};

	while (!keeping->is_gone && !(keeping->is_alone && keeping->is_empty)) {
		if (poll(polled, ARRAY_SIZE(polled), get_patience(keeping)) < 0 && errno != EINTR)
			keeping->is_ending = true;
		if (polled[0].revents)
			obey(keeping);
		if (keeping->is_alone)
			polled[0].fd = -1;
		if (polled[1].revents) {
			keeping->is_empty = true;
			polled[1].fd = -1;
		}
		if (keeping->deadline != UINT64_MAX && clock_ns() >= keeping->deadline)
			keeping->is_ending = true;
		if (keeping->is_ending && !keeping->is_empty)
			end_pen(keeping);
	}
	cgroup_remove(keeping->pen->cgroup);
	syscall(SYS_exit_group, 0);
	__builtin_unreachable();
}

static _Noreturn void run(const struct kept_pen *pen, int channel)
{
	struct keeping keeping = { .pen = pen, .channel = channel, .deadline = UINT64_MAX };
	int kept[CGROUP_FDS_MAX + 5];
	size_t n = cgroup_list_fds(pen->cgroup, kept);

	kept[n++] = channel;
	kept[n++] = pen->init;
	kept[n++] = pen->end_of_init;
	kept[n++] = pen->user_ns;
	kept[n++] = pen->pid_ns;
	/* When it has work, which is short, it should run at once, before everything else: root may
	 * request that, and from Linux 6.12 on anybody can, by asking for short time slices. */
	if (syscall(SYS_setpriority, PRIO_PROCESS, 0, FIRST_NICE) < 0)
		syscall(SYS_sched_setattr, 0, &short_turns, 0);
	if (helper_settle("pinfold-keeper", kept, n) < 0 || keeper_confine(pen) < 0)
		helper_die(); /* the supervisor notices by the channel */
	keep(&keeping);
}

int keeper_start(const struct kept_pen *pen, struct keeper *ret_keeper)
{
	struct keeper keeper = KEEPER_NONE;
	int pid = helper_fork(&keeper.channel, &keeper.pidfd);

	if (pid < 0)
		return pid;
	if (pid == 0)
		run(pen, keeper.channel);
	keeper.pid = pid;
	*ret_keeper = keeper;
	return 0;
}

void keeper_tell(const struct keeper *keeper, enum keeper_word word)
{
	const char byte = (char)word;

	if (keeper->channel >= 0)
		send(keeper->channel, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int keeper_finish(struct keeper *keeper)
{
	int err = -ECHILD;

	keeper_tell(keeper, KEEPER_GONE);
	if (keeper->pidfd >= 0)
		err = helper_wait(keeper->pidfd);
	cleanup_close(&keeper->channel);
	cleanup_close(&keeper->pidfd);
	keeper->channel = keeper->pidfd = -1;
	return err;
}
