// SPDX-License-Identifier: GPL-2.0-or-later
/* The maps of a run: prepared before it, read after it. */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "bpf/failure.h"
#include "confine/rights.h"
#include "ebpf/ebpf.h"
#include "ebpf/load.h"

/* Kernel-internal (linux/errno.h): the operation is not supported by this type of map. */
enum { ENOTSUPP = 524 };

enum { FIRST_BYTES = 16384 };

/* How many values the kernel returns for a key of a per-CPU map; 0: not known yet. */
static size_t cpus;

size_t ebpf_cpus(void)
{
	return cpus;
}

/* Has the kernel write one key's values into BYTES that end at a guard page, and counts them. */
static int count_values(int map, size_t bytes, size_t *ret_n)
{
	const uint64_t untouched = ~0ULL; /* all values of the map are 0 */
	const uint32_t key = 0;
	size_t guard = (size_t)sysconf(_SC_PAGESIZE), n = 0;
	uint64_t *values = mmap(NULL, bytes + guard, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int err = 0;

	if (values == MAP_FAILED)
		return -errno;
	for (size_t i = 0; i < bytes / sizeof(*values); i++)
		values[i] = untouched;
	if (mprotect((char *)values + bytes, guard, PROT_NONE) ||
	    bpf_map_lookup_elem(map, &key, values))
		err = -errno;
	while (!err && n < bytes / sizeof(*values) && values[n] != untouched)
		n++;
	munmap(values, bytes + guard);
	if (err || !n)
		return err ? err : -EIO;
	*ret_n = n;
	return 0;
}

/*
 * The kernel copies one value for each CPU that it considers possible, and takes no length: a
 * buffer for fewer is overrun. What /sys says about that may be missing or wrong, so this finds out
 * by a read into memory that the kernel cannot overrun.
 */
static int find_cpus(void)
{
	/* For 512 CPUs, and for the most that a kernel can be built for (8192 on x86). */
	static const size_t sizes[] = { 4096, 8192 * sizeof(uint64_t) };
	auto_close int map = -1;
	int err = -EFAULT;

	if (cpus)
		return 0;
	map = load_make_counter();
	if (map < 0)
		return map;
	for (size_t i = 0; err == -EFAULT && i < ARRAY_SIZE(sizes); i++)
		err = count_values(map, sizes[i], &cpus);
	return err;
}

static int set_counts(const struct ebpf *ebpf, const struct kept_args *allowed,
		      const struct kept_args *denied)
{
	auto_free struct call_group *groups = mem_alloc(cpus * sizeof(*groups));

	_Static_assert(sizeof(struct call_group) % 8 == 0, "values of CPUs follow each other");
	for (uint32_t i = 0; i < GROUPS; i++) {
		for (size_t cpu = 0; cpu < cpus; cpu++) {
			memcpy(groups[cpu].key_args, allowed->of + (size_t)i * GROUP, GROUP);
			memcpy(groups[cpu].denied_args, denied->of + (size_t)i * GROUP, GROUP);
		}
		if (bpf_map_update_elem(ebpf_map_fd(ebpf, RUN_COUNTS), &i, groups, BPF_ANY))
			return -errno;
	}
	return 0;
}

/* A key of any of the run's maps. */
union any_key {
	struct call_key call;
	struct failure_key failure;
	struct place_key place;
};

/* A key is deleted only once the next one is known: the walk continues from there. */
static int delete_keys(int fd)
{
	union any_key key, next;
	int err = bpf_map_get_next_key(fd, NULL, &next) ? -errno : 0;

	while (!err) {
		key = next;
		err = bpf_map_get_next_key(fd, &key, &next) ? -errno : 0;
		if (bpf_map_delete_elem(fd, &key))
			return -errno;
	}
	return err == -ENOENT ? 0 : err;
}

/* What raw tracepoints do not have is not there. */
static int delete_all_keys(const struct ebpf *ebpf)
{
	static const enum run_map maps[] = { RUN_KEYS, RUN_FAILURES, RUN_PLACES };
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(maps); i++)
		if (ebpf_map_fd(ebpf, maps[i]) >= 0)
			err = delete_keys(ebpf_map_fd(ebpf, maps[i]));
	return err;
}

int ebpf_configure(struct ebpf *ebpf, bool is_own, const struct kept_args *allowed,
		   const struct kept_args *denied)
{
	const struct run_state run = { .odd_key_args = denied->odd };
	int err = find_cpus();

	if (!err)
		err = ebpf_start_generation(ebpf, &run);
	if (!err)
		err = set_counts(ebpf, allowed, denied);
	return err || is_own ? err : delete_all_keys(ebpf);
}

int ebpf_map_requests(const struct ebpf *ebpf, struct stack_requests **ret_requests,
		      struct diags *diags)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE),
	       at = ebpf_run_number(ebpf) * sizeof(**ret_requests);
	char *memory = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED,
			    ebpf_parts(ebpf)[EBPF_REQUESTS], (off_t)(at / page * page));

	if (memory == MAP_FAILED)
		return diags_fail(diags, -errno, "cannot map the requests for stacks: %s",
				  strerror(errno));
	*ret_requests = (void *)(memory + at % page);
	/* Of an earlier run with this number. */
	memset(*ret_requests, 0, sizeof(**ret_requests));
	return 0;
}

void ebpf_unmap_requests(struct stack_requests *requests)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (requests)
		munmap((void *)((uintptr_t)requests / page * page), page);
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
		ret_shape->value_size = (info.value_size + 7) / 8 * 8 * (uint32_t)cpus;
	return 0;
}

struct call_group *ebpf_alloc_group(void)
{
	return mem_alloc(cpus * sizeof(struct call_group));
}

int ebpf_read_group(const struct ebpf *ebpf, uint32_t i, struct call_group *group)
{
	return bpf_map_lookup_elem(ebpf_map_fd(ebpf, RUN_COUNTS), &i, group) ? -errno : 0;
}

/* Reads key by key: before Linux 5.13 per-CPU maps cannot be read in batches. */
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

/* Reads up to N entries. Returns 0 if there are no more, -ENOSPC if there may be, or another
 * -errno. */
static int read_part(int fd, const struct map_shape *shape, uint32_t n, void *keys, void *values,
		     uint32_t *ret_n)
{
	struct map_shape part = *shape;
	uint64_t batch = 0;
	int err;

	part.n = *ret_n = n;
	err = bpf_map_lookup_batch(fd, NULL, &batch, keys, values, ret_n, NULL) ? -errno : 0;
	if (err == -ENOENT) /* the end was reached */
		return 0;
	if (err == -ENOTSUPP || err == -EINVAL) {
		err = read_each(fd, &part, keys, values, ret_n);
		if (!err && *ret_n < n)
			return 0;
	}
	return !err && n < shape->n ? -ENOSPC : err;
}

/* Most maps have few entries at the end of a run, and room for all would be touched in vain. */
static uint32_t first_room(const struct map_shape *shape)
{
	uint32_t n = FIRST_BYTES / (shape->key_size + shape->value_size) + 1;

	return n < shape->n ? n : shape->n;
}

int ebpf_read_map(int fd, void **ret_keys, void **ret_values, size_t *ret_n)
{
	struct map_shape shape = { 0 };
	uint32_t room, n = 0;
	int err = get_map_shape(fd, &shape);

	if (err)
		return err;
	for (room = first_room(&shape);; room = shape.n) {
		auto_free void *keys = mem_alloc((size_t)room * shape.key_size);
		auto_free void *values = mem_alloc((size_t)room * shape.value_size);

		err = read_part(fd, &shape, room, keys, values, &n);
		if (err == -ENOSPC && room < shape.n)
			continue;
		if (err)
			return err;
		*ret_keys = steal(&keys);
		*ret_values = steal(&values);
		*ret_n = n;
		return 0;
	}
}

uint64_t ebpf_reading_rights(int fd)
{
	const uint64_t reading = 1ULL << CAP_BPF;
	uint64_t rights = rights_effective();
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);
	bool is_needed;

	if (rights_use(rights & ~reading))
		return reading;
	is_needed = bpf_obj_get_info_by_fd(fd, &info, &len) != 0;
	rights_use(rights);
	return is_needed ? reading : 0;
}
