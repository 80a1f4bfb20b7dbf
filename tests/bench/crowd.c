// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * crowd WHAT N COMMAND [ARG...]: starts COMMAND N times, one after the other, each when the one
 * before has written a first byte; measures; and ends them all by closing their inputs. It is no
 * part of any pen: a bystander. WHAT it prints:
 *   call    nanoseconds of its own getppid while they run
 *   start   milliseconds from the start of the last one to its first byte
 *   first   milliseconds from the start of one more to its end
 *   beside  the same of the one after that
 *   after   its own getppid after they ended, as a part of what it took before they began
 * crowd wait: what COMMAND does: writes a byte and waits until its input ends.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEMBERS_MAX = 1000, CALLS = 100000, STRETCHES = 10, SETTLE_US = 20000 };

struct member {
	pid_t pid;
	int input; /* its end is ours */
};

static struct member members[MEMBERS_MAX];
static size_t n_members;

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The least of some stretches: what ended a moment ago may still be tidied up beside us. */
static double call_ns(void)
{
	double least = 0;

	for (int stretch = 0; stretch < STRETCHES; stretch++) {
		double start = now_ms(), took;

		for (int i = 0; i < CALLS; i++)
			syscall(SYS_getppid);
		took = (now_ms() - start) * 1e6 / CALLS;
		least = stretch && least < took ? least : took;
	}
	return least;
}

/* Returns the pid of COMMAND, which reads from INPUT and writes to OUTPUT. */
static pid_t spawn(char **command, int input, int output)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, 0);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	err = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		fail(command[0]);
	return pid;
}

/* Returns the milliseconds until its first byte. */
static double add_member(char **command)
{
	int input[2], output[2];
	double start = now_ms(), took;
	struct member *member = &members[n_members++];
	char byte;

	if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC))
		fail("pipe");
	member->pid = spawn(command, input[0], output[1]);
	member->input = input[1];
	close(input[0]);
	close(output[1]);
	if (read(output[0], &byte, 1) != 1) {
		fputs("crowd: a member ended before its first byte\n", stderr);
		exit(1);
	}
	took = now_ms() - start;
	close(output[0]);
	return took;
}

static void end_members(void)
{
	int status = 0;

	for (size_t i = 0; i < n_members; i++)
		close(members[i].input);
	for (size_t i = 0; i < n_members; i++)
		if (waitpid(members[i].pid, &status, 0) != members[i].pid || status)
			fail("waitpid");
	n_members = 0;
}

/* Returns the milliseconds that the last one took to start. */
static double gather(char **command, size_t n)
{
	double took = 0;

	while (n_members < n)
		took = add_member(command);
	return took;
}

static double measure_call(char **command, size_t n)
{
	gather(command, n);
	return call_ns();
}

/* Returns the milliseconds from the start of one more to its end. */
static double visit(char **command)
{
	double start = now_ms();
	int status;

	add_member(command);
	close(members[--n_members].input);
	if (waitpid(members[n_members].pid, &status, 0) != members[n_members].pid || status)
		fail("waitpid");
	return now_ms() - start;
}

static double measure_first(char **command, size_t n)
{
	gather(command, n);
	return visit(command);
}

/* Another one has come and gone. */
static double measure_beside(char **command, size_t n)
{
	measure_first(command, n);
	return visit(command);
}

static double measure_after(char **command, size_t n)
{
	double before = call_ns();

	gather(command, n);
	end_members();
	return call_ns() / before;
}

static int wait_for_end(void)
{
	char byte = '\n';

	if (write(1, &byte, 1) != 1)
		return 1;
	while (read(0, &byte, 1) > 0)
		continue;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		double (*measure)(char **command, size_t n);
	} rows[] = {
		{ "call", measure_call },   { "start", gather },
		{ "first", measure_first }, { "beside", measure_beside },
		{ "after", measure_after },
	};
	size_t n = argc > 3 ? strtoul(argv[2], NULL, 10) : MEMBERS_MAX;

	if (argc == 2 && !strcmp(argv[1], "wait"))
		return wait_for_end();
	for (size_t i = 0; n < MEMBERS_MAX && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, argv[1]))
			continue;
		printf("%.3f\n", rows[i].measure(argv + 3, n));
		end_members();
		/* The kernel takes namespaces apart later, and would do so in the next run. */
		usleep((useconds_t)n * SETTLE_US);
		return 0;
	}
	fputs("usage: crowd call|start|first|beside|after N COMMAND [ARG...]\n       crowd wait\n",
	      stderr);
	return 2;
}
