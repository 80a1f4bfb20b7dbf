/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that are loaded on wish only and share the maps of the tracer; inside this room only.
 * They go by the ordinary way of libbpf, which takes some 10 ms.
 */
#ifndef PINFOLD_EBPF_EBPF_EXTRA_H
#define PINFOLD_EBPF_EBPF_EXTRA_H

#include <sys/types.h>

#include "ebpf/ebpf.h"

enum ebpf_extra_kind {
	EBPF_EXTRA_STACKS, /* bpf/stacks.bpf.c */
	EBPF_EXTRA_STREAM, /* bpf/stream.bpf.c */
	EBPF_EXTRA_ADOPT,  /* bpf/adopt.bpf.c: attached, it walks when told to */
	EBPF_EXTRA_PATHS,  /* bpf/paths.bpf.c */
};

struct ebpf_extra; /* opaque */

/* Loads KIND on the maps of EBPF; errors as trace_open(). */
int ebpf_extra_load(const struct ebpf *ebpf, enum ebpf_extra_kind kind,
		    const struct run_options *options, struct ebpf_extra **ret_extra,
		    struct diags *diags);

/* Returns the descriptor of its own map NAME, owned by EXTRA. */
int ebpf_extra_map_fd(const struct ebpf_extra *extra, const char *name);

/* Attaches its programs; NULL is allowed. Returns 0 or -errno. */
int ebpf_extra_attach(struct ebpf_extra *extra);

/* Lets the program NAME walk over all tasks; returns how many it found, which the caller frees in
 * *ret_found, or -errno. */
ssize_t ebpf_extra_walk(const struct ebpf_extra *extra, const char *name,
			struct found_task **ret_found);

/* Detaches its programs; NULL is allowed. */
void ebpf_extra_detach(struct ebpf_extra *extra);

/* Detaches and frees; NULL is allowed. */
void ebpf_extra_destroy(struct ebpf_extra *extra);

#endif
