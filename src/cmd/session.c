// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/session.h"

#include <assert.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cause/cause.h"
#include "cmd/in_use.h"
#include "cmd/seal.h"
#include "cmd/tracer.h"
#include "cmd/watch.h"
#include "filter/verdict.h"
#include "notify/notify.h"
#include "policy/parse.h"
#include "report/stream.h"
#include "trace/trace.h"

struct session_kind session_kind_of_run(bool is_complaining)
{
	return (struct session_kind){
		.default_policy = "<default>",
		.mode = is_complaining ? MODE_COMPLAIN : MODE_ENFORCE,
	};
}

/* Rules that deny every socket leave nothing of 'connect', and the command would only say that it
 * cannot connect. */
static int look_at_connect(struct session *session)
{
	const struct seccomp_data socket = {
		.nr = SYS_socket,
		.arch = AUDIT_ARCH_X86_64,
		.args = { AF_INET, SOCK_STREAM },
	};
	struct policy *policy = session->asked.policy;
	struct verdict verdict;
	int err;

	if (!policy->settings.connects.n)
		return 0;
	err = policy_read_rules(policy, &session->diags);
	if (err)
		return err;
	verdict = policy_verdict(policy, &socket);
	if (action_is_denial(&verdict.action)) {
		diags_add(&session->diags, DIAG_WARNING, NULL,
			  "the policy denies the sockets that 'connect' is for");
		diags_hint(&session->diags, "-p '<client>', after other policies, allows them");
	}
	return 0;
}

int session_prepare(struct session *session, const struct options *options,
		    const struct session_kind *kind)
{
	bool has_policies = options->policies.n;
	struct policy_source source =
		options_source(options, has_policies ? options->policies.v : &kind->default_policy,
			       has_policies ? options->policies.n : 1);
	int err;

	*session = (struct session){
		.asked = { .options = options, .kind = *kind },
		.running = RUNNING_NONE,
	};
	session->seen.report = (struct report){
		.command = options->operands,
		.mode = kind->mode,
		.is_verbose = options->is_verbose,
		.is_pen_judged = options->wants_pen_failures,
		.judged = &options->judged,
		.record = &session->seen.record,
	};
	source.use = pen_lacks_proc() ? POLICY_IN_BARE_PEN : POLICY_IN_PEN;
	source.options = options->statements.v;
	source.n_options = options->statements.n;
	source.can_wait = kind->mode !=
			  MODE_COMPLAIN; /* where another policy is compared with it */
	if (kind->mode != MODE_TRACE)
		source_begin_early(session);
	err = policy_parse(&source, &session->asked.policy, &session->diags);
	if (err || look_at_connect(session))
		return STATUS_USAGE;
	session->seen.report.policy = session->asked.policy;
	if (!source_choose(session, TRACE_EBPF))
		return source_refuse(session);
	if (kind->mode == MODE_COMPLAIN)
		session->running.watched = watch_read(&source, session->asked.policy);
	if (seal_itself(options->program, &session->asked.policy->settings, &session->diags))
		return STATUS_FAILED;
	return session_announce(session);
}

static void finish_trace(struct session *session)
{
	auto_free char *why = steal(&session->seen.record.why); /* not that of a better source */
	struct diags diags = { 0 };

	if (session->running.trace &&
	    trace_finish(session->running.trace, &session->seen.record, &diags))
		session->seen.record.why = source_first_error(&diags);
	else
		session->seen.record.why = steal(&why);
	if (session->running.notify)
		notify_finish(session->running.notify, pen_start_ns(session->running.pen),
			      &session->seen.record);
	if (session->running.trace && session->running.notify)
		trace_tell_continued(session->running.trace, pen_start_ns(session->running.pen),
				     &session->seen.record);
	diags_finish(&diags);
}

/* Returns whether somebody will read what the pen caused. */
static bool is_cause_wanted(const struct session *session)
{
	const struct options *options = session->asked.options;
	const struct pen_result *result = &session->seen.result;

	return options->reports.n || options->stream || options->is_verbose || options->output ||
	       options->wants_pen_failures || result->end != PEN_EXITED || result->status;
}

static void judge_failures(struct session *session)
{
	if (session->running.cause && session->seen.record.failures.n && is_cause_wanted(session))
		cause_judge(session->running.cause, &session->seen.result.resources,
			    &session->seen.record);
}

/* Returns whether a report shows the run over time. */
static bool has_sample_reader(const struct options *options)
{
	for (size_t i = 0; i < options->reports.n; i++)
		if (report_format_of_file(options->reports.v[i])->has_samples)
			return true;
	return false;
}

static int begin_samples(struct session *session, uint64_t start_ns)
{
	struct sampler *sampler = &session->running.sampler;

	if (!has_sample_reader(session->asked.options))
		return 0;
	sampler->trace = session->running.trace;
	sampler->notify = session->running.notify;
	sampler->pen = session->running.pen;
	sampler->start_ns = start_ns;
	return sampler_begin(sampler, &session->diags);
}

void session_open_progress(struct session *session)
{
	progress_open(&session->running.progress, session->asked.options,
		      session->asked.outputs[0] != NULL);
}

int session_begin_watching(struct session *session, uint64_t start_ns)
{
	const struct progress_source source = {
		.trace = session->running.trace,
		.notify = session->running.notify,
		.pen = session->running.pen,
		.start_ns = start_ns,
	};
	int err = begin_samples(session, start_ns);

	return err ? err : progress_begin(&session->running.progress, &source, &session->diags);
}

static void wait_for_pen(struct session *session)
{
	struct pen_watch watches[PEN_WATCHES_MAX];
	size_t n = 0;

	if (session->running.trace)
		watches[n++] = (struct pen_watch){ session->running.live.epoll, live_read,
						   &session->running.live };
	if (session->running.live.notify)
		watches[n++] = (struct pen_watch){ PEN_LISTENER, live_answer,
						   &session->running.live };
	else if (session->running.notify)
		watches[n++] = (struct pen_watch){ PEN_LISTENER, notify_answer,
						   session->running.notify };
	if (session->running.sampler.timer >= 0)
		watches[n++] = (struct pen_watch){ session->running.sampler.timer, sampler_take,
						   &session->running.sampler };
	if (session->running.progress.timer >= 0)
		watches[n++] = (struct pen_watch){ session->running.progress.timer, progress_take,
						   &session->running.progress };
	pen_wait(session->running.pen, watches, n, &session->seen.result, &session->diags);
	progress_end(&session->running.progress);
	pen_get_enforced(session->running.pen, &session->seen.enforced);
	session->seen.report.enforced = &session->seen.enforced;
	session->seen.report.resources = &session->seen.result.resources;
	session->seen.report.guarded = pen_get_guarded(session->running.pen);
	session->seen.report.network = pen_get_network(session->running.pen);
	finish_trace(session);
	sampler_end(&session->running.sampler, session->seen.result.elapsed_ns,
		    &session->seen.result.resources, &session->seen.record);
	judge_failures(session);
}

/* The filter ended the command if it died of SIGSYS and the trace saw that its last call was one
 * that the policy traps or kills: a wait status alone proves nothing, because any process can send
 * SIGSYS. */
static bool is_killed_by_filter(const struct session *session)
{
	const struct record *record = &session->seen.record;
	const struct record_process *command = record->processes.v;

	if (session->seen.result.end != PEN_SIGNALED || session->seen.result.signal != SIGSYS)
		return false;
	if (!record->processes.n || !command->is_filtered)
		return false;
	for (size_t i = 0; i < record->denials.n; i++) {
		const struct record_denial *denial = &record->denials.v[i];

		if (denial->by == BY_POLICY && denial->action.kind >= ACTION_TRAP &&
		    denial->arch == command->last_arch && denial->nr == command->last_nr)
			return true;
	}
	return false;
}

static struct report_exit describe_exit(const struct session *session)
{
	const struct limit_setting *limits = session->asked.policy->settings.limits;
	const struct report_exit ends[] = {
		[PEN_EXITED] = { EXIT_BY_CHILD, 0, 0, NULL, NULL },
		[PEN_SIGNALED] = { EXIT_BY_SIGNAL, STATUS_SIGNAL, 0, NULL, NULL },
		[PEN_TIMED_OUT] = { EXIT_BY_LIMIT, STATUS_TIMED_OUT, 0, "limit time",
				    &limits[LIMIT_TIME].place },
		[PEN_CPU_TIMED_OUT] = { EXIT_BY_LIMIT, STATUS_TIMED_OUT, 0, "limit cputime",
					&limits[LIMIT_CPUTIME].place },
		[PEN_OUT_OF_MEMORY] = { EXIT_BY_LIMIT, STATUS_OUT_OF_MEMORY, 0, "limit memory",
					&limits[LIMIT_MEMORY].place },
		[PEN_NOT_FOUND] = { EXIT_BY_PINFOLD, STATUS_NOT_FOUND, 0, NULL, NULL },
		[PEN_NOT_EXECUTABLE] = { EXIT_BY_PINFOLD, STATUS_NOT_EXECUTABLE, 0, NULL, NULL },
		[PEN_FAILED] = { EXIT_BY_PINFOLD, STATUS_FAILED, 0, NULL, NULL },
	};
	const struct pen_result *result = &session->seen.result;
	struct report_exit end = ends[result->end];

	if (session->running.compile_status)
		end.status = session->running.compile_status;
	end.signal = result->signal;
	if (result->end == PEN_EXITED)
		end.status = result->status;
	if (result->end == PEN_SIGNALED)
		end.status += result->signal;
	if (session->seen.death)
		end.status = STATUS_SIGNAL + session->seen.death;
	if (is_killed_by_filter(session))
		end.by = EXIT_BY_FILTER;
	if (end.by == EXIT_BY_PINFOLD && session->diags.n)
		end.detail = session->diags.v[session->diags.n - 1].message;
	return end;
}

static struct pen_program program_of(const struct filter *filter)
{
	struct pen_program program = { .v = filter->prog, .n = filter->len };

	static_assert((int)PEN_LAUNCH_CALLS == (int)FILTER_LAUNCH_CALLS, "one cookie each");
	for (size_t i = 0; i < PEN_LAUNCH_CALLS; i++) {
		program.cookies[i].lo = filter->cookies[i].lo;
		program.cookies[i].hi = filter->cookies[i].hi;
	}
	return program;
}

/* Lets the command start. Returns 0, or -errno with an error in the session's diags. */
static int start_pen(struct session *session)
{
	const struct pen_program program = program_of(session->running.filter);

	return pen_start(session->running.pen, &program, &session->diags);
}

/* Reports what the command will miss, and what the pen will, before it runs, which may take long.
 */
static void tell_notes(const struct session *session)
{
	const char *note = pen_get_directory_note(session->running.pen);
	auto_free char *missing = pen_describe_missing(session->running.pen);
	struct diags diags = { 0 };

	if (session->asked.options->is_quiet)
		return;
	if (missing)
		diags_fail(&diags, 0, "%s", missing);
	if (note)
		diags_fail(&diags, 0, "%s", note);
	diags_print(&diags, stderr);
	diags_finish(&diags);
}

/* From the clone to the end of the last process. */
static void run_pen(struct session *session)
{
	session->seen.result.end = PEN_FAILED;
	session_open_progress(session);
	if (source_make_pen(session))
		return;
	tell_notes(session);
	if (start_pen(session))
		return;
	/* Only the tracer sees what failing calls name. The command runs meanwhile. */
	if (session->running.source == TRACE_EBPF && session_is_read(session))
		session->running.cause = cause_start(session->running.pen,
						     &session->asked.policy->settings);
	if (!session_begin_watching(session, 0) && !session_confine(session))
		wait_for_pen(session);
}

/* A report whose reader has gone, or that exceeds the caller's file size limit, makes write(2)
 * fail: dying of it would leave the pen's cgroup behind and lose the command's status. */
void session_outlive_readers(void)
{
	signal(SIGPIPE, SIG_IGN);
}

int session_launch(struct session *session)
{
	/* Warnings about the policy are useful before the command runs, which may take long. */
	diags_print(&session->diags, stderr);
	diags_finish(&session->diags);
	session_outlive_readers();
	clock_gettime(CLOCK_REALTIME, &session->seen.report.started);
	if (session->running.stream.fd >= 0)
		stream_begin(&session->running.stream, &session->seen.report);
	run_pen(session);
	/* Reports list them, also where no pen needed them. */
	if (session->asked.options->reports.n || session->asked.options->output ||
	    session->running.stream.fd >= 0)
		policy_read_rules(session->asked.policy, &session->diags);
	if (session->seen.result.end == PEN_NOT_FOUND ||
	    session->seen.result.end == PEN_NOT_EXECUTABLE)
		options_hint_quotes(session->asked.options, &session->diags);
	if (session->running.pen)
		session->seen.death = pen_get_death(session->running.pen);
	session->seen.report.elapsed_ns = session->seen.result.elapsed_ns;
	session->seen.report.exit = describe_exit(session);
	session_end_stream(session);
	return session->seen.report.exit.status;
}

int session_get_end(const struct session *session, int status)
{
	return session->seen.death ? STATUS_DIES | (STATUS_SIGNAL + session->seen.death) : status;
}

void session_finish(struct session *session)
{
	for (size_t i = 0; i < session->running.files.n; i++)
		report_file_finish(&session->running.files.v[i]);
	free(session->running.files.v);
	line_file_finish(&session->running.stream);
	sampler_finish(&session->running.sampler);
	progress_end(&session->running.progress);
	cause_finish(session->running.cause);
	source_drop_pen(session);
	clerk_finish(&session->running.clerk);
	record_finish(&session->seen.record);
	in_use_free(session->asked.files_in_use);
	filter_destroy(session->running.filter);
	policy_destroy(session->running.watched);
	policy_destroy(session->asked.policy);
	diags_finish(&session->diags);
}
