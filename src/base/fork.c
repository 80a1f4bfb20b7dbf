// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/fork.h"

#include <errno.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of clone(2): those above are clone3's alone, and the lowest byte is the exit signal's. */
static const uint64_t old_flags = UINT32_MAX & ~CSIGNAL;

/* Filters hide it by EPERM, too, which the kernel itself never returns to this call. */
bool fork_lacks_clone3(void)
{
	return syscall(SYS_clone3, NULL, 0) < 0 && errno != EINVAL;
}

pid_t fork_clone(const struct clone_args *args)
{
	pid_t pid = (pid_t)syscall(SYS_clone3, args, sizeof(*args));
	int err = errno;

	if (pid >= 0 || (err != ENOSYS && err != EPERM) || !fork_lacks_clone3()) {
		errno = err;
		return pid;
	}
	if (args->flags & ~old_flags) {
		errno = ENOSYS;
		return -1;
	}
	/* CLONE_PIDFD takes the place of the parent's thread id; where the other arguments go is up
	 * to the architecture, but they are all unused. */
	return (pid_t)syscall(SYS_clone, args->flags | args->exit_signal, NULL,
			      (void *)(uintptr_t)args->pidfd, NULL, NULL);
}
