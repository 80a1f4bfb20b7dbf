// SPDX-License-Identifier: GPL-2.0-or-later
/* What a saved report says about the pen: what was in force, what was used, what changed. */
#include "base/mem.h"
#include "base/str.h"
#include "report/saved_value.h"
#include "sys/namespace.h"

static void read_capabilities(struct saved_reader *reader, const struct json_value *from,
			      struct enforced *enforced)
{
	const struct json_value *list = saved_find(reader, from, "capabilities", JSON_LIST);

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next)
		enforced->capabilities |= 1ULL << saved_capability(reader, item);
}

static void read_namespaces(struct saved_reader *reader, const struct json_value *from,
			    struct enforced *enforced)
{
	const struct json_value *list = saved_find(reader, from, "namespaces", JSON_LIST);

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		size_t i = 0;

		while (i < NAMESPACES && !str_eq(sys_namespaces[i].name, item->text))
			i++;
		if (i == NAMESPACES)
			saved_refuse(reader, &item->place, "unknown namespace");
		else
			enforced->namespaces |= sys_namespaces[i].flag;
	}
}

static void read_descriptors(struct saved_reader *reader, const struct json_value *from,
			     struct enforced *enforced)
{
	const struct json_value *list = saved_find(reader, from, "descriptors", JSON_LIST);

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		if (!saved_is_bounded(reader, &item->place, "descriptors", enforced->n_fds + 1,
				      ENFORCED_FDS_MAX))
			return;
		enforced->fds[enforced->n_fds++] = (int)saved_int(reader, item);
	}
}

static void read_cgroup(struct saved_reader *reader, const struct json_value *from,
			struct enforced *enforced)
{
	const struct json_value *cgroup = saved_find(reader, from, "cgroup", JSON_OBJECT);
	const struct json_value *limits = saved_find(reader, cgroup, "limits", JSON_OBJECT);

	enforced->cgroup_version = (int)saved_small(reader, cgroup, "version", 2);
	enforced->cgroup_path = saved_name(reader, cgroup, "path");
	for (const struct json_value *item = limits ? limits->first : NULL; item;
	     item = item->next) {
		if (!saved_is_bounded(reader, &item->place, "limits", enforced->n_limits + 1,
				      ENFORCED_LIMITS_MAX))
			return;
		enforced->limits[enforced->n_limits++] = (struct enforced_limit){
			.name = arena_strdup(&reader->to->arena, item->key),
			.value = saved_count(reader, limits, item->key),
		};
	}
}

/* The notes are written in this order. */
static void read_notes(struct saved_reader *reader, const struct json_value *from,
		       struct enforced *enforced)
{
	const struct json_value *list = saved_find(reader, from, "notes", JSON_LIST), *item;
	size_t n_own = saved_small(reader, from, "notes_on_directory", 1);
	size_t n_others = saved_small(reader, from, "notes_on_directories",
				      ENFORCED_FOLDER_NOTES_MAX);
	size_t n = 0;

	for (item = list ? list->first : NULL; item; item = item->next)
		n++;
	if (n < n_own + n_others || n - n_own - n_others > ENFORCED_NOTES_MAX) {
		saved_refuse(reader, &from->place, "the numbers of 'notes' do not fit");
		return;
	}
	for (item = list ? list->first : NULL; item; item = item->next, n--) {
		const char *note = saved_name_of(reader, item);

		if (n > n_own + n_others)
			enforced->notes[enforced->n_notes++] = note;
		else if (n > n_others)
			enforced->directory_note = note;
		else
			enforced->folder_notes[enforced->n_folder_notes++] = note;
	}
}

/* An older report has none. */
static void read_missing(struct saved_reader *reader, const struct json_value *from,
			 struct enforced *enforced)
{
	const struct json_value *list = saved_find(reader, from, "missing", JSON_LIST), *item;

	for (item = list ? list->first : NULL; item; item = item->next)
		if (saved_is_bounded(reader, &item->place, "missing", enforced->n_missing + 1,
				     ENFORCED_MISSING_MAX))
			enforced->missing[enforced->n_missing++] = saved_name_of(reader, item);
}

static void read_steps(struct saved_reader *reader, const struct json_value *from,
		       struct enforced *enforced)
{
	const struct json_value *list = saved_find(reader, from, "steps", JSON_LIST), *item;
	struct enforced_step *steps;
	size_t n = 0;

	for (item = list ? list->first : NULL; item; item = item->next)
		n++;
	steps = arena_alloc(&reader->to->arena, (n + 1) * sizeof(*steps));
	enforced->steps = steps;
	for (item = list ? list->first : NULL; item; item = item->next) {
		const char *actor = saved_safe_name(reader, item, "by");
		const char *text = saved_name(reader, item, "text");

		steps[enforced->n_steps++] = (struct enforced_step){ actor ? actor : "?",
								     text ? text : "" };
	}
}

void saved_read_enforced(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *object = saved_find(reader, from, "enforced", JSON_OBJECT);
	struct enforced *enforced = &reader->to->enforced;
	struct saved_facts *facts = &reader->to->facts;

	/* Where an older report says neither, nothing is guessed from it. */
	facts->has_network = saved_truth(reader, object, "network", true);
	facts->has_writable_directory = saved_truth(reader, object, "writable_directory", true);
	if (!object)
		return;
	read_capabilities(reader, object, enforced);
	read_namespaces(reader, object, enforced);
	enforced->root = saved_name(reader, object, "root");
	enforced->pen = saved_safe_name(reader, object, "pen");
	enforced->is_directory_foreign = saved_truth(reader, object, "foreign_directory", false);
	read_missing(reader, object, enforced);
	read_descriptors(reader, object, enforced);
	read_cgroup(reader, object, enforced);
	read_notes(reader, object, enforced);
	read_steps(reader, object, enforced);
	reader->to->report.enforced = enforced;
}

void saved_read_resources(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *object = saved_find(reader, from, "resources", JSON_OBJECT);
	const struct json_value *sources = saved_find(reader, object, "sources", JSON_OBJECT);
	struct resources *used = &reader->to->resources;

	if (!object)
		return;
	used->source = saved_safe_name(reader, object, "source");
	used->cpu_ns = saved_known(reader, object, "cpu_ns");
	used->memory_peak = saved_known(reader, object, "memory_peak");
	used->pids_peak = saved_known(reader, object, "pids_peak");
	used->oom_kills = saved_known(reader, object, "oom_kills");
	used->sources.cpu_ns = saved_safe_name(reader, sources, "cpu_ns");
	used->sources.memory_peak = saved_safe_name(reader, sources, "memory_peak");
	used->sources.pids_peak = saved_safe_name(reader, sources, "pids_peak");
	used->sources.oom_kills = saved_safe_name(reader, sources, "oom_kills");
	reader->to->report.resources = used;
}

static void read_change(struct saved_reader *reader, const struct json_value *item)
{
	const struct json_value *name = saved_need(reader, item, "change", JSON_STRING);
	struct guard_changes *guarded = &reader->to->guarded;
	enum guard_change_kind kind = GUARD_MADE;
	struct guard_change *change;

	if (!saved_need(reader, item, "path", JSON_STRING) || !name ||
	    !saved_is_bounded(reader, &item->place, "changes", guarded->n + 1, GUARD_CHANGES_MAX))
		return;
	while (kind < GUARD_SET_ID && !str_eq(guard_change_name(kind), name->text))
		kind++;
	if (!str_eq(guard_change_name(kind), name->text))
		saved_refuse(reader, &name->place, "unknown 'change'");
	change = array_append(guarded);
	change->kind = kind;
	change->path = saved_text(reader, item, "path");
}

void saved_read_guarded(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *object = saved_find(reader, from, "guarded", JSON_OBJECT);
	const struct json_value *list = saved_find(reader, object, "changes", JSON_LIST);
	struct guard_changes *guarded = &reader->to->guarded;
	bool is_compared = saved_truth(reader, object, "compared", true);

	reader->to->report.guarded = guarded;
	if (!object)
		return;
	guarded->state = is_compared ? GUARD_COMPARED : GUARD_UNKNOWN;
	guarded->is_partial = !saved_truth(reader, object, "whole", true);
	guarded->more = saved_count(reader, object, "more");
	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next)
		read_change(reader, item);
}
