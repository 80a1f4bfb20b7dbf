// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/hook_job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "cmd/attach.h"
#include "cmd/oci_text.h"
#include "cmd/option_row.h"
#include "cmd/record_policy.h"

struct hook_files {
	struct report_file profile, policy;
};

void hook_job_log(int log, const char *id, const struct diags *diags)
{
	char time_text[32] = "";
	time_t now = time(NULL);
	struct tm parts;
	char *text = NULL;
	size_t len = 0;
	FILE *stream;

	if (log < 0 || !diags->n || !(stream = open_memstream(&text, &len)))
		return;
	if (gmtime_r(&now, &parts))
		strftime(time_text, sizeof(time_text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	fprintf(stream, "%s %s\n", time_text, id);
	diags_print(diags, stream);
	/* In one write, so that what several hooks say does not mix. There is nobody to tell if
	 * that fails. */
	if (!fclose(stream))
		(void)fd_write_all(log, text, len);
	free(text);
}

static void tell_ready(void *data)
{
	const struct hook_job *job = data;

	(void)fd_write_all(job->ready, "", 1);
}

static int announce_one(const char *path, struct report_file *file, struct session *session,
			size_t *n_outputs)
{
	if (!path)
		return 0;
	if (report_file_announce(path, file, &session->diags) ||
	    report_file_require_new(file, &session->diags))
		return STATUS_FAILED;
	session->asked.outputs[(*n_outputs)++] = file;
	return 0;
}

static int announce(const struct hook_job *job, struct session *session, struct hook_files *files)
{
	size_t n_outputs = 0;
	int status = 0;

	for (size_t i = 0; !status && i < session->running.files.n; i++)
		if (report_file_require_new(&session->running.files.v[i], &session->diags))
			status = STATUS_FAILED;
	if (!status)
		status = announce_one(job->paths[HOOK_PROFILE], &files->profile, session,
				      &n_outputs);
	if (!status)
		status = announce_one(job->paths[HOOK_POLICY], &files->policy, session, &n_outputs);
	return status;
}

static int write_file(struct report_file *file, const char *text, struct session *session)
{
	FILE *stream;

	if (report_file_open(file, &stream, &session->diags))
		return STATUS_FAILED;
	fputs(text, stream);
	return report_file_commit(file, &session->diags) ? STATUS_FAILED : 0;
}

/* The policy itself may have warnings, which its comments repeat. */
static int write_profile(const struct hook_job *job, const char *policy, struct report_file *file,
			 struct session *session)
{
	const struct policy_source source = { .name = "policy", .text = policy };
	struct strbuf text = { 0 };
	struct losses losses = { 0 };
	struct diags said = { 0 };
	int status = STATUS_FAILED;

	if (!oci_text_make(&job->runtime, &source, &text, &losses, &said))
		status = write_file(file, text.text, session);
	else
		diags_fail(&session->diags, -EINVAL, "cannot make a profile of the policy: %s",
			   said.n ? said.v[0].message : "it does not parse");
	for (size_t i = 0; !status && i < losses.n; i++)
		if (losses.v[i].grade != LOSS_NOTE)
			diags_add(&session->diags, DIAG_WARNING, NULL, "the profile: %s: %s",
				  loss_grade_name(losses.v[i].grade), losses.v[i].message);
	strbuf_finish(&text);
	losses_finish(&losses);
	diags_finish(&said);
	return status;
}

static int write_learned(const struct hook_job *job, struct session *session,
			 struct hook_files *files)
{
	auto_free char *text = NULL;
	size_t len = 0;
	FILE *stream;
	int status = 0;

	if (!job->paths[HOOK_PROFILE] && !job->paths[HOOK_POLICY])
		return 0;
	/* A profile of nothing would let no command start. */
	if (!session->seen.record.processes.n) {
		diags_fail(&session->diags, 0,
			   "no policy was written: the container ended before its command started");
		return STATUS_FAILED;
	}
	stream = open_memstream(&text, &len);
	if (!stream)
		return STATUS_FAILED;
	record_write_policy(session, NULL, NULL, stream);
	if (fclose(stream)) {
		diags_fail(&session->diags, -ENOMEM, "no policy was written: %s", strerror(ENOMEM));
		return STATUS_FAILED;
	}
	if (job->paths[HOOK_POLICY])
		status = write_file(&files->policy, text, session);
	if (job->paths[HOOK_PROFILE])
		status |= write_profile(job, text, &files->profile, session);
	return status;
}

static int write_all(const struct hook_job *job, struct session *session, struct hook_files *files)
{
	int status = session_write_reports(session);

	status |= write_learned(job, session, files);
	if (!record_is_complete(&session->seen.record))
		diags_add(&session->diags, DIAG_WARNING, NULL,
			  "the recording lost something: what was written may lack calls");
	return status;
}

static struct options choose_options(const struct hook_job *job)
{
	static char *nothing[] = { NULL };
	struct options options = options_start();

	options.operands = nothing;
	options.is_quiet = true;
	options.cgroup = job->container->cgroup;
	options.pid = job->container->cgroup ? 0 : job->request->pid;
	options.output = job->paths[HOOK_POLICY] ? job->paths[HOOK_POLICY]
						 : job->paths[HOOK_PROFILE];
	if (job->paths[HOOK_REPORT])
		*array_append(&options.reports) = job->paths[HOOK_REPORT];
	return options;
}

int hook_job_run(const struct hook_job *job)
{
	struct hook_files files = { REPORT_FILE_NONE, REPORT_FILE_NONE };
	struct options options = choose_options(job);
	struct session session;
	int status = attach_prepare(&session, &options);
	bool is_attached = false;

	session.asked.mount_ns = job->container->mount_ns;
	session.asked.tell_attached = tell_ready;
	session.asked.told = (void *)job;
	if (!status)
		status = announce(job, &session, &files);
	if (!status) {
		status = attach_run(&session);
		is_attached = !status;
	}
	if (is_attached)
		status = write_all(job, &session, &files);
	if (is_attached)
		hook_job_log(job->log, job->request->id, &session.diags);
	else
		diags_print(&session.diags, stderr);
	report_file_finish(&files.profile);
	report_file_finish(&files.policy);
	session_finish(&session);
	options_finish(&options);
	return status;
}
