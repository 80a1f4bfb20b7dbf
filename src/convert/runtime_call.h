/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of the calls that runtimes make; internal to this room. */
#ifndef PINFOLD_CONVERT_RUNTIME_CALL_H
#define PINFOLD_CONVERT_RUNTIME_CALL_H

#include <stdbool.h>
#include <stddef.h>

enum {
	RUNTIME_RUNC_1_1 = 1, /* up to 1.1 */
	RUNTIME_RUNC_1_2 = 2, /* from 1.2 on: it opens with openat2, and checks where it ended up */
	RUNTIME_CRUN = 4,
};

enum { TOLERATES_EPERM = 1, TOLERATES_ENOSYS = 2 };

struct runtime_call {
	const char *name;
	const char *condition; /* in the policy language; NULL: none */
	unsigned int kinds;
	bool is_plain_only;	/* only without no_new_privs */
	unsigned int tolerates; /* errors that the runtime tolerates */
};

/* Returns row I, or NULL past the last one. */
const struct runtime_call *runtime_call_row(size_t i);

#endif
