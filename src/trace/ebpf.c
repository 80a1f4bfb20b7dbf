// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads bpf/trace.bpf.c by its light skeleton (a program that loads the programs: 0.9 ms instead
 * of the 8 ms in which libbpf parses the kernel's types; kernel 5.17), attaches it, reads its
 * maps. Nothing is pinned: with the descriptors everything is gone, also when pinfold is killed.
 */
#include "trace/ebpf.h"

#include <errno.h>
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

/* In the kernel alone (linux/errno.h): an operation that a kind of map does not have. */
enum { ENOTSUPP = 524 };

/* Those that may miss a run that counts. */
enum { PROGRAMS = 5 };

struct ebpf {
	struct trace_bpf *skeleton; /* NULL: raw */
	struct ebpf_raw *raw;
	int programs[PROGRAMS];
	int maps[EBPF_MAP_N];
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

static void take_programs(struct ebpf *ebpf)
{
	const struct trace_bpf *skeleton = ebpf->skeleton;
	const int programs[] = {
		skeleton->progs.on_sys_enter.prog_fd, skeleton->progs.on_sys_exit.prog_fd,
		skeleton->progs.on_fork.prog_fd,      skeleton->progs.on_exec.prog_fd,
		skeleton->progs.on_exit.prog_fd,
	};
	const int maps[EBPF_MAP_N] = {
		[EBPF_MAP_COUNTS] = skeleton->maps.counts.map_fd,
		[EBPF_MAP_ODD_CALLS] = skeleton->maps.odd_calls.map_fd,
		[EBPF_MAP_ERRORS] = skeleton->maps.errors.map_fd,
		[EBPF_MAP_VALUES] = skeleton->maps.values.map_fd,
		[EBPF_MAP_DENIALS] = skeleton->maps.denials.map_fd,
		[EBPF_MAP_RING] = skeleton->maps.ring.map_fd,
		[EBPF_MAP_RUN] = skeleton->maps.run.map_fd,
		[EBPF_MAP_CONFIG] = skeleton->maps.config.map_fd,
	};

	_Static_assert(ARRAY_SIZE(programs) == PROGRAMS, "their number");
	memcpy(ebpf->programs, programs, sizeof(programs));
	memcpy(ebpf->maps, maps, sizeof(maps));
}

static void take_raw_programs(struct ebpf *ebpf)
{
	static const char *const programs[PROGRAMS] = { "on_raw_enter", "on_raw_exit",
							"on_raw_signal", "on_raw_exec",
							"on_raw_end" };
	static const char *const maps[EBPF_MAP_N] = {
		[EBPF_MAP_COUNTS] = "counts",	[EBPF_MAP_ODD_CALLS] = "odd_calls",
		[EBPF_MAP_ERRORS] = "errors",	[EBPF_MAP_VALUES] = "values",
		[EBPF_MAP_DENIALS] = "denials", [EBPF_MAP_RING] = "ring",
		[EBPF_MAP_RUN] = "run",		[EBPF_MAP_CONFIG] = "config",
	};
	struct bpf_object *object = ebpf_raw_object(ebpf->raw);

	for (size_t i = 0; i < PROGRAMS; i++)
		ebpf->programs[i] =
			bpf_program__fd(bpf_object__find_program_by_name(object, programs[i]));
	for (size_t i = 0; i < EBPF_MAP_N; i++)
		ebpf->maps[i] = bpf_object__find_map_fd_by_name(object, maps[i]);
}

static int configure(const struct ebpf *ebpf, const struct run_config *config)
{
	uint32_t zero = 0;

	return bpf_map_update_elem(ebpf->maps[EBPF_MAP_CONFIG], &zero, config, BPF_ANY) ? errno : 0;
}

int ebpf_share_maps(const struct ebpf *ebpf, struct bpf_object *object)
{
	const struct {
		const char *name;
		int fd;
	} rows[] = {
#define ROW(map) { #map, ebpf->skeleton->maps.map.map_fd }
		ROW(tasks),	ROW(run),     ROW(config), ROW(counts),
		ROW(odd_calls), ROW(errors),  ROW(values), ROW(denials),
		ROW(ring),	ROW(modules), ROW(draft),  ROW(sample_draft),
#undef ROW
	};
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(rows); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, rows[i].name);

		if (map)
			err = bpf_map__reuse_fd(map, rows[i].fd);
	}
	return err;
}

int ebpf_load(const struct run_config *config, const struct run_options *options,
	      struct ebpf **ret_ebpf, struct diags *diags)
{
	struct ebpf *ebpf = mem_alloc(sizeof(*ebpf));
	int err;

	ebpf->skeleton = trace_bpf__open();
	if (!ebpf->skeleton) {
		err = errno;
		free(ebpf);
		return ebpf_explain_load(err, diags);
	}
	ebpf->skeleton->rodata->options = *options;
	err = -trace_bpf__load(ebpf->skeleton);
	if (!err) {
		take_programs(ebpf);
		err = configure(ebpf, config);
	}
	if (err) {
		ebpf_destroy(ebpf);
		return ebpf_explain_load(err, diags);
	}
	*ret_ebpf = ebpf;
	return 0;
}

int ebpf_load_raw(const struct run_config *config, const struct run_options *options, int init_pid,
		  struct ebpf **ret_ebpf, struct diags *diags)
{
	struct ebpf *ebpf = mem_alloc(sizeof(*ebpf));
	int err = -ebpf_raw_load(options, init_pid, &ebpf->raw);

	if (!err) {
		take_raw_programs(ebpf);
		err = configure(ebpf, config);
	}
	if (err) {
		ebpf_destroy(ebpf);
		return ebpf_explain_load(err, diags);
	}
	*ret_ebpf = ebpf;
	return 0;
}

int ebpf_map_fd(const struct ebpf *ebpf, enum ebpf_map map)
{
	return ebpf->maps[map];
}

int ebpf_mark(const struct ebpf *ebpf, int pidfd, enum task_role role)
{
	struct task_state state = { .role = (uint8_t)role };

	if (bpf_map_update_elem(ebpf->skeleton->maps.tasks.map_fd, &pidfd, &state, BPF_NOEXIST))
		return -errno;
	return 0;
}

int ebpf_begin_run(const struct ebpf *ebpf)
{
	struct run_state run = { .has_level = 1 };
	struct timespec now;
	uint32_t zero = 0;

	clock_gettime(CLOCK_MONOTONIC, &now);
	run.start_ns = (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
	return bpf_map_update_elem(ebpf->maps[EBPF_MAP_RUN], &zero, &run, BPF_ANY) ? -errno : 0;
}

int ebpf_attach(struct ebpf *ebpf)
{
	int err = ebpf->raw ? ebpf_raw_attach(ebpf->raw) : trace_bpf__attach(ebpf->skeleton);

	return err < 0 ? err : 0;
}

void ebpf_detach(struct ebpf *ebpf)
{
	if (ebpf->raw) {
		ebpf_raw_detach(ebpf->raw);
		return;
	}
	trace_bpf__detach(ebpf->skeleton);
	memset(&ebpf->skeleton->links, 0, sizeof(ebpf->skeleton->links));
}

int ebpf_read_run(const struct ebpf *ebpf, struct run_state *ret_run)
{
	uint32_t zero = 0;

	return bpf_map_lookup_elem(ebpf->maps[EBPF_MAP_RUN], &zero, ret_run) ? -errno : 0;
}

/* Programs run with preemption off, so that only an interrupt can come in between and find its own
 * program at work. Of ours an interrupt runs on_signal alone, for a signal that it sends; a SIGSYS
 * that the trace needs a task sends itself: what on_signal misses is nothing. */
uint64_t ebpf_missed_runs(const struct ebpf *ebpf)
{
	uint64_t missed = 0;

	for (size_t i = 0; i < PROGRAMS; i++) {
		struct bpf_prog_info info = { 0 };
		uint32_t len = sizeof(info);

		if (!bpf_obj_get_info_by_fd(ebpf->programs[i], &info, &len))
			missed += info.recursion_misses;
	}
	return missed;
}

size_t ebpf_cpus(void)
{
	int cpus = libbpf_num_possible_cpus();

	return cpus > 0 ? (size_t)cpus : 1;
}

struct map_shape {
	uint32_t key_size, value_size, n;
};

static int get_map_shape(int fd, struct map_shape *ret_shape)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	ret_shape->key_size = info.key_size;
	ret_shape->value_size = info.value_size;
	ret_shape->n = info.max_entries;
	if (info.type == BPF_MAP_TYPE_PERCPU_ARRAY)
		ret_shape->value_size = (info.value_size + 7) / 8 * 8 * (uint32_t)ebpf_cpus();
	return 0;
}

/* Key by key, before Linux 5.13, which reads no map of many CPUs at once. */
static int read_each(int fd, const struct map_shape *shape, char *keys, char *values,
		     uint32_t *ret_n)
{
	uint32_t n = 0;
	const char *before = NULL;

	for (; n < shape->n; n++) {
		char *key = keys + (size_t)n * shape->key_size;

		if (bpf_map_get_next_key(fd, before, key)) {
			if (errno != ENOENT)
				return -errno;
			break;
		}
		if (bpf_map_lookup_elem(fd, key, values + (size_t)n * shape->value_size))
			return -errno;
		before = key;
	}
	*ret_n = n;
	return 0;
}

int ebpf_read_map(const struct ebpf *ebpf, enum ebpf_map map, void **ret_keys, void **ret_values,
		  size_t *ret_n)
{
	return ebpf_read_map_of(ebpf_map_fd(ebpf, map), ret_keys, ret_values, ret_n);
}

int ebpf_read_map_of(int fd, void **ret_keys, void **ret_values, size_t *ret_n)
{
	auto_free void *keys = NULL, *values = NULL;
	struct map_shape shape = { 0 };
	int err = get_map_shape(fd, &shape);
	uint64_t batch = 0;
	uint32_t n;

	if (err)
		return err;
	n = shape.n;
	keys = mem_alloc((size_t)n * shape.key_size);
	values = mem_alloc((size_t)n * shape.value_size);
	/* One call reads all, since there is room for all; ENOENT says that the end was reached. */
	err = bpf_map_lookup_batch(fd, NULL, &batch, keys, values, &n, NULL) ? -errno : 0;
	if (err == -ENOTSUPP || err == -EINVAL)
		err = read_each(fd, &shape, keys, values, &n);
	if (err && err != -ENOENT)
		return err;
	*ret_keys = steal(&keys);
	*ret_values = steal(&values);
	*ret_n = n;
	return 0;
}

void ebpf_destroy(struct ebpf *ebpf)
{
	if (!ebpf)
		return;
	trace_bpf__destroy(ebpf->skeleton);
	ebpf_raw_destroy(ebpf->raw);
	free(ebpf);
}
