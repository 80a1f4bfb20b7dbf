/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who the child is, outside and inside. Internal to pen/. */
#ifndef PINFOLD_PEN_USER_H
#define PINFOLD_PEN_USER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"
#include "policy/settings.h"

struct identity {
	bool is_privileged; /* the caller is root: all ids are mapped, the child moves to its own */
	bool is_transient;  /* an id that nobody else has, for this run only */
	uid_t uid;
	gid_t gid;
};

/* Chooses the child's user. Gives 0, or -errno with an error in DIAGS. */
int user_choose(const struct settings *settings, struct identity *ret_who, struct diags *diags);

/* Writes the id maps of the process whose folder in /proc is PROC. Gives 0 or -errno. */
int user_write_maps(const struct identity *who, int proc);

/*
 * Gives in *ret_fd a user namespace in which the folder's owner UID:GID is the child's id and
 * every other id is itself, for an id-mapped mount. Gives 0 or -errno.
 */
int user_open_idmap(const struct identity *who, uid_t uid, gid_t gid, int *ret_fd);

/* A step: moves to the child's groups and ids for good; keeps the capabilities until they are
 * dropped (the securebits are set by then). */
struct setup;
struct step;
int user_step_become(struct setup *setup, const struct step *step);

/* A step: leaves the caller's session keyring, which namespaces do not cut. */
int user_step_keyring(struct setup *setup, const struct step *step);

#endif
