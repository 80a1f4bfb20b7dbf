/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The listener of a filter as a trace source: a call that the policy stops comes to the
 * supervisor, which knows it and answers. It needs no privilege, and knows nothing of the calls
 * that the filter lets through.
 *
 * The answer rests on what the filter saw, the registers alone, never on what a pointer leads to:
 * another thread may change that at any time (seccomp_unotify(2)). In a filter with FILTER_NOTIFY
 * it is always the errno of the policy; with FILTER_COMPLAIN the call goes on, but for what is
 * denied with ENOSYS, since libc then falls back, and for the rules that hold under every policy.
 */
#ifndef PINFOLD_NOTIFY_NOTIFY_H
#define PINFOLD_NOTIFY_NOTIFY_H

#include "base/diag.h"
#include "filter/filter.h"
#include "policy/policy.h"
#include "record/event.h"
#include "record/record.h"

struct notify; /* opaque */

/*
 * Tries out, in a child that ends at once, whether a process here can have a listener. Returns 0
 * with the flags of seccomp(2) that make one, or -errno with an error in DIAGS: -EBUSY where
 * pinfold is itself below a listener (a container manager's), -EINVAL before Linux 5.5.
 */
int notify_probe(unsigned int *ret_flags, struct diags *diags);

struct seccomp_notif_sizes;

/* The sizes of what a listener gets and answers, by the kernel. Returns 0 or -errno; 0 once
 * notify_probe() did. */
int notify_get_sizes(struct seccomp_notif_sizes *ret_sizes);

/* Makes what answers for FILTER, compiled with FILTER_NOTIFY or FILTER_COMPLAIN from POLICY, whose
 * listener is made with LISTENER_FLAGS; both must outlive it. IS_WATCHING: the filter is of a
 * policy that also stops calls which add a filter; what POLICY lets through of them goes on, and is
 * counted in the record. */
struct notify *notify_create(const struct policy *policy, const struct filter *filter,
			     unsigned int listener_flags, bool is_watching);

/* Tells OBSERVER of each call that goes on, at a time of CLOCK_MONOTONIC; of what is stopped the
 * tracer tells. */
void notify_observe(struct notify *notify, const struct trace_observer *observer);

/* Answers one call that waits at LISTENER; fits struct pen_watch. */
void notify_answer(void *notify, int listener);

/*
 * Adds what came to the listener to *record, whose command started at START_NS (CLOCK_MONOTONIC).
 * Where another source saw the run, that has the calls that were stopped already, and only those
 * that went on are added.
 */
void notify_finish(struct notify *notify, uint64_t start_ns, struct record *record);

/* NULL is allowed. */
void notify_destroy(struct notify *notify);

#endif
