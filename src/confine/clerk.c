// SPDX-License-Identifier: GPL-2.0-or-later
#include "confine/clerk.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "confine/helper.h"
#include "confine/own_filter.h"
#include "confine/rights.h"

enum { FAILED_STATUS = 125 };

uint32_t clerk_add(struct clerk *clerk, const struct clerk_task *task)
{
	*array_append(&clerk->tasks) = *task;
	return (uint32_t)clerk->tasks.n - 1;
}

static int confine(const struct clerk_tasks *tasks, const struct fence_gate *gates, size_t n)
{
	static const int calls[] = {
		SYS_recvfrom,	 SYS_sendto,	      SYS_write,	   SYS_openat,
		SYS_sched_yield, SYS_nanosleep,	      SYS_clock_nanosleep, SYS_close,
		SYS_pread64,	 SYS_geteuid,	      SYS_fchown,	   SYS_fsync,
		SYS_fstat,	 SYS_newfstatat,      SYS_renameat,	   SYS_renameat2,
		SYS_unlinkat,	 SYS_restart_syscall, SYS_exit_group,	   SYS_exit,
	};
	uint64_t rights = 0;
	int err;

	for (size_t i = 0; i < tasks->n; i++)
		rights |= tasks->v[i].rights;
	err = rights_keep_hidden(rights);
	if (!err)
		err = fence_build(gates, n);
	return err ? err : own_filter_install(calls, ARRAY_SIZE(calls));
}

static _Noreturn void end(int status)
{
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

static _Noreturn void serve(const struct clerk_tasks *tasks, int channel)
{
	for (;;) {
		uint32_t number = 0;
		int32_t answer;
		ssize_t n = recv(channel, &number, sizeof(number), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(number) || number >= tasks->n)
			end(0);
		answer = tasks->v[number].run(tasks->v[number].data);
		if (send(channel, &answer, sizeof(answer), MSG_NOSIGNAL) < 0)
			end(0);
	}
}

int clerk_start(struct clerk *clerk)
{
	const struct clerk_tasks *tasks = &clerk->tasks;
	auto_free struct fence_gate *gates = mem_alloc((2 * tasks->n + 1) * sizeof(*gates));
	auto_free int *kept = mem_alloc((CLERK_FDS_MAX * tasks->n + 1) * sizeof(*kept));
	size_t n_gates = 0, n_kept = 0;
	bool has_work = false;
	int channel, pid;

	for (size_t i = 0; i < tasks->n; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(tasks->v[i].gates); k++)
			gates[n_gates++] = tasks->v[i].gates[k];
		for (size_t k = 0; k < CLERK_FDS_MAX; k++)
			kept[n_kept++] = tasks->v[i].fds[k];
		has_work = has_work || !tasks->v[i].is_spare;
	}
	if (!has_work)
		return 0;
	pid = helper_fork(&channel, &clerk->pidfd);
	if (pid < 0)
		return pid;
	if (pid == 0) {
		kept[n_kept++] = channel;
		if (helper_settle("pinfold-clerk", kept, n_kept) || confine(tasks, gates, n_gates))
			end(FAILED_STATUS); /* the other end of the channel sees it */
		serve(tasks, channel);
	}
	clerk->channel = channel;
	return 0;
}

int clerk_do(const struct clerk *clerk, uint32_t task)
{
	int32_t answer;
	ssize_t n;

	if (clerk->channel < 0)
		return clerk->tasks.v[task].run(clerk->tasks.v[task].data);
	if (send(clerk->channel, &task, sizeof(task), MSG_NOSIGNAL) < 0)
		return -EPIPE;
	do
		n = recv(clerk->channel, &answer, sizeof(answer), 0);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(answer) ? answer : -EPIPE;
}

void clerk_finish(struct clerk *clerk)
{
	cleanup_close(&clerk->channel);
	if (clerk->pidfd >= 0)
		helper_wait(clerk->pidfd);
	cleanup_close(&clerk->pidfd);
	free(clerk->tasks.v);
	*clerk = CLERK_NONE;
}
