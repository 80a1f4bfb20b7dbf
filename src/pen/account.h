/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users and groups from passwd(5) and group(5), read as text: libc's functions would query the
 * other sources in nsswitch.conf(5). For pen/ and cause/. */
#ifndef PINFOLD_PEN_ACCOUNT_H
#define PINFOLD_PEN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "policy/settings.h"

enum account_file { ACCOUNT_USERS, ACCOUNT_GROUPS };

enum account_field { FIELD_NAME, FIELD_PASSWORD, FIELD_ID, FIELD_GROUP, FIELD_HOME = 5 };

/* A line; points into its text. */
struct account {
	const char *line;
	size_t len; /* without the newline */
	uint32_t id;
};

/* Returns the text of the host's file, or "" if it cannot be read. It is read once and cached. */
const char *account_host(enum account_file file);

/*
 * Reads PATH with the directory ROOT as its root; if that IS_STRANGE, follows no link. Returns the
 * text, freed by the caller, or an empty one if PATH does not exist; or NULL if it is not a regular
 * file, is too large, contains NULs, or is not readable by everybody.
 */
char *account_read(int root, const char *path, bool is_strange);

/* Finds the next line from *AT on that has a name and an id, and moves *AT past it. Returns whether
 * there is one. */
bool account_next(const char **at, struct account *ret_account);

/* Finds the first line with ID, or of the name that is LEN bytes at NAME. */
bool account_find_id(const char *text, uint32_t id, struct account *ret_account);
bool account_find_name(const char *text, const char *name, size_t len, struct account *ret_account);

/* Returns where the field starts, with its length in *ret_len, or NULL if the line has fewer
 * fields. */
const char *account_get(const struct account *account, enum account_field field, size_t *ret_len);

/* Reads the field as an id. Returns whether it is one. */
bool account_get_id(const struct account *account, enum account_field field, uint32_t *ret_id);

/* Returns the id that a transient user has inside the pen: the same in every run, small enough for
 * archives, and not in the host's files; or 0 if all candidates are taken. */
uint32_t account_free_id(void);

/* Looks up the ids of the user that SETTINGS name, in the host's files, or else in those of the
 * root. Returns 0, or -errno with an error in DIAGS. */
int account_resolve(const struct settings *settings, uid_t *ret_uid, gid_t *ret_gid,
		    struct diags *diags);

#endif
