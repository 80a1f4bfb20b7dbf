/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept about calls, by key. Kernel side only. */
#ifndef PINFOLD_BPF_KEY_H
#define PINFOLD_BPF_KEY_H

#include "bpf/maps.h"

enum key_found {
	KEY_KNOWN,
	KEY_ADDED,
	KEY_MISSING, /* it was not added, as requested */
	KEY_LOST,    /* there is no room */
};

/* The counters of a call, in the order of struct call_counts. */
enum call_counter { COUNTER_ALLOWED, COUNTER_DENIED, COUNTER_FAILED, COUNTER_RESTARTED };

enum { COUNTER_MASK = 3 };

/* A counter's number is the index of its word in the value of a key. Denials, values and errors
 * have only the first one. */
#define ASSERT_COUNTER(counter, type, member) \
	_Static_assert(__builtin_offsetof(type, member) == (counter) * sizeof(__u64), "order")

ASSERT_COUNTER(COUNTER_ALLOWED, struct call_counts, allowed);
ASSERT_COUNTER(COUNTER_DENIED, struct call_counts, denied);
ASSERT_COUNTER(COUNTER_FAILED, struct call_counts, failed);
ASSERT_COUNTER(COUNTER_RESTARTED, struct call_counts, restarted);
ASSERT_COUNTER(0, struct denial_value, count);

/* Adds the draft's key, if there are fewer than ROOM of its kind. */
ONCE int add_key(__u32 run, __u32 room)
{
	struct run_state *r = get_run(run);
	struct call_draft *d = get_draft();
	void *map = MAP_OF(keys, run);
	__u32 kind;

	if (!r || !d || !map)
		return KEY_LOST;
	kind = d->key.kind;
	if (kind >= KEY_KINDS || r->keys[kind] >= room)
		return KEY_LOST;
	if (kind != KEY_DENIAL)
		__builtin_memset(&d->value, 0, sizeof(d->value));
	/* Another CPU may have been first. */
	if (bpf_map_update_elem(map, &d->key, &d->value, BPF_NOEXIST))
		return KEY_KNOWN;
	__sync_fetch_and_add(&r->keys[kind], 1);
	return KEY_ADDED;
}

/* Counts the draft's key in counter AT of its value; returns whether it is there. */
ONCE int count_known(__u32 run, __u32 at)
{
	struct call_draft *d = get_draft();
	void *map = MAP_OF(keys, run);
	union call_value *value = d && map ? bpf_map_lookup_elem(map, &d->key) : 0;

	if (!value)
		return false;
	/* A mask: before 6.2 the verifier forgets what a 32-bit number was compared with. */
	__sync_fetch_and_add(&value->counters[at & COUNTER_MASK], 1);
	if (d->key.kind == KEY_DENIAL)
		value->denial.last_ns = bpf_ktime_get_ns();
	return true;
}

/* Counts the draft's key of the run, in counter AT of its value; a missing one is added if there
 * are fewer than ROOM of its kind, so never if ROOM is 0. Returns enum key_found. */
static enum key_found count_key(__u32 run, __u32 at, __u32 room)
{
	int found;

	if (count_known(run, at))
		return KEY_KNOWN;
	if (!room)
		return KEY_MISSING;
	found = add_key(run, room);
	if (!count_known(run, at))
		return KEY_LOST;
	/* Not lost, if another CPU used the last free place for this very key. */
	return found == KEY_ADDED ? KEY_ADDED : KEY_KNOWN;
}

/* Forgets the draft's key, which is that of a file, so that it will be added again. */
static void forget_module(__u32 run)
{
	struct run_state *r = get_run(run);
	struct call_draft *d = get_draft();
	void *map = MAP_OF(keys, run);

	if (r && d && map && !bpf_map_delete_elem(map, &d->key))
		__sync_fetch_and_add(&r->keys[KEY_MODULE], -1);
}

#endif
