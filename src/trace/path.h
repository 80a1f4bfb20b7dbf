/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and peers of allowed calls, as seen by bpf/paths.bpf.c; internal to this room. */
#ifndef PINFOLD_TRACE_PATH_H
#define PINFOLD_TRACE_PATH_H

#include "bpf/path.h"
#include "ebpf/ebpf_extra.h"
#include "record/record.h"

/* Reads what they saw into record->files, after the failing calls that *record has. Returns 0 or
 * -errno. */
int path_collect(const struct ebpf_extra *paths, struct record *record);

#endif
