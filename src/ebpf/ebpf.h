/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel side of the tracer as descriptors; inside this room only.
 *
 * A tracer is its programs, their links and the maps that all runs share; a run has a number there,
 * and maps of its own: counters, keys and the ring of events.
 */
#ifndef PINFOLD_EBPF_EBPF_H
#define PINFOLD_EBPF_EBPF_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "bpf/event.h"
#include "ebpf/keys.h"

struct ebpf; /* opaque */

/* What makes a tracer. */
enum ebpf_part {
	EBPF_ON_SYS_ENTER,
	EBPF_ON_SYS_EXIT,
	EBPF_ON_SIGNAL,
	EBPF_ON_FORK,
	EBPF_ON_EXEC,
	EBPF_ON_EXIT,
	EBPF_PROGRAMS,
	EBPF_TASKS = EBPF_PROGRAMS,
	EBPF_RUNS,
	EBPF_COUNTS, /* of run 0; so the next two */
	EBPF_KEYS,
	EBPF_RING,
	EBPF_COUNTS_OF, /* of the other runs, by number */
	EBPF_KEYS_OF,
	EBPF_RING_OF,
	EBPF_RARE,  /* the kernel empties it when nobody has it open */
	EBPF_LINKS, /* one for each program */
	EBPF_PARTS = EBPF_LINKS + EBPF_PROGRAMS,
};

/* The maps of a run. */
enum run_map { RUN_COUNTS, RUN_KEYS, RUN_RING, RUN_MAPS };

/* Begins to make maps and to load programs, in a thread of its own where LOADS_MEANWHILE: it is not
 * waited for here. ATTACHES: nothing has to be attached before them, so they are as soon as they
 * can be. */
struct ebpf *ebpf_begin_load(const struct run_options *options, bool loads_meanwhile,
			     bool attaches);

/* Waits until the maps are there, once. Returns 0, or -errno with an error in DIAGS. */
int ebpf_wait_for_maps(struct ebpf *ebpf, struct diags *diags);

/* Takes part in loading the programs, if any are to be, until they are loaded. Returns 0, or -errno
 * with an error in DIAGS. */
int ebpf_end_load(struct ebpf *ebpf, struct diags *diags);

/* Makes a tracer of the descriptors PARTS, which it owns from now on, whose programs are attached
 * already, and of the descriptors of the maps of RUN. */
struct ebpf *ebpf_join(const int parts[EBPF_PARTS], uint32_t run, const int maps[RUN_MAPS]);

/* Returns the descriptors of a tracer, owned by it. */
const int *ebpf_parts(const struct ebpf *ebpf);

/* Prepares the maps of the run: what a run before it has left there goes. The arguments ALLOWED are
 * kept of calls that run, DENIED of those that do not. Returns 0 or -errno. */
int ebpf_configure(struct ebpf *ebpf, const struct kept_args *allowed,
		   const struct kept_args *denied);

/* Tells the tracer which pointers lead to what, once for all runs. Returns 0 or -errno. */
int ebpf_set_table(const struct ebpf *ebpf, const struct call_table *table);

/* The same by raw tracepoints, which watch the pid namespace of the process INIT_PID: what has no
 * part in it can have no role. Returns 0, or -errno with an error in DIAGS. */
int ebpf_load_raw(const struct run_options *options, int init_pid, struct ebpf **ret_ebpf,
		  struct diags *diags);

/* Lets OBJECT, which is not loaded yet, use our maps where its own have their names. Returns 0 or
 * -errno. */
struct bpf_object;
int ebpf_share_maps(const struct ebpf *ebpf, struct bpf_object *object);

/* Adds the error ERR of loading, with a hint, to DIAGS. Returns -ERR. */
int ebpf_explain_load(int err, struct diags *diags);

/* Returns the descriptor of a map of the run, owned by EBPF. */
int ebpf_map_fd(const struct ebpf *ebpf, enum run_map map);

/*
 * Returns the capabilities (1 << CAP_*) without which this thread could not read the map of FD, or
 * any other: none from Linux 5.19 on, before that CAP_BPF where the sysctl
 * kernel.unprivileged_bpf_disabled is set. The kernel is asked, as some take fixes from later ones.
 */
uint64_t ebpf_reading_rights(int fd);

/* Returns the process of PIDFD a role that tasks inherit. IS_NATIVE: no task will enter a call of
 * another ABI than x86-64's. Returns 0, -EEXIST when it has one, or -errno. */
int ebpf_mark(const struct ebpf *ebpf, int pidfd, enum task_role role, bool is_native);

/* Begins a run that has no command whose exec would: times count from now, and pids are the first
 * namespace's. Returns 0 or -errno. */
int ebpf_begin_run(const struct ebpf *ebpf);

/* Attaches every program, unless they are; closes them. Returns 0 or -errno; what was attached
 * stays so until ebpf_detach(). */
int ebpf_attach(struct ebpf *ebpf);
void ebpf_detach(struct ebpf *ebpf);

/* Reads and writes the run's own state. Returns 0 or -errno. */
int ebpf_read_run(const struct ebpf *ebpf, struct run_state *ret_run);
int ebpf_write_run(const struct ebpf *ebpf, const struct run_state *run);

/* Writes the state of a run that begins: what is left of one before it, with the same number, has
 * no part in it. Returns 0 or -errno. */
int ebpf_start_generation(struct ebpf *ebpf, const struct run_state *run);

/* Returns how many runs of the programs the kernel has skipped so far, for whichever run. */
uint64_t ebpf_missed_runs(const struct ebpf *ebpf);

/*
 * Reads a whole map: *ret_n entries, keys and values one after the other in two blocks that the
 * caller frees. Values of a per-CPU map are those of all possible CPUs, each rounded up to
 * 8 bytes. Returns 0 or -errno.
 */
int ebpf_read_map(int fd, void **ret_keys, void **ret_values, size_t *ret_n);

/* Returns how many values a key of a per-CPU map has, once ebpf_configure() has made a run ready.
 */
size_t ebpf_cpus(void);

/* Detaches and frees; NULL is allowed. */
void ebpf_destroy(struct ebpf *ebpf);

#endif
