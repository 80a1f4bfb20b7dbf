/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the supervisor's loop watches for the trace: its events, and the reader of the stream. */
#ifndef PINFOLD_CMD_LIVE_WATCH_H
#define PINFOLD_CMD_LIVE_WATCH_H

#include "notify/notify.h"
#include "report/line_file.h"
#include "trace/trace.h"

struct live_watch {
	struct trace *trace;
	struct notify *notify;	  /* whose calls are reported, too; NULL: none */
	struct line_file *stream; /* fd -1: none */
	int epoll;
	bool is_waiting; /* for the stream's reader */
};

/* Watches both, which must outlive LIVE. Returns 0, or -errno with an error in DIAGS. */
int live_init(struct live_watch *live, struct trace *trace, struct line_file *stream,
	      struct diags *diags);

/* Reads what the tracer has, and writes as much as the reader takes; fits struct pen_watch, with
 * live->epoll. */
void live_read(void *live, int fd);

/* Makes the stream also report calls that NOTIFY lets continue, which live_answer() then answers:
 * what happened before them is reported first; fits struct pen_watch. */
void live_observe(struct live_watch *live, struct notify *notify);
void live_answer(void *live, int listener);

void live_finish(struct live_watch *live);

#endif
