// SPDX-License-Identifier: GPL-2.0-or-later
/* What a session writes: reports into files that were announced, the status, the stream. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "cmd/session.h"
#include "report/stream.h"

/* Returns the option with which pinfold itself writes to FD; NULL: none. */
static const char *find_writer(const struct options *options, int fd)
{
	if (options->status_fd == fd)
		return "--status-fd";
	if (options->stream && output_descriptor(options->stream) == fd)
		return "--stream";
	if (options->output && output_descriptor(options->output) == fd)
		return "-o";
	return NULL;
}

/* What the command can write to would not be pinfold's word. */
static int check_handed(struct session *session)
{
	const struct fd_settings *fds = session->asked.policy ? &session->asked.policy->settings.fds
							      : NULL;

	for (size_t i = 0; fds && i < fds->n; i++) {
		const char *writer = find_writer(session->asked.options, fds->v[i].fd);

		if (!writer)
			continue;
		diags_add(&session->diags, DIAG_ERROR, &fds->v[i].place,
			  "cannot pass on descriptor %d: %s writes to it", fds->v[i].fd, writer);
		diags_hint(&session->diags, "open another one for %s", writer);
		return STATUS_USAGE;
	}
	return 0;
}

static int find_machine(struct session *session)
{
	if (!session->asked.options->wants_machine)
		return 0;
	if (machine_hash(NULL, session->asked.machine, &session->diags))
		return STATUS_FAILED;
	session->seen.report.machine = session->asked.machine;
	return 0;
}

int session_announce(struct session *session)
{
	int status = check_handed(session);

	if (!status)
		status = find_machine(session);
	if (status)
		return status;
	for (size_t i = 0; i < session->asked.options->reports.n; i++) {
		struct report_file file = REPORT_FILE_NONE;

		if (report_file_announce(session->asked.options->reports.v[i], &file,
					 &session->diags))
			return STATUS_FAILED;
		*array_append(&session->running.files) = file;
	}
	if (session->asked.options->stream &&
	    line_file_open(session->asked.options->stream, &session->running.stream,
			   &session->diags))
		return STATUS_FAILED;
	return 0;
}

/* Before the reports, which say how much of it was dropped. */
void session_end_stream(struct session *session)
{
	int err;

	if (session->running.stream.fd < 0)
		return;
	stream_add_failures(&session->running.stream, &session->seen.record.failures);
	stream_add_network(&session->running.stream, session->seen.report.network);
	/* Its last line says how many were dropped before: there is room for it. */
	line_file_drain(&session->running.stream);
	stream_end(&session->running.stream, &session->seen.report);
	err = line_file_end(&session->running.stream);
	session->seen.record.lost.lines += session->running.stream.dropped;
	if (!err)
		return;
	diags_fail(&session->diags, err, "cannot write the stream to '%s': %s",
		   session->asked.options->stream, strerror(-err));
}

static int write_report(struct session *session, struct report_file *file,
			const struct report_format *format)
{
	struct report report = session->seen.report;
	FILE *stream;

	if (report_file_open(file, &stream, &session->diags))
		return STATUS_FAILED;
	report.is_file = true;
	format->write(&report, stream);
	return report_file_commit(file, &session->diags) ? STATUS_FAILED : 0;
}

/* Writes one line of JSON, to a descriptor that remains the caller's. */
static int write_status(struct session *session)
{
	int fd = dup(session->asked.options->status_fd);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "w");
	int err = stream ? 0 : -errno;

	if (stream) {
		report_write_exit(&session->seen.report.exit, stream);
		if (fclose(stream))
			err = -errno;
	} else if (fd >= 0) {
		close(fd);
	}
	if (!err)
		return 0;
	diags_fail(&session->diags, err, "cannot write the status to descriptor %d: %s",
		   session->asked.options->status_fd, strerror(-err));
	return STATUS_FAILED;
}

int session_write_reports(struct session *session)
{
	int status = session->running.stream.error ? STATUS_FAILED : 0;

	for (size_t i = 0; i < session->running.files.n; i++)
		status |= write_report(session, &session->running.files.v[i],
				       report_format_of_file(session->asked.options->reports.v[i]));
	if (session->asked.options->status_fd >= 0)
		status |= write_status(session);
	return status;
}
