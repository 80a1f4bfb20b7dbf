// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The deadline for the set-up: limit time, and half a minute at most. A bind's source, or the root,
 * may be on a file system that never answers (FUSE, a network), and only killing a process ends its
 * wait for that. Pid 1 is killed; for the supervisor a second thread exits the program, as long as
 * there is nothing yet that it would leave behind. Must never slow a start that opens nothing the
 * caller named.
 */
#include "pen/deadline.h"

#include <errno.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"

enum { NS_A_MS = 1000000, NS_A_S = 1000000000 };

static const uint64_t longest_ns = 30000000000U, shortest_ns = 1000000000U;

static const struct limit_setting *limit_of(const struct pen_request *request)
{
	return &request->settings->limits[LIMIT_TIME];
}

bool deadline_is_limit(const struct pen *pen)
{
	return pen->setup_ns < longest_ns;
}

int deadline_left_ms(const struct pen *pen)
{
	uint64_t now = clock_ns();

	return now < pen->setup_by ? (int)((pen->setup_by - now) / NS_A_MS) + 1 : 0;
}

void deadline_explain(const struct pen *pen, const struct step *step, struct diags *diags)
{
	diags_add(diags, DIAG_ERROR, step ? &step->place : NULL, "cannot %s: no answer within %g s",
		  step ? step->text : "set up the pen", (double)pen->setup_ns / 1e9);
	diags_hint(diags, "a file system may hang, for example a network one");
}

static void *wait_beside(void *data)
{
	struct pen *pen = data;
	const struct timespec end = { .tv_sec = (time_t)(pen->setup_by / NS_A_S),
				      .tv_nsec = (long)(pen->setup_by % NS_A_S) };
	struct diags diags = { 0 };
	int got;

	/* Not by a descriptor: 0, 1 or 2 may still be free. */
	do
		got = sem_clockwait(&pen->is_opened, CLOCK_MONOTONIC, &end);
	while (got && errno == EINTR);
	if (!got)
		return NULL;
	deadline_explain(pen, pen->plan.under_way, &diags);
	pen->request->on_late(&diags, deadline_is_limit(pen));
	return NULL;
}

void deadline_enter(struct pen *pen, const struct pen_request *request)
{
	const struct settings *settings = request->settings;
	const struct limit_setting *limit = limit_of(request);

	pen->request = request;
	pen->setup_ns = longest_ns;
	/* A slow machine is not a hung one. */
	if (is_written(&limit->place) && limit->value < longest_ns)
		pen->setup_ns = limit->value > shortest_ns ? limit->value : shortest_ns;
	pen->setup_by = clock_ns() + pen->setup_ns;
	if (!request->on_late || (!settings->binds.n && !is_written(&settings->root.place)))
		return;
	sem_init(&pen->is_opened, 0, 0);
	pen->is_watched = thread_start(&pen->beside, wait_beside, pen);
}

void deadline_leave(struct pen *pen)
{
	if (!pen->is_watched)
		return;
	sem_post(&pen->is_opened);
	pthread_join(pen->beside, NULL);
	pen->is_watched = false;
}
