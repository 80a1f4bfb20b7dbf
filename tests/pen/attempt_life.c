// SPDX-License-Identifier: GPL-2.0-or-later
/* Attempts to outlive a pen's end: to take the CPU from the process whose death ends the pen, and
 * to leave it none. */
#include "tests/pen/attempt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* linux/ioprio.h, and the first size of struct sched_attr (sched_setattr(2)). */
enum { WHO_PROCESS = 1, WHO_USER = 3, IDLE_CLASS = 3 << 13, ATTR_SIZE = 48 };
enum { STORM_PAUSE = 50 };

struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* Returns how many of the calls that take the CPU from PID are allowed. */
static int starve(pid_t pid)
{
	const struct sched_param none = { 0 };
	struct attr attr = { .size = ATTR_SIZE, .policy = SCHED_IDLE };
	const struct rlimit64 limit = { 1, 1 };
	cpu_set_t first;
	int n = 0;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	n += sched_setaffinity(pid, sizeof(first), &first) == 0;
	n += syscall(SYS_ioprio_set, WHO_PROCESS, pid, IDLE_CLASS) == 0;
	n += syscall(SYS_ioprio_set, WHO_USER, getuid(), IDLE_CLASS) == 0;
	n += setpriority(PRIO_PROCESS, (id_t)pid, 19) == 0;
	n += setpriority(PRIO_USER, 0, 19) == 0;
	n += syscall(SYS_prlimit64, pid, RLIMIT_CPU, &limit, NULL) == 0;
	n += sched_setscheduler(pid, SCHED_IDLE, &none) == 0;
	n += syscall(SYS_sched_setattr, pid, &attr, 0) == 0;
	return n;
}

static void spin(void)
{
	for (volatile unsigned int i = 0;; i++)
		;
}

/* Stops and continues the others, which do the same. */
static void storm(const pid_t *others, size_t n)
{
	for (size_t i = (size_t)getpid();; i++) {
		pid_t other = others[i % n];

		if (other && other != getpid()) {
			kill(other, SIGSTOP);
			for (volatile int k = 0; k < STORM_PAUSE; k++)
				;
			kill(other, SIGCONT);
		}
	}
}

/* Forks and exits, so that no list of pids is valid for long. */
static void hop(void)
{
	for (;;)
		if (fork() > 0)
			_exit(0);
}

/*
 * outlive PID COUNT KIND: takes the CPU from process PID (0: its own child), and says how many ways
 * worked. Then COUNT processes that only SIGKILL kills fill the pen, next to the first, which any
 * signal kills: of KIND spin, storm, hop, or low, which spin at a low priority.
 */
int run_outlive(char **args)
{
	pid_t self = getpid(), pid = atoi(args[0]), *others;
	size_t n = (size_t)atoi(args[1]);
	const char *kind = args[2];
	int ways;

	if (!pid && (pid = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != self) /* it had exited before the signal was requested */
			_exit(0);
		pause();
	}
	ways = starve(pid);
	printf("%d ways\n", ways);
	fflush(stdout);
	if (!n)
		return ways ? OUT : SHUT;
	others = calloc(n, sizeof(*others));
	for (size_t i = 0; i < n; i++) {
		pid = fork();
		if (pid > 0)
			others[i] = pid;
		if (pid)
			continue;
		for (int sig = 1; sig < SIGSYS; sig++)
			signal(sig, sig == SIGCHLD ? SIG_DFL : SIG_IGN);
		if (!strcmp(kind, "storm"))
			storm(others, i ? i : 1);
		if (!strcmp(kind, "hop"))
			hop();
		if (!strcmp(kind, "low"))
			setpriority(PRIO_PROCESS, 0, 19);
		spin();
	}
	puts("started");
	fflush(stdout);
	if (!strcmp(kind, "storm"))
		storm(others, n);
	spin();
	return SHUT;
}

static volatile pid_t hung_command;
static const int passed[] = { SIGHUP, SIGINT, SIGTERM };

static void pass_on(int sig)
{
	kill(hung_command, sig);
}

static int write_map(const char *file, unsigned int id)
{
	FILE *map = fopen(file, "w");

	return map && fprintf(map, "%u %u 1", id, id) > 0 && !fclose(map) ? 0 : -1;
}

/* hang DIR COMMAND [ARG...]: runs COMMAND where DIR is a file system that never answers, in a
 * separate mount namespace. Exits with the command's status. */
int run_hang(char **args)
{
	char options[100];
	int fuse, status;
	pid_t pid;

	if (geteuid() ? unshare(CLONE_NEWUSER | CLONE_NEWNS) ||
				write_map("/proc/self/uid_map", geteuid())
		      : unshare(CLONE_NEWNS))
		return WRONG_USE;
	fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (fuse < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return WRONG_USE;
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=%u,group_id=%u,allow_other", fuse, getuid(),
		 getgid());
	if (mount("hang", args[0], "fuse", MS_NOSUID | MS_NODEV, options))
		return WRONG_USE;
	pid = fork();
	if (pid == 0) {
		execvp(args[1], args + 1);
		_exit(WRONG_USE);
	}
	/* Signals are for the command. */
	hung_command = pid;
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		signal(passed[i], pass_on);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* buffers MIB: whether datagrams that nobody reads can use more than that, in many sockets. */
int run_buffers(char **args)
{
	enum { SOCKETS = 900, DATAGRAM = 60000, TRIES = 100 };
	static char data[DATAGRAM];
	size_t held = 0, limit = (size_t)atoi(args[0]) << 20;
	int sockets[SOCKETS], n = 0;

	for (; n < SOCKETS; n++) {
		struct sockaddr_in address = { .sin_family = AF_INET,
					       .sin_addr = { htonl(INADDR_LOOPBACK) } };
		socklen_t len = sizeof(address);

		sockets[n] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		if (sockets[n] < 0 || bind(sockets[n], (struct sockaddr *)&address, len) ||
		    getsockname(sockets[n], (struct sockaddr *)&address, &len) ||
		    connect(sockets[n], (struct sockaddr *)&address, len))
			break;
		for (int i = 0; i < TRIES; i++)
			if (send(sockets[n], data, sizeof(data), 0) < 0)
				break;
	}
	for (int i = 0; i < n; i++) {
		ssize_t got;

		while ((got = recv(sockets[i], data, sizeof(data), 0)) > 0)
			held += (size_t)got;
	}
	printf("%zu MiB\n", held >> 20);
	return n && held > limit ? OUT : SHUT;
}
