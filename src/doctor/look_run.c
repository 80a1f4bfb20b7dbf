// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows that are runs: what 'run' does with some option on a command that does nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
#include "doctor/row.h"

#define OPTIONS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Fills LOOK from a trial; returns whether it failed. The remedy of another row, if the refusal
 * names one, begins with a command. */
static unsigned int tell(struct doctor *doctor, const struct trial *trial, struct look *look)
{
	const struct diagnosis *named = trial->row ? doctor_find(doctor, trial->row) : NULL;

	if (trial->works) {
		strbuf_puts(&look->found, "it works");
		return 0;
	}
	strbuf_puts(&look->found, trial->message);
	if (named && named->remedy)
		look->remedy = mem_strdup(named->remedy);
	else if (trial->hint[0])
		look->remedy = mem_strdup(trial->hint);
	else
		look->remedy = mem_printf("see the row %s", machine_row_name(MACHINE_RUN));
	return 1;
}

static unsigned int look_by(struct doctor *doctor, const char *const *options, struct look *look)
{
	struct trial trial = { 0 };

	doctor->make_trial(options, &trial);
	return tell(doctor, &trial, look);
}

/* What the caller lacks is the remedy, where it lacks something. */
static unsigned int look_trace(struct doctor *doctor, const char *const *options, struct look *look)
{
	static const enum machine_row needed[] = { MACHINE_CAPABILITIES, MACHINE_RLIMITS };
	unsigned int outcome = look_by(doctor, options, look);

	for (size_t i = 0; outcome && i < ARRAY_SIZE(needed); i++) {
		const struct diagnosis *need = doctor_find(doctor, needed[i]);

		if (need->state == DOCTOR_OK)
			continue;
		free(look->remedy);
		look->remedy = mem_strdup(need->remedy);
		break;
	}
	return outcome;
}

unsigned int look_trace_ebpf(struct doctor *doctor, struct look *look)
{
	return look_trace(doctor, OPTIONS("--trace", "ebpf"), look);
}

unsigned int look_trace_raw(struct doctor *doctor, struct look *look)
{
	return look_trace(doctor, OPTIONS("--trace", "raw"), look);
}

unsigned int look_limit_memory(struct doctor *doctor, struct look *look)
{
	return look_by(doctor, OPTIONS("--trace", "none", "--limit", "memory 64M"), look);
}

unsigned int look_limit_swap(struct doctor *doctor, struct look *look)
{
	return look_by(doctor,
		       OPTIONS("--trace", "none", "--limit", "memory 64M", "--limit", "swap 16M"),
		       look);
}

unsigned int look_limit_pids(struct doctor *doctor, struct look *look)
{
	return look_by(doctor, OPTIONS("--trace", "none", "--limit", "pids 64"), look);
}

unsigned int look_limit_cpu(struct doctor *doctor, struct look *look)
{
	return look_by(doctor, OPTIONS("--trace", "none", "--limit", "cpu 50%"), look);
}

unsigned int look_limit_cputime(struct doctor *doctor, struct look *look)
{
	return look_by(doctor, OPTIONS("--trace", "none", "--limit", "cputime 10s"), look);
}

unsigned int look_net_user(struct doctor *doctor, struct look *look)
{
	return look_by(doctor, OPTIONS("--trace", "none", "--net", "user"), look);
}

/* Which hierarchies the caller has a cgroup in. */
static void add_hierarchies(struct strbuf *found)
{
	auto_free char *text = NULL;
	struct proc_cgroup cgroup;
	struct strbuf first = { 0 };
	bool has_second = false;
	char *at;

	if (proc_read_all(PROC_SELF, "cgroup", &text)) {
		strbuf_puts(found, "no cgroups");
		return;
	}
	for (at = text; proc_next_cgroup(&at, &cgroup);) {
		if (cgroup.hierarchy)
			strbuf_printf(&first, "%s%s", first.len ? ", " : "", cgroup.controllers);
		else
			has_second = true;
	}
	if (first.len)
		strbuf_printf(found, "version 1: %s", first.text);
	if (has_second)
		strbuf_puts(found, first.len ? "; and version 2" : "version 2");
	if (!first.len && !has_second)
		strbuf_puts(found, "no cgroups");
	strbuf_finish(&first);
}

unsigned int look_cgroup(struct doctor *doctor, struct look *look)
{
	const struct diagnosis *missing = NULL;
	size_t n = 0, all = 0;

	for (enum machine_row row = MACHINE_LIMIT_MEMORY; row <= MACHINE_LIMIT_CPUTIME; row++) {
		const struct diagnosis *limit = doctor_find(doctor, row);

		n += limit->state == DOCTOR_OK;
		all++;
		if (!missing && limit->state != DOCTOR_OK)
			missing = limit;
	}
	add_hierarchies(&look->found);
	if (missing)
		look->remedy = mem_strdup(missing->remedy);
	return n == all ? 0 : n ? 1 : 2;
}

unsigned int look_run(struct doctor *doctor, struct look *look)
{
	doctor->make_trial(OPTIONS("--quiet"), &doctor->run);
	return tell(doctor, &doctor->run, look);
}
