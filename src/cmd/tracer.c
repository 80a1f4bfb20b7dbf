// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the report of a run comes from: the best source available, created together with the pen
 * that it watches. A source that turns out to be unavailable is replaced by the next one, with a
 * new pen, before anything of the command runs. This must never leave a pen with less than the
 * policy, whatever the source.
 */
#include "cmd/tracer.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/in_use.h"
#include "confine/built_filter.h"
#include "confine/confine.h"
#include "notify/notify.h"
#include "report/stream.h"
#include "trace/trace.h"

/* Returns whether SOURCE may be used: it was not ruled out, and it shows what is needed. In
 * complain mode a listener must let calls continue. */
static bool may_take(const struct session *session, enum trace_source source)
{
	static const enum trace_source least[] = {
		[NEEDS_NO_TRACE] = TRACE_NONE,
		[NEEDS_DENIALS] = TRACE_NOTIFY,
		[NEEDS_CALLS] = TRACE_NOTIFY_CALLS,
		[NEEDS_KILLS] = TRACE_EBPF,
	};
	if (source == TRACE_NONE && session->asked.kind.mode == MODE_COMPLAIN)
		return false;
	/* Raw tracepoints know the pen by its pid namespace: without one they would see the whole
	 * machine, and a process that creates another is invisible to them. */
	if (source == TRACE_RAW &&
	    (session->asked.policy->settings.pen.kind != PEN_NAMESPACES ||
	     session->asked.policy->settings.capabilities.mask >> CAP_SYS_ADMIN & 1))
		return false;
	return source >= least[session->asked.kind.need] &&
	       options_let_take(session->asked.options, source,
				session->asked.kind.need == NEEDS_CALLS);
}

/* Chooses the best source up to FROM; returns whether there is one. */
bool source_choose(struct session *session, enum trace_source from)
{
	for (int source = (int)from; source >= TRACE_NONE; source--) {
		if (!may_take(session, (enum trace_source)source))
			continue;
		session->running.source = (enum trace_source)source;
		return true;
	}
	return false;
}

static bool is_by_listener(const struct session *session)
{
	return trace_source_row(session->running.source)->word == TRACE_NOTIFY;
}

static bool has_listener(const struct session *session)
{
	return session->asked.kind.mode == MODE_COMPLAIN || is_by_listener(session);
}

/* The tracer in the kernel itself sees what the command's own filters stop; and a listener that
 * receives every call receives those that add a filter. */
static bool is_watching(const struct session *session)
{
	return session->running.watched && session->running.source == TRACE_NOTIFY;
}

/* Compiles and proves, unless the build did; returns 0 or an exit status with errors in the
 * session's diags. */
static int compile(struct session *session)
{
	unsigned int flags = FILTER_LAUNCH_COOKIE;
	const struct policy *policy = session->asked.policy;
	if (session->asked.kind.mode == MODE_COMPLAIN)
		flags |= FILTER_COMPLAIN;
	else if (is_by_listener(session))
		flags |= FILTER_NOTIFY;
	if (session->running.source == TRACE_NOTIFY_CALLS)
		flags |= FILTER_CALLS;
	filter_destroy(session->running.filter);
	session->running.filter = NULL;
	if (is_watching(session))
		policy = session->running.watched;
	else
		session->running.filter = built_filter_take("default", policy, flags);
	/* Without a trace nobody needs to know which rule decided. */
	if (session->running.filter && session->running.source == TRACE_NONE)
		return 0;
	if (policy_read_rules(session->asked.policy, &session->diags))
		return STATUS_FAILED;
	if (session->running.filter) {
		built_filter_name_rules("default", policy, session->running.filter);
		return 0;
	}
	if (filter_compile(policy, flags, &session->running.filter, &session->diags))
		return STATUS_USAGE;
	return filter_prove(session->running.filter, policy, &session->diags) ? STATUS_FAILED : 0;
}

int source_refuse(struct session *session)
{
	static const char *const needs[] = {
		[NEEDS_NO_TRACE] = "",
		[NEEDS_DENIALS] = "",
		[NEEDS_CALLS] = " of the calls that are allowed",
		[NEEDS_KILLS] = " by eBPF, which is the only one to see what is killed",
	};

	diags_fail(&session->diags, 0, "this cannot be done without a trace%s",
		   needs[session->asked.kind.need]);
	diags_hint(&session->diags, "leave out --trace to get the best available");
	return STATUS_USAGE;
}

/* The other thread waits in the kernel and cannot be stopped; nothing is created that it would
 * leave behind. */
static void end_late(struct diags *diags, bool is_limit)
{
	diags_print(diags, stderr);
	_exit(is_limit ? STATUS_TIMED_OUT : STATUS_FAILED);
}

static void make_request(struct session *session)
{
	if (!session->asked.files_in_use)
		session->asked.files_in_use = in_use_list(session->asked.options,
							  session->asked.policy);
	session->asked.request = (struct pen_request){
		.settings = &session->asked.policy->settings,
		.argv = session->asked.options->operands,
		.files = session->asked.files_in_use,
		.filter_len = session->running.filter ? session->running.filter->len : 0,
		.listener_flags = session->running.listener_flags,
		.on_late = end_late,
	};
}

int session_print_plan(struct session *session)
{
	int status = compile(session);

	if (status)
		return status;
	make_request(session);
	return pen_print_plan(&session->asked.request, stdout, &session->diags) ? STATUS_FAILED
										: STATUS_OK;
}

/* Whether the source is available, as far as that can be known before the pen is created: it would
 * have to be created again for the next one. */
static int probe_source(struct session *session, struct diags *diags)
{
	int err = session->running.source >= TRACE_RAW ? trace_probe(diags) : 0;

	session->running.listener_flags = 0;
	return err || !has_listener(session)
		       ? err
		       : notify_probe(&session->running.listener_flags, diags);
}

static void begin_trace(struct session *session)
{
	const struct trace_options options = {
		.stacks = session->asked.options->stacks,
		.wants_times = session->asked.options->wants_times,
		.observer = { session->asked.options->stream ? stream_take : NULL,
			      &session->running.stream },
		.streamed = session->asked.options->streamed,
		.wants_values = session->asked.options->reports.n || session->asked.options->output,
		.wants_firsts = session->asked.options->output,
		.wants_paths = session->asked.options->wants_paths,
		.wants_failure_stacks = session->asked.options->reports.n ||
					session->asked.options->is_verbose,
		.is_of_others = session->seen.report.mode == MODE_TRACE,
		.is_raw = session->running.source == TRACE_RAW,
		.cgroup_id = session->asked.cgroup.id,
		.hierarchy = session->asked.cgroup.hierarchy,
		.mount_ns = session->asked.mount_ns,
	};

	session->running.trace = trace_begin(&options);
}

/* Reading may take forever, and other runs wait for the one that loads a tracer. */
static bool is_at_hand(const char *policy)
{
	struct stat st;

	return policy[0] == '<' || (!stat(policy, &st) && S_ISREG(st.st_mode));
}

void source_begin_early(struct session *session)
{
	const struct options *options = session->asked.options;
	struct diags why = { 0 };
	bool can_begin = !options->is_dry_run && may_take(session, TRACE_EBPF);

	for (size_t i = 0; i < options->policies.n; i++)
		can_begin = can_begin && is_at_hand(options->policies.v[i]);
	if (can_begin && !trace_probe(&why)) {
		session->running.source = TRACE_EBPF;
		begin_trace(session);
	}
	diags_finish(&why);
}

int session_open_trace(struct session *session, struct diags *diags)
{
	int raw_init = session->running.source == TRACE_RAW ? pen_init_pid(session->running.pen)
							    : 0;

	if (!session->running.trace)
		begin_trace(session);
	return trace_open(session->running.trace, session->asked.policy, session->running.filter,
			  raw_init, diags);
}

static int attach_trace(struct session *session, struct diags *diags)
{
	int err = session_open_trace(session, diags);

	if (!err)
		err = trace_mark(session->running.trace, pen_init_pidfd(session->running.pen),
				 diags);
	if (!err)
		err = trace_attach(session->running.trace, diags);
	if (!err)
		err = live_init(&session->running.live, session->running.trace,
				&session->running.stream, diags);
	if (!err && session->running.notify && session->running.stream.fd >= 0)
		live_observe(&session->running.live, session->running.notify);
	if (!err && session->running.notify)
		notify_request_stacks(session->running.notify,
				      trace_requests(session->running.trace));
	return err;
}

/* Errors of the source go to WHY, all others to the session's diags. */
static int make_pen(struct session *session, struct diags *why)
{
	int err = probe_source(session, why);

	if (err)
		return err;
	/* The pen's own set-up continues meanwhile, on another CPU; attaching waits for the
	 * kernel. */
	if (session->running.source >= TRACE_RAW && !session->running.trace)
		begin_trace(session);
	make_request(session);
	err = pen_create(&session->asked.request, &session->running.pen, &session->diags);
	if (err)
		return err;
	session->running.compile_status = compile(session);
	if (session->running.compile_status)
		return -EINVAL;
	if (has_listener(session))
		session->running.notify =
			notify_create(session->asked.policy, session->running.filter,
				      session->running.listener_flags, is_watching(session));
	return session->running.source >= TRACE_RAW ? attach_trace(session, why) : 0;
}

char *source_first_error(const struct diags *diags)
{
	const struct diag *diag = diags->n ? &diags->v[0] : NULL;

	if (!diag)
		return mem_strdup("unknown error");
	return diag->hint ? mem_printf("%s (%s)", diag->message, diag->hint)
			  : mem_strdup(diag->message);
}

void source_drop_pen(struct session *session)
{
	live_finish(&session->running.live);
	trace_close(session->running.trace);
	/* Last: a pending signal ends us when the pen restores the caller's mask. */
	pen_destroy(session->running.pen);
	notify_destroy(session->running.notify);
	session->running.pen = NULL;
	session->running.trace = NULL;
	session->running.notify = NULL;
}

/* Falls back to the next best source; returns whether there is one. If not, WHY is the error. */
static bool fall_back(struct session *session, struct diags *why)
{
	if (session->running.source == TRACE_NONE ||
	    !source_choose(session, session->running.source - 1)) {
		diags_finish(&session->diags);
		session->diags = *why;
		*why = (struct diags){ 0 };
		if (!session->asked.options->wants_calls &&
		    session->asked.options->trace == TRACE_BEST &&
		    options_needed_source(session->asked.options) == TRACE_NOTIFY_CALLS)
			diags_hint(
				&session->diags,
				"--calls does without: it has the filter's listener count calls");
		return false;
	}
	if (!session->seen.record.why)
		session->seen.record.why = source_first_error(why);
	source_drop_pen(session);
	return true;
}

/* Creates the pen with the best source available. */
int source_make_pen(struct session *session)
{
	bool goes_on = true;
	int err;

	do {
		struct diags why = { 0 };

		err = make_pen(session, &why);
		goes_on = err && why.n && fall_back(session, &why);
		diags_finish(&why);
	} while (goes_on);
	return err;
}

bool session_is_read(const struct session *session)
{
	const struct options *options = session->asked.options;

	return !options->is_quiet || options->reports.n || options->stream || options->output ||
	       options->is_live || session->asked.kind.need != NEEDS_NO_TRACE;
}

/* The command has its own privileges from here on, and its output is read: nothing is left to gain
 * from ours. */
int session_confine(struct session *session)
{
	uint64_t kept = 0;
	int err;

	for (size_t i = 0; i < session->running.files.n; i++)
		report_file_leave_to(&session->running.files.v[i], &session->running.clerk);
	for (size_t i = 0; i < SESSION_OUTPUTS; i++)
		if (session->asked.outputs[i])
			report_file_leave_to(session->asked.outputs[i], &session->running.clerk);
	if (session->running.pen)
		pen_leave_to(session->running.pen, &session->running.clerk);
	if (session->running.trace)
		kept = trace_prepare_confinement(session->running.trace, session_is_read(session),
						 &session->running.clerk);
	err = clerk_start(&session->running.clerk);
	if (!err)
		err = confine_supervisor(kept);
	if (err)
		diags_fail(&session->diags, err, "cannot give up the supervisor's privileges: %s",
			   strerror(-err));
	return err;
}
