/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source of a session's trace, and its pen. */
#ifndef PINFOLD_CMD_TRACER_H
#define PINFOLD_CMD_TRACER_H

#include "cmd/session.h"

/* Starts to load the tracer, which takes longer than anything else, if it will be tried first and
 * the policies are existing files. */
void source_begin_early(struct session *session);

/* Chooses the best source up to FROM that was not ruled out and shows what is needed, as far as
 * policy and options say; returns whether there is one. */
bool source_choose(struct session *session, enum trace_source from);

/* Adds the error that there is none; returns the exit status. */
int source_refuse(struct session *session);

/*
 * Creates the pen with the chosen source, or with the next best one available: compiled, proved and
 * attached, ready for pen_start(). Returns 0, or -errno with an error in the session's diags.
 */
int source_make_pen(struct session *session);

/* Returns the first error of DIAGS with its hint, as a reason; freed by the caller. */
char *source_first_error(const struct diags *diags);

/* Returns whether anything will show more of the run than its exit. */
bool session_is_read(const struct session *session);

/* Destroys the pen and what watches it. */
void source_drop_pen(struct session *session);

#endif
