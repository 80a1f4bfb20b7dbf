// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/live_watch.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

int live_init(struct live_watch *live, struct trace *trace, struct line_file *stream,
	      struct diags *diags)
{
	struct epoll_event event = { .events = EPOLLIN };

	*live = (struct live_watch){ .trace = trace, .stream = stream, .epoll = -1 };
	live->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (live->epoll < 0 || epoll_ctl(live->epoll, EPOLL_CTL_ADD, trace_fd(trace), &event) < 0)
		return diags_fail(diags, -errno, "cannot watch the tracer: %s", strerror(errno));
	return 0;
}

/* Waits for a slow reader to catch up; one that keeps up is not polled. */
static void wait_for_reader(struct live_watch *live)
{
	struct epoll_event event = { .events = EPOLLOUT };
	bool wants = live->stream->pending.len > 0;

	if (wants == live->is_waiting)
		return;
	if (!epoll_ctl(live->epoll, wants ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, live->stream->fd,
		       &event))
		live->is_waiting = wants;
}

static void serve_reader(struct live_watch *live)
{
	line_file_flush(live->stream);
	wait_for_reader(live);
}

void live_read(void *data, int fd)
{
	struct live_watch *live = data;

	trace_read(live->trace, fd);
	if (live->stream->fd >= 0)
		serve_reader(live);
}

void live_observe(struct live_watch *live, struct notify *notify)
{
	const struct trace_observer observer = { trace_relay, live->trace };

	live->notify = notify;
	notify_observe(notify, &observer);
}

void live_answer(void *data, int listener)
{
	struct live_watch *live = data;

	trace_read(live->trace, trace_fd(live->trace));
	notify_answer(live->notify, listener);
	serve_reader(live);
}

void live_finish(struct live_watch *live)
{
	if (live->epoll >= 0)
		close(live->epoll);
	live->epoll = -1;
}
