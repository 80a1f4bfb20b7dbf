// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that is stopped, by a signal or by a freezer, when its trace begins: each of its
 * threads is at a different point then, and the first thing that each does once it continues is a
 * call that a filter stops. The threads themselves count the results of the calls.
 */
#include "tests/payload/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CALLS = 10, NO_CALL = 1000 };

static volatile const char *goes_on; /* '1': continue */

/* Makes the calls; returns how many were stopped. */
static long make_calls(void)
{
	long stopped = 0;

	for (int i = 0; i < CALLS; i++)
		stopped += syscall(SYS_getsid, 0) < 0 && errno == EACCES;
	return stopped;
}

static void *call_after(void)
{
	while (*goes_on != '1')
		continue;
	return (void *)make_calls();
}

static void *from_program(void *unused)
{
	(void)unused;
	return call_after();
}

/* Its last call returned the same result that a call has at its entry. */
static void *from_no_call(void *unused)
{
	(void)unused;
	syscall(NO_CALL);
	return call_after();
}

/* It sleeps in a call that eventually fails. */
static void *from_sleep(void *unused)
{
	const struct timespec time = { .tv_nsec = 300000000 };
	int word = 0;

	(void)unused;
	syscall(SYS_futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, &time, NULL, 0);
	return call_after();
}

/* Stops its own process: by SIGSTOP, or by writing TEXT to the file of a freezer. */
static void halt(int fd, const char *text)
{
	if (fd < 0)
		syscall(SYS_kill, getpid(), SIGSTOP);
	else if (write(fd, text, strlen(text)) < 0)
		_exit(1);
}

/* halted FILE [FREEZER TEXT]: several threads, stopped until they are continued; from then on, once
 * the first byte of FILE is 1, each makes only calls that are stopped. Prints how many were. */
static int run_halted(char **args)
{
	static void *(*const bodies[])(void *) = { from_program, from_no_call, from_sleep,
						   from_program, from_no_call, from_sleep };
	enum { N = sizeof(bodies) / sizeof(bodies[0]) };
	int fd = open(args[0], O_RDONLY), freezer = args[1] ? open(args[1], O_WRONLY) : -1;
	pthread_t threads[N];
	long stopped;

	goes_on = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (goes_on == MAP_FAILED || (args[1] && freezer < 0))
		return 1;
	for (int i = 0; i < N; i++)
		if (pthread_create(&threads[i], NULL, bodies[i], NULL))
			return 1;
	halt(freezer, args[1] ? args[2] : NULL);
	stopped = make_calls();
	for (int i = 0; i < N; i++) {
		void *more;

		pthread_join(threads[i], &more);
		stopped += (long)more;
	}
	printf("%ld\n", stopped);
	return 0;
}

const struct payload payload_halted[] = {
	{ "halted", ANY_ARGS, run_halted },
	{ NULL, 0, NULL },
};
