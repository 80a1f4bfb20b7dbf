// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reports come from other machines: a member of the wrong type is an error, and so is the lack of
 * one that every pinfold has written and that merge and prune turn into a policy. The items of the
 * long lists are taken while the text is read, so that its values are never in memory as a whole.
 */
#include "report/saved_read.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/input.h"
#include "base/mem.h"
#include "base/str.h"
#include "policy/quantity.h"
#include "report/saved_value.h"
#include "sys/name.h"
#include "sys/namespace.h"

enum { BYTES_MAX = 256 << 20, WORDS_MAX = 1 << 20 };

static void take_word(struct saved_reader *reader, const struct json_value *item)
{
	if (saved_is_bounded(reader, &item->place, "words", reader->to->command.n, WORDS_MAX))
		*arena_append(&reader->to->arena,
			      &reader->to->command) = (char *)saved_name_of(reader, item);
}

static const struct {
	const char *key;
	void (*take)(struct saved_reader *reader, const struct json_value *item);
} lists[] = {
	{ "command", take_word },
	{ "syscalls", saved_take_call },
	{ "rules", saved_take_rule },
	{ "denials", saved_take_denial },
	{ "processes", saved_take_process },
	{ "pen_failures", saved_take_failure },
};

static bool take_item(void *data, const char *key, const struct json_value *item)
{
	struct saved_reader *reader = data;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (str_eq(lists[i].key, key))
			lists[i].take(reader, item);
	return !reader->has_failed;
}

static void read_started(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *started = saved_find(reader, from, "started", JSON_STRING);
	struct tm tm = { 0 };
	const char *end = started ? strptime(started->text, "%Y-%m-%dT%H:%M:%SZ", &tm) : "";

	if (!end || *end)
		saved_refuse(reader, &started->place, "'started' must be a time in UTC");
	reader->to->report.started.tv_sec = started ? timegm(&tm) : 0;
}

static void read_policy(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *policy = saved_find(reader, from, "policy", JSON_OBJECT);
	const struct json_value *files = saved_find(reader, policy, "files", JSON_LIST);
	const struct json_value *hash = saved_find(reader, policy, "sha256", JSON_STRING);
	struct saved_facts *facts = &reader->to->facts;

	for (const struct json_value *item = files ? files->first : NULL; item; item = item->next)
		*arena_append(&reader->to->arena, &facts->files) = saved_name_of(reader, item);
	if (hash && strlen(hash->text) >= POLICY_HASH_ROOM)
		saved_refuse(reader, &hash->place, "'sha256' is too long");
	else if (hash)
		strcpy(facts->hash, hash->text);
	reader->to->report.mode = saved_word(reader, policy, "mode", &json_modes, MODE_ENFORCE);
}

/* Without a name the signal is a real-time one, which the status tells. */
static int read_signal(struct saved_reader *reader, const struct json_value *from,
		       const struct report_exit *end)
{
	const struct json_value *name = saved_find(reader, from, "signal", JSON_STRING);
	int number = name ? signal_find(name->text) : 0;

	if (name && number <= 0)
		saved_refuse(reader, &name->place, "unknown 'signal'");
	if (!name && end->by == EXIT_BY_SIGNAL && end->status > 128 + SIGSYS)
		return end->status - 128;
	return number;
}

static void read_exit(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *exit = saved_need(reader, from, "exit", JSON_OBJECT);
	const struct json_value *place = saved_find(reader, exit, "place", JSON_OBJECT);
	struct report_exit *end = &reader->to->report.exit;
	struct place *limit = &reader->to->limit;

	end->by = saved_word(reader, exit, "by", &json_ends, EXIT_BY_CHILD);
	end->status = (int)saved_small(reader, exit, "status", 255);
	end->signal = read_signal(reader, exit, end);
	end->detail = saved_name(reader, exit, "detail");
	limit->file = saved_name(reader, place, "file");
	limit->line = (unsigned int)saved_small(reader, place, "line", UINT32_MAX);
	end->place = limit->file ? limit : NULL;
	if (exit && end->by == EXIT_BY_LIMIT && (!end->detail || !end->place))
		saved_refuse(reader, &exit->place, "'detail' and 'place' must name the limit");
}

static void read_capabilities(struct saved_reader *reader, const struct json_value *from,
			      struct enforced *enforced)
{
	const struct json_value *list = saved_find(reader, from, "capabilities", JSON_LIST);
	char room[CAPABILITY_NAME_ROOM];

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		int value = 0;

		while (value < 64 && !str_eq(capability_name(value, room), item->text))
			value++;
		if (value == 64)
			saved_refuse(reader, &item->place, "unknown capability");
		else
			enforced->capabilities |= 1ULL << value;
	}
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

static void read_enforced(struct saved_reader *reader, const struct json_value *from)
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
	read_descriptors(reader, object, enforced);
	read_cgroup(reader, object, enforced);
	read_notes(reader, object, enforced);
	reader->to->report.enforced = enforced;
}

static void read_resources(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *object = saved_find(reader, from, "resources", JSON_OBJECT);
	const struct json_value *sources = saved_find(reader, object, "sources", JSON_OBJECT);
	struct resources *used = &reader->to->resources;

	if (!object)
		return;
	used->source = saved_name(reader, object, "source");
	used->cpu_ns = saved_known(reader, object, "cpu_ns");
	used->memory_peak = saved_known(reader, object, "memory_peak");
	used->pids_peak = saved_known(reader, object, "pids_peak");
	used->oom_kills = saved_known(reader, object, "oom_kills");
	used->sources.cpu_ns = saved_name(reader, sources, "cpu_ns");
	used->sources.memory_peak = saved_name(reader, sources, "memory_peak");
	used->sources.pids_peak = saved_name(reader, sources, "pids_peak");
	used->sources.oom_kills = saved_name(reader, sources, "oom_kills");
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

static void read_guarded(struct saved_reader *reader, const struct json_value *from)
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

static void read_head(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *target = saved_find(reader, from, "target", JSON_OBJECT);
	const struct json_value *judged = saved_find(reader, from, "judged", JSON_OBJECT);
	struct report *report = &reader->to->report;
	const char *version = saved_name(reader, from, "pinfold");

	reader->to->facts.version = version ? version : "";
	report->pid = (pid_t)saved_small(reader, target, "pid", INT32_MAX);
	report->cgroup = saved_name(reader, target, "cgroup");
	read_started(reader, from);
	report->elapsed_ns = saved_count(reader, from, "elapsed_ns");
	report->is_pen_judged = saved_truth(reader, judged, "pen_failures", false);
}

static void read_all(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *schema = saved_need(reader, from, "schema", JSON_STRING);
	struct record *record = &reader->to->record;

	if (schema && !str_eq(schema->text, "pinfold-report/1"))
		saved_refuse(reader, &schema->place, "unknown 'schema'");
	read_head(reader, from);
	read_policy(reader, from);
	read_exit(reader, from);
	read_enforced(reader, from);
	saved_read_trace(reader, from);
	saved_need(reader, from, "syscalls", JSON_LIST);
	saved_need(reader, from, "denials", JSON_LIST);
	saved_need(reader, from, "rules", JSON_LIST);
	record->failures.are_known = saved_find(reader, from, "pen_failures", JSON_LIST);
	read_resources(reader, from);
	read_guarded(reader, from);
}

/* An older report names the rule only by its text. */
static void find_rules(struct saved_report *saved)
{
	for (size_t i = 0; i < saved->record.denials.n; i++) {
		struct record_origin *origin = &saved->record.denials.v[i].origin;

		for (size_t k = 0;
		     origin->text && origin->rule == SIZE_MAX && k < saved->facts.rules.n; k++) {
			const struct fact_rule *rule = &saved->facts.rules.v[k];

			if (rule->line == origin->line && str_eq(rule->file, origin->file) &&
			    str_eq(rule->text, origin->text))
				origin->rule = k;
		}
	}
}

int saved_report_read(const char *path, struct saved_report *ret_saved, struct diags *diags)
{
	struct saved_reader reader = { .diags = diags, .to = ret_saved };
	const struct json_taker taker = { take_item, &reader };
	int err;

	*ret_saved = (struct saved_report){
		.report = { .record = &ret_saved->record, .saved = &ret_saved->facts },
	};
	err = json_text_read_items(path, BYTES_MAX, &taker, &reader.text, diags);
	if (!err && reader.text.value->kind != JSON_OBJECT)
		saved_refuse(&reader, &reader.text.value->place, "expected an object");
	if (!err && !reader.has_failed)
		read_all(&reader, reader.text.value);
	json_text_finish(&reader.text);
	if (err || reader.has_failed) {
		saved_report_finish(ret_saved);
		return -EINVAL;
	}
	*arena_append(&ret_saved->arena, &ret_saved->command) = NULL;
	ret_saved->report.command = ret_saved->command.v;
	find_rules(ret_saved);
	return 0;
}

/* Only what was expected says how the program is meant to go on. */
static void keep_expected(struct record_denials *denials)
{
	size_t n = 0;

	for (size_t i = 0; i < denials->n; i++) {
		if (denials->v[i].is_expected)
			denials->v[n++] = denials->v[i];
		else
			record_finish_denial(&denials->v[i]);
	}
	denials->n = n;
}

/* Takes over what is learned from. */
static void take_over(struct saved_report *saved, struct record_copy *copy)
{
	struct record *record = &saved->record;

	for (size_t i = 0; i < saved->facts.rules.n; i++) {
		const struct fact_rule *rule = &saved->facts.rules.v[i];

		*array_append(&copy->rules) = (struct record_rule){ .line = rule->line,
								    .text = mem_strdup(rule->text),
								    .hits = record->rule_hits[i] };
	}
	keep_expected(&record->denials);
	record_finish_failures(&record->failures);
	copy->is_complete = saved->is_complete && record_is_complete(record);
	copy->record = *record;
	copy->record.is_unsure = !copy->is_complete;
	*record = (struct record){ 0 };
}

int saved_report_copy(const char *path, struct record_copy *ret_copy, struct diags *diags)
{
	struct record_copy copy = { .path = path };
	struct saved_report saved;
	int err = saved_report_read(path, &saved, diags);

	if (err)
		return err;
	if (record_knows_calls(&saved.record)) {
		take_over(&saved, &copy);
		*ret_copy = copy;
	} else {
		err = diags_fail(diags, -ENODATA,
				 "the trace of '%s' does not have the calls that were allowed",
				 input_name(path));
		diags_hint(diags, "create the report with --trace ebpf");
	}
	saved_report_finish(&saved);
	return err;
}
