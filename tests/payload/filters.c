// SPDX-License-Identifier: GPL-2.0-or-later
/* Filters and listeners that are not pinfold's. */
#include "tests/payload/payload.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* own-filter ERRNO: denies itself getppid with ERRNO. */
static int run_own_filter(char **args)
{
	struct sock_filter rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned int)atoi(args[0])),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(rows) / sizeof(rows[0]), rows };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return 1;
	printf("%ld\n", getppid_native());
	return 0;
}

/* under FILE COMMAND [ARG...]: executes COMMAND under the filter in FILE, made by compile. */
static int run_under(char **args)
{
	static struct sock_filter rows[4096];
	struct sock_fprog prog = { .filter = rows };
	FILE *file = fopen(args[0], "r");

	if (!file)
		return 1;
	prog.len = (unsigned short)fread(rows, sizeof(rows[0]), 4096, file);
	fclose(file);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return 1;
	execvp(args[1], args + 1);
	return 1;
}

/* Returns a listener for a filter that allows everything, or -1. */
static int make_listener(void)
{
	static struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { 1, &allow };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

/* under-listener COMMAND [ARG...]: executes COMMAND with a listener that stays open. */
static int run_under_listener(char **args)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || dup(make_listener()) < 0)
		return 1;
	execvp(args[0], args);
	return 1;
}

/* listener: requests a seccomp listener of its own; prints the error, or 0. */
static int run_listener(char **args)
{
	(void)args;
	printf("%d\n", make_listener() < 0 ? errno : 0);
	return 0;
}

const struct payload payload_filters[] = {
	{ "own-filter", 1, run_own_filter },
	{ "under", ANY_ARGS, run_under },
	{ "under-listener", ANY_ARGS, run_under_listener },
	{ "listener", 0, run_listener },
	{ NULL, 0, NULL },
};
