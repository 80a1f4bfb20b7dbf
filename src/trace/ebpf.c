// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads bpf/trace.bpf.c by its light skeleton (a program that loads the programs: no parsing of the
 * kernel's types, which takes libbpf 8 ms; kernel 5.17), attaches it. Nothing is pinned: with the
 * descriptors everything is gone, also when pinfold is killed.
 */
#include "trace/ebpf.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#include "bpf/trace.lskel.h"
#pragma GCC diagnostic pop

#include "base/cleanup.h"
#include "base/mem.h"
#include "trace/ebpf_raw.h"

enum { LOADS_MAX = 20 };

struct ebpf {
	struct trace_bpf *skeleton; /* NULL: joined, or raw */
	struct ebpf_raw *raw;
	int parts[EBPF_PARTS]; /* -1: not there */
	uint32_t run, generation;
	int maps[RUN_MAPS];
	pthread_t loader;
	bool is_loading;
	bool attaches; /* as soon as it is loaded */
	int err;       /* of loading: errno or 0 */
};

int ebpf_explain_load(int err, struct diags *diags)
{
	static const struct {
		int err;
		const char *hint;
	} hints[] = {
		{ EPERM, "a container or kernel lockdown may forbid it, and before Linux 5.11 "
			 "'ulimit -l'; --trace raw needs less" },
		{ EACCES, "the kernel's verifier refused the program; --trace none runs without" },
		{ ENOENT, "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)" },
		{ EINVAL, "tracing needs Linux 5.17 or later with BTF" },
		{ ENOSYS, "the kernel has no bpf system call" },
	};

	diags_fail(diags, err, "cannot load the tracer into the kernel: %s", strerror(err));
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (hints[i].err == err)
			diags_hint(diags, "%s", hints[i].hint);
	return -err;
}

static struct ebpf *create(void)
{
	struct ebpf *ebpf = mem_alloc(sizeof(*ebpf));

	for (size_t i = 0; i < EBPF_PARTS; i++)
		ebpf->parts[i] = -1;
	return ebpf;
}

/* Makes the descriptor ours: the skeleton closes what is left to it. */
static int take(int *fd)
{
	int taken = *fd;

	*fd = 0;
	return taken;
}

static void take_parts(struct ebpf *ebpf)
{
	struct trace_bpf *s = ebpf->skeleton;
	const struct {
		enum ebpf_part part;
		int *fd;
	} rows[] = {
		{ EBPF_ON_SYS_ENTER, &s->progs.on_sys_enter.prog_fd },
		{ EBPF_ON_SYS_EXIT, &s->progs.on_sys_exit.prog_fd },
		{ EBPF_ON_SIGNAL, &s->progs.on_signal.prog_fd },
		{ EBPF_ON_FORK, &s->progs.on_fork.prog_fd },
		{ EBPF_ON_EXEC, &s->progs.on_exec.prog_fd },
		{ EBPF_ON_EXIT, &s->progs.on_exit.prog_fd },
		{ EBPF_TASKS, &s->maps.tasks.map_fd },
		{ EBPF_RUNS, &s->maps.runs.map_fd },
		{ EBPF_COUNTS, &s->maps.counts.map_fd },
		{ EBPF_KEYS, &s->maps.keys.map_fd },
		{ EBPF_RING, &s->maps.ring.map_fd },
		{ EBPF_COUNTS_OF, &s->maps.counts_of.map_fd },
		{ EBPF_KEYS_OF, &s->maps.keys_of.map_fd },
		{ EBPF_RING_OF, &s->maps.ring_of.map_fd },
		{ EBPF_RARE, &s->maps.rare.map_fd },
	};

	_Static_assert(ARRAY_SIZE(rows) == EBPF_LINKS, "all but the links");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ebpf->parts[rows[i].part] = take(rows[i].fd);
	ebpf->maps[RUN_COUNTS] = ebpf->parts[EBPF_COUNTS];
	ebpf->maps[RUN_KEYS] = ebpf->parts[EBPF_KEYS];
	ebpf->maps[RUN_RING] = ebpf->parts[EBPF_RING];
}

/* Lets the program of the ends of calls go over to that of the ends of tasks. */
static int link_programs(const struct ebpf *ebpf)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(ebpf->parts[EBPF_RARE], &zero, &ebpf->parts[EBPF_ON_EXIT],
				   BPF_ANY)
		       ? errno
		       : 0;
}

/* Of the programs; NULL: the program says it, by its BTF. */
static const char *const tracepoints[EBPF_PROGRAMS] = {
	[EBPF_ON_SYS_ENTER] = "sys_enter",     [EBPF_ON_SYS_EXIT] = "sys_exit",
	[EBPF_ON_SIGNAL] = "signal_generate",  [EBPF_ON_FORK] = NULL,
	[EBPF_ON_EXEC] = "sched_process_exec", [EBPF_ON_EXIT] = "sched_process_exit",
};

static int attach_programs(struct ebpf *ebpf)
{
	for (size_t i = 0; i < EBPF_PROGRAMS; i++) {
		int *link = &ebpf->parts[EBPF_LINKS + i];

		if (*link < 0)
			*link = bpf_raw_tracepoint_open(tracepoints[i], ebpf->parts[i]);
		if (*link < 0)
			return -errno;
	}
	return 0;
}

static void load_programs(struct ebpf *ebpf)
{
	/* The verifier leaves off where a signal waits, as one that stops the process does. */
	for (int i = 0; i < LOADS_MAX; i++) {
		ebpf->err = -trace_bpf__load(ebpf->skeleton);
		if (ebpf->err != EAGAIN)
			break;
	}
}

/* Allocates nothing: a process that is made meanwhile has no lock of this thread's. */
static void *load(void *data)
{
	struct ebpf *ebpf = data;

	load_programs(ebpf);
	if (ebpf->err)
		return NULL;
	take_parts(ebpf);
	ebpf->err = link_programs(ebpf);
	/* What fails here is tried again, and told, by ebpf_attach(). */
	if (!ebpf->err && ebpf->attaches)
		attach_programs(ebpf);
	return NULL;
}

/* A signal is for the first thread. */
static bool start_loader(struct ebpf *ebpf)
{
	sigset_t all, old;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&ebpf->loader, NULL, load, ebpf);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return !err;
}

struct ebpf *ebpf_begin_load(const struct run_options *options, bool loads_meanwhile, bool attaches)
{
	struct ebpf *ebpf = create();

	ebpf->attaches = attaches;
	ebpf->skeleton = trace_bpf__open();
	if (!ebpf->skeleton) {
		ebpf->err = errno;
		return ebpf;
	}
	ebpf->skeleton->rodata->options = *options;
	ebpf->is_loading = loads_meanwhile && start_loader(ebpf);
	if (!ebpf->is_loading)
		load(ebpf);
	return ebpf;
}

static void wait_for_loader(struct ebpf *ebpf)
{
	if (ebpf->is_loading)
		pthread_join(ebpf->loader, NULL);
	ebpf->is_loading = false;
}

int ebpf_end_load(struct ebpf *ebpf, struct diags *diags)
{
	wait_for_loader(ebpf);
	return ebpf->err ? ebpf_explain_load(ebpf->err, diags) : 0;
}

struct ebpf *ebpf_join(const int parts[EBPF_PARTS], uint32_t run, const int maps[RUN_MAPS])
{
	struct ebpf *ebpf = create();

	memcpy(ebpf->parts, parts, sizeof(ebpf->parts));
	memcpy(ebpf->maps, maps, sizeof(ebpf->maps));
	ebpf->run = run;
	return ebpf;
}

const int *ebpf_parts(const struct ebpf *ebpf)
{
	return ebpf->parts;
}

static void take_raw_parts(struct ebpf *ebpf)
{
	static const char *const programs[] = { "on_raw_enter", "on_raw_exit", "on_raw_signal",
						"on_raw_exec", "on_raw_end" };
	static const char *const maps[RUN_MAPS] = { "counts", "keys", "ring" };
	struct bpf_object *object = ebpf_raw_object(ebpf->raw);

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		ebpf->parts[i] =
			bpf_program__fd(bpf_object__find_program_by_name(object, programs[i]));
	ebpf->parts[EBPF_RUNS] = bpf_object__find_map_fd_by_name(object, "runs");
	for (size_t i = 0; i < RUN_MAPS; i++)
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

	return bpf_map_update_elem(ebpf->skeleton->maps.table.map_fd, &zero, table, BPF_ANY)
		       ? -errno
		       : 0;
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
		{ "table", ebpf->skeleton->maps.table.map_fd },
		{ "slots", ebpf->skeleton->maps.slots.map_fd },
		{ "draft", ebpf->skeleton->maps.draft.map_fd },
		{ "event_draft", ebpf->skeleton->maps.event_draft.map_fd },
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
	struct timespec now;
	int err = ebpf_read_run(ebpf, &run);

	if (err)
		return err;
	clock_gettime(CLOCK_MONOTONIC, &now);
	run.has_level = 1;
	run.start_ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
	return ebpf_write_run(ebpf, &run);
}

int ebpf_attach(struct ebpf *ebpf)
{
	return ebpf->raw ? ebpf_raw_attach(ebpf->raw) : attach_programs(ebpf);
}

void ebpf_detach(struct ebpf *ebpf)
{
	if (ebpf->raw) {
		ebpf_raw_detach(ebpf->raw);
		return;
	}
	for (size_t i = EBPF_LINKS; i < EBPF_PARTS; i++)
		if (ebpf->parts[i] >= 0)
			close(steal_fd(&ebpf->parts[i]));
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

/* Programs run with preemption off, so that only an interrupt can come in between and find its own
 * program at work. Of ours an interrupt runs on_signal alone, for a signal that it sends; a SIGSYS
 * that the trace needs a task sends itself: what on_signal misses is nothing. */
uint64_t ebpf_missed_runs(const struct ebpf *ebpf)
{
	uint64_t missed = 0;

	for (size_t i = 0; i < EBPF_PROGRAMS; i++) {
		struct bpf_prog_info info = { 0 };
		uint32_t len = sizeof(info);

		if (!ebpf->raw && i == EBPF_ON_SIGNAL)
			continue;
		if (!bpf_obj_get_info_by_fd(ebpf->parts[i], &info, &len))
			missed += info.recursion_misses;
	}
	return missed;
}

/* What is a raw object's it closes itself. */
static void close_parts(struct ebpf *ebpf)
{
	for (size_t i = 0; i < RUN_MAPS; i++)
		if (ebpf->run)
			close(ebpf->maps[i]);
	for (size_t i = 0; i < EBPF_PARTS; i++)
		if (ebpf->parts[i] >= 0)
			close(ebpf->parts[i]);
}

void ebpf_destroy(struct ebpf *ebpf)
{
	if (!ebpf)
		return;
	wait_for_loader(ebpf);
	if (!ebpf->raw)
		close_parts(ebpf);
	trace_bpf__destroy(ebpf->skeleton);
	ebpf_raw_destroy(ebpf->raw);
	free(ebpf);
}
