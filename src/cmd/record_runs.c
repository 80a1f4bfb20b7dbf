// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recording gives up its privileges once the command runs, and cannot create another pen: so each
 * run but the last is a separate process, which hands its report over in a file in memory.
 */
#include "cmd/record_runs.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
#include "cmd/command.h"
#include "report/saved_read.h"

/* What a run writes besides its policy is left to the last run. */
static struct options quiet_options(const struct options *options)
{
	struct options quiet = *options;

	quiet.reports = (struct option_words){ 0 };
	quiet.stream = NULL;
	quiet.streamed = NULL;
	quiet.status_fd = -1;
	quiet.is_quiet = true;
	return quiet;
}

static _Noreturn void run_child(const struct options *options, pid_t parent, int fd,
				int (*record_once)(const struct options *options, FILE *report))
{
	struct options quiet = quiet_options(options);
	FILE *report = fdopen(fd, "w");
	int status = STATUS_FAILED;

	/* A pen ends with its supervisor, which is this process, and this one with its parent. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (report && getppid() == parent)
		status = record_once(&quiet, report);
	if (report)
		fclose(report);
	fflush(NULL);
	_exit(command_end(status));
}

static bool is_key(int sig)
{
	return sig == SIGINT || sig == SIGQUIT;
}

/* Keys of the terminal are for the runs: what one of them makes of it decides. */
static void hold_keys(sigset_t *ret_old)
{
	sigset_t keys;

	sigemptyset(&keys);
	sigaddset(&keys, SIGINT);
	sigaddset(&keys, SIGQUIT);
	sigprocmask(SIG_BLOCK, &keys, ret_old);
}

static void release_keys(const sigset_t *old)
{
	const struct timespec now = { 0 };
	sigset_t keys;

	sigemptyset(&keys);
	sigaddset(&keys, SIGINT);
	sigaddset(&keys, SIGQUIT);
	while (sigtimedwait(&keys, NULL, &now) > 0)
		;
	sigprocmask(SIG_SETMASK, old, NULL);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return STATUS_FAILED;
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	return STATUS_SIGNAL + WTERMSIG(status) + (is_key(WTERMSIG(status)) ? STATUS_DIES : 0);
}

/* A run that could not be recorded has said why, and written nothing. */
static int take_report(int fd, int status, struct record_runs *runs)
{
	char path[PROC_FD_ROOM];
	struct record_copy copy;
	struct diags diags = { 0 };
	struct stat st;
	int err;

	if (status & STATUS_DIES || fstat(fd, &st) || !st.st_size)
		return status ? status : STATUS_FAILED;
	err = saved_report_copy(proc_fd_name(fd, path), &copy, &diags);
	diags_print(&diags, stderr);
	diags_finish(&diags);
	if (err)
		return STATUS_FAILED;
	copy.path = NULL;
	*array_append(runs) = copy;
	if (!runs->status)
		runs->status = status;
	return 0;
}

static int fail_run(const char *what)
{
	struct diags diags = { 0 };

	diags_fail(&diags, -errno, "cannot %s: %s", what, strerror(errno));
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return STATUS_FAILED;
}

int record_runs_make(const struct options *options,
		     int (*record_once)(const struct options *options, FILE *report),
		     struct record_runs *ret_runs)
{
	int status = 0;

	for (unsigned int i = 1; i < options->runs && !status; i++) {
		auto_close int fd = memfd_create("report", MFD_CLOEXEC);
		pid_t parent = getpid(), pid;
		sigset_t old;

		if (fd < 0)
			return fail_run("make a file in memory");
		fflush(NULL);
		hold_keys(&old);
		pid = fork();
		if (pid == 0) {
			sigprocmask(SIG_SETMASK, &old, NULL);
			run_child(options, parent, fd, record_once);
		}
		status = pid < 0 ? fail_run("make a process") : wait_for(pid);
		release_keys(&old);
		if (pid > 0)
			status = take_report(fd, status, ret_runs);
	}
	return status;
}

void record_runs_finish(struct record_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++)
		record_copy_finish(&runs->v[i]);
	free(runs->v);
	*runs = (struct record_runs){ 0 };
}
