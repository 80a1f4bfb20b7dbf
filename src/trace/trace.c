// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "ebpf/ebpf.h"
#include "ebpf/ebpf_extra.h"
#include "ebpf/ebpf_raw.h"
#include "ebpf/kernel.h"
#include "ebpf/keys.h"
#include "ebpf/load_error.h"
#include "ebpf/share.h"
#include "trace/adopt.h"
#include "trace/cmdline.h"
#include "trace/collect.h"
#include "trace/collect_failure.h"
#include "trace/collector.h"
#include "trace/kept.h"
#include "trace/live.h"
#include "trace/path.h"
#include "trace/path_row.h"
#include "trace/process.h"
#include "trace/sample.h"
#include "trace/tally.h"

struct trace {
	const struct policy *policy;
	const struct filter *filter;
	struct ebpf *ebpf;
	struct share *share; /* NULL: the tracer is ours alone */
	bool is_joined;	     /* and another run has loaded it */
	struct ebpf_extra *call_stacks, *streamed, *paths, *others; /* NULL: not requested */
	struct ring_buffer *ring;
	struct process_table *processes;
	struct sample_table *samples;
	struct trace_options options;
	struct live live;
	struct stack_requests *requests; /* NULL: stacks cannot be requested */
	uint64_t missed_before;
	bool is_ready;	      /* the ring holds only events of this run */
	bool has_new_targets; /* targets that must still be adopted */
	uint64_t unadopted;   /* how often adopting them failed */
};

/* Nothing from before the start is reported. */
static bool find_start(struct trace *trace)
{
	struct run_state run;

	if (!trace->live.start_ns && !ebpf_read_run(trace->ebpf, &run))
		trace->live.start_ns = run.start_ns;
	return trace->live.start_ns;
}

static int take_event(void *ctx, void *data, size_t len)
{
	struct trace *trace = ctx;
	const struct record_process *process;

	if (!trace->is_ready)
		return 0;
	if (len >= sizeof(struct event) && ((const struct event *)data)->kind == EVENT_TARGET)
		trace->has_new_targets = true;
	process = process_table_add(trace->processes, data, len);
	sample_table_add(trace->samples, data, len);
	if (trace->options.observer.take && find_start(trace))
		live_tell(&trace->live, data, len, process);
	return 0;
}

void trace_relay(void *data, const struct trace_event *event)
{
	struct trace *trace = data;
	struct trace_event told = *event;

	if (!find_start(trace) || event->at_ns < trace->live.start_ns)
		return;
	told.at_ns -= trace->live.start_ns;
	if (!cmdline_is_known()) {
		trace_read(trace, trace_fd(trace)); /* its fork may have happened just now */
		told.host_pid = process_table_host_pid(trace->processes, told.pid);
	}
	trace->options.observer.take(trace->options.observer.data, &told);
}

static struct run_options run_options(const struct trace_options *options)
{
	return (struct run_options){
		.wants_stacks = options->stacks != TRACE_STACKS_OFF,
		.wants_times = options->wants_times,
		.wants_stream = options->observer.take != NULL,
		.wants_firsts = options->wants_firsts,
		.wants_wakes = options->observer.take || options->is_of_others,
		.cgroup_id = options->cgroup_id,
		.hierarchy = options->hierarchy,
		.mount_ns = options->mount_ns,
		.signal_bits = kernel_signal_bits(),
	};
}

static int load_extras(struct trace *trace, struct diags *diags)
{
	const struct run_options wanted = run_options(&trace->options);
	const struct {
		bool is_requested;
		enum ebpf_extra_kind kind;
		struct ebpf_extra **ret_extra;
	} rows[] = {
		{ trace->options.stacks == TRACE_STACKS_ALL, EBPF_EXTRA_STACKS,
		  &trace->call_stacks },
		{ trace->options.streamed, EBPF_EXTRA_STREAM, &trace->streamed },
		{ trace->options.wants_paths, EBPF_EXTRA_PATHS, &trace->paths },
		{ trace->options.is_of_others, EBPF_EXTRA_ADOPT, &trace->others },
	};
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(rows); i++)
		if (rows[i].is_requested)
			err = ebpf_extra_load(trace->ebpf, rows[i].kind, &wanted, rows[i].ret_extra,
					      diags);
	return err;
}

static int configure(struct trace *trace, struct diags *diags)
{
	auto_free struct call_table *table = mem_alloc(sizeof(*table));
	struct kept_args allowed = { 0 }, denied = { 0 };
	int err = 0;

	if (!trace->options.is_raw && !trace->is_joined) {
		keys_add_texts(table);
		path_row_ask(table);
		if (trace->options.streamed)
			keys_add_streamed(trace->options.streamed, table);
		err = ebpf_set_table(trace->ebpf, table);
	}
	keys_choose(trace->policy, kept_choose(&trace->options, trace->policy, trace->filter),
		    &allowed);
	keys_choose(trace->policy, KEEP_VALUES, &denied);
	if (kept_has_requests(&trace->options, trace->filter))
		kept_mark_requested(trace->policy, trace->filter, &allowed);
	if (!err)
		err = ebpf_configure(trace->ebpf, !trace->is_joined, &allowed, &denied);
	return err ? ebpf_explain_load(-err, diags) : 0;
}

/* Only what every run needs is shared: a run that wants more loads its own. */
static bool can_share(const struct trace_options *options)
{
	return !options->is_raw && !options->is_of_others && !options->observer.take &&
	       !options->streamed && !options->wants_times && !options->wants_firsts &&
	       !options->wants_paths && options->stacks == TRACE_STACKS_DENIED;
}

/* Joins another run's tracer, or starts to load one; does not wait for another run unless WAITS. */
static void find_tracer(struct trace *trace, bool waits)
{
	const struct run_options wanted = run_options(&trace->options);
	enum share_found found = SHARE_ALONE;

	if (trace->share)
		found = share_find(trace->share, waits, &trace->ebpf);
	trace->is_joined = found == SHARE_JOINED;
	if (found == SHARE_ALONE || (found == SHARE_BUSY && waits))
		trace->ebpf = ebpf_begin_load(&wanted, !waits, can_share(&trace->options));
}

struct trace *trace_begin(const struct trace_options *options)
{
	struct trace *trace = mem_alloc(sizeof(*trace));

	trace->options = *options;
	trace->processes = process_table_create();
	trace->samples = sample_table_create(options->wants_failure_stacks);
	if (can_share(options))
		trace->share = share_open();
	if (!options->is_raw)
		find_tracer(trace, false);
	return trace;
}

static int load(struct trace *trace, int raw_init, struct diags *diags)
{
	const struct run_options wanted = run_options(&trace->options);

	if (trace->options.is_raw)
		return ebpf_load_raw(&wanted, raw_init, &trace->ebpf, diags);
	if (!trace->ebpf)
		find_tracer(trace, true);
	return trace->is_joined ? 0 : ebpf_wait_for_maps(trace->ebpf, diags);
}

int trace_open(struct trace *trace, const struct policy *policy, const struct filter *filter,
	       int raw_init, struct diags *diags)
{
	int err = load(trace, raw_init, diags);

	trace->policy = policy;
	trace->filter = filter;
	trace->live = (struct live){
		.policy = policy,
		.filter = filter,
		.observer = trace->options.observer,
	};
	if (!err)
		err = configure(trace, diags);
	if (!err)
		err = ebpf_end_load(trace->ebpf, diags);
	if (!err && kept_has_requests(&trace->options, filter))
		err = ebpf_map_requests(trace->ebpf, &trace->requests, diags);
	if (!err)
		err = load_extras(trace, diags);
	if (err)
		return err;
	trace->ring = ring_buffer__new(ebpf_map_fd(trace->ebpf, RUN_RING), take_event, trace, NULL);
	if (!trace->ring)
		return diags_fail(diags, -errno, "cannot map the tracer's buffer: %s",
				  strerror(errno));
	/* Discard what an earlier run with this number left unread when it was killed. */
	ring_buffer__consume(trace->ring);
	trace->is_ready = true;
	return 0;
}

struct stack_requests *trace_requests(const struct trace *trace)
{
	return trace->requests;
}

/* The filter kills a task that makes a call of an ABI that the policy does not list. */
static bool is_native(const struct trace *trace)
{
	return trace->filter && !(trace->filter->flags & FILTER_COMPLAIN) &&
	       !(trace->policy->arches & 1U << ARCH_X86);
}

int trace_mark(struct trace *trace, int pidfd, struct diags *diags)
{
	int err = trace->options.is_raw
			  ? 0
			  : ebpf_mark(trace->ebpf, pidfd, ROLE_INIT, is_native(trace));

	if (err)
		return diags_fail(diags, err, "cannot mark the process to trace: %s",
				  strerror(-err));
	return 0;
}

int trace_mark_target(struct trace *trace, int pidfd)
{
	return ebpf_mark(trace->ebpf, pidfd, trace->options.mount_ns ? ROLE_WAITING : ROLE_TARGET,
			 false);
}

int trace_adopt(struct trace *trace, struct diags *diags)
{
	int err = adopt_targets(trace->others, trace->processes, &trace->live);

	if (err)
		return diags_fail(diags, err, "cannot walk the tasks to trace: %s", strerror(-err));
	return 0;
}

bool trace_seems_over(const struct trace *trace)
{
	return !process_table_living(trace->processes);
}

bool trace_has_tasks(const struct trace *trace)
{
	struct found_task *found = NULL;
	ssize_t n = ebpf_extra_walk(trace->others, "list_tasks", &found);

	free(found);
	return n > 0;
}

int trace_attach(struct trace *trace, struct diags *diags)
{
	/* First the programs that read state which the tracer itself changes (bpf/stream.bpf.c). */
	int err = ebpf_extra_attach(trace->streamed);

	if (!err)
		err = ebpf_extra_attach(trace->paths);
	if (!err && trace->others)
		err = ebpf_begin_run(trace->ebpf);
	if (!err)
		err = ebpf_extra_attach(trace->others);
	if (!err)
		err = ebpf_attach(trace->ebpf);
	if (!err)
		err = ebpf_extra_attach(trace->call_stacks);
	if (err)
		return diags_fail(diags, err, "cannot attach the tracer: %s", strerror(-err));
	if (trace->share && !trace->is_joined)
		share_publish(trace->share, trace->ebpf);
	trace->missed_before = ebpf_missed_runs(trace->ebpf);
	return 0;
}

uint64_t trace_prepare_confinement(struct trace *trace, bool wants_names, struct clerk *clerk)
{
	if (wants_names && trace->options.stacks != TRACE_STACKS_OFF && !trace->options.is_raw)
		sample_table_begin_reader(trace->samples);
	if (trace->share)
		share_leave_to(trace->share, clerk);
	return ebpf_reading_rights(ebpf_map_fd(trace->ebpf, RUN_RING));
}

int trace_fd(const struct trace *trace)
{
	return ring_buffer__epoll_fd(trace->ring);
}

void trace_read(void *data, int fd)
{
	struct trace *trace = data;

	(void)fd;
	ring_buffer__consume(trace->ring);
	if (!trace->has_new_targets)
		return;
	trace->has_new_targets = false;
	if (adopt_targets(trace->others, trace->processes, &trace->live))
		trace->unadopted++;
}

int trace_count(struct trace *trace, struct trace_counts *ret_counts,
		struct trace_numbers *ret_numbers)
{
	trace_read(trace, trace_fd(trace));
	return tally_read(trace->ebpf, process_table_living(trace->processes), ret_counts,
			  ret_numbers);
}

int trace_find_latest(struct trace *trace, size_t most, struct record *record)
{
	const struct collector c = { .ebpf = trace->ebpf,
				     .policy = trace->policy,
				     .filter = trace->filter,
				     .samples = trace->samples,
				     .record = record };

	return collect_latest(&c, most);
}

/* Afterwards nothing of ours is attached, and every event has been read. */
static void stop(struct trace *trace)
{
	if (trace->share)
		share_retire(trace->share);
	ebpf_extra_destroy(steal(&trace->call_stacks));
	ebpf_extra_destroy(steal(&trace->streamed));
	ebpf_extra_destroy(steal(&trace->others));
	ebpf_extra_detach(trace->paths);
	ebpf_detach(trace->ebpf);
	ring_buffer__consume(trace->ring);
}

int trace_finish(struct trace *trace, struct record *ret_record, struct diags *diags)
{
	struct record record = { .source = trace->options.is_raw ? TRACE_RAW : TRACE_EBPF,
				 .has_times = trace->options.wants_times };
	struct run_state run, last = { 0 };
	int err = ebpf_read_run(trace->ebpf, &last);

	stop(trace);
	record.lost.missed_runs = ebpf_missed_runs(trace->ebpf) - trace->missed_before;
	sample_table_resolve(trace->samples);
	if (!err)
		err = ebpf_read_run(trace->ebpf, &run);
	if (!err)
		err = collect_maps(trace->ebpf, trace->policy, trace->filter,
				   kept_choose(&trace->options, trace->policy, trace->filter),
				   trace->samples, &record);
	if (!err && !trace->options.is_raw)
		err = failure_collect(trace->ebpf, trace->samples, &record);
	if (!err && trace->paths)
		err = path_collect(trace->paths, &record);
	if (err) {
		record_finish(&record);
		return diags_fail(diags, err, "cannot read the tracer's counters: %s",
				  strerror(-err));
	}
	/* If tasks outlive the trace, the ends of their calls were not missed, but came after
	 * it. */
	run.missed_exits = last.missed_exits;
	collect_run(&run, trace->processes, &record);
	record.lost.tasks += trace->unadopted;
	record.lacks_library = sample_table_lacks_library(trace->samples);
	record.is_unsure = trace->options.is_raw &&
			   (policy_has_action(trace->policy, ACTION_KILL_THREAD) ||
			    !ebpf_raw_sees_kills());
	*ret_record = record;
	return 0;
}

/* The listener sees pids of pinfold's own namespace, the tracer those of the initial one. */
void trace_tell_continued(struct trace *trace, uint64_t start_ns, struct record *record)
{
	bool is_initial = cmdline_is_known();

	for (size_t i = 0; i < record->denials.n; i++) {
		struct record_denial *denial = &record->denials.v[i];
		const char *exe;

		if (!denial->is_continued)
			continue;
		if (!is_initial)
			denial->host_pid = collect_host_pid(&record->processes, denial->pid,
							    denial->at_ns);
		if (denial->request && !sample_table_tell_continued(trace->samples, denial))
			record->lost.stacks++;
		exe = process_table_exe(trace->processes, denial->host_pid,
					denial->at_ns + start_ns);
		denial->exe = exe ? mem_strdup(exe) : NULL;
	}
}

void trace_close(struct trace *trace)
{
	if (!trace)
		return;
	ring_buffer__free(trace->ring);
	ebpf_unmap_requests(trace->requests);
	ebpf_extra_destroy(trace->call_stacks);
	ebpf_extra_destroy(trace->streamed);
	ebpf_extra_destroy(trace->paths);
	ebpf_extra_destroy(trace->others);
	ebpf_destroy(trace->ebpf);
	share_close(trace->share);
	process_table_destroy(trace->processes);
	sample_table_destroy(trace->samples);
	free(trace);
}
