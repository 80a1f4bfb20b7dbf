/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program that tells the stacks of allowed calls, loaded on wish; inside this room only. */
#ifndef PINFOLD_TRACE_EBPF_STACKS_H
#define PINFOLD_TRACE_EBPF_STACKS_H

#include "trace/ebpf.h"

struct ebpf_stacks; /* opaque */

/* Loads bpf/stacks.bpf.c on the maps of EBPF; errors as trace_open(). */
int ebpf_stacks_load(const struct ebpf *ebpf, const struct run_options *options,
		     struct ebpf_stacks **ret_stacks, struct diags *diags);

/* Attaches it; NULL is allowed. Gives 0 or -errno. */
int ebpf_stacks_attach(struct ebpf_stacks *stacks);

/* Detaches and frees; NULL is allowed. */
void ebpf_stacks_destroy(struct ebpf_stacks *stacks);

#endif
