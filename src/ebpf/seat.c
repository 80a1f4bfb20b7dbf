// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A map that is inserted into a map of maps is visible at once, but the call returns only after all
 * running programs have finished, some 8 ms later (maybe_wait_bpf_programs(),
 * kernel/bpf/syscall.c). So a thread for each map waits for that while the run goes on, without the
 * rights that the supervisor drops meanwhile.
 */
#include "ebpf/seat.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/thread.h"
#include "confine/confine.h"

enum { TRY_NS = 50000 }; /* between looks at whether a map is there */

static const struct {
	enum ebpf_part first, table;
} rows[RUN_MAPS] = {
	[RUN_COUNTS] = { EBPF_COUNTS, EBPF_COUNTS_OF },
	[RUN_KEYS] = { EBPF_KEYS, EBPF_KEYS_OF },
	[RUN_RING] = { EBPF_RING, EBPF_RING_OF },
	[RUN_FAILURES] = { EBPF_FAILURES, EBPF_FAILURES_OF },
	[RUN_PLACES] = { EBPF_PLACES, EBPF_PLACES_OF },
};

/* Makes a map of the same shape. */
static int make_map(int like)
{
	struct bpf_map_info info = { 0 };
	uint32_t len = sizeof(info);
	LIBBPF_OPTS(bpf_map_create_opts, options);

	if (bpf_obj_get_info_by_fd(like, &info, &len))
		return -1;
	options.map_flags = info.map_flags;
	return bpf_map_create((enum bpf_map_type)info.type, info.name, info.key_size,
			      info.value_size, info.max_entries, &options);
}

/* Returns the id of the map that is there, or 0 if there is none. */
static uint32_t look_up(int table, uint32_t run)
{
	uint32_t id = 0;

	return bpf_map_lookup_elem(table, &run, &id) ? 0 : id;
}

static void insert(struct seat_insertion *insertion)
{
	if (bpf_map_update_elem(insertion->table, &insertion->run, &insertion->map, BPF_ANY))
		insertion->has_failed = true;
}

static void *insert_confined(void *data)
{
	struct seat_insertion *insertion = data;

	if (confine_waiter(insertion->rights))
		insertion->has_failed = true;
	else
		insert(insertion);
	return NULL;
}

/* Waits until the map is there; returns false if inserting it failed. */
static bool wait_for(const struct seat_insertion *insertion)
{
	static const struct timespec pause = { .tv_nsec = TRY_NS };

	while (!insertion->has_failed && !look_up(insertion->table, insertion->run))
		nanosleep(&pause, NULL);
	return !insertion->has_failed;
}

static void start(struct seat_insertion *insertion)
{
	insertion->is_running = thread_start(&insertion->thread, insert_confined, insertion);
	if (!insertion->is_running)
		insert(insertion);
}

/* Returns the map that an earlier run left there, or a new one, still to be inserted; or -1. */
static int open_map(struct seat_insertion *insertion, int table, int like, uint32_t run)
{
	uint32_t id = look_up(table, run);

	*insertion = (struct seat_insertion){ .table = table, .run = run };
	if (id)
		return bpf_map_get_fd_by_id(id);
	insertion->rights = ebpf_reading_rights(table);
	insertion->map = make_map(like);
	return insertion->map;
}

bool seat_has_tasks(const int parts[EBPF_PARTS], uint32_t run)
{
	struct run_state state;

	return bpf_map_lookup_elem(parts[EBPF_RUNS], &run, &state) || state.tasks;
}

/* Inserts all at once, so that they share one wait in the kernel. */
static bool insert_all(struct seat *seat)
{
	bool are_there = true;

	for (size_t i = 0; i < RUN_MAPS; i++)
		if (seat->insertions[i].map > 0)
			start(&seat->insertions[i]);
	for (size_t i = 0; i < RUN_MAPS; i++)
		if (seat->insertions[i].map > 0)
			are_there = wait_for(&seat->insertions[i]) && are_there;
	return are_there;
}

bool seat_take(struct seat *seat, const int parts[EBPF_PARTS], uint32_t run, int ret_maps[RUN_MAPS])
{
	bool are_there = true;

	for (size_t i = 0; i < RUN_MAPS; i++) {
		ret_maps[i] = run ? open_map(&seat->insertions[i], parts[rows[i].table],
					     parts[rows[i].first], run)
				  : parts[rows[i].first];
		are_there = are_there && ret_maps[i] >= 0;
	}
	if (!run || (are_there && insert_all(seat)))
		return true;
	seat_finish(seat);
	for (size_t i = 0; i < RUN_MAPS; i++)
		if (ret_maps[i] >= 0)
			close(ret_maps[i]);
	return false;
}

void seat_finish(struct seat *seat)
{
	for (size_t i = 0; i < RUN_MAPS; i++)
		if (seat->insertions[i].is_running)
			pthread_join(seat->insertions[i].thread, NULL);
	memset(seat, 0, sizeof(*seat));
}
