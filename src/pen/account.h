/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users and groups as passwd(5) and group(5) have them, read as texts: libc's own way would ask
 * the other sources of nsswitch.conf(5). Internal to pen/. */
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

/* A line, which points into its text. */
struct account {
	const char *line;
	size_t len; /* without the newline */
	uint32_t id;
};

/* Returns the text of the host's file, "" where it cannot be read. It is read once, and stays. */
const char *account_host(enum account_file file);

/*
 * Reads PATH below the folder ROOT, which is its root; of one that IS_STRANGE no link is followed.
 * Returns the text, freed by the caller, which is empty where PATH leads to nothing; or NULL where
 * it is no plain file, is too large or holds zeros, or not everybody may read it.
 */
char *account_read(int root, const char *path, bool is_strange);

/* Finds the next line at *AT that has a name and an id, and moves *AT behind it. Returns whether
 * there is one. */
bool account_next(const char **at, struct account *ret_account);

/* Finds the first line with ID, or of the name that is LEN bytes at NAME. */
bool account_find_id(const char *text, uint32_t id, struct account *ret_account);
bool account_find_name(const char *text, const char *name, size_t len, struct account *ret_account);

/* Returns where the field starts, with its length in *ret_len; NULL: the line has fewer. */
const char *account_get(const struct account *account, enum account_field field, size_t *ret_len);

/* Reads the field as an id. Returns whether it is one. */
bool account_get_id(const struct account *account, enum account_field field, uint32_t *ret_id);

/* Returns the id that a transient user has inside the pen: the same in every run, small enough for
 * archives, and of nobody in the host's files. 0: all that could be are taken. */
uint32_t account_free_id(void);

/* Returns the ids of the user that SETTINGS name, by the host's files, or else by those of the
 * root. Returns 0, or -errno with an error in DIAGS. */
int account_resolve(const struct settings *settings, uid_t *ret_uid, gid_t *ret_gid,
		    struct diags *diags);

#endif
