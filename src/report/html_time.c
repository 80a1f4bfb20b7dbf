// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The run over time: a curve for each counter that was sampled, and all samples as a table.
 * Counters that only grow are shown as what each interval added, per second.
 */
#include "report/html.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/mem.h"

enum { CURVE_WIDTH = 600, CURVE_HEIGHT = 100 };

enum unit { UNIT_NUMBER, UNIT_KIB, UNIT_PERCENT };

static const struct counter {
	const char *what, *class;
	size_t offset; /* in struct record_sample */
	bool is_growing;
	uint64_t divisor; /* of what is shown */
	enum unit unit;
} counters[] = {
	{ "Calls a second", "ok", offsetof(struct record_sample, calls), true, 1, UNIT_NUMBER },
	{ "Denied calls a second", "denied", offsetof(struct record_sample, denied), true, 1,
	  UNIT_NUMBER },
	{ "Processes", "ok", offsetof(struct record_sample, processes), false, 1, UNIT_NUMBER },
	{ "CPU", "ok", offsetof(struct record_sample, cpu_ns), true, 10000000, UNIT_PERCENT },
	{ "Memory", "ok", offsetof(struct record_sample, memory), false, 1024, UNIT_KIB },
};

static uint64_t raw_of(const struct counter *counter, const struct record_sample *sample)
{
	return *(const uint64_t *)((const char *)sample + counter->offset);
}

/* Returns what the curve shows at sample I, or UINT64_MAX: not known. */
static uint64_t value_of(const struct counter *counter, const struct record_samples *samples,
			 size_t i)
{
	const struct record_sample *sample = &samples->v[i];
	uint64_t value = raw_of(counter, sample), since = 0, ns = sample->at_ns;

	if (value == UINT64_MAX)
		return value;
	if (!counter->is_growing)
		return value / counter->divisor;
	if (i) {
		since = raw_of(counter, sample - 1);
		ns -= sample[-1].at_ns;
	}
	if (since == UINT64_MAX || since > value || !ns)
		return UINT64_MAX;
	return (uint64_t)((double)(value - since) * 1e9 / (double)ns / (double)counter->divisor);
}

/* Returns the highest value, or UINT64_MAX if none is known. */
static uint64_t peak_of(const struct counter *counter, const struct record_samples *samples)
{
	uint64_t peak = 0;
	bool is_known = false;

	for (size_t i = 0; i < samples->n; i++) {
		uint64_t value = value_of(counter, samples, i);

		if (value == UINT64_MAX)
			continue;
		is_known = true;
		peak = value > peak ? value : peak;
	}
	return is_known ? peak : UINT64_MAX;
}

static char *format_value(const struct counter *counter, uint64_t value)
{
	static const char *const units[] = {
		[UNIT_NUMBER] = "",
		[UNIT_KIB] = " KiB",
		[UNIT_PERCENT] = " %",
	};
	char number[HTML_NUMBER_ROOM];

	if (value == UINT64_MAX)
		return mem_strdup("?");
	return mem_printf("%s%s", html_number(number, value), units[counter->unit]);
}

struct curve {
	const struct counter *counter;
	const struct record_samples *samples;
	uint64_t peak, whole_ns;
};

/* Writes the corners of the area: steps, since a value is that of the interval before its sample.
 */
static void put_points(struct html *html, const void *data)
{
	const struct curve *curve = data;
	double x = 0;

	fprintf(html->to, "0,%d", CURVE_HEIGHT);
	for (size_t i = 0; i < curve->samples->n; i++) {
		uint64_t value = value_of(curve->counter, curve->samples, i);
		double share = value == UINT64_MAX || !curve->peak
				       ? 0
				       : (double)value / (double)curve->peak;
		double y = CURVE_HEIGHT * (1 - share);

		fprintf(html->to, " %.1f,%.1f", x, y);
		x = CURVE_WIDTH * (double)curve->samples->v[i].at_ns / (double)curve->whole_ns;
		fprintf(html->to, " %.1f,%.1f", x, y);
	}
	fprintf(html->to, " %.1f,%d", x, CURVE_HEIGHT);
}

static void put_curves(struct html *html, const void *unused)
{
	const struct record_samples *samples = &html->report->record->samples;
	const uint64_t whole_ns = samples->v[samples->n - 1].at_ns;
	char half[HTML_NUMBER_ROOM], whole[HTML_NUMBER_ROOM];

	(void)unused;
	html_seconds(half, whole_ns / 2);
	html_seconds(whole, whole_ns);
	for (size_t k = 0; k < ARRAY_SIZE(counters); k++) {
		const struct curve curve = { &counters[k], samples, peak_of(&counters[k], samples),
					     whole_ns };
		auto_free char *peak = format_value(curve.counter, curve.peak);

		if (curve.peak == UINT64_MAX || !curve.peak)
			continue;
		html_put(html, "curve",
			 (const struct html_slot[]){
				 HTML_TEXT("what", curve.counter->what), HTML_TEXT("peak", peak),
				 HTML_TEXT("class", curve.counter->class), HTML_TEXT("half", half),
				 HTML_TEXT("whole", whole), HTML_PART("points", put_points, &curve),
				 HTML_END });
	}
}

static void put_heads(struct html *html, const void *unused)
{
	(void)unused;
	for (size_t k = 0; k < ARRAY_SIZE(counters); k++)
		html_put(html, "sample-head",
			 (const struct html_slot[]){ HTML_TEXT("what", counters[k].what),
						     HTML_END });
}

static void put_cells(struct html *html, const void *index)
{
	for (size_t k = 0; k < ARRAY_SIZE(counters); k++) {
		auto_free char *value = format_value(
			&counters[k], value_of(&counters[k], &html->report->record->samples,
					       *(const size_t *)index));

		html_put(html, "sample-cell",
			 (const struct html_slot[]){ HTML_TEXT("value", value), HTML_END });
	}
}

static void put_rows(struct html *html, const void *unused)
{
	const struct record_samples *samples = &html->report->record->samples;

	(void)unused;
	for (size_t i = 0; i < samples->n; i++) {
		char at[HTML_NUMBER_ROOM];

		html_put(html, "sample",
			 (const struct html_slot[]){
				 HTML_TEXT("at", html_seconds(at, samples->v[i].at_ns)),
				 HTML_PART("cells", put_cells, &i), HTML_END });
	}
}

void html_put_time(struct html *html, const void *unused)
{
	const struct record_samples *samples = &html->report->record->samples;

	(void)unused;
	/* One sample is the end, which the totals say already. */
	if (samples->n < 2 || !samples->v[samples->n - 1].at_ns)
		return;
	html_put(html, "time",
		 (const struct html_slot[]){ HTML_PART("curves", put_curves, NULL),
					     HTML_PART("heads", put_heads, NULL),
					     HTML_PART("rows", put_rows, NULL), HTML_END });
}
