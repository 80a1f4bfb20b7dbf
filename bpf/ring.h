/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is sent to the reader of a run. Kernel side only. */
#ifndef PINFOLD_BPF_RING_H
#define PINFOLD_BPF_RING_H

#include "bpf/maps.h"

/* Wakes the reader only when the ring fills up: a short run never does. A reader that waits for
 * events is woken for each one that it is not reading already. */
#define RING_WAKE_BYTES (RING_BYTES / 4)

/* Where events are assembled: too large for the stack of a program. As with the other draft, one
 * for each CPU is enough. */
struct event_draft {
	union {
		struct event any;
		struct event_fork fork;
		struct event_exec exec;
		struct event_exit exit;
		struct event_call call;
		struct event_sample sample;
	};
	struct event_module module; /* sent while a sample is being assembled */
	__u64 addresses[EVENT_FRAMES];
	__u32 run;
	__u32 flags; /* of sending */
};

enum event_part { PART_EVENT, PART_URGENT, PART_MODULE };

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct event_draft);
} event_draft SEC(".maps");

static struct event_draft *get_event_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&event_draft, &zero);
}

/* Returns how many bytes the reader has not read yet. */
ONCE int unread_bytes(__u32 run)
{
	void *to = MAP_OF(ring, run);

	return to ? (int)bpf_ringbuf_query(to, BPF_RB_AVAIL_DATA) : RING_BYTES;
}

/* Sends SIZE bytes of the draft's event, or all of its module, and wakes the reader at once if it
 * is urgent; returns whether it did not fit. */
ONCE int send_draft(__u32 run, __u32 part, __u32 size)
{
	struct event_draft *d = get_event_draft();
	void *to = MAP_OF(ring, run);

	if (!d || !to || size > sizeof(d->exec))
		return true;
	/* In the draft, where they are one number to the verifier. */
	d->flags = 0;
	if (part == PART_URGENT)
		d->flags = BPF_RB_FORCE_WAKEUP;
	else if (!options.wants_wakes)
		d->flags = bpf_ringbuf_query(to, BPF_RB_AVAIL_DATA) >= RING_WAKE_BYTES
				   ? BPF_RB_FORCE_WAKEUP
				   : BPF_RB_NO_WAKEUP;
	barrier();
	if (part == PART_MODULE)
		return bpf_ringbuf_output(to, &d->module, sizeof(d->module), d->flags) < 0;
	return bpf_ringbuf_output(to, &d->exec, size, d->flags) < 0;
}

static void send_event(__u32 run, struct run_state *r, __u32 size)
{
	if (send_draft(run, PART_EVENT, size))
		atomic_increment(&r->lost_events);
}

#endif
