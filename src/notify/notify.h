/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The listener of a filter as a trace source: the supervisor receives each call that the policy
 * stops, records it and answers it. That needs no privilege, and shows nothing of the calls that
 * the filter lets through. With FILTER_CALLS it receives those, too, counts them and lets them
 * continue: then only how calls end is not seen.
 *
 * The answer depends only on what the filter saw, the registers, never on memory that a pointer
 * leads to: another thread may change that at any time (seccomp_unotify(2)). With FILTER_NOTIFY it
 * is always the errno of the policy; with FILTER_COMPLAIN the call goes on, except for calls denied
 * with ENOSYS, because libc then falls back, and for the rules that hold under every policy.
 */
#ifndef PINFOLD_NOTIFY_NOTIFY_H
#define PINFOLD_NOTIFY_NOTIFY_H

#include "base/diag.h"
#include "bpf/stack_requests.h"
#include "filter/filter.h"
#include "policy/policy.h"
#include "record/event.h"
#include "record/record.h"

struct notify; /* opaque */

/*
 * Tries, in a child that exits at once, whether a process here can have a listener. Returns 0 with
 * the flags of seccomp(2) that create one, or -errno with an error in DIAGS: -EBUSY if pinfold
 * itself runs under a listener (a container manager's), -EINVAL before Linux 5.5.
 */
int notify_probe(unsigned int *ret_flags, struct diags *diags);

struct seccomp_notif_sizes;

/* Asks the kernel for the sizes of a listener's requests and responses. Returns 0 or -errno; it
 * cannot fail once notify_probe() has succeeded. */
int notify_get_sizes(struct seccomp_notif_sizes *ret_sizes);

/*
 * Creates what answers for FILTER, which was compiled from POLICY with FILTER_NOTIFY or
 * FILTER_COMPLAIN and gets a listener with LISTENER_FLAGS; both must outlive it. IS_WATCHING: the
 * filter also stops calls that add a filter; those that POLICY allows go on, and are counted in the
 * record. Free it by notify_destroy().
 */
struct notify *notify_create(const struct policy *policy, const struct filter *filter,
			     unsigned int listener_flags, bool is_watching);

/* Notifies OBSERVER of each call that goes on, with its time by CLOCK_MONOTONIC; the tracer reports
 * those that are stopped. */
void notify_observe(struct notify *notify, const struct trace_observer *observer);

/* Has the stack of the first of each kind of call that goes on requested in REQUESTS, which the
 * tracer shares and which must outlive the run; NULL: no stacks. */
void notify_request_stacks(struct notify *notify, struct stack_requests *requests);

/* Answers one call waiting at LISTENER; fits struct pen_watch. */
void notify_answer(void *notify, int listener);

/* What a listener has decided so far. */
struct notify_counts {
	uint64_t stopped, continued; /* of what the policy denies */
	uint64_t passed;	     /* all that went on; UINT64_MAX: the filter does not ask */
};

/* Returns the counts of NOTIFY. */
struct notify_counts notify_get_counts(const struct notify *notify);

/* Adds to RECORD the kinds of calls so far, with times by CLOCK_MONOTONIC; only those that went on
 * unless WITH_STOPPED. */
void notify_list(const struct notify *notify, bool with_stopped, struct record *record);

/*
 * Adds what the listener received to *record, whose command started at START_NS (CLOCK_MONOTONIC).
 * If another source saw the run, the record already has the calls that were stopped, and only those
 * that went on are added.
 */
void notify_finish(struct notify *notify, uint64_t start_ns, struct record *record);

/* NULL is allowed. */
void notify_destroy(struct notify *notify);

#endif
