/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What replaces the command's descriptors on regular files, so that it can do with them what they
 * were opened for and no more. Internal to pen/. */
#ifndef PINFOLD_PEN_STDIO_H
#define PINFOLD_PEN_STDIO_H

#include <stdbool.h>

#include "base/diag.h"
#include "pen/stdio_entry.h"
#include "policy/settings.h"

struct plan;
struct setup;
struct step;
struct identity;

/* Checks 0, 1, 2 and those handed on, fills plan->stdio and adds the supervisor's steps. Returns 0,
 * or -errno with an error in DIAGS. */
int stdio_plan(struct plan *plan, struct diags *diags);

/* Adds pid 1's steps; call it before the step that drops the old root. */
void stdio_plan_init(struct plan *plan);

/* stdio_end.c. In the supervisor, once pid 1 has its copies: closes the pen's ends. */
void stdio_close_pen_ends(struct stdio *stdio);

/*
 * When the pen is empty: waits until everything that it wrote is in its files, and moves the
 * caller's positions to where the command left them. Returns a second after SIGNALS is readable,
 * or, if limit time has run out, a second from now, even if the files hang. Returns 0, or -errno
 * with an error in DIAGS: then something that the command wrote is lost.
 */
int stdio_complete(struct stdio *stdio, int signals, bool is_out_of_time, struct diags *diags);

/* Kills the copier, if it was not waited for, and frees. */
void stdio_finish(struct stdio *stdio);

/* copier.c: starts the process that copies, with WHO's rights on the host and the file size limit
 * in RLIMITS. Returns 0 or -errno. */
int copier_start(struct stdio *stdio, const struct identity *who,
		 const struct rlimit_settings *rlimits);

/* What the copier reports at its end: 0 or an errno for each entry. */
struct copier_result {
	int errors[STDIO_MOST];
};

#endif
