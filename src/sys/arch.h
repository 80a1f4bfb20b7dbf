/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ABIs through which a process enters the kernel. Policies, and their authors, call them
 * arch. */
#ifndef PINFOLD_SYS_ARCH_H
#define PINFOLD_SYS_ARCH_H

#include <stdbool.h>
#include <stdint.h>

enum arch {
	ARCH_X86_64,
	ARCH_X86,
	ARCH_X32,
	ARCH_AARCH64,
	ARCH_COUNT,
	ARCH_NONE = ARCH_COUNT,
};

/* Set in the number of every x32 call except -1 (asm/unistd.h). */
#define SYS_X32_BIT 0x40000000U

struct arch_info {
	const char *name;    /* as policies and reports write it: "x86_64" */
	uint32_t audit_arch; /* AUDIT_ARCH_*: seccomp_data.arch; x32 has x86_64's */
	bool is_32bit;	     /* 32-bit registers: x86 only; x32 has 64-bit ones */
};

/* Returns the row of ARCH, which is below ARCH_COUNT. */
const struct arch_info *arch_get(enum arch arch);

/* Returns the arch called NAME, where "native" is the one this program was built for, or
 * ARCH_NONE. */
enum arch arch_find(const char *name);

/* Returns the arch this program was built for. */
enum arch arch_native(void);

/* Returns the arch of call number NR under AUDIT_ARCH as the kernel sees it, or ARCH_NONE. */
enum arch arch_of_call(uint32_t audit_arch, uint32_t nr);

#endif
