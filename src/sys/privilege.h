/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls for which it takes a capability, besides a filter that lets them through. */
#ifndef PINFOLD_SYS_PRIVILEGE_H
#define PINFOLD_SYS_PRIVILEGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/syscall.h"

enum { SYS_PRIVILEGE_TESTS = 2 };

struct sys_privilege {
	const char *call;
	int capability; /* CAP_* */
	/* The kernel asks for it in the first user namespace: one in a pen is of no use. */
	bool is_of_host;
	const char *unless; /* a setting of the host's that makes it needless; NULL: none does */
	/* Which calls of the name: all, or those for which the tests hold. */
	struct {
		uint32_t mask; /* 0: no test */
		uint32_t value;
		unsigned int arg;
	} tests[SYS_PRIVILEGE_TESTS];
};

/* In the place of a value: any bit of the mask. */
#define SYS_PRIVILEGE_ANY UINT32_MAX

/* Returns what the call NAME with ARGS takes; NULL: nothing, as far as the arguments tell. */
const struct sys_privilege *sys_privilege_find(const char *name, const uint64_t args[SYS_ARGS_MAX]);

#endif
