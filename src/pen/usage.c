// SPDX-License-Identifier: GPL-2.0-or-later
/* What was in force in a run, and what it has used, from the best source that counted it. */
#include <assert.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"
#include "cgroup/cgroup.h"
#include "pen/state.h"
#include "policy/quantity.h"

/* Takes what the cgroup COUNTED, if it did; otherwise keeps *VALUE from *SOURCE. */
static void take_counted(uint64_t counted, uint64_t *value, const char **source)
{
	if (counted == UINT64_MAX)
		return;
	*value = counted;
	*source = "cgroup";
}

void pen_fill_resources(const struct pen *pen, struct resources *ret)
{
	const struct rusage *usage = &pen->usage;
	const struct cgroup_usage counted = cgroup_read_usage(pen->cgroup);
	uint64_t us = (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000U +
		      (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);

	*ret = (struct resources){
		.cpu_ns = us * 1000,
		.memory_peak = (uint64_t)usage->ru_maxrss * 1024,
		.pids_peak = UINT64_MAX,
		.oom_kills = UINT64_MAX,
		.sources = { .cpu_ns = "rusage", .memory_peak = "rusage" },
	};
	take_counted(counted.cpu_ns, &ret->cpu_ns, &ret->sources.cpu_ns);
	take_counted(counted.memory_peak, &ret->memory_peak, &ret->sources.memory_peak);
	take_counted(counted.pids_peak, &ret->pids_peak, &ret->sources.pids_peak);
	take_counted(counted.oom_kills, &ret->oom_kills, &ret->sources.oom_kills);
	ret->source = ret->sources.memory_peak;
}

struct pen_state pen_read_state(const struct pen *pen, bool wants_processes)
{
	struct cgroup_state state = cgroup_read_state(pen->cgroup, wants_processes);

	if (state.processes != UINT64_MAX && state.processes)
		state.processes--;
	return (struct pen_state){ state.cpu_ns, state.memory, state.processes };
}

static void list_limits(const struct pen *pen, struct enforced *enforced)
{
	static_assert((int)LIMIT_COUNT <= (int)ENFORCED_LIMITS_MAX, "all limits may be in force");
	const struct settings *settings = pen->plan.request->settings;

	for (enum limit_kind kind = 0; kind < LIMIT_COUNT; kind++) {
		const struct limit_setting *limit = &settings->limits[kind];

		if (kind == LIMIT_TIME ? pen->timer < 0 : !cgroup_has_limit(pen->cgroup, kind))
			continue;
		enforced->limits[enforced->n_limits++] = (struct enforced_limit){
			limit_name(kind),
			is_written(&limit->place) ? limit->value : CGROUP_DEFAULT_PIDS,
			kind == LIMIT_MEMORY ? cgroup_most_memory(pen->cgroup) : 0,
		};
	}
}

static void list_notes(const struct pen *pen, struct enforced *enforced)
{
	const struct plan *plan = &pen->plan;
	const char *const of_folders[ENFORCED_FOLDER_NOTES_MAX] = {
		pen->page->is_elsewhere ? plan->elsewhere_note : NULL,
		plan->closed_note,
	};
	const char *const others[ENFORCED_NOTES_MAX] = {
		plan->note,
		plan->stdio.note,
		plan->core_note,
		pen->page->has_bare_etc ? "no overlay holds the pen's own files in /etc: they "
					  "disappear if the host replaces those below"
					: NULL,
		plan->who.groups.way != GROUPS_NONE
			? "supplementary groups are the caller's: only root can drop them"
			: NULL,
		!plan->who.is_privileged && plan->who.uid == 0
			? "the command has the caller's id 0, without capabilities: no other is "
			  "mapped here"
			: NULL,
	};

	enforced->directory_note = plan->directory_note;
	for (size_t i = 0; i < ARRAY_SIZE(of_folders); i++)
		if (of_folders[i])
			enforced->folder_notes[enforced->n_folder_notes++] = of_folders[i];
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (others[i])
			enforced->notes[enforced->n_notes++] = others[i];
}

char *pen_describe_missing(const struct pen *pen)
{
	const struct plan *plan = &pen->plan;
	struct strbuf text = { 0 };

	if (!plan->n_missing)
		return NULL;
	strbuf_puts(&text, plan->kind == PEN_LANDLOCK
				   ? "this pen has no namespaces"
				   : "this pen lacks what a container's engine refuses");
	for (size_t i = 0; i < plan->n_missing; i++)
		strbuf_printf(&text, "%s %s", i ? ";" : ":", plan->missing[i]);
	return text.text;
}

void pen_get_enforced(const struct pen *pen, struct enforced *ret_enforced)
{
	static_assert((int)STDIO_MOST <= (int)ENFORCED_FDS_MAX, "all descriptors may be handed on");
	const struct plan *plan = &pen->plan;
	const struct settings *settings = plan->request->settings;

	*ret_enforced = (struct enforced){
		.pen = plan->kind == PEN_LANDLOCK ? "landlock" : "namespaces",
		.n_missing = plan->n_missing,
		.is_directory_foreign = plan->is_directory_foreign,
		.namespaces = plan->namespaces,
		.capabilities = settings->capabilities.mask,
		.root = plan->has_strange_root ? settings->root.path : "host view",
		.cgroup_version = cgroup_version(pen->cgroup),
		.cgroup_path = cgroup_path(pen->cgroup),
	};
	for (size_t i = 0; i < plan->n_missing; i++)
		ret_enforced->missing[i] = plan->missing[i];
	list_limits(pen, ret_enforced);
	for (size_t i = 0; i < plan->stdio.n; i++)
		ret_enforced->fds[ret_enforced->n_fds++] = plan->stdio.v[i].fd;
	list_notes(pen, ret_enforced);
	ret_enforced->steps = plan->words;
	ret_enforced->n_steps = plan->n;
}
