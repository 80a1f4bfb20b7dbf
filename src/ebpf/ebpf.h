/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel side of the tracer, as descriptors.
 *
 * A tracer is its programs, their links and the maps that all runs share; a run has a number there,
 * and its own maps: counters, keys and the ring of events.
 */
#ifndef PINFOLD_EBPF_EBPF_H
#define PINFOLD_EBPF_EBPF_H

#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "bpf/event.h"
#include "bpf/stack_requests.h"
#include "ebpf/keys.h"

struct ebpf; /* opaque */

/* The parts of a tracer. */
enum ebpf_part {
	EBPF_ON_SYS_ENTER,
	EBPF_ON_SYS_EXIT,
	EBPF_ON_SIGNAL,
	EBPF_ON_FORK,
	EBPF_ON_EXEC,
	EBPF_ON_EXIT,
	EBPF_ON_CAPABILITY, /* -1 where the kernel has no such tracepoint */
	EBPF_ATTACHED,
	EBPF_ON_FAILURE = EBPF_ATTACHED, /* by tail calls alone */
	EBPF_PROGRAMS,
	EBPF_TASKS = EBPF_PROGRAMS,
	EBPF_RUNS,
	EBPF_REQUESTS,
	EBPF_COUNTS, /* of run 0, like the next four */
	EBPF_KEYS,
	EBPF_RING,
	EBPF_FAILURES,
	EBPF_PLACES,
	EBPF_COUNTS_OF, /* of the other runs, by run number */
	EBPF_KEYS_OF,
	EBPF_RING_OF,
	EBPF_FAILURES_OF,
	EBPF_PLACES_OF,
	EBPF_RARE,  /* the kernel clears it when nobody has it open */
	EBPF_LINKS, /* one for each program that is attached */
	EBPF_PARTS = EBPF_LINKS + EBPF_ATTACHED,
};

/* The maps of a run. */
enum run_map { RUN_COUNTS, RUN_KEYS, RUN_RING, RUN_FAILURES, RUN_PLACES, RUN_MAPS };

/* Starts to make maps and load programs, in a separate thread if LOADS_MEANWHILE: then it does not
 * wait for them. ATTACHES: nothing has to be attached before these programs, so each is attached as
 * soon as it is loaded. Free it by ebpf_destroy(). */
struct ebpf *ebpf_begin_load(const struct run_options *options, bool loads_meanwhile,
			     bool attaches);

/* Waits until the maps exist; call it once. Returns 0, or -errno with an error in DIAGS. */
int ebpf_wait_for_maps(struct ebpf *ebpf, struct diags *diags);

/* Helps to load the programs, if any are left, until all are loaded. Returns 0, or -errno with an
 * error in DIAGS. */
int ebpf_end_load(struct ebpf *ebpf, struct diags *diags);

/* Makes a tracer from the descriptors PARTS, whose programs are attached already, and those of the
 * maps of RUN. It owns all of them from now on. */
struct ebpf *ebpf_join(const int parts[EBPF_PARTS], uint32_t run, const int maps[RUN_MAPS]);

/* Returns whether a tracer can do without PART: its descriptor is -1 then. */
bool ebpf_is_optional(enum ebpf_part part);

/* Returns the EBPF_PARTS descriptors of a tracer, owned by it. */
const int *ebpf_parts(const struct ebpf *ebpf);

/* Returns the number of the run in its tracer. */
uint32_t ebpf_run_number(const struct ebpf *ebpf);

/* Prepares the maps of the run, clearing what an earlier run left there unless IS_OWN: then
 * the tracer was loaded by this run, and the maps are new. ALLOWED are the arguments to keep of
 * calls that run, DENIED of those that do not. Returns 0 or -errno. */
int ebpf_configure(struct ebpf *ebpf, bool is_own, const struct kept_args *allowed,
		   const struct kept_args *denied);

/* Maps the requests for stacks of the run, cleared; unmap them by ebpf_unmap_requests(), which
 * takes NULL, too. Returns 0, or -errno with an error in DIAGS. */
int ebpf_map_requests(const struct ebpf *ebpf, struct stack_requests **ret_requests,
		      struct diags *diags);
void ebpf_unmap_requests(struct stack_requests *requests);

/* Tells the tracer what each call's pointers point to, once for all runs. Returns 0 or -errno. */
int ebpf_set_table(const struct ebpf *ebpf, const struct call_table *table);

/* Loads a tracer that uses raw tracepoints and watches the pid namespace of the process INIT_PID:
 * tasks outside it cannot get a role. Returns 0, or -errno with an error in DIAGS. */
int ebpf_load_raw(const struct run_options *options, int init_pid, struct ebpf **ret_ebpf,
		  struct diags *diags);

/* Lets OBJECT, which is not loaded yet, use our maps in place of its own of the same names. Returns
 * 0 or -errno. */
struct bpf_object;
int ebpf_share_maps(const struct ebpf *ebpf, struct bpf_object *object);

/* Returns the descriptor of a map of the run, owned by EBPF. */
int ebpf_map_fd(const struct ebpf *ebpf, enum run_map map);

/*
 * Returns the capabilities (1 << CAP_*) that this thread needs to read the map of FD, or any other:
 * none from Linux 5.19 on, before that CAP_BPF if the sysctl kernel.unprivileged_bpf_disabled is
 * set. It tries rather than compare versions, because distributions backport fixes.
 */
uint64_t ebpf_reading_rights(int fd);

/* Assigns a role to the process of PIDFD, which its tasks inherit. IS_NATIVE: no task will make a
 * call of another ABI than x86-64. Returns 0, -EEXIST if it already has a role, or another
 * -errno. */
int ebpf_mark(const struct ebpf *ebpf, int pidfd, enum task_role role, bool is_native);

/* Begins a run that has no command whose exec would begin it: times count from now, and pids are
 * those of the initial namespace. Returns 0 or -errno. */
int ebpf_begin_run(const struct ebpf *ebpf);

/* Attaches every program that is not attached yet. Returns 0 or -errno; what was attached stays so
 * until ebpf_detach(). */
int ebpf_attach(struct ebpf *ebpf);
void ebpf_detach(struct ebpf *ebpf);

/* Returns whether the kernel tells which capability a call is refused; valid after ebpf_attach().
 */
bool ebpf_sees_capabilities(const struct ebpf *ebpf);

/* Reads and writes the run's own state. Returns 0 or -errno. */
int ebpf_read_run(const struct ebpf *ebpf, struct run_state *ret_run);
int ebpf_write_run(const struct ebpf *ebpf, const struct run_state *run);

/* Writes the state of a new run, so that remnants of an earlier run with the same number take no
 * part in it. Returns 0 or -errno. */
int ebpf_start_generation(struct ebpf *ebpf, const struct run_state *run);

/* Returns how many times the kernel has skipped one of the programs so far, whichever run it was
 * for. */
uint64_t ebpf_missed_runs(const struct ebpf *ebpf);

/*
 * Reads a whole map: *ret_n entries, with all keys in one block and all values in another, both
 * freed by the caller. An entry of a per-CPU map has a value for each possible CPU, rounded up to 8
 * bytes. Returns 0 or -errno.
 */
int ebpf_read_map(int fd, void **ret_keys, void **ret_values, size_t *ret_n);

/* Allocates room for a group of counters as each CPU has it, freed by the caller; valid after
 * ebpf_configure(). */
struct call_group *ebpf_alloc_group(void);

/* Reads the counters of group I, one struct for each of ebpf_cpus(), into the room for them.
 * Returns 0 or -errno. */
int ebpf_read_group(const struct ebpf *ebpf, uint32_t i, struct call_group *group);

/* Returns the number of values of a key in a per-CPU map; valid after ebpf_configure(). */
size_t ebpf_cpus(void);

/* Detaches and frees; NULL is allowed. */
void ebpf_destroy(struct ebpf *ebpf);

#endif
