// SPDX-License-Identifier: GPL-2.0-or-later
/* Single calls, of either ABI and with any registers. */
#include "tests/payload/payload.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { X86_IOCTL = 54, X86_GETPPID = 64, X86_SETUID32 = 213 };

/* A call of the i386 ABI from a 64-bit process; pointers would have to be below 4 GiB. */
static long call_x86(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

long getppid_native(void)
{
	long ret = syscall(SYS_getppid);

	return ret < 0 ? -errno : ret;
}

static long getppid_x86(void)
{
	return call_x86(X86_GETPPID, 0, 0, 0);
}

caller find_abi(const char *name)
{
	return strcmp(name, "x86") ? getppid_native : getppid_x86;
}

/* getppid ABI TIMES: makes the call, prints the last result. */
static int run_getppid(char **args)
{
	caller call = find_abi(args[0]);
	long ret = 0;

	for (int i = atoi(args[1]); i > 0; i--)
		ret = call();
	printf("%ld\n", ret);
	return 0;
}

/* setuid ABI: fails with EPERM by the kernel itself. */
static int run_setuid(char **args)
{
	long ret;

	if (!strcmp(args[0], "x86"))
		ret = call_x86(X86_SETUID32, 0, 0, 0);
	else
		ret = syscall(SYS_setuid, 0) ? -errno : 0;
	printf("%ld\n", ret);
	return ret == -EPERM ? 0 : 1;
}

/* number NR: makes a call by its number, prints the result. */
static int run_number(char **args)
{
	long ret = syscall(strtol(args[0], NULL, 0));

	printf("%ld\n", ret < 0 ? -(long)errno : ret);
	return 0;
}

/* numbers FIRST N: makes N calls that do not exist, each with a different number. */
static int run_numbers(char **args)
{
	long first = atol(args[0]), n = atol(args[1]);

	for (long i = 0; i < n; i++)
		if (syscall(first + i) >= 0)
			return 1;
	return 0;
}

/* rename ARG: overwrites the end of its argument. */
static int run_rename(char **args)
{
	char *arg = args[0];

	memset(arg + strlen(arg) - 20, 'X', 20);
	return 0;
}

/* calls NR...: makes each of these calls, without arguments. */
static int run_calls(char **args)
{
	for (; *args; args++)
		syscall(strtol(*args, NULL, 0), 0, 0, 0, 0, 0, 0);
	return 0;
}

/* each CALL...: makes each of these calls: NR[,ARGUMENT...], behind "x86:" of the i386 ABI. */
static int run_each(char **args)
{
	for (; *args; args++) {
		const char *at = strncmp(*args, "x86:", 4) ? *args : *args + 4;
		long v[7] = { 0 };

		for (size_t i = 0; i < sizeof(v) / sizeof(v[0]) && *at; i++) {
			char *end;

			v[i] = (long)strtoull(at, &end, 0);
			at = *end ? end + 1 : end;
		}
		if (!strncmp(*args, "x86:", 4))
			call_x86(v[0], v[1], v[2], v[3]);
		else if (!syscall(v[0], v[1], v[2], v[3], v[4], v[5], v[6]) && v[0] == SYS_clone)
			_exit(0);
	}
	return 0;
}

/* ioctl COMMAND: on standard input, with all 64 bits of the command; prints the result. */
static int run_ioctl(char **args)
{
	char byte = 'x';
	long ret = syscall(SYS_ioctl, 0, strtoull(args[0], NULL, 0), &byte);

	printf("%ld\n", ret < 0 ? -(long)errno : ret);
	return 0;
}

/* ioctl-x86 COMMAND: the same as a call of the i386 ABI. */
static int run_ioctl_x86(char **args)
{
	printf("%ld\n", call_x86(X86_IOCTL, 0, strtol(args[0], NULL, 0), 0));
	return 0;
}

/* values N: fcntl with N commands, most of which do not exist. */
static int run_values(char **args)
{
	for (long i = atol(args[0]); i > 0; i--)
		syscall(SYS_fcntl, -1, 5000 + i, 0);
	return 0;
}

/* call NAME A B: a call with two given registers; prints the result. */
static int run_call(char **args)
{
	static const struct {
		const char *name;
		long nr;
	} calls[] = { { "fcntl", SYS_fcntl }, { "kill", SYS_kill }, { "clone", SYS_clone } };
	long ret;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, args[0]))
			continue;
		ret = syscall(calls[i].nr, strtoull(args[1], NULL, 0), strtoull(args[2], NULL, 0),
			      0, 0, 0);
		if (calls[i].nr == SYS_clone && ret == 0)
			_exit(0);
		printf("%ld\n", ret < 0 ? -(long)errno : ret);
		return 0;
	}
	return 1;
}

/* exec PATH GUESS: tries to execute PATH by both calls, with GUESS in the sixth register. */
static int run_exec(char **args)
{
	char *argv[] = { args[0], NULL }, *envp[] = { NULL };
	int by_path = execve(args[0], argv, envp) ? -errno : 0;
	long by_at = syscall(SYS_execveat, -100, args[0], argv, envp, 0,
			     strtoull(args[1], NULL, 0));

	printf("execve %d execveat %ld\n", by_path, by_at ? -(long)errno : 0);
	return 0;
}

/* Set once the first thread makes no call but the one that waits. */
static atomic_bool is_waiting;

static void *execute(void *args)
{
	while (!atomic_load(&is_waiting))
		;
	execv(*(char **)args, args);
	return NULL;
}

/* thread-exec PATH [ARG...]: executes PATH from a thread other than the first. */
static int run_thread_exec(char **args)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, execute, args))
		return 1;
	atomic_store(&is_waiting, true);
	pthread_join(thread, NULL);
	return 1;
}

/* Three functions; the innermost has the name that a C++ compiler makes of stable::horse(int). */
__attribute__((noinline)) int deep_three(int nr) __asm__("_ZN6stable5horseEi");
__attribute__((noinline)) int deep_two(int nr);
__attribute__((noinline)) int deep_one(int nr);

int deep_three(int nr)
{
	return (int)syscall(nr) + 3;
}

int deep_two(int nr)
{
	return deep_three(nr) + 2;
}

int deep_one(int nr)
{
	return deep_two(nr) + 1;
}

/* deep NR: makes a call three functions deep; it is expected to be denied. */
static int run_deep(char **args)
{
	return deep_one(atoi(args[0])) == -1 + 3 + 2 + 1 ? 0 : 1;
}

const struct payload payload_calls[] = {
	{ "getppid", 2, run_getppid },
	{ "setuid", 1, run_setuid },
	{ "number", 1, run_number },
	{ "numbers", 2, run_numbers },
	{ "calls", ANY_ARGS, run_calls },
	{ "rename", 1, run_rename },
	{ "ioctl", 1, run_ioctl },
	{ "ioctl-x86", 1, run_ioctl_x86 },
	{ "values", 1, run_values },
	{ "call", 3, run_call },
	{ "exec", 2, run_exec },
	{ "thread-exec", ANY_ARGS, run_thread_exec },
	{ "deep", 1, run_deep },
	{ "each", ANY_ARGS, run_each },
	{ NULL, 0, NULL },
};
