/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lets the command open its own descriptors by name: /dev/stdin, /dev/fd/N. Internal to pen/. */
#ifndef PINFOLD_PEN_REOPEN_H
#define PINFOLD_PEN_REOPEN_H

struct plan;
struct diags;

/* Checks the entries of plan->stdio, and adds the supervisor's step. */
void reopen_plan(struct plan *plan);

/* Adds pid 1's step; call it after the steps of the new root. */
void reopen_plan_init(struct plan *plan);

/* Adds a warning to DIAGS for each argument of the command that names a descriptor which is not
 * handed on, or which the command cannot open. */
void reopen_warn(const struct plan *plan, struct diags *diags);

#endif
