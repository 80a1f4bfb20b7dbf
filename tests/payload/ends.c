// SPDX-License-Identifier: GPL-2.0-or-later
/* Ends of processes that look as if a filter had killed them, and parents that are not the
 * creators. */
#include "tests/payload/payload.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int *flag;

static void make_flag(void)
{
	flag = mmap(NULL, sizeof(*flag), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* Sends SIGSYS to the parent once that says that it is waiting for it. */
static void fork_killer(void)
{
	pid_t victim = getpid();

	if (fork())
		return;
	while (!*flag)
		continue;
	kill(victim, SIGSYS);
	_exit(0);
}

static void spin_in_handler(int sig)
{
	(void)sig;
	*flag = 1;
	for (;;)
		continue;
}

/* murder: handles the SIGSYS of one call, makes no other call, and dies of a SIGSYS from a
 * child. */
static int run_murder(char **args)
{
	struct sigaction once = { .sa_handler = spin_in_handler,
				  .sa_flags = SA_RESETHAND | SA_NODEFER };

	(void)args;
	make_flag();
	fork_killer();
	sigaction(SIGSYS, &once, NULL);
	getppid_native();
	return 1;
}

static void *outlive(void *unused)
{
	/* The kernel keeps the first thread, which has ended, until the others have. */
	char path[64], state = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	while (state != 'Z') {
		FILE *file = fopen(path, "r");

		if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			state = 0;
		if (file)
			fclose(file);
	}
	*flag = 1;
	for (;;)
		continue;
	return unused;
}

/* late-murder: the first thread makes a call that kills only that thread; then a child's SIGSYS
 * kills the rest. */
static int run_late_murder(char **args)
{
	pthread_t thread;

	(void)args;
	make_flag();
	fork_killer();
	if (pthread_create(&thread, NULL, outlive, NULL))
		return 1;
	getppid_native();
	return 1;
}

/* half-brother: a child creates one whose parent is its own parent; prints who that is, as it sees
 * it. */
static int run_half_brother(char **args)
{
	int status;
	pid_t pid = fork();

	(void)args;
	if (pid == 0) {
		if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) {
			printf("%ld\n", getppid_native());
			fflush(stdout);
		}
		_exit(0);
	}
	return wait(&status) > 0 && wait(&status) > 0 ? 0 : 1;
}

static pthread_barrier_t gate;

static void *make_numbers(void *data)
{
	long first = ((long *)data)[0], n = ((long *)data)[1];

	for (long i = 0; i < n; i++) {
		pthread_barrier_wait(&gate);
		syscall(first + i);
	}
	return NULL;
}

/* in-step FIRST N THREADS: THREADS threads make the same N calls that do not exist, in step with
 * each other. */
static int run_in_step(char **args)
{
	long range[2] = { atol(args[0]), atol(args[1]) };
	unsigned int n = (unsigned int)atoi(args[2]);
	pthread_t threads[64];

	if (n > 64 || pthread_barrier_init(&gate, NULL, n))
		return 1;
	for (unsigned int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, make_numbers, range))
			return 1;
	for (unsigned int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

const struct payload payload_ends[] = {
	{ "murder", 0, run_murder },
	{ "late-murder", 0, run_late_murder },
	{ "half-brother", 0, run_half_brother },
	{ "in-step", 3, run_in_step },
	{ NULL, 0, NULL },
};
