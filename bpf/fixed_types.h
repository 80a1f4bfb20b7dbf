/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tracer reads that is the same in every kernel: the registers
 * (arch/x86/include/asm/ptrace.h), the head of a siginfo, a bit. None of this needs BTF, where
 * looking up one more type takes as long as verifying a program. The unit tests check it against
 * the running kernel.
 */
#ifndef PINFOLD_BPF_FIXED_TYPES_H
#define PINFOLD_BPF_FIXED_TYPES_H

#include <linux/types.h>

struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx;
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax, ip, cs, flags, sp, ss;
};

/* linux/pid.h, since Linux 2.6.24 */
struct upid {
	int nr;
	void *ns;
};

/* include/uapi/asm-generic/siginfo.h, of a SIGSYS */
struct sigsys_info {
	int signo, number, code; /* number: si_errno */
	int zero;
	unsigned long call_addr;
};

/* linux/signal_types.h: what a signal does (struct k_sigaction). */
struct signal_action {
	unsigned long handler, flags, restorer, mask;
};

/* A signal flag, since Linux 5.16: the kernel ends the process with it, whatever that has set
 * up. */
#define SA_IMMUTABLE 0x00800000

#define PF_EXITING 0x4 /* linux/sched.h */

/* linux/thread_info.h, since Linux 5.11: the task's tracer stops its calls before seccomp, and
 * resumes or skips them; and the program handles its calls itself. */
enum { SYSCALL_TRACE_BIT = 2, SYSCALL_EMU_BIT = 3, SYSCALL_USER_DISPATCH_BIT = 5 };

#endif
