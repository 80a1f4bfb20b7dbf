// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tracer alone: nothing is enforced, so no denial is ours, and what is traced never notices. It
 * continues when the tracer ends, however that ends.
 */
#include "cmd/attach.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "report/stream.h"
#include "sys/name.h"
#include "trace/target.h"
#include "trace/trace.h"

/* Events show when the last process has ended. If they were lost, a check at each tick does. */
enum { TICK_MS = 1000, NS_PER_MS = 1000000 };

enum { SIGNALS, EVENTS, SAMPLER, PROGRESS };

int attach_prepare(struct session *session, const struct options *options)
{
	/* A policy that says nothing: the report needs one. */
	static const struct policy_option statements[] = { { "default", "allow" } };
	const struct policy_source source = { .options = statements, .n_options = 1 };

	*session = (struct session){
		.asked = { .options = options },
		.running = RUNNING_NONE,
	};
	session->running.source = TRACE_EBPF;
	session->seen.report = (struct report){
		.command = options->operands,
		.pid = options->pid,
		.cgroup = options->cgroup,
		.mode = MODE_TRACE,
		.is_verbose = options->is_verbose,
		.record = &session->seen.record,
	};
	if (policy_parse(&source, &session->asked.policy, &session->diags))
		return STATUS_USAGE;
	session->seen.report.policy = session->asked.policy;
	return session_announce(session);
}

/* What the caller ignores (nohup, a background job) stays ignored: if it were blocked, a signalfd
 * would receive it all the same. */
static bool is_ignored(int sig)
{
	struct sigaction action;

	return sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static int open_signals(struct session *session)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t set;
	int fd;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!is_ignored(ends[i]))
			sigaddset(&set, ends[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		diags_fail(&session->diags, -errno, "cannot wait for signals: %s", strerror(errno));
	return fd;
}

static int begin(struct session *session, uint64_t start_ns)
{
	const struct options *options = session->asked.options;
	struct diags *diags = &session->diags;
	int err = 0;

	if (options->cgroup)
		err = target_find_cgroup(options->cgroup, &session->asked.cgroup, diags);
	if (!err)
		err = trace_probe(diags);
	session_open_progress(session);
	if (!err)
		err = session_open_trace(session, diags);
	if (!err)
		err = trace_attach(session->running.trace, diags);
	if (!err)
		err = live_init(&session->running.live, session->running.trace,
				&session->running.stream, diags);
	if (!err && options->cgroup)
		err = target_take_cgroup(session->running.trace, options->cgroup, diags);
	if (!err && options->pid)
		err = target_take_pid(session->running.trace, options->pid, diags);
	if (!err)
		err = session_begin_watching(session, start_ns);
	if (!err)
		err = session_confine(session);
	if (!err && session->asked.tell_attached)
		session->asked.tell_attached(session->asked.told);
	return err;
}

/* Returns the reason why it ended. */
static const char *loop(struct session *session, int signals)
{
	struct pollfd polled[] = {
		[SIGNALS] = { .fd = signals, .events = POLLIN },
		[EVENTS] = { .fd = session->running.live.epoll, .events = POLLIN },
		[SAMPLER] = { .fd = session->running.sampler.timer, .events = POLLIN },
		[PROGRESS] = { .fd = session->running.progress.timer, .events = POLLIN },
	};
	uint64_t quiet_since = clock_ns();

	for (;;) {
		struct signalfd_siginfo info;
		bool is_quiet;

		poll(polled, ARRAY_SIZE(polled), TICK_MS);

		if (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
			return signal_name((int)info.ssi_signo);
		live_read(&session->running.live, session->running.live.epoll);
		if (polled[SAMPLER].revents)
			sampler_take(&session->running.sampler, session->running.sampler.timer);
		if (polled[PROGRESS].revents)
			progress_take(&session->running.progress, session->running.progress.timer);
		if (polled[EVENTS].revents)
			quiet_since = clock_ns();
		is_quiet = clock_ns() - quiet_since >= (uint64_t)TICK_MS * NS_PER_MS;
		if (is_quiet)
			quiet_since = clock_ns();
		if ((is_quiet || trace_seems_over(session->running.trace)) &&
		    !trace_has_tasks(session->running.trace))
			return "the last process has ended";
	}
}

static void end(struct session *session, int err, const char *detail)
{
	if (!err && session->running.sampler.timer >= 0)
		sampler_take(&session->running.sampler, session->running.sampler.timer);
	if (!err)
		err = trace_finish(session->running.trace, &session->seen.record, &session->diags);
	if (!err)
		sampler_end(&session->running.sampler, session->seen.report.elapsed_ns, NULL,
			    &session->seen.record);
	session->seen.report.exit = (struct report_exit){
		.by = err ? EXIT_BY_PINFOLD : EXIT_BY_TRACE,
		.status = err ? STATUS_FAILED : STATUS_OK,
		.detail = detail,
	};
	if (err && session->diags.n)
		session->seen.report.exit.detail = session->diags.v[session->diags.n - 1].message;
	session_end_stream(session);
}

int attach_run(struct session *session)
{
	auto_close int signals = open_signals(session);
	const char *detail = NULL;
	uint64_t start_ns = clock_ns();
	int err = signals < 0 ? -1 : 0;

	session_outlive_readers();
	clock_gettime(CLOCK_REALTIME, &session->seen.report.started);
	if (session->running.stream.fd >= 0)
		stream_begin(&session->running.stream, &session->seen.report);
	if (!err)
		err = begin(session, start_ns);
	if (!err)
		detail = loop(session, signals);
	session->seen.report.elapsed_ns = clock_ns() - start_ns;
	progress_end(&session->running.progress);
	end(session, err, detail);
	return session->seen.report.exit.status;
}
