// SPDX-License-Identifier: GPL-2.0-or-later
/* Attempts to use up what the kernel counts per user or for the machine. */
#include "tests/pen/attempt.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1 << 18, MOST_FILES = 4096 };

static int count_inotify(void)
{
	int n = 0;

	while (n < MOST_FILES && inotify_init1(0) >= 0)
		n++;
	return n;
}

/* One instance; each name is one watch. */
static int count_watches(void)
{
	int fd = inotify_init1(0), n = 0;
	char name[32];

	if (mkdir("/tmp/watched", 0700) && access("/tmp/watched", W_OK))
		return -1;
	for (; n < MOST; n++) {
		snprintf(name, sizeof(name), "/tmp/watched/%d", n);
		close(open(name, O_WRONLY | O_CREAT, 0600));
		if (inotify_add_watch(fd, name, IN_OPEN) < 0)
			break;
	}
	return n;
}

static int count_groups(void)
{
	int n = 0;

	/* 0x200: FAN_REPORT_FID, which needs no capability (5.13) */
	while (n < MOST_FILES && syscall(SYS_fanotify_init, 0x200, O_RDONLY) >= 0)
		n++;
	return n;
}

static int count_signals(void)
{
	sigset_t set;
	int n = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (n < MOST && !sigqueue(getpid(), SIGRTMIN, (union sigval){ 0 }))
		n++;
	return n;
}

static int count_ptys(void)
{
	int n = 0;

	while (n < MOST_FILES && open("/dev/ptmx", O_RDWR | O_NOCTTY) >= 0)
		n++;
	return n;
}

static int count_queues(void)
{
	char name[32];
	int n = 0;

	for (; n < MOST_FILES; n++) {
		snprintf(name, sizeof(name), "/attempt.%d", n);
		if (mq_open(name, O_RDWR | O_CREAT, 0600, NULL) == (mqd_t)-1)
			break;
		mq_unlink(name);
	}
	return n;
}

/* budget [KIND]: takes everything and says how much it was, one line per kind. */
int run_budget(char **args)
{
	static const struct {
		const char *name;
		int (*count)(void);
	} kinds[] = {
		{ "ptys", count_ptys },	      { "inotify", count_inotify },
		{ "fanotify", count_groups }, { "signals", count_signals },
		{ "queues", count_queues },   { "watches", count_watches },
	};
	struct rlimit files = { MOST_FILES, MOST_FILES };

	setrlimit(RLIMIT_NOFILE, &files);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		pid_t pid;

		if (args[0] && strcmp(args[0], kinds[i].name))
			continue;
		pid = fork();
		if (pid == 0) {
			printf("%s %d\n", kinds[i].name, kinds[i].count());
			fflush(stdout);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	return OUT;
}
