// SPDX-License-Identifier: GPL-2.0-or-later
/* One call, many times: prints the nanoseconds of one, by the fastest tenth of the work: what else
 * the machine does meanwhile, be it on the other thread of the core, only adds to it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	PIECES = 100,
	SIZE_BUFFER = 10, /* syslog(2) */
};

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

/* The default policy denies it. Bare, it only returns a size, or an error at once. */
static void call_denied(void)
{
	syscall(SYS_syslog, SIZE_BUFFER, NULL, 0);
}

static const struct {
	const char *name;
	void (*call)(void);
} calls[] = {
	{ "getppid", call_getppid },
	{ "write", call_write },
	{ "open", call_open }, /* openat and close */
	{ "denied", call_denied },
};

static double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double least_ns(void (*call)(void), long n)
{
	double pieces[PIECES];

	for (size_t i = 0; i < PIECES; i++) {
		double start = now_ns();

		for (long k = 0; k < n / PIECES; k++)
			call();
		pieces[i] = (now_ns() - start) / (double)(n / PIECES);
	}
	qsort(pieces, PIECES, sizeof(pieces[0]), compare);
	return pieces[PIECES / 10];
}

int main(int argc, char **argv)
{
	long n = argc == 3 ? atol(argv[2]) : 0;

	sink = open("/dev/null", O_WRONLY | O_CLOEXEC);
	for (size_t i = 0; n >= PIECES && i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, argv[1]) != 0)
			continue;
		printf("%.1f\n", least_ns(calls[i].call, n));
		return 0;
	}
	fputs("usage: loop getppid|write|open|denied TIMES\n", stderr);
	return 2;
}
