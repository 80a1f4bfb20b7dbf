/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory of the administrator's below which a hook writes, wherever an annotation asks it
 * to. Nothing outside is ever opened, no link is followed, and no file is replaced.
 */
#ifndef PINFOLD_HOOK_HOOK_STORE_H
#define PINFOLD_HOOK_HOOK_STORE_H

#include "base/diag.h"

struct hook_store {
	const char *path; /* absolute; not owned */
	int folder;	  /* -1: not open */
};

#define HOOK_STORE_NONE ((struct hook_store){ .folder = -1 })

/*
 * Opens the directory PATH, which is created, for its owner only, if just its last part is missing.
 * It must be the caller's, and nobody else may write to it. Returns 0, or -errno with an error in
 * DIAGS; hook_store_close() closes it in both cases.
 */
int hook_store_open(const char *path, struct hook_store *ret_store, struct diags *diags);

/*
 * Puts the path of the file that NAME requests, below the store or relative to it, into *ret_path,
 * freed by the caller: %i in NAME becomes ID and %t the time in seconds, and each other percent
 * sign is doubled, as report_file_announce() expects. WHAT requests it. Returns 0, -EINVAL if NAME
 * is none that may be requested, or another -errno if its directory is not fit; with an error in
 * DIAGS.
 */
int hook_store_find(const struct hook_store *store, const char *what, const char *name,
		    const char *id, char **ret_path, struct diags *diags);

/* Opens the log, in which it is said what became of each container that was to be recorded. Returns
 * a descriptor that the caller owns, or -errno; -EFBIG if it has grown too large. */
int hook_store_open_log(const struct hook_store *store);

void hook_store_close(struct hook_store *store);

#endif
