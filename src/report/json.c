// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The schema pinfold-report/1. Values of registers are hex strings, times nanoseconds; text that
 * came from the command is C-escaped before json-c encodes it.
 */
#include <sched.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/quantity.h"
#include "report/baseline.h"
#include "report/json.h"
#include "report/json_word.h"
#include "report/judged.h"
#include "report/policy_facts.h"
#include "sys/name.h"
#include "sys/namespace.h"

struct json_object *json_new_command(char *const *command)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; command[i]; i++)
		json_object_array_add(array, json_new_text(command[i], strlen(command[i])));
	return array;
}

static struct json_object *new_directory(const struct report *report)
{
	auto_free char *directory = facts_directory(report);

	return directory ? json_new_text(directory, strlen(directory)) : NULL;
}

struct json_object *json_new_target(const struct report *report)
{
	struct json_object *object;

	if (!report->pid && !report->cgroup)
		return NULL;
	object = json_object_new_object();
	json_add_known_number(object, "pid", report->pid ? (uint64_t)report->pid : UINT64_MAX);
	json_add_text(object, "cgroup", report->cgroup);
	return object;
}

struct json_object *json_new_started(const struct timespec *started)
{
	char text[sizeof("9999-12-31T23:59:59Z")];
	struct tm tm;

	gmtime_r(&started->tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_object_new_string(text);
}

static struct json_object *new_policy(const struct report *report)
{
	struct json_object *object = json_object_new_object(), *files = json_object_new_array();
	char hash[POLICY_HASH_ROOM];
	const char *name;

	for (size_t i = 0; (name = facts_file(report, i)); i++)
		json_object_array_add(files, json_new_text(name, strlen(name)));
	json_object_object_add(object, "files", files);
	facts_hash(report, hash);
	json_add_text(object, "sha256", hash);
	json_add_text(object, "mode", json_word_of(&json_modes, report->mode));
	return object;
}

struct json_object *json_new_exit(const struct report_exit *end)
{
	struct json_object *object = json_object_new_object(), *place = NULL;

	if (end->place) {
		place = json_object_new_object();
		json_add_text(place, "file", end->place->file);
		json_add_number(place, "line", end->place->line);
	}
	json_add_text(object, "by", exit_by_name(end->by));
	json_add_number(object, "status", (uint64_t)end->status);
	json_add_text(object, "signal", end->signal ? signal_name(end->signal) : NULL);
	json_add_text(object, "detail", end->detail);
	json_object_object_add(object, "place", place);
	return object;
}

static struct json_object *new_namespaces(unsigned long flags)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < NAMESPACES; i++)
		if (flags & sys_namespaces[i].flag)
			json_object_array_add(array,
					      json_object_new_string(sys_namespaces[i].name));
	return array;
}

static struct json_object *new_capabilities(uint64_t mask)
{
	struct json_object *array = json_object_new_array();
	char name[CAPABILITY_NAME_ROOM];

	for (int value = 0; value < 64; value++)
		if (mask >> value & 1)
			json_object_array_add(array,
					      json_object_new_string(capability_name(value, name)));
	return array;
}

static struct json_object *new_descriptors(const struct enforced *enforced)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < enforced->n_fds; i++)
		json_object_array_add(array, json_object_new_int(enforced->fds[i]));
	return array;
}

static void add_notes(struct json_object *array, const char *const *notes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		json_object_array_add(array, json_new_text(notes[i], strlen(notes[i])));
}

static struct json_object *new_cgroup(const struct report *report)
{
	const struct enforced *enforced = report->enforced;
	struct json_object *object = json_object_new_object(), *limits = json_object_new_object();

	json_add_number(object, "version", (uint64_t)enforced->cgroup_version);
	json_add_text(object, "path", enforced->cgroup_path);
	for (size_t i = 0; i < enforced->n_limits; i++)
		json_add_number(limits, enforced->limits[i].name, enforced->limits[i].value);
	json_object_object_add(object, "limits", limits);
	return object;
}

static struct json_object *new_steps(const struct enforced *enforced)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < enforced->n_steps; i++) {
		struct json_object *object = json_object_new_object();

		json_add_text(object, "by", enforced->steps[i].actor);
		json_add_text(object, "text", enforced->steps[i].text);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *new_enforced(const struct report *report)
{
	const struct enforced *enforced = report->enforced;
	struct json_object *object, *notes, *missing;

	if (!enforced)
		return NULL;
	notes = json_object_new_array();
	missing = json_object_new_array();
	object = json_object_new_object();
	json_add_text(object, "pen", enforced->pen);
	add_notes(missing, enforced->missing, enforced->n_missing);
	json_object_object_add(object, "missing", missing);
	json_add_bool(object, "seccomp", true);
	json_add_bool(object, "no_new_privs", true);
	json_object_object_add(object, "capabilities", new_capabilities(enforced->capabilities));
	json_object_object_add(object, "namespaces", new_namespaces(enforced->namespaces));
	json_add_text(object, "root", enforced->root);
	json_object_object_add(object, "descriptors", new_descriptors(enforced));
	json_object_object_add(object, "cgroup", new_cgroup(report));
	json_add_bool(object, "network", facts_have_network(report));
	json_add_bool(object, "writable_directory", facts_have_writable_directory(report));
	json_add_bool(object, "foreign_directory", enforced->is_directory_foreign);
	add_notes(notes, enforced->notes, enforced->n_notes);
	if (enforced->directory_note)
		add_notes(notes, &enforced->directory_note, 1);
	add_notes(notes, enforced->folder_notes, enforced->n_folder_notes);
	json_object_object_add(object, "notes", notes);
	json_add_number(object, "notes_on_directory", enforced->directory_note != NULL);
	json_add_number(object, "notes_on_directories", enforced->n_folder_notes);
	json_object_object_add(object, "steps", new_steps(enforced));
	return object;
}

/* What counted each number: only the pen's cgroup counts the pen as a whole. */
static struct json_object *new_sources(const struct resources *resources)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "cpu_ns", resources->sources.cpu_ns);
	json_add_text(object, "memory_peak", resources->sources.memory_peak);
	json_add_text(object, "pids_peak", resources->sources.pids_peak);
	json_add_text(object, "oom_kills", resources->sources.oom_kills);
	return object;
}

static struct json_object *new_resources(const struct resources *resources)
{
	struct json_object *object;

	if (!resources)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "source", resources->source);
	json_add_known_number(object, "cpu_ns", resources->cpu_ns);
	json_add_known_number(object, "memory_peak", resources->memory_peak);
	json_add_known_number(object, "pids_peak", resources->pids_peak);
	json_add_known_number(object, "oom_kills", resources->oom_kills);
	json_object_object_add(object, "sources", new_sources(resources));
	return object;
}

static struct json_object *new_guarded(const struct guard_changes *guarded)
{
	struct json_object *object, *list;

	if (!guarded || guarded->state == GUARD_UNUSED)
		return NULL;
	object = json_object_new_object();
	list = json_object_new_array();
	json_add_bool(object, "compared", guarded->state == GUARD_COMPARED);
	json_add_bool(object, "whole", !guarded->is_partial);
	json_add_number(object, "more", guarded->more);
	for (size_t i = 0; i < guarded->n; i++) {
		const struct guard_change *change = &guarded->v[i];
		struct json_object *item = json_object_new_object();

		json_object_object_add(item, "path",
				       json_new_text(change->path, strlen(change->path)));
		json_add_text(item, "change", guard_change_name(change->kind));
		json_object_array_add(list, item);
	}
	json_object_object_add(object, "changes", list);
	return object;
}

static struct json_object *new_known(const struct known_violation *known)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "kind", violation_id(known->kind));
	json_add_text(object, "identity", known->identity);
	json_add_text(object, "fingerprint", known->fingerprint);
	json_add_text(object, "text", known->text);
	json_add_number(object, "count", known->count);
	return object;
}

static struct json_object *new_baseline(const struct baseline *baseline)
{
	struct json_object *object, *files, *list;

	if (!baseline)
		return NULL;
	object = json_object_new_object();
	files = json_object_new_array();
	list = json_object_new_array();
	for (size_t i = 0; i < baseline->files.n; i++)
		json_object_array_add(
			files, json_new_text(baseline->files.v[i], strlen(baseline->files.v[i])));
	for (size_t i = 0; i < baseline->known.n; i++)
		json_object_array_add(list, new_known(&baseline->known.v[i]));
	json_object_object_add(object, "files", files);
	json_object_object_add(object, "violations", list);
	return object;
}

/* What the caller asked to be a violation, besides what the policy denies. */
static struct json_object *new_judged(const struct report *report)
{
	const struct judged *judged = report->judged ? report->judged : &judged_none;
	struct json_object *object = json_object_new_object(), *budget = json_object_new_object();

	json_add_bool(object, "pen_failures", report->is_pen_judged);
	json_add_known_number(object, "max_unused", judged->max_unused);
	for (enum budget_kind kind = 0; kind < BUDGETS; kind++)
		json_add_known_number(budget, budget_name(kind), judged->budget[kind]);
	json_object_object_add(object, "budget", budget);
	json_object_object_add(object, "baseline", new_baseline(report->baseline));
	return object;
}

static void add_all(struct json_file *file, const struct report *report)
{
	json_add_part(file, "schema", json_object_new_string("pinfold-report/1"));
	json_add_part(file, "pinfold", json_object_new_string(facts_version(report)));
	json_add_part(file, "command", json_new_command(report->command));
	json_add_part(file, "directory", new_directory(report));
	json_add_part(file, "target", json_new_target(report));
	json_add_part(file, "machine",
		      report->machine ? json_object_new_string(report->machine) : NULL);
	json_add_part(file, "started", json_new_started(&report->started));
	json_add_part(file, "elapsed_ns", json_object_new_uint64(report->elapsed_ns));
	json_add_part(file, "policy", new_policy(report));
	json_add_part(file, "exit", json_new_exit(&report->exit));
	json_add_part(file, "enforced", new_enforced(report));
	json_add_record(file, report);
	json_add_part(file, "judged", new_judged(report));
	json_add_part(file, "resources", new_resources(report->resources));
	json_add_part(file, "guarded", new_guarded(report->guarded));
	json_add_part(file, "network", json_new_network(report->network));
	json_add_samples(file, report);
}

static void write_json(const struct report *report, FILE *to)
{
	struct json_file file = { .to = to };

	add_all(&file, report);
	fputs("\n}\n", to);
}

const struct report_format report_json = {
	.name = "json",
	.extension = ".json",
	.about = "everything, for programs",
	.has_samples = true,
	.write = write_json,
};

void report_write_exit(const struct report_exit *end, FILE *to)
{
	struct json_object *object = json_new_exit(end);

	fprintf(to, "%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
}
