/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of a listener; internal to this room. */
#ifndef PINFOLD_NOTIFY_NOTIFIED_H
#define PINFOLD_NOTIFY_NOTIFIED_H

#include "bpf/event.h"
#include "ebpf/keys.h"
#include "filter/filter.h"
#include "notify/census.h"
#include "notify/request.h"
#include "record/event.h"

/* What is kept of calls that are alike in ABI, number and the arguments that matter. */
struct notified {
	struct call_key key; /* first: all that compare_notified() looks at */
	struct denial_value value;
	struct verdict verdict;
	bool is_continued; /* the call went on */
	uint32_t request;  /* for its stack; 0: none */
	char *seen[SYS_ARGS_MAX];
};

struct notify {
	const struct policy *policy;
	const struct filter *filter;
	struct kept_args kept;
	struct call_table table;
	struct census *census; /* what went on; NULL: the filter asks only about what it stops */
	struct seccomp_notif *request; /* sized for what this kernel writes */
	size_t request_size;
	struct seccomp_notif_resp *response;
	size_t response_size;
	void *entries; /* tsearch(3) tree of struct notified */
	size_t n_entries;
	struct record_rest rest;     /* calls for which there was no entry left */
	uint64_t stopped, continued; /* calls that the policy denies */
	bool is_killable;	     /* only a fatal signal interrupts a waiting call */
	struct trace_observer observer;
	struct requester requester;
	uint64_t last_id, interrupted;
	bool is_watching;      /* calls that add a filter come here, too */
	uint64_t own_filters;  /* filters that the policy let the command add */
	struct record *record; /* from here on, what notify_finish() works with */
	uint64_t start_ns;
	bool is_alone;
};

/* Returns what calls like DATA, on which the verdict is VERDICT, are kept under. */
struct call_key notified_key(const struct notify *notify, const struct seccomp_data *data,
			     const struct verdict *verdict);

/* Returns what is kept under KEY, or NULL. */
struct notified *notified_find(const struct notify *notify, const struct call_key *key);

/* Returns what ENTRY says of a denial; the strings in SEEN still belong to the entry. */
struct record_denial notified_describe(const struct notify *notify, const struct notified *entry);

#endif
