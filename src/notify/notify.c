// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify/notify.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "bpf/event.h"
#include "denial/explain.h"
#include "ebpf/keys.h"
#include "notify/census.h"
#include "notify/heed.h"
#include "notify/notified.h"
#include "notify/request.h"
#include "notify/task.h"

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

struct notify *notify_create(const struct policy *policy, const struct filter *filter,
			     unsigned int listener_flags, bool is_watching)
{
	struct notify *notify = mem_alloc(sizeof(*notify));
	struct seccomp_notif_sizes sizes = { 0 };

	notify->policy = policy;
	notify->filter = filter;
	notify->is_watching = is_watching;
	notify->is_killable = listener_flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	keys_choose(policy, KEEP_VALUES, &notify->kept);
	keys_add_texts(&notify->table);
	notify_get_sizes(&sizes);
	notify->request_size = larger(sizes.seccomp_notif, sizeof(*notify->request));
	notify->response_size = larger(sizes.seccomp_notif_resp, sizeof(*notify->response));
	notify->request = mem_alloc(notify->request_size);
	notify->response = mem_alloc(notify->response_size);
	if (filter->flags & FILTER_CALLS)
		notify->census = census_create(policy, filter, &notify->kept);
	return notify;
}

void notify_observe(struct notify *notify, const struct trace_observer *observer)
{
	notify->observer = *observer;
}

void notify_request_stacks(struct notify *notify, struct stack_requests *requests)
{
	notify->requester.shared = requests;
}

static int compare_notified(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct call_key));
}

static bool can_continue(const struct notify *notify, const struct verdict *verdict)
{
	if (!(notify->filter->flags & FILTER_COMPLAIN))
		return false;
	if (verdict->rule && str_eq(verdict->rule->place.file, POLICY_BUILT_IN))
		return false;
	/* For an ABI that the policy does not list, the built-in rules answer (filter_decide()). */
	if (verdict->by == VERDICT_ARCH)
		return verdict->action.kind != ACTION_ERRNO;
	return !action_is_expected(&verdict->action);
}

struct call_key notified_key(const struct notify *notify, const struct seccomp_data *data,
			     const struct verdict *verdict)
{
	enum arch arch = arch_of_call(data->arch, (uint32_t)data->nr);
	struct call_key key = { .nr = (uint32_t)data->nr,
				.abi = (uint8_t)arch,
				.data = verdict->action.data };
	uint8_t kept = keys_kept(&notify->kept, arch, key.nr);

	for (size_t i = 0; i < EVENT_ARGS; i++)
		key.args[i] = kept >> i & 1 ? data->args[i] : 0;
	return key;
}

struct notified *notified_find(const struct notify *notify, const struct call_key *key)
{
	struct notified *const *found = tfind(key, &notify->entries, compare_notified);

	return found ? *found : NULL;
}

static void forget_seen(struct notified *entry)
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		free(entry->seen[i]);
		entry->seen[i] = NULL;
	}
}

/* Reads the call of KEY while its task waits. If the task was killed meanwhile, its pid may have
 * been reused, so nothing read is reported. */
static void fill_entry(const struct notify *notify, const struct call_key *key,
		       const struct verdict *verdict, int listener, struct notified *entry)
{
	const struct seccomp_notif *request = notify->request;
	const uint64_t *args = (const uint64_t *)request->data.args;
	struct denial_value *value = &entry->value;
	struct task_pointers pointers;
	struct task_names names;

	entry->key = *key;
	entry->verdict = *verdict;
	entry->is_continued = can_continue(notify, verdict);
	keys_of_texts(&notify->table, (enum arch)entry->key.abi, entry->key.nr, &pointers.strings,
		      &pointers.addresses);
	task_read_names((pid_t)request->pid, &names);
	task_read_pointers((pid_t)request->pid, &pointers, args, entry->seen);
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &request->id) < 0) {
		names = (struct task_names){ 0 };
		forget_seen(entry);
	}
	value->at_ns = clock_ns();
	value->ip = request->data.instruction_pointer;
	value->host_pid = (uint32_t)names.host_pid;
	value->pid = (uint32_t)names.pid;
	value->tid = (uint32_t)names.tid;
	memcpy(value->args, args, sizeof(value->args));
	memcpy(value->comm, names.comm, sizeof(value->comm));
}

/* Returns the entry of the waiting call, created if necessary, or NULL if the table is full. Its
 * details are those of the first call that counts. */
static struct notified *find_entry(struct notify *notify, const struct verdict *verdict,
				   int listener)
{
	struct call_key key = notified_key(notify, &notify->request->data, verdict);
	struct notified *entry = notified_find(notify, &key);

	if (entry && entry->value.count)
		return entry;
	if (entry) {
		forget_seen(entry);
		fill_entry(notify, &key, verdict, listener, entry);
		return entry;
	}
	if (notify->n_entries == DENIAL_KEYS)
		return NULL;
	entry = mem_alloc(sizeof(*entry));
	fill_entry(notify, &key, verdict, listener, entry);
	if (entry->is_continued)
		entry->request = request_new(&notify->requester);
	tsearch(entry, &notify->entries, compare_notified);
	notify->n_entries++;
	return entry;
}

/* Returns whether the answer reached the call. */
static bool answer(struct notify *notify, const struct verdict *verdict, int listener)
{
	struct seccomp_notif_resp *response = notify->response;

	memset(response, 0, notify->response_size);
	response->id = notify->request->id;
	if (can_continue(notify, verdict))
		response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	else
		response->error = verdict->action.kind == ACTION_ERRNO
					  ? -(int32_t)verdict->action.data
					  : -EPERM;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response) == 0;
}

struct notify_counts notify_get_counts(const struct notify *notify)
{
	return (struct notify_counts){
		.stopped = notify->stopped,
		.continued = notify->continued,
		.passed = notify->census ? census_sum(notify->census) : UINT64_MAX,
	};
}

static void count(struct notify *notify, struct notified *entry, const struct verdict *verdict)
{
	if (can_continue(notify, verdict))
		notify->continued++;
	else
		notify->stopped++;
	if (entry) {
		entry->value.count++;
		entry->value.last_ns = clock_ns();
	} else if (can_continue(notify, verdict)) {
		notify->rest.continued++;
	} else {
		notify->rest.denied++;
	}
}

/* Ids increase by one per call (kernel/seccomp.c: seccomp_notify_get_unique_id()), and calls arrive
 * in order: a missing id was withdrawn before it was received. If all handlers so far let calls
 * restart, that call was made again, and is received then. */
static void note_gap(struct notify *notify)
{
	uint64_t id = notify->request->id;

	if (notify->last_id && (!notify->census || census_has_breaking(notify->census)))
		notify->interrupted += id - notify->last_id - 1;
	notify->last_id = id;
}

static void tell(const struct notify *notify, const struct notified *entry)
{
	struct record_denial denial = notified_describe(notify, entry);
	const struct trace_event event = {
		.kind = TRACE_EVENT_DENIED,
		.at_ns = denial.at_ns,
		.pid = denial.pid,
		.tid = denial.tid,
		.host_pid = denial.host_pid,
		.call = &denial,
	};

	notify->observer.take(notify->observer.data, &event);
	memset(denial.seen, 0, sizeof(denial.seen));
	record_finish_denial(&denial);
}

/* Lets the waiting call go on, and notifies the observer if it did. Returns whether the answer
 * reached it. */
static bool answer_observed(struct notify *notify, const struct verdict *verdict, int listener)
{
	struct call_key key = notified_key(notify, &notify->request->data, verdict);
	struct notified entry = { 0 };
	bool is_answered;

	fill_entry(notify, &key, verdict, listener, &entry);
	is_answered = answer(notify, verdict, listener);
	if (is_answered)
		tell(notify, &entry);
	forget_seen(&entry);
	return is_answered;
}

/* Returns whether the answer reached the call, which the policy does not stop. */
static bool let_continue(struct notify *notify, int listener)
{
	struct seccomp_notif_resp *response = notify->response;

	memset(response, 0, notify->response_size);
	response->id = notify->request->id;
	response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, response) == 0;
}

static struct verdict decide(struct notify *notify)
{
	const struct seccomp_data *data = &notify->request->data;
	struct verdict verdict = notify->census ? census_decide(notify->census, data)
						: filter_decide(notify->filter, data);

	if (notify->is_watching && verdict.by == VERDICT_RULE)
		verdict = policy_verdict(notify->policy, data);
	return verdict;
}

/* Notes what a call that is about to go on, denied by the policy or not, may do to the trace. */
static void heed(struct notify *notify)
{
	if (notify->census)
		census_heed(notify->census, notify->request);
	else if (notify->is_watching)
		notify->own_filters += heed_adds_filter(&notify->request->data);
}

/* Lets a call go on that the policy does not stop: any, or one that adds a filter. */
static void pass(struct notify *notify, const struct verdict *verdict, int listener)
{
	heed(notify);
	if (!let_continue(notify, listener))
		return;
	if (notify->census)
		census_count(notify->census, &notify->request->data, verdict);
}

void notify_answer(void *data, int listener)
{
	struct notify *notify = data;
	struct verdict verdict;
	struct notified *entry;
	bool is_answered;

	memset(notify->request, 0, notify->request_size);
	/* ENOENT, EINTR: the waiting task is gone, or will make the call again. */
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, notify->request) < 0)
		return;
	note_gap(notify);
	verdict = decide(notify);
	if (!action_is_denial(&verdict.action)) {
		pass(notify, &verdict, listener);
		return;
	}
	entry = find_entry(notify, &verdict, listener);
	if (entry && !entry->value.count)
		request_make(&notify->requester, (pid_t)notify->request->pid, entry->request);
	if (can_continue(notify, &verdict))
		heed(notify);
	if (notify->observer.take && can_continue(notify, &verdict))
		is_answered = answer_observed(notify, &verdict, listener);
	else
		is_answered = answer(notify, &verdict, listener);
	/* A stopped call was decided and counts, even if its task was killed meanwhile. Before
	 * Linux 5.19 any signal interrupts a waiting call, which is then made again: only the one
	 * that took the answer counts. A call that never took its answer did not go on. */
	if (is_answered || (notify->is_killable && !can_continue(notify, &verdict)))
		count(notify, entry, &verdict);
	if (notify->census && is_answered && can_continue(notify, &verdict))
		census_count(notify->census, &notify->request->data, NULL);
	if (!is_answered)
		request_withdraw(&notify->requester, (pid_t)notify->request->pid);
}

static void free_entry(void *data)
{
	forget_seen(data);
	free(data);
}

void notify_destroy(struct notify *notify)
{
	if (!notify)
		return;
	tdestroy(notify->entries, free_entry);
	census_destroy(notify->census);
	free(notify->request);
	free(notify->response);
	free(notify);
}
