// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads and attaches bpf/trace.bpf.c. Most of the time goes to the kernel's verifier: a thread
 * starts on it while the policy is read and the pen is made, and the main thread joins in once it
 * has nothing else to do. Nothing is pinned: everything goes away with its descriptors, even if
 * pinfold is killed.
 */
#include "ebpf/ebpf.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"
#include "ebpf/ebpf_raw.h"
#include "ebpf/load.h"
#include "ebpf/load_error.h"

/* The tracepoint of a program; NULL: the program names it, by its BTF. */
static const struct {
	enum program program;
	const char *tracepoint;
} program_rows[EBPF_PROGRAMS] = {
	[EBPF_ON_SYS_ENTER] = { PROGRAM_ON_SYS_ENTER, "sys_enter" },
	[EBPF_ON_SYS_EXIT] = { PROGRAM_ON_SYS_EXIT, "sys_exit" },
	[EBPF_ON_SIGNAL] = { PROGRAM_ON_SIGNAL, "signal_generate" },
	[EBPF_ON_FORK] = { PROGRAM_ON_FORK, NULL },
	[EBPF_ON_EXEC] = { PROGRAM_ON_EXEC, "sched_process_exec" },
	[EBPF_ON_EXIT] = { PROGRAM_ON_EXIT, "sched_process_exit" },
	[EBPF_ON_CAPABILITY] = { PROGRAM_ON_CAPABILITY, "cap_capable" },
	[EBPF_ON_FAILURE] = { PROGRAM_ON_FAILURE, NULL },
};

_Static_assert((int)PROGRAMS == (int)EBPF_PROGRAMS, "all of them");

static const struct {
	enum ebpf_part part;
	enum map map;
} map_rows[] = {
	{ EBPF_TASKS, MAP_TASKS },
	{ EBPF_RUNS, MAP_RUNS },
	{ EBPF_REQUESTS, MAP_REQUESTS },
	{ EBPF_COUNTS, MAP_COUNTS },
	{ EBPF_KEYS, MAP_KEYS },
	{ EBPF_RING, MAP_RING },
	{ EBPF_COUNTS_OF, MAP_COUNTS_OF },
	{ EBPF_KEYS_OF, MAP_KEYS_OF },
	{ EBPF_RING_OF, MAP_RING_OF },
	{ EBPF_FAILURES, MAP_FAILURES },
	{ EBPF_PLACES, MAP_FAILED_PLACES },
	{ EBPF_FAILURES_OF, MAP_FAILURES_OF },
	{ EBPF_PLACES_OF, MAP_FAILED_PLACES_OF },
	{ EBPF_RARE, MAP_RARE },
};

_Static_assert(ARRAY_SIZE(map_rows) == EBPF_LINKS - EBPF_TASKS, "all of them");

/* The order in which programs are loaded: those that take longest first. */
static const enum ebpf_part order[EBPF_PROGRAMS] = {
	EBPF_ON_EXIT,	  EBPF_ON_FAILURE,   EBPF_ON_EXEC,   EBPF_ON_FORK,
	EBPF_ON_SYS_EXIT, EBPF_ON_SYS_ENTER, EBPF_ON_SIGNAL, EBPF_ON_CAPABILITY,
};

struct ebpf {
	struct load load;
	struct ebpf_raw *raw;
	int parts[EBPF_PARTS]; /* -1: not there; owned where they are another run's, and links */
	uint32_t run, generation;
	int maps[RUN_MAPS];
	struct run_options options;
	bool is_joined, attaches; /* attach each program as soon as it is loaded */
	pthread_t loader;
	bool has_loader;
	sem_t maps_made;
	atomic_uint next; /* index in ORDER of the next program to load */
	atomic_int err;	  /* of loading: errno or 0 */
};

static struct ebpf *create(void)
{
	struct ebpf *ebpf = mem_alloc(sizeof(*ebpf));

	load_init(&ebpf->load);
	sem_init(&ebpf->maps_made, 0, 0);
	ebpf->next = EBPF_PROGRAMS;
	for (size_t i = 0; i < EBPF_PARTS; i++)
		ebpf->parts[i] = -1;
	for (size_t i = 0; i < RUN_MAPS; i++)
		ebpf->maps[i] = -1;
	return ebpf;
}

static int attach_program(struct ebpf *ebpf, enum ebpf_part program)
{
	int *link = &ebpf->parts[EBPF_LINKS + program];

	if (*link < 0)
		*link = bpf_raw_tracepoint_open(program_rows[program].tracepoint,
						ebpf->parts[program]);
	return *link < 0 ? -errno : 0;
}

/* Lets the program for the ends of calls tail-call that of PART, if it is one of those. */
static int link_rare(const struct ebpf *ebpf, enum ebpf_part part)
{
	uint32_t at = part == EBPF_ON_EXIT ? RARE_EXIT : RARE_FAILURE;

	if (part != EBPF_ON_EXIT && part != EBPF_ON_FAILURE)
		return 0;
	return bpf_map_update_elem(ebpf->parts[EBPF_RARE], &at, &ebpf->parts[part], BPF_ANY)
		       ? -errno
		       : 0;
}

static int load_part(struct ebpf *ebpf, enum ebpf_part part)
{
	enum program program = program_rows[part].program;
	int err = load_program(&ebpf->load, program);

	ebpf->parts[part] = ebpf->load.programs[program];
	if (!err)
		err = link_rare(ebpf, part);
	/* If this fails, ebpf_attach() tries again and reports it. */
	if (!err && ebpf->attaches && part < EBPF_ATTACHED)
		attach_program(ebpf, part);
	return err;
}

/* Each thread that comes here takes the next program, until none is left. */
static void load_programs(struct ebpf *ebpf)
{
	unsigned int i;

	while (!ebpf->err && (i = ebpf->next++) < EBPF_PROGRAMS) {
		int err = load_part(ebpf, order[i]);

		if (err)
			ebpf->err = -err;
	}
}

static void make_maps(struct ebpf *ebpf)
{
	ebpf->err = -load_maps(&ebpf->load, &ebpf->options);
	for (size_t i = 0; i < ARRAY_SIZE(map_rows); i++)
		ebpf->parts[map_rows[i].part] = ebpf->load.maps[map_rows[i].map];
	ebpf->maps[RUN_COUNTS] = ebpf->parts[EBPF_COUNTS];
	ebpf->maps[RUN_KEYS] = ebpf->parts[EBPF_KEYS];
	ebpf->maps[RUN_RING] = ebpf->parts[EBPF_RING];
	ebpf->maps[RUN_FAILURES] = ebpf->parts[EBPF_FAILURES];
	ebpf->maps[RUN_PLACES] = ebpf->parts[EBPF_PLACES];
	sem_post(&ebpf->maps_made);
}

/* Allocates nothing: a process forked meanwhile must not inherit a lock that this thread holds. */
static void *load(void *data)
{
	make_maps(data);
	load_programs(data);
	return NULL;
}

struct ebpf *ebpf_begin_load(const struct run_options *options, bool loads_meanwhile, bool attaches)
{
	struct ebpf *ebpf = create();

	ebpf->options = *options;
	ebpf->attaches = attaches;
	ebpf->next = 0;
	ebpf->has_loader = loads_meanwhile && thread_start(&ebpf->loader, load, ebpf);
	if (!ebpf->has_loader)
		load(ebpf);
	return ebpf;
}

int ebpf_wait_for_maps(struct ebpf *ebpf, struct diags *diags)
{
	while (sem_wait(&ebpf->maps_made) && errno == EINTR)
		continue;
	return ebpf->err ? ebpf_explain_load(ebpf->err, diags) : 0;
}

static void wait_for_loader(struct ebpf *ebpf)
{
	if (ebpf->has_loader)
		pthread_join(ebpf->loader, NULL);
	ebpf->has_loader = false;
}

int ebpf_end_load(struct ebpf *ebpf, struct diags *diags)
{
	load_programs(ebpf);
	wait_for_loader(ebpf);
	return ebpf->err ? ebpf_explain_load(ebpf->err, diags) : 0;
}

struct ebpf *ebpf_join(const int parts[EBPF_PARTS], uint32_t run, const int maps[RUN_MAPS])
{
	struct ebpf *ebpf = create();

	memcpy(ebpf->parts, parts, sizeof(ebpf->parts));
	memcpy(ebpf->maps, maps, sizeof(ebpf->maps));
	ebpf->run = run;
	ebpf->is_joined = true;
	return ebpf;
}

bool ebpf_is_optional(enum ebpf_part part)
{
	return part == EBPF_ON_CAPABILITY || part == EBPF_LINKS + EBPF_ON_CAPABILITY;
}

const int *ebpf_parts(const struct ebpf *ebpf)
{
	return ebpf->parts;
}

static void take_raw_parts(struct ebpf *ebpf)
{
	static const char *const programs[] = { "on_raw_enter", "on_raw_exit", "on_raw_signal",
						"on_raw_exec", "on_raw_end" };
	static const char *const maps[] = { "counts", "keys", "ring" };
	struct bpf_object *object = ebpf_raw_object(ebpf->raw);

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		ebpf->parts[i] =
			bpf_program__fd(bpf_object__find_program_by_name(object, programs[i]));
	ebpf->parts[EBPF_RUNS] = bpf_object__find_map_fd_by_name(object, "runs");
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		ebpf->maps[i] = bpf_object__find_map_fd_by_name(object, maps[i]);
}

int ebpf_load_raw(const struct run_options *options, int init_pid, struct ebpf **ret_ebpf,
		  struct diags *diags)
{
	struct ebpf *ebpf = create();
	int err = -ebpf_raw_load(options, init_pid, &ebpf->raw);

	if (err) {
		ebpf_destroy(ebpf);
		return ebpf_explain_load(err, diags);
	}
	take_raw_parts(ebpf);
	*ret_ebpf = ebpf;
	return 0;
}

int ebpf_set_table(const struct ebpf *ebpf, const struct call_table *table)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(ebpf->load.maps[MAP_TABLE], &zero, table, BPF_ANY) ? -errno : 0;
}

int ebpf_share_maps(const struct ebpf *ebpf, struct bpf_object *object)
{
	const struct {
		const char *name;
		int fd;
	} rows[] = {
		{ "tasks", ebpf->parts[EBPF_TASKS] },
		{ "runs", ebpf->parts[EBPF_RUNS] },
		{ "counts", ebpf->maps[RUN_COUNTS] },
		{ "keys", ebpf->maps[RUN_KEYS] },
		{ "ring", ebpf->maps[RUN_RING] },
		{ "table", ebpf->load.maps[MAP_TABLE] },
		{ "slots", ebpf->load.maps[MAP_SLOTS] },
		{ "draft", ebpf->load.maps[MAP_DRAFT] },
		{ "event_draft", ebpf->load.maps[MAP_EVENT_DRAFT] },
	};
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(rows); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, rows[i].name);

		if (map)
			err = bpf_map__reuse_fd(map, rows[i].fd);
	}
	return err;
}

int ebpf_map_fd(const struct ebpf *ebpf, enum run_map map)
{
	return ebpf->maps[map];
}

int ebpf_mark(const struct ebpf *ebpf, int pidfd, enum task_role role, bool is_native)
{
	struct task_state state = {
		.role = (uint8_t)role,
		.run = (uint16_t)ebpf->run,
		.generation = ebpf->generation,
		.is_native = is_native,
	};

	if (bpf_map_update_elem(ebpf->parts[EBPF_TASKS], &pidfd, &state, BPF_NOEXIST))
		return -errno;
	return 0;
}

int ebpf_begin_run(const struct ebpf *ebpf)
{
	struct run_state run;
	int err = ebpf_read_run(ebpf, &run);

	if (err)
		return err;
	run.has_level = 1;
	run.start_ns = clock_ns();
	return ebpf_write_run(ebpf, &run);
}

/* Of a tracepoint that this kernel does not have. */
static void drop_program(struct ebpf *ebpf, enum ebpf_part part)
{
	close(steal_fd(&ebpf->load.programs[program_rows[part].program]));
	ebpf->parts[part] = -1;
}

int ebpf_attach(struct ebpf *ebpf)
{
	int err = 0;

	if (ebpf->raw)
		return ebpf_raw_attach(ebpf->raw);
	for (size_t i = 0; !err && i < EBPF_ATTACHED; i++) {
		if (ebpf->parts[i] < 0) /* the run that loaded it has dropped it */
			continue;
		err = attach_program(ebpf, (enum ebpf_part)i);
		if (err && ebpf_is_optional((enum ebpf_part)i)) {
			drop_program(ebpf, (enum ebpf_part)i);
			err = 0;
		}
	}
	return err;
}

bool ebpf_sees_capabilities(const struct ebpf *ebpf)
{
	return !ebpf->raw && ebpf->parts[EBPF_ON_CAPABILITY] >= 0;
}

static void detach_program(struct ebpf *ebpf, enum ebpf_part program)
{
	int *link = &ebpf->parts[EBPF_LINKS + program];

	if (*link >= 0)
		close(steal_fd(link));
}

void ebpf_detach(struct ebpf *ebpf)
{
	if (ebpf->raw) {
		ebpf_raw_detach(ebpf->raw);
		return;
	}
	/* First the ends of calls: an exit without an entry would look like a call that was
	 * stopped. */
	detach_program(ebpf, EBPF_ON_SYS_EXIT);
	for (size_t i = 0; i < EBPF_ATTACHED; i++)
		detach_program(ebpf, (enum ebpf_part)i);
}

uint32_t ebpf_run_number(const struct ebpf *ebpf)
{
	return ebpf->run;
}

int ebpf_read_run(const struct ebpf *ebpf, struct run_state *ret_run)
{
	return bpf_map_lookup_elem(ebpf->parts[EBPF_RUNS], &ebpf->run, ret_run) ? -errno : 0;
}

int ebpf_start_generation(struct ebpf *ebpf, const struct run_state *run)
{
	struct run_state before, now = *run;
	int err = ebpf_read_run(ebpf, &before);

	if (err)
		return err;
	ebpf->generation = now.generation = before.generation + 1;
	return ebpf_write_run(ebpf, &now);
}

int ebpf_write_run(const struct ebpf *ebpf, const struct run_state *run)
{
	return bpf_map_update_elem(ebpf->parts[EBPF_RUNS], &ebpf->run, run, BPF_ANY) ? -errno : 0;
}

/*
 * Programs run with preemption off, so a program can only be skipped in an interrupt that came
 * while the same program was running. The only program of ours that an interrupt can run is
 * on_signal, for a signal that it sends; but a SIGSYS that the trace needs is sent by the task
 * itself: what on_signal misses does not matter. Nor does what on_capability misses: no count
 * depends on it.
 */
uint64_t ebpf_missed_runs(const struct ebpf *ebpf)
{
	uint64_t missed = 0;

	for (size_t i = 0; i < EBPF_PROGRAMS; i++) {
		struct bpf_prog_info info = { 0 };
		uint32_t len = sizeof(info);

		if (!ebpf->raw && (i == EBPF_ON_SIGNAL || i == EBPF_ON_CAPABILITY))
			continue;
		if (!bpf_obj_get_info_by_fd(ebpf->parts[i], &info, &len))
			missed += info.recursion_misses;
	}
	return missed;
}

/* For a tracer that another run has loaded. */
static void close_parts(struct ebpf *ebpf)
{
	for (size_t i = 0; i < RUN_MAPS; i++)
		if (ebpf->run)
			close(ebpf->maps[i]);
	for (size_t i = 0; i < EBPF_LINKS; i++)
		if (ebpf->parts[i] >= 0)
			close(ebpf->parts[i]);
}

void ebpf_destroy(struct ebpf *ebpf)
{
	if (!ebpf)
		return;
	ebpf->next = EBPF_PROGRAMS; /* what has not been started is no longer needed */
	wait_for_loader(ebpf);
	ebpf_detach(ebpf);
	if (ebpf->is_joined)
		close_parts(ebpf);
	load_finish(&ebpf->load);
	ebpf_raw_destroy(ebpf->raw);
	sem_destroy(&ebpf->maps_made);
	free(ebpf);
}
