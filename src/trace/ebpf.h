/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel side of the tracer as descriptors; inside this room only. */
#ifndef PINFOLD_TRACE_EBPF_H
#define PINFOLD_TRACE_EBPF_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "bpf/event.h"

struct ebpf; /* opaque */

enum ebpf_map {
	EBPF_MAP_COUNTS,
	EBPF_MAP_ODD_CALLS,
	EBPF_MAP_ERRORS,
	EBPF_MAP_VALUES,
	EBPF_MAP_DENIALS,
	EBPF_MAP_RING,
	EBPF_MAP_RUN,
	EBPF_MAP_CONFIG,
	EBPF_MAP_N
};

/* Loads programs and maps; errors as trace_open(). */
int ebpf_load(const struct run_config *config, const struct run_options *options,
	      struct ebpf **ret_ebpf, struct diags *diags);

/* The same by raw tracepoints, which watch the pid namespace of the process INIT_PID: what has no
 * part in it can have no role. */
int ebpf_load_raw(const struct run_config *config, const struct run_options *options, int init_pid,
		  struct ebpf **ret_ebpf, struct diags *diags);

/* Lets OBJECT, which is not loaded yet, use our maps where its own have their names. Gives 0 or
 * -errno. */
struct bpf_object;
int ebpf_share_maps(const struct ebpf *ebpf, struct bpf_object *object);

/* Adds the error ERR of loading, with a hint, to DIAGS. Gives -ERR. */
int ebpf_explain_load(int err, struct diags *diags);

/* Gives the descriptor of a map, owned by EBPF. */
int ebpf_map_fd(const struct ebpf *ebpf, enum ebpf_map map);

/* Gives the process of PIDFD a role that tasks inherit. Gives 0, -EEXIST when it has one, or
 * -errno. */
int ebpf_mark(const struct ebpf *ebpf, int pidfd, enum task_role role);

/* Begins a run that has no command whose exec would: times count from now, and pids are the first
 * namespace's. Gives 0 or -errno. */
int ebpf_begin_run(const struct ebpf *ebpf);

/* Attaches every program; detaches them. Gives 0 or -errno; what was attached stays so until
 * ebpf_detach(). */
int ebpf_attach(struct ebpf *ebpf);
void ebpf_detach(struct ebpf *ebpf);

/* Reads the run's own state. Gives 0 or -errno. */
int ebpf_read_run(const struct ebpf *ebpf, struct run_state *ret_run);

/* Gives how many runs of the programs the kernel has skipped so far. */
uint64_t ebpf_missed_runs(const struct ebpf *ebpf);

/*
 * Reads a whole map: *ret_n entries, keys and values one after the other in two blocks that the
 * caller frees. Values of a per-CPU map are those of all possible CPUs, each rounded up to
 * 8 bytes. Gives 0 or -errno.
 */
int ebpf_read_map(const struct ebpf *ebpf, enum ebpf_map map, void **ret_keys, void **ret_values,
		  size_t *ret_n);

/* The same of the map of a descriptor. */
int ebpf_read_map_of(int fd, void **ret_keys, void **ret_values, size_t *ret_n);

/* Gives how many values a key of a per-CPU map has. */
size_t ebpf_cpus(void);

/* Detaches and frees; NULL is allowed. */
void ebpf_destroy(struct ebpf *ebpf);

#endif
