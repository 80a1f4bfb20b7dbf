// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of what went wrong while a pen was made, with what may help. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "pen/init.h"
#include "pen/state.h"
#include "pen/steps.h"

/* Which call a step cannot do without; the rest of them looks at places by openat2. */
static const char *needed_call(const struct step *step)
{
	static const struct {
		int (*run)(struct setup *setup, const struct step *step);
		const char *call;
	} rows[] = {
		{ root_step_pivot, "statx with the id of a mount (Linux 5.8)" },
		{ descriptor_step_close_others, "close_range (Linux 5.9)" },
		{ descriptor_step_close_all, "close_range (Linux 5.9)" },
		{ command_step_filter_and_exec, "seccomp and execveat (Linux 3.19)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].run == step->run)
			return rows[i].call;
	return "openat2 (Linux 5.6)";
}

int step_fail(const struct step *step, int err, struct diags *diags)
{
	diags_add(diags, DIAG_ERROR, &step->place, "cannot %s: %s", step->text, strerror(-err));
	if (err == -ENOSYS)
		diags_hint(diags,
			   "it needs %s; a filter around pinfold, as of a container, may hide it",
			   needed_call(step));
	else if (step->run == mount_step_bind && err == -ENOENT && access(step->source, F_OK) < 0)
		diags_hint(diags,
			   "there is no such file on the host; 'bind try' passes over what is "
			   "not there");
	else if (step->hint && (step->run != mount_step_bind || err == -ENOENT))
		diags_hint(diags, "%s", step->hint);
	return err;
}

/* The hint that fits better than the step's own. */
static void explain_more(const struct pen *pen, const struct step *step, struct diags *diags)
{
	bool is_exec = step->run == command_step_filter_and_exec;
	int error = pen->page->error;

	if (is_exec && error == ENOEXEC)
		diags_hint(diags, "it is no program: if it is a script, its first line must name "
				  "the interpreter (#!/bin/sh)");
	else if (is_exec && error == ENOENT)
		diags_hint(diags, "its interpreter or dynamic linker is not in the pen");
	else if (error == ELOOP && pen->plan.has_strange_root && step->target &&
		 step->run != root_step_workdir)
		diags_hint(diags, "no symbolic link is followed in a root of the policy's own");
}

int pen_explain(const struct pen *pen, struct diags *diags)
{
	static const char *const others[] = {
		[-STEP_SIGNALS] = "watch the processes of the pen",
		[-STEP_FORK] = "make a process for the command",
		[-STEP_TIMER] = "watch the time of the pen",
		[-STEP_INIT_FILTER] = "install the filter of pid 1",
	};
	const struct place *pids = &pen->plan.request->settings->limits[LIMIT_PIDS].place;
	const struct status_page *page = pen->page;
	const struct step *step;

	if (!page->error)
		return 0;
	if (page->step < 0 || (size_t)page->step >= pen->plan.n) {
		diags_add(diags, DIAG_ERROR, page->error == EAGAIN ? pids : NULL, "cannot %s: %s",
			  page->step < 0 && (size_t)-page->step < ARRAY_SIZE(others)
				  ? others[-page->step]
				  : "set up the pen",
			  strerror(page->error));
		if (page->error == EAGAIN)
			diags_hint(diags, "limit pids also counts the two processes of the launch");
		return -page->error;
	}
	step = &pen->plan.v[page->step];
	if (step->run == command_step_find && page->error == EACCES) {
		diags_fail(diags, -EACCES,
			   "cannot execute '%s': it is no file that the command's "
			   "user may execute",
			   pen->plan.argv[0]);
		return -EACCES;
	}
	step_fail(step, -page->error, diags);
	explain_more(pen, step, diags);
	return -page->error;
}

int pen_explain_clone(int err, struct diags *diags)
{
	diags_fail(diags, err, "cannot make the namespaces: %s", strerror(-err));
	if (err == -EPERM)
		diags_hint(diags, "this machine or container may forbid user namespaces: see "
				  "sysctl kernel.unprivileged_userns_clone and "
				  "kernel.apparmor_restrict_unprivileged_userns");
	else if (err == -ENOSPC)
		diags_hint(diags, "see sysctl user.max_user_namespaces; in a pen they are off");
	else if (err == -ENOSYS)
		diags_hint(diags, "it needs clone3 (Linux 5.7); a filter around pinfold, as of a "
				  "container, may hide it");
	else if (err == -EAGAIN)
		diags_hint(diags, "a limit on processes is reached: limit pids, ulimit -u");
	return err;
}
