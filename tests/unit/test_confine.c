// SPDX-License-Identifier: GPL-2.0-or-later
/* What is left to a process of ours that reads files made by others. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "trace/confine.h"

static bool is_refused(long ret)
{
	return ret < 0 && errno == EPERM;
}

static bool has_line(const char *text, const char *line)
{
	return strstr(text, line) != NULL;
}

/* Read before the filter is on; nothing that is seen here changes after it. */
static bool is_powerless(void)
{
	char text[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	return n > 0 && has_line(text, "CapEff:\t0000000000000000") &&
	       has_line(text, "CapPrm:\t0000000000000000") && has_line(text, "NoNewPrivs:\t1") &&
	       has_line(text, "Seccomp:\t2");
}

static int try_all(void)
{
	char *const argv[] = { "true", NULL };
	const bool results[] = {
		is_powerless(),
		is_refused(open("/tmp/pinfold-confine", O_WRONLY | O_CREAT, 0600)),
		is_refused(open("/dev/null", O_RDWR)),
		is_refused(socket(AF_UNIX, SOCK_STREAM, 0)),
		is_refused(execv("/bin/true", argv)),
		is_refused(fork()),
		is_refused(kill(getppid(), 0)),
		mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			MAP_FAILED,
		open("/proc/self/maps", O_RDONLY | O_CLOEXEC) >= 0 || errno != EPERM,
	};

	for (size_t i = 0; i < ARRAY_SIZE(results); i++)
		if (!results[i])
			return (int)i + 1;
	return 0;
}

static void nothing_but_reading_is_left(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		/* Bare, since the address sanitizer's _exit() asks for more. */
		syscall(SYS_exit_group, confine_self("<symbols>") ? 100 : try_all());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void without_a_policy_it_does_not_go_on(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(confine_self("<no such policy>") ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_but_reading_is_left),
		cmocka_unit_test(without_a_policy_it_does_not_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
