/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and peers of allowed calls, as bpf/paths.bpf.c saw them; inside this room only. */
#ifndef PINFOLD_TRACE_PATH_H
#define PINFOLD_TRACE_PATH_H

#include "bpf/path.h"
#include "ebpf/ebpf_extra.h"
#include "record/record.h"

/* Tells the programs of PATHS which calls to look at. Returns 0 or -errno with an error in DIAGS.
 */
int path_ask(const struct ebpf_extra *paths, struct diags *diags);

/* Reads what they saw into record->files. Returns 0 or -errno. */
int path_collect(const struct ebpf_extra *paths, struct record *record);

/*
 * Returns TEXT below FOLDER, which is absolute and has no links in it, freed by the caller; or NULL
 * where only the file system could tell: a ".." behind a name may be that of a link. FOLDER NULL:
 * TEXT is absolute, else NULL is given, too.
 */
char *path_resolve(const char *folder, const char *text);

#endif
