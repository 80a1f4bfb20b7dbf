/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs that are loaded only on demand and share the tracer's maps. They are loaded by libbpf in
 * the ordinary way, which takes some 10 ms. */
#ifndef PINFOLD_EBPF_EBPF_EXTRA_H
#define PINFOLD_EBPF_EBPF_EXTRA_H

#include <sys/types.h>

#include "ebpf/ebpf.h"

enum ebpf_extra_kind {
	EBPF_EXTRA_STACKS, /* bpf/stacks.bpf.c */
	EBPF_EXTRA_STREAM, /* bpf/stream.bpf.c */
	EBPF_EXTRA_ADOPT,  /* bpf/adopt.bpf.c: iterators, run by ebpf_extra_walk() */
	EBPF_EXTRA_PATHS,  /* bpf/paths.bpf.c */
};

struct ebpf_extra; /* opaque */

/* Loads KIND with the maps of EBPF. Returns 0, or -errno with an error in DIAGS, as trace_open()
 * does. */
int ebpf_extra_load(const struct ebpf *ebpf, enum ebpf_extra_kind kind,
		    const struct run_options *options, struct ebpf_extra **ret_extra,
		    struct diags *diags);

/* Returns the descriptor of its private map NAME, owned by EXTRA. */
int ebpf_extra_map_fd(const struct ebpf_extra *extra, const char *name);

/* Attaches its programs; NULL is allowed. Returns 0 or -errno. */
int ebpf_extra_attach(struct ebpf_extra *extra);

/* Has the program NAME walk all tasks. Returns how many it found, with the tasks in *ret_found,
 * freed by the caller, or -errno. */
ssize_t ebpf_extra_walk(const struct ebpf_extra *extra, const char *name,
			struct found_task **ret_found);

/* Detaches its programs; NULL is allowed. */
void ebpf_extra_detach(struct ebpf_extra *extra);

/* Detaches and frees; NULL is allowed. */
void ebpf_extra_destroy(struct ebpf_extra *extra);

#endif
