/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses who the child is, and makes it so. Internal to pen/. */
#ifndef PINFOLD_PEN_USER_H
#define PINFOLD_PEN_USER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"
#include "pen/identity.h"
#include "policy/settings.h"

/* Chooses the child's user in *ret_who, freed by identity_finish(). Returns 0, or -errno with an
 * error in DIAGS. */
int user_choose(const struct settings *settings, struct identity *ret_who, struct diags *diags);

/* caller.c: returns whether the caller is root and may map and become other ids. */
bool rights_over_ids(void);

/* Replaces each id that the caller's user namespace does not have by one that it has. */
void rights_choose_ids(uid_t *uid, gid_t *gid);

/* groups.c: chooses the supplementary groups of WHO, whose ids are chosen. Returns 0, or -errno
 * with an error in DIAGS. */
int groups_choose(const struct settings *settings, struct identity *who, struct diags *diags);

/* Returns whether setgroups(2) must be denied for good in the pen's user namespace. */
bool groups_are_fixed(const struct identity *who);

/* In pid 1: sets the groups. Returns 0 or -errno. */
int groups_become(const struct identity *who);

/* Returns the text of the plan's step that maps ids, freed by the caller. */
char *user_describe_maps(const struct identity *who);

/* Writes the id maps of the child PID, whose directory in /proc is PROC. Returns 0, or -errno with
 * an error in DIAGS. */
int user_write_maps(const struct identity *who, pid_t pid, int proc, struct diags *diags);

/* Stores in *ret_fd a user namespace for an id-mapped mount in which the directory's owner UID:GID
 * is the child, and every other id is itself. Returns 0 or -errno. */
int user_open_idmap(const struct identity *who, uid_t uid, gid_t gid, int *ret_fd);

/* A step: moves to the child's groups and ids for good; capabilities are kept until they are
 * dropped (the securebits are set by then). */
struct setup;
struct step;
extern const struct step_kind user_step_become;

/* A step of pid 1: moves to its own ids, if the caller can give it some. */
extern const struct step_kind user_step_become_init;

/* A step: leaves the caller's session keyring, which namespaces do not isolate. */
extern const struct step_kind user_step_keyring;

#endif
