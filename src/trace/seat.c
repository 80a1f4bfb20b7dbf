// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A map that is put into a map of maps is there at once, but the call returns only after all
 * programs that run have ended, some 8 ms later (maybe_wait_bpf_programs(), kernel/bpf/syscall.c).
 * So each map has a thread that waits for it, while the run goes on.
 */
#include "trace/seat.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum { TRIES = 20000, TRY_NS = 50000 }; /* for a map to be there */

static const struct {
	enum ebpf_part first, table;
} rows[RUN_MAPS] = {
	[RUN_COUNTS] = { EBPF_COUNTS, EBPF_COUNTS_OF },
	[RUN_KEYS] = { EBPF_KEYS, EBPF_KEYS_OF },
	[RUN_RING] = { EBPF_RING, EBPF_RING_OF },
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

/* The map that is there, by the kernel's number for it; 0: none. */
static uint32_t look_up(int table, uint32_t run)
{
	uint32_t id = 0;

	return bpf_map_lookup_elem(table, &run, &id) ? 0 : id;
}

static void *insert(void *data)
{
	const struct seat_insertion *insertion = data;

	bpf_map_update_elem(insertion->table, &insertion->run, &insertion->map, BPF_ANY);
	return NULL;
}

/* Gives whether the map is there. */
static bool wait_for(const struct seat_insertion *insertion)
{
	static const struct timespec pause = { .tv_nsec = TRY_NS };

	for (int i = 0; i < TRIES && !look_up(insertion->table, insertion->run); i++)
		nanosleep(&pause, NULL);
	return look_up(insertion->table, insertion->run);
}

static void start_all(struct seat *seat)
{
	sigset_t all, old;

	/* A signal is for the first thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (size_t i = 0; i < RUN_MAPS; i++) {
		struct seat_insertion *insertion = &seat->insertions[i];

		insertion->is_running = !pthread_create(&insertion->thread, NULL, insert,
							insertion);
		if (!insertion->is_running)
			insert(insertion);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static bool insert_all(struct seat *seat, const int parts[EBPF_PARTS], uint32_t run,
		       const int maps[RUN_MAPS])
{
	bool are_there = true;

	for (size_t i = 0; i < RUN_MAPS; i++)
		seat->insertions[i] = (struct seat_insertion){
			.table = parts[rows[i].table],
			.map = maps[i],
			.run = run,
		};
	start_all(seat);
	for (size_t i = 0; i < RUN_MAPS; i++)
		are_there = wait_for(&seat->insertions[i]) && are_there;
	return are_there;
}

static bool open_maps(const int parts[EBPF_PARTS], uint32_t run, bool has_maps, int maps[RUN_MAPS])
{
	bool are_there = true;

	for (size_t i = 0; i < RUN_MAPS; i++) {
		uint32_t id = has_maps ? look_up(parts[rows[i].table], run) : 0;

		maps[i] = has_maps ? bpf_map_get_fd_by_id(id) : make_map(parts[rows[i].first]);
		are_there = are_there && maps[i] >= 0;
	}
	return are_there;
}

bool seat_take(struct seat *seat, const int parts[EBPF_PARTS], uint32_t run, bool has_maps,
	       int ret_maps[RUN_MAPS])
{
	if (!run) {
		for (size_t i = 0; i < RUN_MAPS; i++)
			ret_maps[i] = parts[rows[i].first];
		return true;
	}
	if (open_maps(parts, run, has_maps, ret_maps) &&
	    (has_maps || insert_all(seat, parts, run, ret_maps)))
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
	*seat = (struct seat){ 0 };
}
