/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the program of payloads share. */
#ifndef PINFOLD_TESTS_PAYLOAD_H
#define PINFOLD_TESTS_PAYLOAD_H

#include <stdbool.h>

enum { ANY_ARGS = -1 };

/* Tables of these end with a row without a name. */
struct payload {
	const char *name;
	int n_args;
	int (*run)(char **args);
};

extern const struct payload payload_calls[], payload_stops[], payload_filters[], payload_crowds[],
	payload_results[], payload_unasked[], payload_ends[], payload_halted[], payload_failing[],
	payload_causes[];

typedef long (*caller)(void);

/* Returns getppid of the ABI with this name. */
caller find_abi(const char *name);

/* Whether a row of causes.c is a call to an internet address; makes it, to the address and port
 * ARGS. Returns as syscall(2) does. */
bool is_call_to_internet(const char *call);
long call_to_internet(const char *call, char **args);

/* getppid of the program's own ABI: returns the result, a negative error where it failed. */
long getppid_native(void);

#endif
