/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and peers of allowed calls, as seen by bpf/paths.bpf.c; inside this room only. */
#ifndef PINFOLD_TRACE_PATH_H
#define PINFOLD_TRACE_PATH_H

#include "bpf/path.h"
#include "ebpf/ebpf_extra.h"
#include "record/record.h"

/* Configures which calls the programs of PATHS look at. Returns 0 or -errno with an error in
 * DIAGS. */
int path_ask(const struct ebpf_extra *paths, struct diags *diags);

/* Reads what they saw into record->files. Returns 0 or -errno. */
int path_collect(const struct ebpf_extra *paths, struct record *record);

/*
 * Returns TEXT resolved below FOLDER, which is absolute and free of links; freed by the caller.
 * Returns NULL if only the file system could say, because a ".." comes after a name, which may be a
 * link, or if TEXT is relative and FOLDER is NULL.
 */
char *path_resolve(const char *folder, const char *text);

#endif
