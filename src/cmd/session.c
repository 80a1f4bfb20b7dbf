// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/session.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cmd/seal.h"
#include "report/stream.h"
#include "trace/confine.h"
#include "trace/notify.h"
#include "trace/trace.h"

int session_announce(struct session *session)
{
	for (size_t i = 0; i < session->options->reports.n; i++) {
		struct report_file file = REPORT_FILE_NONE;

		if (report_file_announce(session->options->reports.v[i], &file, &session->diags))
			return STATUS_FAILED;
		*array_append(&session->files) = file;
	}
	if (session->options->stream &&
	    line_file_open(session->options->stream, &session->stream, &session->diags))
		return STATUS_FAILED;
	return 0;
}

/* Gives whether SOURCE may be taken: it was not ruled out, and it shows what is needed. What goes
 * on in complain mode, a listener must let go on. */
static bool may_take(const struct session *session, enum trace_source source)
{
	static const enum trace_source least[] = {
		[NEEDS_NO_TRACE] = TRACE_NONE,
		[NEEDS_DENIALS] = TRACE_NOTIFY,
		[NEEDS_CALLS] = TRACE_RAW,
		[NEEDS_KILLS] = TRACE_EBPF,
	};
	uint64_t capabilities = session->policy->settings.capabilities.mask;
	int wished = session->options->trace;

	if (wished != TRACE_BEST && wished != (int)source)
		return false;
	if (source == TRACE_NONE && session->wish.mode == MODE_COMPLAIN)
		return false;
	/* Who makes a pid namespace in the pen is out of the sight of raw tracepoints. */
	if (source == TRACE_RAW && capabilities >> CAP_SYS_ADMIN & 1)
		return false;
	return source >= least[session->wish.need] &&
	       source >= options_needed_source(session->options);
}

/* Takes the best source up to FROM; gives whether there is one. */
static bool choose_source(struct session *session, enum trace_source from)
{
	for (int source = (int)from; source >= TRACE_NONE; source--) {
		if (!may_take(session, (enum trace_source)source))
			continue;
		session->source = (enum trace_source)source;
		return true;
	}
	return false;
}

static bool has_listener(const struct session *session)
{
	return session->wish.mode == MODE_COMPLAIN || session->source == TRACE_NOTIFY;
}

/* Compiles and proves; gives 0 or an exit status with errors in the session's. */
static int compile(struct session *session)
{
	unsigned int flags = FILTER_LAUNCH_COOKIE;

	if (session->wish.mode == MODE_COMPLAIN)
		flags |= FILTER_COMPLAIN;
	else if (session->source == TRACE_NOTIFY)
		flags |= FILTER_NOTIFY;
	filter_destroy(session->filter);
	session->filter = NULL;
	if (filter_compile(session->policy, flags, &session->filter, &session->diags))
		return STATUS_USAGE;
	return filter_prove(session->filter, session->policy, &session->diags) ? STATUS_FAILED : 0;
}

static int refuse_source(struct session *session)
{
	static const char *const needs[] = {
		[NEEDS_NO_TRACE] = "",
		[NEEDS_DENIALS] = "",
		[NEEDS_CALLS] = " of the calls that are allowed",
		[NEEDS_KILLS] = " by eBPF, which alone sees what is killed",
	};

	diags_fail(&session->diags, 0, "this cannot be done without a trace%s",
		   needs[session->wish.need]);
	diags_hint(&session->diags, "leave out --trace, to get the best there is");
	return STATUS_USAGE;
}

int session_prepare(struct session *session, const struct options *options,
		    const struct session_wish *wish)
{
	struct policy_source source = {
		.options = options->statements.v,
		.n_options = options->statements.n,
		.files = options->policies.n ? options->policies.v : &wish->default_policy,
		.n_files = options->policies.n ? options->policies.n : 1,
	};
	int err;

	*session = (struct session){
		.options = options,
		.wish = *wish,
		.stream = LINE_FILE_NONE,
		.live = { .epoll = -1 },
	};
	session->report = (struct report){
		.command = options->operands,
		.mode = wish->mode,
		.is_verbose = options->is_verbose,
		.record = &session->record,
	};
	err = policy_parse(&source, &session->policy, &session->diags);
	if (err)
		return STATUS_USAGE;
	session->report.policy = session->policy;
	if (!choose_source(session, TRACE_EBPF))
		return refuse_source(session);
	if (seal_itself(options->program, &session->policy->settings, &session->diags))
		return STATUS_FAILED;
	session->writes_files = options->reports.n || options->output;
	return session_announce(session);
}

static void make_request(struct session *session)
{
	session->request = (struct pen_request){
		.settings = &session->policy->settings,
		.argv = session->options->operands,
		.filter_len = session->filter ? session->filter->len : 0,
		.listener_flags = session->listener_flags,
	};
}

int session_print_plan(struct session *session)
{
	int status = compile(session);

	if (status)
		return status;
	make_request(session);
	return pen_print_plan(&session->request, stdout, &session->diags) ? STATUS_FAILED
									  : STATUS_OK;
}

/* Whether the source can be had, as far as that is known before the pen is made: it would have to
 * be made again for the next one. */
static int probe_source(struct session *session, struct diags *diags)
{
	int err = session->source >= TRACE_RAW ? trace_probe(diags) : 0;

	session->listener_flags = 0;
	return err || !has_listener(session) ? err : notify_probe(&session->listener_flags, diags);
}

int session_open_trace(struct session *session, struct diags *diags)
{
	const struct trace_options options = {
		.stacks = session->options->stacks,
		.wants_times = session->options->wants_times,
		.observer = { session->stream.fd >= 0 ? stream_take : NULL, &session->stream },
		.streamed = session->options->streamed,
		.wants_firsts = session->options->output,
		.wants_paths = session->options->wants_paths,
		.is_of_others = session->report.mode == MODE_TRACE,
		.raw_init = session->source == TRACE_RAW ? pen_init_pid(session->pen) : 0,
		.cgroup_id = session->cgroup.id,
		.hierarchy = session->cgroup.hierarchy,
	};

	return trace_open(session->policy, session->filter, &options, &session->trace, diags);
}

static int attach_trace(struct session *session, struct diags *diags)
{
	int err = session_open_trace(session, diags);

	if (!err)
		err = trace_mark(session->trace, pen_init_pidfd(session->pen), diags);
	if (!err)
		err = trace_attach(session->trace, diags);
	if (!err)
		err = live_init(&session->live, session->trace, &session->stream, diags);
	return err;
}

/* Once; gives 0 or -errno with an error in the session's. */
static int make_own_filter(struct session *session)
{
	int err = session->own_filter ? 0 : confine_prepare("<supervisor>", &session->own_filter);

	if (err)
		diags_fail(&session->diags, err, "cannot make the supervisor's own filter: %s",
			   strerror(-err));
	return err;
}

/* What fails of the source goes to WHY, all else to the session's errors. */
static int make_pen(struct session *session, struct diags *why)
{
	int err = probe_source(session, why);

	if (err)
		return err;
	make_request(session);
	err = pen_create(&session->request, &session->pen, &session->diags);
	if (err)
		return err;
	/* The pen's own set-up goes on meanwhile; attaching waits for the kernel, too. */
	session->compile_status = compile(session);
	if (session->compile_status)
		return -EINVAL;
	err = make_own_filter(session);
	if (err)
		return err;
	if (has_listener(session))
		session->notify = notify_create(session->policy, session->filter,
						session->listener_flags);
	return session->source >= TRACE_RAW ? attach_trace(session, why) : 0;
}

static char *first_error(const struct diags *diags)
{
	const struct diag *diag = diags->n ? &diags->v[0] : NULL;

	if (!diag)
		return mem_strdup("unknown error");
	return diag->hint ? mem_printf("%s (%s)", diag->message, diag->hint)
			  : mem_strdup(diag->message);
}

static void drop_pen(struct session *session)
{
	pen_destroy(session->pen);
	live_finish(&session->live);
	trace_close(session->trace);
	notify_destroy(session->notify);
	session->pen = NULL;
	session->trace = NULL;
	session->notify = NULL;
}

/* Goes on to the next best source; gives whether there is one. If not, WHY is the error. */
static bool fall_back(struct session *session, struct diags *why)
{
	if (session->source == TRACE_NONE || !choose_source(session, session->source - 1)) {
		diags_finish(&session->diags);
		session->diags = *why;
		*why = (struct diags){ 0 };
		return false;
	}
	if (!session->record.why)
		session->record.why = first_error(why);
	drop_pen(session);
	return true;
}

/* Makes the pen with the best source that there is. */
static int make_watched_pen(struct session *session)
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

static void finish_trace(struct session *session)
{
	auto_free char *why = steal(&session->record.why); /* not a better source */
	struct diags diags = { 0 };

	if (session->trace && trace_finish(session->trace, &session->record, &diags))
		session->record.why = first_error(&diags);
	else
		session->record.why = steal(&why);
	if (session->notify)
		notify_finish(session->notify, pen_start_ns(session->pen), &session->record);
	diags_finish(&diags);
}

/* The capabilities that are of use yet, of those that are there. */
static uint64_t needed_capabilities(const struct session *session)
{
	/* A cgroup of version 1 goes from a folder that its owner, root, may not write (0555). */
	const uint64_t for_cgroup = 1ULL << CAP_DAC_OVERRIDE;
	/* Reports are written into any folder, and under sudo given to the caller. */
	const uint64_t for_files = 1ULL << CAP_CHOWN | 1ULL << CAP_FOWNER;
	/* Functions are named by a process that gives up its ids; and before Linux 5.19 maps are
	 * not read without CAP_BPF (sysctl kernel.unprivileged_bpf_disabled). */
	const uint64_t for_trace = 1ULL << CAP_SETUID | 1ULL << CAP_SETGID | 1ULL << CAP_BPF;

	return for_cgroup | (session->writes_files ? for_files : 0) |
	       (session->trace ? for_trace : 0);
}

/* The command has rights of its own from here on, and what comes from it is read: nothing is left
 * to gain here. */
int session_confine(struct session *session)
{
	int err = make_own_filter(session);

	if (err)
		return err;
	err = confine_supervisor(session->own_filter, needed_capabilities(session));
	if (err)
		diags_fail(&session->diags, err, "cannot give up the supervisor's own rights: %s",
			   strerror(-err));
	return err;
}

static void wait_for_pen(struct session *session)
{
	struct pen_watch watches[PEN_WATCHES_MAX];
	size_t n = 0;

	if (session->trace)
		watches[n++] = (struct pen_watch){ session->live.epoll, live_read, &session->live };
	if (session->notify)
		watches[n++] = (struct pen_watch){ PEN_LISTENER, notify_answer, session->notify };
	pen_get_enforced(session->pen, &session->enforced);
	pen_wait(session->pen, watches, n, &session->result, &session->diags);
	session->report.enforced = &session->enforced;
	session->report.resources = &session->result.resources;
	finish_trace(session);
}

/* The filter ended the command when it died of SIGSYS and the trace saw that its last call was one
 * that the policy traps or kills: a wait status alone proves nothing, a process can send SIGSYS. */
static bool is_killed_by_filter(const struct session *session)
{
	const struct record *record = &session->record;
	const struct record_process *command = record->processes.v;

	if (session->result.end != PEN_SIGNALED || session->result.signal != SIGSYS)
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
	const struct limit_setting *limits = session->policy->settings.limits;
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
	const struct pen_result *result = &session->result;
	struct report_exit end = ends[result->end];

	if (session->compile_status)
		end.status = session->compile_status;
	end.signal = result->signal;
	if (result->end == PEN_EXITED)
		end.status = result->status;
	if (result->end == PEN_SIGNALED)
		end.status += result->signal;
	if (is_killed_by_filter(session))
		end.by = EXIT_BY_FILTER;
	if (end.by == EXIT_BY_PINFOLD && session->diags.n)
		end.detail = session->diags.v[session->diags.n - 1].message;
	return end;
}

/* From the clone to the end of the last process. */
static void run_pen(struct session *session)
{
	session->result.end = PEN_FAILED;
	if (!make_watched_pen(session) &&
	    !pen_start(session->pen, session->filter, &session->diags) && !session_confine(session))
		wait_for_pen(session);
}

/* A report whose reader has gone, or that is larger than the caller's limit on files, is an error
 * of write(2): a death of it would leave the pen's cgroup behind and lose the command's status. */
static void outlive_readers(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* Before the reports, which tell how much of it was dropped. */
void session_end_stream(struct session *session)
{
	int err;

	if (session->stream.fd < 0)
		return;
	stream_end(&session->stream, &session->report);
	err = line_file_drain(&session->stream);
	session->record.lost.lines += session->stream.dropped;
	if (!err)
		return;
	diags_fail(&session->diags, err, "cannot write the stream to '%s': %s",
		   session->options->stream, strerror(-err));
}

int session_launch(struct session *session)
{
	/* Warnings of the policy are of use before the command runs, for as long as it may. */
	diags_print(&session->diags, stderr);
	diags_finish(&session->diags);
	outlive_readers();
	clock_gettime(CLOCK_REALTIME, &session->report.started);
	if (session->stream.fd >= 0)
		stream_begin(&session->stream, &session->report);
	run_pen(session);
	if (session->result.end == PEN_NOT_FOUND || session->result.end == PEN_NOT_EXECUTABLE)
		options_hint_quotes(session->options, &session->diags);
	session->report.elapsed_ns = session->result.elapsed_ns;
	session->report.exit = describe_exit(session);
	session_end_stream(session);
	return session->report.exit.status;
}

static int write_report(struct session *session, struct report_file *file,
			const struct report_format *format)
{
	FILE *stream;

	if (report_file_open(file, &stream, &session->diags))
		return STATUS_FAILED;
	format->write(&session->report, stream);
	return report_file_commit(file, &session->diags) ? STATUS_FAILED : 0;
}

/* One line of JSON, to a descriptor that stays the caller's. */
static int write_status(struct session *session)
{
	int fd = dup(session->options->status_fd);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
	int err = stream ? 0 : -errno;

	if (stream) {
		report_write_exit(&session->report.exit, stream);
		if (fclose(stream))
			err = -errno;
	} else if (fd >= 0) {
		close(fd);
	}
	if (!err)
		return 0;
	diags_fail(&session->diags, err, "cannot write the status to descriptor %d: %s",
		   session->options->status_fd, strerror(-err));
	return STATUS_FAILED;
}

int session_write_reports(struct session *session)
{
	int status = session->stream.error ? STATUS_FAILED : 0;

	for (size_t i = 0; i < session->files.n; i++)
		status |= write_report(session, &session->files.v[i],
				       report_format_of_file(session->options->reports.v[i]));
	if (session->options->status_fd >= 0)
		status |= write_status(session);
	return status;
}

void session_finish(struct session *session)
{
	for (size_t i = 0; i < session->files.n; i++)
		report_file_finish(&session->files.v[i]);
	free(session->files.v);
	line_file_finish(&session->stream);
	drop_pen(session);
	record_finish(&session->record);
	filter_destroy(session->filter);
	filter_destroy(session->own_filter);
	policy_destroy(session->policy);
	diags_finish(&session->diags);
}
