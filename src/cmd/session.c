// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "trace/trace.h"

static int announce_reports(struct session *session)
{
	for (size_t i = 0; i < session->options->reports.n; i++) {
		struct report_file file = REPORT_FILE_NONE;

		if (report_file_announce(session->options->reports.v[i], &file, &session->diags))
			return STATUS_FAILED;
		*array_append(&session->files) = file;
	}
	return 0;
}

int session_prepare(struct session *session, const struct options *options,
		    const char *default_policy, enum report_mode mode)
{
	struct policy_source source = {
		.options = options->statements.v,
		.n_options = options->statements.n,
		.files = options->policies.n ? options->policies.v : &default_policy,
		.n_files = options->policies.n ? options->policies.n : 1,
	};
	int err;

	*session = (struct session){ .options = options };
	session->report = (struct report){
		.command = options->operands,
		.mode = mode,
		.is_verbose = options->is_verbose,
		.record = &session->record,
	};
	err = policy_parse(&source, &session->policy, &session->diags);
	if (err)
		return STATUS_USAGE;
	session->report.policy = session->policy;
	err = filter_compile(session->policy, FILTER_LAUNCH_COOKIE, &session->filter,
			     &session->diags);
	if (err)
		return STATUS_USAGE;
	if (filter_prove(session->filter, session->policy, &session->diags))
		return STATUS_FAILED;
	return announce_reports(session);
}

static struct pen_request pen_request(const struct session *session)
{
	return (struct pen_request){
		.settings = &session->policy->settings,
		.filter = session->filter,
		.argv = session->options->operands,
	};
}

int session_print_plan(struct session *session)
{
	struct pen_request request = pen_request(session);

	return pen_print_plan(&request, stdout, &session->diags) ? STATUS_FAILED : STATUS_OK;
}

static int start_trace(struct session *session, struct trace **ret_trace, struct diags *diags)
{
	const struct trace_options options = {
		.stacks = session->options->stacks,
		.wants_times = session->options->wants_times,
	};
	struct trace *trace;
	int err = trace_open(session->policy, session->filter, &options, &trace, diags);

	if (err)
		return err;
	err = trace_mark(trace, pen_init_pidfd(session->pen), diags);
	if (!err)
		err = trace_attach(trace, diags);
	if (err) {
		trace_close(trace);
		return err;
	}
	*ret_trace = trace;
	return 0;
}

static char *first_error(const struct diags *diags)
{
	const struct diag *diag = diags->n ? &diags->v[0] : NULL;

	if (!diag)
		return mem_strdup("unknown error");
	return diag->hint ? mem_printf("%s (%s)", diag->message, diag->hint)
			  : mem_strdup(diag->message);
}

/* Attaches the tracer as was wished. Without it the command still runs confined, unless the trace
 * was asked for: then the error is the session's. */
static int attach_trace(struct session *session, bool needs_trace, struct trace **ret_trace)
{
	struct diags diags = { 0 };
	int err;

	if (session->options->trace == TRACE_WISH_NONE && !needs_trace)
		return 0;
	err = start_trace(session, ret_trace, &diags);
	if (err && (needs_trace || session->options->trace == TRACE_WISH_EBPF)) {
		diags_finish(&session->diags);
		session->diags = diags;
		return err;
	}
	if (err)
		session->record.why = first_error(&diags);
	diags_finish(&diags);
	return 0;
}

static void finish_trace(struct session *session, struct trace *trace)
{
	struct diags diags = { 0 };

	if (trace && trace_finish(trace, &session->record, &diags))
		session->record.why = first_error(&diags);
	diags_finish(&diags);
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
	static const struct report_exit ends[] = {
		[PEN_EXITED] = { EXIT_BY_CHILD, 0, 0, NULL },
		[PEN_SIGNALED] = { EXIT_BY_SIGNAL, STATUS_SIGNAL, 0, NULL },
		[PEN_TIMED_OUT] = { EXIT_BY_LIMIT, STATUS_TIMED_OUT, 0, "limit time" },
		[PEN_CPU_TIMED_OUT] = { EXIT_BY_LIMIT, STATUS_TIMED_OUT, 0, "limit cputime" },
		[PEN_OUT_OF_MEMORY] = { EXIT_BY_LIMIT, STATUS_OUT_OF_MEMORY, 0, "limit memory" },
		[PEN_NOT_FOUND] = { EXIT_BY_PINFOLD, STATUS_NOT_FOUND, 0, NULL },
		[PEN_NOT_EXECUTABLE] = { EXIT_BY_PINFOLD, STATUS_NOT_EXECUTABLE, 0, NULL },
		[PEN_FAILED] = { EXIT_BY_PINFOLD, STATUS_FAILED, 0, NULL },
	};
	const struct pen_result *result = &session->result;
	struct report_exit end = ends[result->end];

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
static int run_pen(struct session *session, bool needs_trace)
{
	struct pen_request request = pen_request(session);
	struct trace *trace = NULL;
	struct pen_watch watch = { .fd = -1 };
	int err = pen_create(&request, &session->pen, &session->diags);

	session->result.end = PEN_FAILED;
	if (err)
		return err;
	/* The pen's own set-up goes on meanwhile: attaching waits for the kernel, not for it. */
	err = attach_trace(session, needs_trace, &trace);
	if (!err)
		err = pen_start(session->pen, &session->diags);
	if (trace)
		watch = (struct pen_watch){ trace_fd(trace), trace_read, trace };
	if (!err) {
		pen_get_enforced(session->pen, &session->enforced);
		pen_wait(session->pen, &watch, &session->result, &session->diags);
		session->report.enforced = &session->enforced;
		session->report.resources = &session->result.resources;
		finish_trace(session, trace);
	}
	trace_close(trace);
	return err;
}

/* A report whose reader has gone, or that is larger than the caller's limit on files, is an error
 * of write(2): a death of it would leave the pen's cgroup behind and lose the command's status. */
static void outlive_readers(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int session_launch(struct session *session, bool needs_trace)
{
	/* Warnings of the policy are of use before the command runs, for as long as it may. */
	diags_print(&session->diags, stderr);
	diags_finish(&session->diags);
	outlive_readers();
	clock_gettime(CLOCK_REALTIME, &session->report.started);
	run_pen(session, needs_trace);
	session->report.elapsed_ns = session->result.elapsed_ns;
	session->report.exit = describe_exit(session);
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
	int status = 0;

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
	pen_destroy(session->pen);
	record_finish(&session->record);
	filter_destroy(session->filter);
	policy_destroy(session->policy);
	diags_finish(&session->diags);
}
