// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For what the files in /etc do not know, a program queries a directory service, getent(1) or
 * getsubids(1): libc would load the modules of other sources into this process, and directories
 * refuse to be listed. Must never keep a run from starting because a directory does not answer, nor
 * start a shell, which complains if the working directory is gone.
 */
#include "pen/getent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

enum { PATIENCE_MS = 2000, LINE_ROOM = 4096 };

/* Returns where the sources of DATABASE begin in a line of nsswitch.conf(5), or NULL. Case matters
 * to libc, but not to newuidmap(1). */
static char *find_sources(char *line, const char *database)
{
	size_t len = strlen(database);

	line += strspn(line, " \t");
	if (strncasecmp(line, database, len) != 0)
		return NULL;
	line += len + strspn(line + len, " \t");
	return *line == ':' ? line + 1 : NULL;
}

/* The source "systemd" knows users of services that listen in a directory of their own, or that
 * were left in one (nss-systemd(8)): where there is none, it knows nobody. */
static bool is_systemd_alive(void)
{
	static const char *const directories[] = {
		"/run/systemd/userdb", "/run/systemd/dynamic-uid", "/etc/userdb",     "/run/userdb",
		"/run/host/userdb",    "/usr/local/lib/userdb",	   "/usr/lib/userdb", "/lib/userdb",
	};

	for (size_t i = 0; i < ARRAY_SIZE(directories); i++)
		if (access(directories[i], F_OK) == 0 || errno != ENOENT)
			return true;
	return false;
}

/* Whether the source SOURCE of nsswitch.conf(5) may know more than the files in /etc. */
static bool may_know_more(const char *source)
{
	if (*source == '[' || str_eq(source, "files") || str_eq(source, "compat") ||
	    str_eq(source, "db"))
		return false;
	return !str_eq(source, "systemd") || is_systemd_alive();
}

bool getent_is_needed(const char *database)
{
	auto_fclose FILE *file = fopen("/etc/nsswitch.conf", "re");
	char line[LINE_ROOM], *rest, *word;

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "#\n")] = '\0';
		word = find_sources(line, database);
		word = word ? strtok_r(word, " \t", &rest) : NULL;
		for (; word; word = strtok_r(NULL, " \t", &rest))
			if (may_know_more(word))
				return true;
	}
	return false;
}

static int64_t now_ms(void)
{
	return (int64_t)(clock_ns() / 1000000);
}

int64_t getent_deadline(void)
{
	return now_ms() + PATIENCE_MS;
}

static _Noreturn void execute(const char *path, const char *const *argv, int to)
{
	char *const envp[] = { (char *)"PATH=/usr/bin:/bin", NULL };
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, 0) < 0 || dup2(to, 1) < 0 || dup2(null, 2) < 0 ||
	    syscall(SYS_close_range, 3, ~0U, 0) < 0)
		_exit(1);
	execve(path, (char *const *)argv, envp);
	_exit(1);
}

/* Reads the answer to its end, or until END. Returns its length, or -1 if it did not end in
 * time. */
static ssize_t read_answer(int fd, char *answer, size_t room, int64_t end)
{
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	for (;;) {
		int64_t left = end - now_ms();
		ssize_t n;

		if (left <= 0 || poll(&polled, 1, (int)left) == 0)
			return -1;
		n = read(fd, answer + len, room - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || len + (size_t)n == room - 1)
			break;
		len += (size_t)n;
	}
	answer[len] = '\0';
	return (ssize_t)len;
}

ssize_t getent_ask(const char *path, const char *const *argv, char *answer, size_t room,
		   int64_t end)
{
	int ends[2];
	ssize_t len;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return 0;
	pid = fork();
	if (pid == 0)
		execute(path, argv, ends[1]);
	close(ends[1]);
	len = pid < 0 ? 0 : read_answer(ends[0], answer, room, end);
	close(ends[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return len;
}

ssize_t getent_ask_user(uid_t uid, char *line, size_t room, int64_t end)
{
	static char answer[LINE_ROOM];
	static ssize_t len;
	static uid_t asked;
	static bool is_asked;
	char number[16];
	const char *const argv[] = { "getent", "passwd", number, NULL };

	/* Two parts of a start may need to know the caller. */
	if (!is_asked || asked != uid) {
		snprintf(number, sizeof(number), "%u", uid);
		len = getent_ask("/usr/bin/getent", argv, answer, sizeof(answer), end);
		is_asked = true;
		asked = uid;
	}
	if (len > 0)
		snprintf(line, room, "%s", answer);
	return len < (ssize_t)room ? len : (ssize_t)room - 1;
}
