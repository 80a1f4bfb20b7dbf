/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tracer by raw tracepoints, for kernels without BTF; inside this room only. */
#ifndef PINFOLD_EBPF_EBPF_RAW_H
#define PINFOLD_EBPF_EBPF_RAW_H

#include <stdbool.h>

#include "bpf/event.h"

struct bpf_object;
struct ebpf_raw; /* opaque */

/* Loads programs and maps to watch the pid namespace of the process INIT_PID. Returns 0 or -errno.
 */
int ebpf_raw_load(const struct run_options *options, int init_pid, struct ebpf_raw **ret_raw);

/* Returns the object, which has maps and programs by their names. */
struct bpf_object *ebpf_raw_object(const struct ebpf_raw *raw);

/* Attaches the programs; detaches them. Returns 0 or -errno. */
int ebpf_raw_attach(struct ebpf_raw *raw);
void ebpf_raw_detach(struct ebpf_raw *raw);

/* Returns whether this kernel shows the kill of a process: older ones end it (do_exit() in
 * __seccomp_filter()) without a signal, and without the end of the call. Seen missing on 5.10 and
 * present on 6.1; 5.17 is where the tracer with types begins. */
bool ebpf_raw_sees_kills(void);

/* NULL is allowed. */
void ebpf_raw_destroy(struct ebpf_raw *raw);

#endif
