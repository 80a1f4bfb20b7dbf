// SPDX-License-Identifier: GPL-2.0-or-later
/* Many things at once: threads, processes, calls, signals, memory; and payloads that wait for
 * others. */
#include "tests/payload/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void *count_in_thread(void *times)
{
	for (long i = *(long *)times; i > 0; i--)
		getppid_native();
	return NULL;
}

enum { MOST_THREADS = 1024 };

/* Runs N threads and waits for them. Returns 0 or 1. */
static int run_in_threads(int n, void *(*body)(void *), void *data)
{
	static pthread_t threads[MOST_THREADS];

	for (int i = 0; i < n; i++)
		if (n > MOST_THREADS || pthread_create(&threads[i], NULL, body, data))
			return 1;
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

/* threads N TIMES: TIMES calls in each of N threads, all denied or all allowed. */
static int run_threads(char **args)
{
	long times = atol(args[1]);

	return run_in_threads(atoi(args[0]), count_in_thread, &times);
}

static void *mix_in_thread(void *times)
{
	for (long i = *(long *)times; i > 0; i--)
		i % 10 ? getppid_native() : getsid(0);
	return NULL;
}

/* mixed N TIMES: as threads, but every tenth call is getsid. */
static int run_mixed(char **args)
{
	long times = atol(args[1]);

	return run_in_threads(atoi(args[0]), mix_in_thread, &times);
}

static void *call_for_ever(void *unused)
{
	for (;;)
		getppid_native();
	return unused;
}

/* rush: several threads make calls while the process ends. */
static int run_rush(char **args)
{
	pthread_t thread;

	(void)args;
	for (int i = 0; i < 8; i++)
		if (pthread_create(&thread, NULL, call_for_ever, NULL))
			return 1;
	for (int i = 0; i < 100; i++)
		getppid_native();
	_exit(0);
}

static volatile sig_atomic_t n_alarms;

static void count_alarm(int sig)
{
	(void)sig;
	n_alarms++;
}

struct tally {
	long times, refused, interrupted;
};

static void *make_calls(void *data)
{
	struct tally *tally = data;

	for (long i = tally->times; i > 0; i--) {
		long ret = getppid_native();

		tally->refused += ret == -EACCES;
		tally->interrupted += ret == -EINTR;
	}
	return NULL;
}

/* storm N TIMES restart|break: TIMES calls in each of N threads, amid signals whose handler
 * restarts calls or does not; prints how many got EACCES, and how many EINTR. It is a storm only if
 * some signals came. */
static int run_storm(char **args)
{
	const struct itimerval often = { { 0, 100 }, { 0, 100 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = count_alarm,
				    .sa_flags = strcmp(args[2], "restart") ? 0 : SA_RESTART };
	long n = atol(args[0]), refused = 0, interrupted = 0;
	struct tally tallies[64] = { 0 };
	pthread_t threads[64];

	if (n > 64 || sigaction(SIGALRM, &action, NULL) || setitimer(ITIMER_REAL, &often, NULL))
		return 1;
	for (long i = 0; i < n; i++) {
		tallies[i].times = atol(args[1]);
		if (pthread_create(&threads[i], NULL, make_calls, &tallies[i]))
			return 1;
	}
	for (long i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		refused += tallies[i].refused;
		interrupted += tallies[i].interrupted;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("%ld %ld\n", refused, interrupted);
	return n_alarms ? 0 : 1;
}

/* hog MIB: touches memory until it has MIB or is killed. */
static int run_hog(char **args)
{
	size_t mib = (size_t)atoi(args[0]);

	for (size_t i = 0; i < mib; i++) {
		char *block = malloc(1 << 20);

		if (!block)
			return 1;
		memset(block, 1, 1 << 20);
	}
	return 0;
}

/* forks N: forks N children that wait; exits 0 if all could be forked, prints how many were. */
static int run_forks(char **args)
{
	int wish = atoi(args[0]), n = 0, hold[2];

	if (pipe(hold))
		return 1;
	for (; n < wish; n++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0) {
			char byte;

			close(hold[1]);
			_exit(read(hold[0], &byte, 1) != 0);
		}
	}
	printf("%d\n", n);
	return n == wish ? 0 : 1;
}

/* Waits for a line from the FIFO, or writes one. */
static int meet(const char *fifo, int flags)
{
	char byte = '\n';
	int fd = open(fifo, flags);
	ssize_t n = flags == O_RDONLY ? read(fd, &byte, 1) : write(fd, &byte, 1);

	close(fd);
	return n == 1 ? 0 : -1;
}

/*
 * flood GO GONE CALLS CHILDREN: waits for GO, writes to GONE that it runs, waits for GO again,
 * makes CALLS calls of getsid, then CHILDREN children that exit at once, and writes to GONE again.
 */
static int run_flood(char **args)
{
	long calls = atol(args[2]), children = atol(args[3]);

	if (meet(args[0], O_RDONLY) || meet(args[1], O_WRONLY) || meet(args[0], O_RDONLY))
		return 1;
	while (calls-- > 0)
		getsid(0);
	while (children-- > 0) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	return meet(args[1], O_WRONLY) ? 1 : 0;
}

static pthread_barrier_t crowd_gate;

static void *call_at_gate(void *times)
{
	pthread_barrier_wait(&crowd_gate);
	for (long i = *(long *)times; i > 0; i--)
		getsid(0);
	return NULL;
}

/* crowd THREADS TIMES GO GONE: writes to GONE that its threads wait, waits for GO, then each thread
 * and a child call getsid TIMES times; the first thread makes no such call. */
static int run_crowd(char **args)
{
	int n = atoi(args[0]);
	long times = atol(args[1]);
	pthread_t threads[64];
	pid_t pid;

	pthread_barrier_init(&crowd_gate, NULL, (unsigned int)n + 1);
	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, call_at_gate, &times))
			return 1;
	if (meet(args[3], O_WRONLY) || meet(args[2], O_RDONLY))
		return 1;
	pthread_barrier_wait(&crowd_gate);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	pid = fork();
	if (pid == 0) {
		for (; times > 0; times--)
			getsid(0);
		_exit(3);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* spin FILE GONE: writes to GONE, then makes no call until the first byte of FILE is 1, then
 * getsid. */
static int run_spin(char **args)
{
	int fd = open(args[0], O_RDONLY);
	volatile const char *byte = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);

	if (byte == MAP_FAILED || meet(args[1], O_WRONLY))
		return 1;
	while (*byte != '1')
		continue;
	getsid(0);
	return 0;
}

const struct payload payload_crowds[] = {
	{ "threads", 2, run_threads }, { "mixed", 2, run_mixed },
	{ "rush", 0, run_rush },       { "storm", 3, run_storm },
	{ "hog", 1, run_hog },	       { "forks", 1, run_forks },
	{ "flood", 4, run_flood },     { "crowd", 4, run_crowd },
	{ "spin", 2, run_spin },       { NULL, 0, NULL },
};
