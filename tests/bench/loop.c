// SPDX-License-Identifier: GPL-2.0-or-later
/* One call, many times: prints the nanoseconds of one. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int sink;

static void call_getppid(void)
{
	syscall(SYS_getppid);
}

static void call_write(void)
{
	if (write(sink, "x", 1) != 1)
		exit(1);
}

static void call_open(void)
{
	int fd = openat(AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		exit(1);
	close(fd);
}

static const struct {
	const char *name;
	void (*call)(void);
} calls[] = {
	{ "getppid", call_getppid },
	{ "write", call_write },
	{ "open", call_open }, /* openat and close */
};

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
	long n = argc == 3 ? atol(argv[2]) : 0;

	sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
	for (size_t i = 0; n > 0 && i < sizeof(calls) / sizeof(calls[0]); i++) {
		double start = now_ns();

		if (strcmp(calls[i].name, argv[1]))
			continue;
		for (long k = 0; k < n; k++)
			calls[i].call();
		printf("%.1f\n", (now_ns() - start) / (double)n);
		return 0;
	}
	fputs("usage: loop getppid|write|open TIMES\n", stderr);
	return 2;
}
