// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/progress.h"

#include <errno.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/palette.h"

enum { MS = 1000000, TICK_NS = 250 * MS };

/* Of the area at the bottom. */
enum { AREA_ROWS = 8, LINE_ROWS = 1, LINE_COLUMNS = 200 };

static const uint64_t first_line_ns = 2000000000U, line_pause_ns = 5000000000U,
		      long_run_ns = 3000000000U;

/* Showing may cost the fiftieth part of a CPU: on a machine with many, reading takes long. */
enum { COST_SHARE = 50 };

static void set_title(struct progress *progress, const struct options *options)
{
	struct strbuf *title = &progress->title;

	if (options->pid)
		strbuf_printf(title, "process %d", options->pid);
	else if (options->cgroup)
		strbuf_escape(title, options->cgroup, strlen(options->cgroup));
	for (size_t i = 0; i < options->n_operands; i++) {
		strbuf_puts(title, i ? " " : "");
		strbuf_escape(title, options->operands[i], strlen(options->operands[i]));
	}
}

static int start_timer(struct progress *progress, struct diags *diags)
{
	const struct timespec tick = { .tv_nsec = TICK_NS };
	const struct itimerspec when = { tick, tick };

	progress->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (progress->timer < 0 || timerfd_settime(progress->timer, 0, &when, NULL) < 0)
		return diags_fail(diags, -errno, "cannot start the timer for --live: %s",
				  strerror(errno));
	return 0;
}

/* Only where the command's own output does not show how far it is. */
static bool is_silent(const struct options *options)
{
	return !options->is_quiet && isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO);
}

void progress_open(struct progress *progress, const struct options *options, bool is_recording)
{
	bool has_command = !options_have_target(options);

	if (options->is_live) {
		progress->is_wanted = true;
		progress->is_lines = board_open(&progress->board, false, has_command, AREA_ROWS);
		progress->next_ns = progress->is_lines ? first_line_ns : 0;
	} else if (is_recording && is_silent(options)) {
		progress->is_wanted = !board_open(&progress->board, true, true, LINE_ROWS);
		progress->next_ns = long_run_ns;
	}
	if (progress->is_wanted)
		set_title(progress, options);
}

int progress_begin(struct progress *progress, const struct progress_source *source,
		   struct diags *diags)
{
	progress->source = *source;
	return progress->is_wanted ? start_timer(progress, diags) : 0;
}

static void print_line(const struct frame *frame)
{
	struct strbuf line = { 0 };

	frame_format_line(frame, LINE_COLUMNS, &line);
	fprintf(stderr, "%s\n", line.text);
	strbuf_finish(&line);
}

void progress_take(void *data, int timer)
{
	struct progress *progress = data;
	uint64_t elapsed_ns = progress_elapsed(&progress->source), before_ns, count;
	struct frame frame;

	if (read(timer, &count, sizeof(count)) != (ssize_t)sizeof(count) || !elapsed_ns ||
	    elapsed_ns < progress->next_ns)
		return;
	before_ns = clock_thread_ns();
	progress_make_frame(&progress->source, &progress->past, &frame);
	frame.title = progress->title.len ? progress->title.text : "";
	frame.error = palette_of(stderr)->error;
	progress->next_ns = elapsed_ns + (clock_thread_ns() - before_ns) * COST_SHARE;
	if (progress->is_lines) {
		print_line(&frame);
		progress->next_ns = elapsed_ns + line_pause_ns - TICK_NS / 2;
	} else {
		board_draw(&progress->board, &frame);
	}
	frame_finish(&frame);
}

void progress_end(struct progress *progress)
{
	board_close(&progress->board);
	if (progress->timer >= 0)
		close(progress->timer);
	progress->timer = -1;
	progress_past_finish(&progress->past);
	strbuf_finish(&progress->title);
}
