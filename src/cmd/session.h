/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One launch from policy to report: what run, record and check share. */
#ifndef PINFOLD_CMD_SESSION_H
#define PINFOLD_CMD_SESSION_H

#include "base/diag.h"
#include "cmd/live_watch.h"
#include "cmd/options.h"
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

/* What a command is of no use without. */
enum session_need {
	NEEDS_NO_TRACE,
	NEEDS_DENIALS, /* what the policy stopped, where a listener hears of it all */
	NEEDS_CALLS,   /* and what it allowed */
	NEEDS_KILLS,   /* everything, by the kernel's own doing, too */
};

struct session_wish {
	const char *default_policy; /* when none is given */
	enum report_mode mode;
	enum session_need need;
};

/* What the caller asks for: as it was typed, and what was read for it. */
struct session_asked {
	const struct options *options;
	struct session_wish wish;
	struct policy *policy;
	struct pen_request request;
	char **files_in_use;	     /* of the request */
	struct target_cgroup cgroup; /* of --cgroup */
	struct report_file *output;  /* the command's own, if it writes one; not owned */
};

/* What runs: made for this run, and ended with it. */
struct session_running {
	enum trace_source source; /* that is tried, or was taken */
	struct policy *watched;	  /* what is compiled where filters of the command's own matter; or
				     NULL */
	struct filter *filter;
	int compile_status; /* exit status where the filter could not be made; else 0 */
	unsigned int listener_flags;
	struct pen *pen;
	struct trace *trace;	    /* NULL: without eBPF */
	struct notify *notify;	    /* NULL: the filter has no listener */
	struct session_files files; /* of --report, announced before the launch */
	struct clerk clerk;	    /* who writes them, once the supervisor may not */
	struct line_file stream;    /* of --stream; fd -1: none was requested */
	struct live_watch live;
};

#define RUNNING_NONE                                                                   \
	{                                                                              \
		.stream = LINE_FILE_NONE, .live = { .epoll = -1 }, .clerk = CLERK_NONE \
	}

/* What came of it. */
struct session_seen {
	struct enforced enforced;
	struct pen_result result;
	struct record record;
	struct report report;
	int death; /* signal of a key of the terminal that ended it; 0: none did */
};

struct session {
	struct session_asked asked;
	struct session_running running;
	struct session_seen seen;
	struct diags diags; /* errors and warnings, printed by the command */
};

/*
 * Reads the policies and opens the folders of the reports. Returns 0 or the exit status with errors
 * in session->diags. session_finish() must be called in either case.
 */
int session_prepare(struct session *session, const struct options *options,
		    const struct session_wish *wish);

/*
 * Compiles and proves, launches the operands in a pen, traces them, waits, fills
 * session->seen.record and session->seen.report. Returns the exit status of run. Without the trace
 * that is needed nothing is started.
 */
int session_launch(struct session *session);

/* Writes the files of --report and the line of --status-fd. Returns 0, or STATUS_FAILED also when
 * the stream could not be written. */
int session_write_reports(struct session *session);

/* Prints the plan of --dry-run to standard output. Returns the exit status. */
int session_print_plan(struct session *session);

/* What a session without a pen (cmd/attach.h) does for itself: opens what will be written; lets no
 * write kill it; loads the tracer, with the session's filter or none; returns up the supervisor's
 * rights; ends the stream. Each gives 0, or an error as those above do. */
int session_announce(struct session *session);
void session_outlive_readers(void);
int session_open_trace(struct session *session, struct diags *diags);
int session_confine(struct session *session);
void session_end_stream(struct session *session);

/* Returns STATUS, or by what pinfold itself dies: where a key of the terminal ended the command,
 * and so is to end who waits for it. */
int session_get_end(const struct session *session, int status);

void session_finish(struct session *session);

#endif
