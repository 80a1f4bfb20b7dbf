// SPDX-License-Identifier: GPL-2.0-or-later
/* Explains what went wrong while a pen was made, with what may help. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/walk.h"
#include "confine/fence.h"
#include "pen/init.h"
#include "pen/net_relay.h"
#include "pen/program.h"
#include "pen/state.h"
#include "pen/steps.h"
#include "pen/wall.h"

/* The system call that a step depends on; most steps open paths by openat2. */
static const char *needed_call(const struct step *step)
{
	return step->kind && step->kind->needs ? step->kind->needs : "openat2 (Linux 5.6)";
}

/* Returns what is wrong with a part of a step, if that says more than the errno; otherwise NULL. */
static const char *word_part(const struct step *step, enum step_part part, int err)
{
	static const struct {
		enum step_part part;
		int err;
		const char *words;
	} rows[] = {
		{ PART_SOURCE, -ELOOP, "the path has a symbolic link" },
		{ PART_SOURCE, -ENODEV, "it is not a device on the host" },
		{ PART_SOURCE, -ESTALE, "it was replaced while the pen was set up" },
		{ PART_TARGET, -ENOENT, "the target does not exist in the pen" },
		{ PART_TARGET, -ENOTDIR, "the target is not a directory" },
		{ PART_KIND, -EISDIR, "the target is a directory, the source is not" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].part == part && rows[i].err == err &&
		    (err != -ELOOP || step->is_strict))
			return rows[i].words;
	return NULL;
}

/* Adds the hint for a source or target; returns false if there is none. */
static bool hint_part(const struct step *step, enum step_part part, int err, struct diags *diags)
{
	if (part == PART_SOURCE && err == -ELOOP && step->is_strict)
		walk_hint(step->source, diags);
	else if (part == PART_SOURCE && err == -ENOENT && step->kind->absent)
		diags_hint(diags, "%s", step->kind->absent);
	else if (part == PART_KIND || (part == PART_TARGET && err == -ENOTDIR))
		diags_hint(diags, "a directory is bound on a directory, anything else on a file");
	else
		return false;
	return true;
}

/* Returns whether a call that the step depends on does not exist, or is forbidden although the pen
 * has every right over what it changes. */
static bool is_forbidden(const struct step *step, int err)
{
	return err == -ENOSYS || (err == -EPERM && step->kind == &namespaces_step_hostname);
}

int step_fail(const struct step *step, enum step_part part, int err, struct diags *diags)
{
	const char *words = word_part(step, part, err);

	diags_add(diags, DIAG_ERROR, &step->place, "cannot %s: %s", step->text,
		  words ? words : strerror(-err));
	if (hint_part(step, part, err, diags))
		return err;
	if (is_forbidden(step, err))
		diags_hint(
			diags,
			"it needs %s; a filter around pinfold, such as a container's, may hide it",
			needed_call(step));
	else if (step->hint && (step->kind != &mount_step_bind || err == -ENOENT))
		diags_hint(diags, "%s", step->hint);
	diags_refer(diags, is_forbidden(step, err) ? MACHINE_CALLS : step->row);
	return err;
}

/* Adds a hint that is more specific than the step's own. */
static void explain_more(const struct pen *pen, const struct step *step, struct diags *diags)
{
	int error = pen->page->error;

	if (step->kind == &command_step_filter_and_exec && error == ENOENT)
		diags_hint(diags, "its interpreter or dynamic linker is not in the pen");
	else if (error == ELOOP && pen->page->part != PART_SOURCE && pen->plan.has_strange_root &&
		 step->target && step->kind != &workdir_step)
		diags_hint(diags, "no symbolic link is followed in a root that the policy names");
}

int pen_explain(const struct pen *pen, struct diags *diags)
{
	static const char *const others[] = {
		[-STEP_SIGNALS] = "watch the processes of the pen",
		[-STEP_FORK] = "make a process for the command",
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
	if ((step->kind == &command_step_find && program_explain_find(pen, page->error, diags)) ||
	    (step->kind == &command_step_filter_and_exec &&
	     program_explain_exec(pen, page->error, diags)))
		return -page->error;
	if (page->part == PART_ACCESS && step->kind == &wall_step_allow) {
		wall_explain(&pen->plan, step, -page->error, diags);
		return -page->error;
	}
	if (page->part == PART_ACCESS) {
		device_explain(&pen->plan, step, -page->error, diags);
		return -page->error;
	}
	if (step->kind == &net_step_relay && page->error == EPIPE)
		return diags_fail(diags, -EPIPE, RELAY_GONE);
	step_fail(step, page->part, -page->error, diags);
	explain_more(pen, step, diags);
	return -page->error;
}

int pen_explain_clone(int err, struct diags *diags)
{
	const char *other = fence_version() >= FENCE_ABI_SCOPE ? "; --pen landlock needs none" : "";

	/* These two may befall any process; a pen without namespaces makes one, too. */
	diags_fail(diags, err, "cannot make the %s: %s",
		   err == -ENOSYS || err == -EAGAIN ? "first process of the pen" : "namespaces",
		   strerror(-err));
	if (err == -EPERM)
		diags_hint(diags,
			   "this machine or container may forbid user namespaces: see "
			   "sysctl kernel.unprivileged_userns_clone and "
			   "kernel.apparmor_restrict_unprivileged_userns; in a container, "
			   "--security-opt seccomp=unconfined%s",
			   other);
	else if (err == -ENOSPC)
		diags_hint(diags, "see sysctl user.max_user_namespaces; in a pen they are off%s",
			   other);
	else if (err == -ENOSYS)
		diags_hint(diags, "it needs clone3, or clone, which a filter around pinfold may "
				  "hide: --security-opt seccomp=unconfined removes a container's, "
				  "another pen's cannot be removed");
	else if (err == -EAGAIN)
		diags_hint(diags, "a limit on processes is reached: limit pids, ulimit -u");
	diags_refer(diags, err == -ENOSYS   ? MACHINE_CALLS
			   : err == -EAGAIN ? MACHINE_RLIMITS
					    : MACHINE_USER_NAMESPACES);
	return err;
}

enum pen_end pen_explain_failure(const struct pen *pen, struct diags *diags)
{
	const struct status_page *page = pen->page;
	const struct step *step = NULL;

	if (page->step >= 0 && (size_t)page->step < pen->plan.n)
		step = &pen->plan.v[page->step];
	pen_explain(pen, diags);
	if (step && step->kind == &command_step_find)
		return page->error == ENOENT || page->error == ENOTDIR ? PEN_NOT_FOUND
								       : PEN_NOT_EXECUTABLE;
	if (step && step->kind == &command_step_filter_and_exec &&
	    (page->error == ENOENT || page->error == EACCES || page->error == ENOEXEC ||
	     page->error == ELIBBAD || page->error == ELOOP || page->error == EISDIR))
		return PEN_NOT_EXECUTABLE;
	return PEN_FAILED;
}
