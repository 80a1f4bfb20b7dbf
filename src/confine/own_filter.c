// SPDX-License-Identifier: GPL-2.0-or-later
/* By hand, and not from a policy: it is installed by processes that may not allocate, and no
 * argument is looked at. */
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
		/* The kernel (5.11) tries a filter with every number there is, to answer by a
		 * bitmap; it lets one be that looks at an argument. For the few calls that these
		 * processes make, trying takes longer than it could save. */
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
