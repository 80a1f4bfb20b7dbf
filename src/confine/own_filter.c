// SPDX-License-Identifier: GPL-2.0-or-later
/* Written by hand rather than compiled from a policy: processes that may not allocate install it,
 * and it tests no arguments. */
#include "confine/own_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

int own_filter_install(const int *calls, size_t n)
{
	struct sock_filter program[2 * OWN_FILTER_CALLS_MAX + 6] = {
		/* Since Linux 5.11 the kernel tries a filter with every system call number, to
		 * cache the verdicts in a bitmap, unless the filter reads an argument. These
		 * processes make so few calls that the trial would cost more than it saves. */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog filter = { .len = 5, .filter = program };

	if (n > OWN_FILTER_CALLS_MAX)
		return -E2BIG;
	for (size_t i = 0; i < n; i++) {
		program[filter.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
								     (uint32_t)calls[i], 0, 1);
		program[filter.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
								     SECCOMP_RET_ALLOW);
	}
	program[filter.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
							     SECCOMP_RET_KILL_PROCESS);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0 ? -errno : 0;
}
