// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers, rates and denials of a run that is still going. What is read of denials is bounded: the
 * newest of them, and only when there are new ones. */
#include "cmd/progress_frame.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "report/call.h"

enum { NS_PER_S = 1000000000, DENIALS_SHOWN = 64 };

/* Calls in a second, since BEFORE. */
static uint64_t rate(uint64_t now, uint64_t before, uint64_t ns)
{
	uint64_t tenths = ns / (NS_PER_S / 10);

	return now > before && tenths ? (now - before) * 10 / tenths : 0;
}

/* Both lists are in the same order. */
static void add_numbers(const struct trace_numbers *numbers, const struct progress_base *base,
			uint64_t ns, struct frame *frame)
{
	size_t k = 0;

	for (size_t i = 0; i < numbers->n; i++) {
		const struct trace_number *number = &numbers->v[i];
		struct frame_call *call = array_append(&frame->top);
		struct strbuf name = { 0 };
		uint64_t before = 0;

		while (k < base->numbers.n && (base->numbers.v[k].arch < number->arch ||
					       (base->numbers.v[k].arch == number->arch &&
						base->numbers.v[k].nr < number->nr)))
			k++;
		if (k < base->numbers.n && base->numbers.v[k].arch == number->arch &&
		    base->numbers.v[k].nr == number->nr)
			before = base->numbers.v[k].count;
		call_format_name(&name, number->arch, number->nr);
		snprintf(call->name, sizeof(call->name), "%s", name.text);
		strbuf_finish(&name);
		call->count = number->count;
		call->rate = rate(number->count, before, ns);
	}
	frame_sort(frame);
}

/* Once a second the counts become those that later rates are about. */
static void move_on(struct progress_past *past, uint64_t at_ns, uint64_t calls,
		    struct trace_numbers *numbers)
{
	if (at_ns - past->next.at_ns < NS_PER_S) {
		free(numbers->v);
		return;
	}
	free(past->base.numbers.v);
	past->base = past->next;
	past->next = (struct progress_base){ at_ns, calls, *numbers };
}

static void read_trace(const struct progress_source *source, struct progress_past *past,
		       struct frame *frame)
{
	struct trace_numbers numbers;
	struct trace_counts counts;
	uint64_t ns = frame->elapsed_ns - past->base.at_ns;

	if (trace_count(source->trace, &counts, &numbers))
		return;
	frame->calls = counts.calls;
	frame->denied = counts.denied;
	frame->processes = counts.processes;
	frame->call_rate = rate(counts.calls, past->base.calls, ns);
	add_numbers(&numbers, &past->base, ns, frame);
	move_on(past, frame->elapsed_ns, counts.calls, &numbers);
}

static void read_listener(const struct progress_source *source, struct progress_past *past,
			  struct frame *frame)
{
	const struct notify_counts counts = notify_get_counts(source->notify);
	struct trace_numbers none = { 0 };

	if (source->trace) {
		frame->denied += frame->denied != UINT64_MAX ? counts.continued : 0;
		return;
	}
	frame->denied = counts.stopped + counts.continued;
	if (counts.passed == UINT64_MAX)
		return;
	frame->calls = counts.passed + counts.stopped;
	frame->call_rate = rate(frame->calls, past->base.calls,
				frame->elapsed_ns - past->base.at_ns);
	move_on(past, frame->elapsed_ns, frame->calls, &none);
}

static void add_denial(const struct record_denial *denial, struct frame_denials *denials)
{
	struct strbuf *text = array_append(denials);

	call_format_denied(text, denial);
	strbuf_puts(text, denial->is_continued ? ": would be " : ": ");
	call_format_action(text, denial);
	if (denial->count > 1)
		strbuf_printf(text, ", %" PRIu64 " times", denial->count);
	strbuf_puts(text, ", by ");
	strbuf_escape(text, denial->comm, strlen(denial->comm));
	if (!denial->origin.file && !denial->origin.text)
		return;
	strbuf_puts(text, ", ");
	call_format_origin(text, denial);
}

static void drop_denials(struct frame_denials *denials)
{
	for (size_t i = 0; i < denials->n; i++)
		strbuf_finish(&denials->v[i]);
	free(denials->v);
	*denials = (struct frame_denials){ 0 };
}

static int compare_lasts(const void *a, const void *b)
{
	const struct record_denial *x = a, *y = b;

	return (x->last_ns > y->last_ns) - (x->last_ns < y->last_ns);
}

static void find_denials(const struct progress_source *source, struct progress_past *past)
{
	struct record record = { 0 };

	if (source->trace)
		trace_find_latest(source->trace, DENIALS_SHOWN, &record);
	if (source->notify)
		notify_list(source->notify, !source->trace, &record);
	if (record.denials.n)
		qsort(record.denials.v, record.denials.n, sizeof(*record.denials.v), compare_lasts);
	drop_denials(&past->denials);
	for (size_t i = record.denials.n > DENIALS_SHOWN ? record.denials.n - DENIALS_SHOWN : 0;
	     i < record.denials.n; i++)
		if (!record.denials.v[i].is_expected)
			add_denial(&record.denials.v[i], &past->denials);
	record_finish(&record);
}

static void take_denials(const struct progress_source *source, struct progress_past *past,
			 struct frame *frame)
{
	if (frame->denied != UINT64_MAX && frame->denied != past->denied) {
		past->denied = frame->denied;
		find_denials(source, past);
	}
	for (size_t i = 0; i < past->denials.n; i++)
		strbuf_add(array_append(&frame->denials), past->denials.v[i].text,
			   past->denials.v[i].len);
}

uint64_t progress_elapsed(const struct progress_source *source)
{
	uint64_t start_ns = source->pen ? pen_start_ns(source->pen) : source->start_ns;

	return start_ns ? clock_ns() - start_ns : 0;
}

void progress_make_frame(const struct progress_source *source, struct progress_past *past,
			 struct frame *ret_frame)
{
	struct frame frame = {
		.elapsed_ns = progress_elapsed(source),
		.processes = UINT64_MAX,
		.calls = UINT64_MAX,
		.denied = UINT64_MAX,
		.cpu_ns = UINT64_MAX,
		.memory = UINT64_MAX,
	};

	if (source->pen) {
		struct pen_state state = pen_read_state(source->pen, !source->trace);

		frame.processes = state.processes;
		frame.cpu_ns = state.cpu_ns;
		frame.memory = state.memory;
	}
	if (source->trace)
		read_trace(source, past, &frame);
	if (source->notify)
		read_listener(source, past, &frame);
	take_denials(source, past, &frame);
	*ret_frame = frame;
}

void progress_past_finish(struct progress_past *past)
{
	free(past->base.numbers.v);
	free(past->next.numbers.v);
	drop_denials(&past->denials);
	*past = (struct progress_past){ 0 };
}
