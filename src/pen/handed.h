/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors beyond 2 that the caller hands on to the command. Internal to pen/. */
#ifndef PINFOLD_PEN_HANDED_H
#define PINFOLD_PEN_HANDED_H

#include "base/diag.h"
#include "policy/settings.h"

struct plan;
struct setup;

/* Returns 0 if the descriptor of SETTING was opened by the caller and is of a kind that can be
 * handed on, otherwise -errno with an error in DIAGS. */
int handed_check(const struct fd_setting *setting, struct diags *diags);

/* If the command's environment has LISTEN_FDS (sd_listen_fds(3)) and 3 is handed on, makes it valid
 * for the command. Returns 0, or -errno with an error in DIAGS if it names more than is handed
 * on. */
int handed_listen(struct plan *plan, struct diags *diags);

/* Returns all descriptors that the command gets, as "0, 1, 2 and 63"; freed by the caller. */
char *handed_describe(const struct plan *plan);

/* In the supervisor and in pid 1, once the next process has its copies: closes those whose other
 * end might wait for that. Does not allocate. */
void handed_let_go(const struct plan *plan);

#endif
