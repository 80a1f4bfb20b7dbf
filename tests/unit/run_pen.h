/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a command in a pen with a filter that allows everything, and keeps the outcome. */
#ifndef PINFOLD_TESTS_RUN_PEN_H
#define PINFOLD_TESTS_RUN_PEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/pen.h"
#include "tests/unit/kept_settings.h"

static struct sock_filter allow_all[] = {
	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static const struct pen_program program = { .v = allow_all, .n = 1 };
static const struct place here = { .file = "test", .line = 1, .col = 1 };

struct outcome {
	int error; /* of pen_create() or pen_start() */
	struct pen_result result;
	struct enforced enforced;
	struct diags diags;
	char *output; /* of the command */
};

static inline void outcome_finish(struct outcome *outcome)
{
	diags_finish(&outcome->diags);
	free(outcome->output);
}

/* Returns the limit of NAME that was in force, or NULL. */
static inline const struct enforced_limit *find_limit(const struct outcome *outcome,
						      const char *name)
{
	for (size_t i = 0; i < outcome->enforced.n_limits; i++)
		if (str_eq(outcome->enforced.limits[i].name, name))
			return &outcome->enforced.limits[i];
	return NULL;
}

/* Calls DURING between start and wait. */
static inline void run_with(struct outcome *outcome, char *const *argv,
			    void (*during)(struct pen *))
{
	struct pen_request request = { .settings = &settings, .argv = argv };
	struct pen *pen = NULL;
	auto_close int old = dup(STDOUT_FILENO);
	auto_fclose FILE *output = tmpfile();
	size_t len;

	*outcome = (struct outcome){ 0 };
	fflush(NULL);
	assert_true(dup2(fileno(output), STDOUT_FILENO) >= 0);
	outcome->error = pen_create(&request, &pen, &outcome->diags);
	if (!outcome->error)
		outcome->error = pen_start(pen, &program, &outcome->diags);
	assert_true(dup2(old, STDOUT_FILENO) >= 0);
	if (pen) {
		if (!outcome->error && during)
			during(pen);
		pen_wait(pen, NULL, 0, &outcome->result, &outcome->diags);
		pen_get_enforced(pen, &outcome->enforced);
	}
	pen_destroy(pen);
	rewind(output);
	assert_int_equal(fd_read_all(fileno(output), 1 << 20, &outcome->output, &len), 0);
	if (outcome->error)
		diags_print(&outcome->diags, stderr);
}

static inline void run_shell(struct outcome *outcome, const char *script)
{
	char *const argv[] = { "sh", "-c", (char *)script, NULL };

	run_with(outcome, argv, NULL);
}

static inline void assert_exit(const char *script, int status)
{
	struct outcome outcome;

	run_shell(&outcome, script);
	assert_int_equal(outcome.error, 0);
	if (outcome.result.end != PEN_EXITED || outcome.result.status != status) {
		diags_print(&outcome.diags, stderr);
		fail_msg("'%s' ended by %d with status %d signal %d and printed: %s", script,
			 outcome.result.end, outcome.result.status, outcome.result.signal,
			 outcome.output);
	}
	outcome_finish(&outcome);
}

static inline void assert_output(const char *script, const char *expected)
{
	struct outcome outcome;

	run_shell(&outcome, script);
	assert_int_equal(outcome.error, 0);
	assert_string_equal(outcome.output, expected);
	outcome_finish(&outcome);
}

#endif
