// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel accepts a map of subordinate ids only from the set-user-ID programs newuidmap(1) and
 * newgidmap(1), which check themselves what is granted, and have the last word. Must never request
 * more of them than was found, or go on when one of them has refused.
 */
#include "pen/subid.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/fork.h"
#include "base/mem.h"
#include "confine/helper.h"
#include "pen/env.h"

enum { WORDS_LIMIT = 4096, PATIENCE_MS = 20000 };

static const char folder[] = "/usr/bin";

/* A running program. */
struct mapper {
	const char *name;
	int error;	  /* why it was not started; 0: it was */
	int pidfd, words; /* pipe from its standard error; -1: it was not started */
};

/* Whether executing the file of NAME gains rights. */
static bool gives_rights(const char *name)
{
	auto_free char *path = mem_printf("%s/%s", folder, name);
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) < 0 || access(path, X_OK) < 0 || statvfs(path, &fs) < 0)
		return false;
	if (st.st_uid != 0 || (fs.f_flag & ST_NOSUID))
		return false;
	return (st.st_mode & S_ISUID) || getxattr(path, "security.capability", NULL, 0) > 0;
}

const char *subid_find_obstacle(void)
{
	auto_free char *path = mem_printf("%s/newuidmap", folder);

	if (access(path, F_OK) < 0)
		return "newuidmap is not installed (Debian's package uidmap)";
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return "newuidmap can gain no rights under no_new_privs";
	if (prctl(PR_CAPBSET_READ, CAP_SETUID, 0, 0, 0) != 1 ||
	    prctl(PR_CAPBSET_READ, CAP_SETGID, 0, 0, 0) != 1 || !gives_rights("newuidmap") ||
	    !gives_rights("newgidmap"))
		return "newuidmap and newgidmap can gain no rights here";
	return NULL;
}

static _Noreturn void execute(const char *path, char *const *argv, int words)
{
	static char *const envp[] = { NULL };
	const sigset_t none = { 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0 &&
	    dup2(words, STDERR_FILENO) >= 0 &&
	    syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
		helper_reset_signals();
		sigprocmask(SIG_SETMASK, &none, NULL);
		execve(path, argv, envp);
	}
	_exit(127);
}

/* Waits for the process, and kills it if it takes too long: names may come from a server that does
 * not answer, and signals are blocked. Returns its exit status, or -errno. */
static int wait_status(int pidfd)
{
	struct pollfd poll_fd = { .fd = pidfd, .events = POLLIN };
	siginfo_t info;
	int n;

	do
		n = poll(&poll_fd, 1, PATIENCE_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | __WALL) < 0)
		if (errno != EINTR)
			return -errno;
	if (n <= 0)
		return -ETIMEDOUT;
	return info.si_code == CLD_EXITED ? info.si_status : -ECHILD;
}

/* Starts the program at PATH; returns 0 or -errno. */
static int start(const char *path, char *const *argv, struct mapper *mapper)
{
	struct clone_args args = { .flags = CLONE_PIDFD, .exit_signal = SIGCHLD };
	auto_close int in = -1, out = -1;
	int ends[2], pidfd = -1;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	in = ends[0];
	out = ends[1];
	args.pidfd = (uint64_t)(uintptr_t)&pidfd;
	pid = fork_clone(&args);
	if (pid < 0)
		return -errno;
	if (pid == 0)
		execute(path, argv, out);
	mapper->pidfd = pidfd;
	mapper->words = steal_fd(&in);
	return 0;
}

static char **make_argv(const char *name, pid_t pid, const struct id_ranges *ranges)
{
	char **argv = mem_alloc((2 + 3 * ranges->n + 1) * sizeof(*argv));
	char **at = argv;

	*at++ = mem_strdup(name);
	*at++ = mem_printf("%d", (int)pid);
	for (size_t i = 0; i < ranges->n; i++) {
		*at++ = mem_printf("%" PRIu32, ranges->v[i].first);
		*at++ = mem_printf("%" PRIu32, ranges->v[i].first);
		*at++ = mem_printf("%" PRIu32, ranges->v[i].count);
	}
	return argv;
}

/* Starts the program NAME, unless there are no subordinate ids to map. */
static void start_mapper(const char *name, pid_t pid, const struct id_ranges *ranges,
			 struct mapper *mapper)
{
	auto_free char *path = mem_printf("%s/%s", folder, name);
	char **argv;

	*mapper = (struct mapper){ .name = name, .pidfd = -1, .words = -1 };
	if (ranges->n < 2)
		return;
	argv = make_argv(name, pid, ranges);
	mapper->error = start(path, argv, mapper);
	env_free(argv);
}

/* Waits for it, and reports what went wrong, unless ERR was reported before. */
static int finish_mapper(struct mapper *mapper, int err, struct diags *diags)
{
	auto_free char *words = NULL;
	int status = mapper->error;
	size_t len;

	if (mapper->pidfd >= 0) {
		status = wait_status(mapper->pidfd);
		fd_read_all(mapper->words, WORDS_LIMIT, &words, &len);
	}
	cleanup_close(&mapper->pidfd);
	cleanup_close(&mapper->words);
	if (err || !status)
		return err;
	if (status < 0)
		diags_fail(diags, status, "cannot map the subordinate ids: %s: %s", mapper->name,
			   strerror(-status));
	else
		diags_fail(diags, -EPERM,
			   "cannot map the subordinate ids: %s exited with status %d", mapper->name,
			   status);
	if (words && *words) {
		words[strcspn(words, "\n")] = '\0';
		diags_hint(diags, "it says: %s", words);
	}
	diags_refer(diags, MACHINE_SUBORDINATE_IDS);
	return status < 0 ? status : -EPERM;
}

int subid_map(pid_t pid, const struct subids *ids, struct diags *diags)
{
	/* If the caller ignored it there would be no status. */
	const struct sigaction plain = { .sa_handler = SIG_DFL };
	struct sigaction callers;
	struct mapper users, groups;
	int err;

	if (sigaction(SIGCHLD, &plain, &callers) < 0)
		return diags_fail(diags, -errno, "cannot map the subordinate ids: %s",
				  strerror(errno));

	/* In parallel, because each takes some milliseconds. */
	start_mapper("newuidmap", pid, &ids->uids, &users);
	start_mapper("newgidmap", pid, &ids->gids, &groups);
	err = finish_mapper(&users, 0, diags);
	err = finish_mapper(&groups, err, diags);
	sigaction(SIGCHLD, &callers, NULL);
	return err;
}
