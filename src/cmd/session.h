/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One launch from policy to report: what run, record and check share. */
#ifndef PINFOLD_CMD_SESSION_H
#define PINFOLD_CMD_SESSION_H

#include "base/diag.h"
#include "base/machine_hash.h"
#include "cmd/live_watch.h"
#include "cmd/options.h"
#include "cmd/progress.h"
#include "cmd/sampler.h"
#include "filter/filter.h"
#include "pen/pen.h"
#include "record/record.h"
#include "report/report.h"
#include "report/report_file.h"
#include "trace/target.h"

struct session_files {
	struct report_file *v;
	size_t n, cap;
};

/* What a command cannot work without. */
enum session_need {
	NEEDS_NO_TRACE,
	NEEDS_DENIALS, /* what the policy stopped, if a listener sees all of it */
	NEEDS_CALLS,   /* and what it allowed */
	NEEDS_KILLS,   /* everything, including what the kernel itself does */
};

/* How run, record and check differ. */
struct session_kind {
	const char *default_policy; /* if none is given */
	enum report_mode mode;
	enum session_need need;
};

enum { SESSION_OUTPUTS = 2 };

/* What the caller requests: as it was typed, and what was read for it. */
struct session_asked {
	const struct options *options;
	struct session_kind kind;
	struct policy *policy;
	struct pen_request request;
	char **files_in_use;	     /* for the request */
	struct target_cgroup cgroup; /* for --cgroup */
	char machine[MACHINE_HASH_ROOM];
	uint32_t mount_ns; /* see struct trace_options; 0: none */
	/* The command's own, if it writes some; not owned. */
	struct report_file *outputs[SESSION_OUTPUTS];
	/* Called once what is already running is traced; NULL: nobody waits for that. */
	void (*tell_attached)(void *data);
	void *told;
};

/* What runs: created for this run, and ended with it. */
struct session_running {
	enum trace_source source; /* being tried, or chosen */
	struct policy *watched;	  /* what is compiled if the command's own filters matter; or
				     NULL */
	struct filter *filter;
	int compile_status; /* exit status if the filter could not be made; else 0 */
	unsigned int listener_flags;
	struct pen *pen;
	struct trace *trace;	    /* NULL: without eBPF */
	struct notify *notify;	    /* NULL: the filter has no listener */
	struct session_files files; /* for --report, announced before the launch */
	struct cause *cause;	    /* asks the host what the pen caused; NULL: nobody does */
	struct clerk clerk;	    /* writes them, once the supervisor may not */
	struct line_file stream;    /* for --stream; fd -1: none was requested */
	struct live_watch live;
	struct sampler sampler;
	struct progress progress;
};

#define RUNNING_NONE                                                                    \
	{                                                                               \
		.stream = LINE_FILE_NONE, .live = { .epoll = -1 }, .clerk = CLERK_NONE, \
		.sampler = SAMPLER_NONE, .progress = PROGRESS_NONE                      \
	}

/* The outcome. */
struct session_seen {
	struct enforced enforced;
	struct pen_result result;
	struct record record;
	struct report report;
	int death; /* signal of a terminal key that ended it; 0: none */
};

struct session {
	struct session_asked asked;
	struct session_running running;
	struct session_seen seen;
	struct diags diags; /* errors and warnings, printed by the command */
};

/* Returns how run differs; IS_COMPLAINING: with --complain. */
struct session_kind session_kind_of_run(bool is_complaining);

/*
 * Reads the policies and opens the directories of the reports. Returns 0, or an exit status with
 * errors in session->diags. session_finish() must be called in either case.
 */
int session_prepare(struct session *session, const struct options *options,
		    const struct session_kind *kind);

/*
 * Compiles and proves the filter, launches the operands in a pen, traces them, waits, fills
 * session->seen.record and session->seen.report. Returns the exit status of run. Starts nothing
 * without the trace that is needed.
 */
int session_launch(struct session *session);

/* Writes the files of --report and the line of --status-fd. Returns 0, or STATUS_FAILED, also if
 * the stream could not be written. */
int session_write_reports(struct session *session);

/* Prints the plan of --dry-run to standard output. Returns the exit status. */
int session_print_plan(struct session *session);

/* What a session without a pen (cmd/attach.h) does itself: opens the output files; keeps writes
 * from killing it; loads the tracer, with the session's filter or none; gives up the supervisor's
 * privileges; opens the terminal for --live; starts to take samples and to show the run, which
 * without a pen began at START_NS (CLOCK_MONOTONIC); ends the stream. Each returns 0, or an error
 * like those above. */
int session_announce(struct session *session);
void session_outlive_readers(void);
int session_open_trace(struct session *session, struct diags *diags);
int session_confine(struct session *session);
void session_open_progress(struct session *session);
int session_begin_watching(struct session *session, uint64_t start_ns);
void session_end_stream(struct session *session);

/* Returns STATUS, or what pinfold itself dies of: a terminal key that ended the command must also
 * end whatever waits for pinfold. */
int session_get_end(const struct session *session, int status);

void session_finish(struct session *session);

#endif
