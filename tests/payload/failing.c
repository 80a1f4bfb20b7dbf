// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls that fail as they do in a pen, each a known number of times, from threads and processes. */
#include "tests/payload/payload.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 64 };

static int times, folder;

static void fail_to_connect(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 8);
	connect(fd, (struct sockaddr *)&in, sizeof(in));
	close(fd);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	connect(fd, (struct sockaddr *)&un, sizeof(un));
	close(fd);
}

/* Between the two: what fails with another error, and what succeeds. */
static void *fail(void *unused)
{
	char *argv[] = { (char *)"none", NULL };
	struct stat st;

	for (int i = 0; i < times; i++) {
		open("/nowhere/absolute", O_RDONLY | O_CLOEXEC);
		open("relative/./file", O_WRONLY | O_CLOEXEC);
		fstatat(folder, "beside", &st, 0);
		rename("/nowhere/from", "to");
		rename("/nowhere/from", "/nowhere/to");
		fail_to_connect();
		kill(1 << 21, SIGTERM);
		execv("/nowhere/program", argv);
		open("/usr/made", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		write(-1, "", 1);
		stat("/usr", &st);
	}
	return unused;
}

static int fail_in_threads(int n)
{
	pthread_t threads[MOST];

	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, fail, NULL))
			return 1;
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

/* THREADS in each of PROCESSES, TIMES each. */
static int run_known(char **args)
{
	int threads = atoi(args[0]), processes = atoi(args[1]), status, err = 0;

	times = atoi(args[2]);
	folder = open("/usr/lib", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (threads > MOST || folder < 0 || chdir("/usr/bin"))
		return 1;
	for (int i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (!pid)
			_exit(fail_in_threads(threads));
	}
	while (wait(&status) > 0)
		err |= status;
	return err != 0;
}

/* N files that are not there, each looked for once. */
static int run_distinct(char **args)
{
	char path[64];

	for (int i = 0; i < atoi(args[0]); i++) {
		snprintf(path, sizeof(path), "/nowhere/distinct/%d", i);
		access(path, F_OK);
	}
	return 0;
}

const struct payload payload_failing[] = {
	{ "failing", 3, run_known },
	{ "failing-distinct", 1, run_distinct },
	{ NULL, 0, NULL },
};
