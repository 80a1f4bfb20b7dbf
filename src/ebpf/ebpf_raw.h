/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tracer that uses raw tracepoints, for kernels without BTF; internal to this room. */
#ifndef PINFOLD_EBPF_EBPF_RAW_H
#define PINFOLD_EBPF_EBPF_RAW_H

#include <stdbool.h>

#include "bpf/event.h"

struct bpf_object;
struct ebpf_raw; /* opaque */

/* Loads programs and maps that watch the pid namespace of the process INIT_PID. Returns 0 or
 * -errno. */
int ebpf_raw_load(const struct run_options *options, int init_pid, struct ebpf_raw **ret_raw);

/* Returns the object, owned by RAW, in which maps and programs are found by name. */
struct bpf_object *ebpf_raw_object(const struct ebpf_raw *raw);

/* Attaches the programs; detaches them. Returns 0 or -errno. */
int ebpf_raw_attach(struct ebpf_raw *raw);
void ebpf_raw_detach(struct ebpf_raw *raw);

/*
 * Returns whether this kernel lets a tracer see that a filter killed a process: older ones
 * terminate it (do_exit() in __seccomp_filter()) without a signal, and without the end of the call.
 * Observed to be missing on 5.10 and present on 6.1; 5.17 is where the tracer with BTF takes over.
 */
bool ebpf_raw_sees_kills(void);

/* NULL is allowed. */
void ebpf_raw_destroy(struct ebpf_raw *raw);

#endif
