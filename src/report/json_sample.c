// SPDX-License-Identifier: GPL-2.0-or-later
/* The JSON report's account of the run over time. */
#include "report/json.h"

static struct json_object *new_sample_at(const struct report *report, size_t i)
{
	const struct record_sample *sample = &report->record->samples.v[i];
	struct json_object *object = json_object_new_object();

	json_add_number(object, "at_ns", sample->at_ns);
	json_add_known_number(object, "calls", sample->calls);
	json_add_known_number(object, "denied", sample->denied);
	json_add_known_number(object, "processes", sample->processes);
	json_add_known_number(object, "cpu_ns", sample->cpu_ns);
	json_add_known_number(object, "memory", sample->memory);
	return object;
}

void json_add_samples(struct json_file *file, const struct report *report)
{
	json_add_list(file, "samples", report->record->samples.n, new_sample_at, report);
}
