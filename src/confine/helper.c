// SPDX-License-Identifier: GPL-2.0-or-later
#include "confine/helper.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/fork.h"

enum { SIGNALS = 64, FAILED_STATUS = 125 };

/* The kernel's own structure: all zeros means SIG_DFL to the raw system call, whatever libc would
 * wrap around it. */
void helper_reset_signals(void)
{
	static const unsigned char default_action[64];

	for (int sig = 1; sig <= SIGNALS; sig++)
		syscall(SYS_rt_sigaction, sig, default_action, NULL, SIGNALS / 8);
}

void helper_block_signals(void)
{
	const uint64_t all = ~0ULL;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof(all));
	helper_reset_signals();
}

int helper_settle(const char *name, const int *kept, size_t n)
{
	helper_block_signals();
	syscall(SYS_setsid);
	prctl(PR_SET_NAME, name);
	return fd_keep_only(kept, n);
}

int helper_fork(int *ret_channel, int *ret_pidfd)
{
	int ends[2], pidfd = -1, err;
	struct clone_args args = {
		.flags = CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)&pidfd,
	};
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	pid = fork_clone(&args);
	err = pid < 0 ? -errno : 0;
	*ret_channel = ends[pid == 0];
	close(ends[pid != 0]);
	if (err)
		close(*ret_channel);
	else
		*ret_pidfd = pidfd;
	return err ? err : pid;
}

int helper_wait(int pidfd)
{
	siginfo_t info = { 0 };
	int got;

	do
		got = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL);
	while (got < 0 && errno == EINTR);
	return got == 0 && info.si_code == CLD_EXITED && info.si_status == 0 ? 0 : -ECHILD;
}

_Noreturn void helper_die(void)
{
	syscall(SYS_exit_group, FAILED_STATUS);
	syscall(SYS_exit, FAILED_STATUS);
	for (;;)
		__builtin_trap(); /* SIGILL is at its default: no filter forbids dying of it */
}
