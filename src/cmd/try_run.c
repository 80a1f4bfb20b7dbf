// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What 'run' would do is found out by doing it, in a child: the same options are read, the same
 * session is launched, on the program true; whether that exists does not matter. Must never print.
 */
#include "cmd/try_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/session.h"
#include "doctor/attempt.h"

enum { TRIAL_MS = 20000, WORDS = 16 };

struct task {
	const char *const *options;
	struct trial *trial; /* in memory that is shared */
};

static void copy(char to[TRIAL_TEXT], const char *from)
{
	snprintf(to, TRIAL_TEXT, "%s", from ? from : "");
}

static void note_error(const struct diags *diags, struct trial *trial)
{
	for (size_t i = 0; i < diags->n; i++) {
		if (diags->v[i].level != DIAG_ERROR)
			continue;
		copy(trial->message, diags->v[i].message);
		copy(trial->hint, diags->v[i].hint);
		trial->row = diags->v[i].row;
	}
}

static void note_session(const struct session *session, struct trial *trial)
{
	const struct enforced *enforced = &session->seen.enforced;
	enum pen_end end = session->seen.result.end;

	trial->works = end == PEN_EXITED || end == PEN_NOT_FOUND || end == PEN_NOT_EXECUTABLE;
	trial->source = session->running.source;
	copy(trial->why, session->seen.record.why);
	trial->namespaces = enforced->namespaces;
	trial->cgroup_version = enforced->cgroup_version;
	for (size_t i = 0; i < enforced->n_limits; i++)
		trial->has_pids |= !strcmp(enforced->limits[i].name, "pids");
	for (size_t i = 0; i < enforced->n_notes && i < TRIAL_NOTES; i++)
		copy(trial->notes[i], enforced->notes[i]);
}

/* Neither a terminal nor what the caller redirected takes part. */
static int close_streams(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			return -errno;
	return 0;
}

static int run_session(void *data)
{
	const struct task *task = data;
	const struct session_kind kind = session_kind_of_run(false);
	char *argv[WORDS] = { "pinfold", "run" };
	struct diags diags = { 0 };
	struct options options;
	struct session session;
	int n = 2;

	for (size_t i = 0; task->options[i] && n < WORDS - 3; i++)
		argv[n++] = (char *)task->options[i];
	argv[n++] = "--";
	argv[n++] = "true";
	if (close_streams() || options_parse(&cmd_run, n - 1, argv + 1, &options, &diags)) {
		note_error(&diags, task->trial);
		return 1;
	}
	if (!session_prepare(&session, &options, &kind)) {
		session_launch(&session);
		note_session(&session, task->trial);
	}
	if (!task->trial->works)
		note_error(&session.diags, task->trial);
	session_finish(&session);
	options_finish(&options);
	return 0;
}

void try_run(const char *const *options, struct trial *ret)
{
	struct trial *trial = attempt_room(sizeof(*trial));
	struct task task = { options, trial };
	int got;

	if (!trial) {
		copy(ret->message, "cannot share memory with a child");
		return;
	}
	got = attempt(0, run_session, &task, TRIAL_MS);
	if (got == -ETIMEDOUT)
		copy(trial->message, "it does not end in time");
	else if (got > ATTEMPT_KILLED)
		snprintf(trial->message, TRIAL_TEXT, "it was killed by signal %d",
			 got - ATTEMPT_KILLED);
	else if (got < 0)
		snprintf(trial->message, TRIAL_TEXT, "cannot make a process: %s", strerror(-got));
	trial->works = trial->works && got == 0;
	*ret = *trial;
	munmap(trial, sizeof(*trial));
}
