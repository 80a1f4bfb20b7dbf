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
#include "base/machine_hash.h"
#include "base/mem.h"
#include "base/str.h"
#include "report/saved_value.h"
#include "sys/name.h"

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
	{ "samples", saved_take_sample },
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

static void read_known(struct saved_reader *reader, const struct json_value *item)
{
	const struct json_value *kind = saved_need(reader, item, "kind", JSON_STRING);
	const struct json_value *identity = saved_need(reader, item, "identity", JSON_STRING);
	const struct json_value *print = saved_need(reader, item, "fingerprint", JSON_STRING);
	struct known_violation known = { .count = saved_count(reader, item, "count") };

	if (!kind || !identity || !print)
		return;
	while (known.kind < VIOLATION_KINDS && !str_eq(violation_id(known.kind), kind->text))
		known.kind++;
	if (known.kind == VIOLATION_KINDS)
		saved_refuse(reader, &kind->place, "unknown 'kind'");
	if (known.kind == VIOLATION_KINDS || strlen(identity->text) >= FINGERPRINT_ROOM ||
	    strlen(print->text) >= FINGERPRINT_ROOM) {
		saved_refuse(reader, &item->place, "'identity' and 'fingerprint' have 64 digits");
		return;
	}
	strcpy(known.identity, identity->text);
	strcpy(known.fingerprint, print->text);
	known.text = saved_safe_text(reader, item, "text");
	known.text = known.text ? known.text : mem_strdup("");
	baseline_add(&reader->to->baseline, &known);
	free(known.text);
}

static void read_baseline(struct saved_reader *reader, const struct json_value *judged)
{
	const struct json_value *object = saved_find(reader, judged, "baseline", JSON_OBJECT);
	const struct json_value *files = saved_find(reader, object, "files", JSON_LIST);
	const struct json_value *list = saved_find(reader, object, "violations", JSON_LIST), *item;
	struct baseline *baseline = &reader->to->baseline;

	if (!object)
		return;
	for (item = files ? files->first : NULL; item; item = item->next)
		*array_append(&baseline->files) = mem_strdup(saved_name_of(reader, item));
	for (item = list ? list->first : NULL; item; item = item->next)
		read_known(reader, item);
	baseline_sort(baseline);
	reader->to->report.baseline = baseline;
}

static void read_judged(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *object = saved_find(reader, from, "judged", JSON_OBJECT);
	const struct json_value *budget = saved_find(reader, object, "budget", JSON_OBJECT);
	struct judged *judged = &reader->to->judged;

	reader->to->report.is_pen_judged = saved_truth(reader, object, "pen_failures", false);
	judged->max_unused = saved_known(reader, object, "max_unused");
	for (enum budget_kind kind = 0; kind < BUDGETS; kind++)
		judged->budget[kind] = saved_known(reader, budget, budget_name(kind));
	reader->to->report.judged = judged;
	read_baseline(reader, object);
}

static void read_machine(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *machine = saved_find(reader, from, "machine", JSON_STRING);

	if (machine && (strlen(machine->text) != MACHINE_HASH_ROOM - 1 ||
			strspn(machine->text, "0123456789abcdef") != MACHINE_HASH_ROOM - 1))
		saved_refuse(reader, &machine->place, "'machine' has %d hexadecimal digits",
			     MACHINE_HASH_ROOM - 1);
	reader->to->report.machine = machine ? saved_name_of(reader, machine) : NULL;
}

static void read_head(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *target = saved_find(reader, from, "target", JSON_OBJECT);
	struct report *report = &reader->to->report;
	const char *version = saved_safe_name(reader, from, "pinfold");

	reader->to->facts.version = version ? version : "";
	read_machine(reader, from);
	reader->to->facts.directory = saved_name(reader, from, "directory");
	report->pid = (pid_t)saved_small(reader, target, "pid", INT32_MAX);
	report->cgroup = saved_name(reader, target, "cgroup");
	read_started(reader, from);
	report->elapsed_ns = saved_count(reader, from, "elapsed_ns");
}

static void read_all(struct saved_reader *reader, const struct json_value *from)
{
	const struct json_value *schema = saved_need(reader, from, "schema", JSON_STRING);
	struct record *record = &reader->to->record;

	if (schema && !str_eq(schema->text, "pinfold-report/1"))
		saved_refuse(reader, &schema->place, "unknown 'schema'");
	read_head(reader, from);
	read_judged(reader, from);
	read_policy(reader, from);
	read_exit(reader, from);
	saved_read_enforced(reader, from);
	saved_read_trace(reader, from);
	saved_need(reader, from, "syscalls", JSON_LIST);
	saved_need(reader, from, "denials", JSON_LIST);
	saved_need(reader, from, "rules", JSON_LIST);
	record->failures.are_known = saved_find(reader, from, "pen_failures", JSON_LIST);
	saved_read_resources(reader, from);
	saved_read_guarded(reader, from);
	saved_read_network(reader, from);
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
		diags_hint(diags, "a report is what --report FILE.json writes");
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
	copy->started = saved->report.started.tv_sec;
	copy->machine = mem_strdup(saved->report.machine);
	copy->network = saved->network;
	saved->network = (struct network_use){ 0 };
	copy->record = *record;
	copy->record.is_unsure = !copy->is_complete;
	*record = (struct record){ 0 };
}

/* A row more would count a run twice. */
static int check_calls(struct record *record, const char *path, struct diags *diags)
{
	record_sort(record);
	for (size_t i = 1; i < record->calls.n; i++)
		if (record->calls.v[i].arch == record->calls.v[i - 1].arch &&
		    record->calls.v[i].nr == record->calls.v[i - 1].nr)
			return diags_fail(
				diags, -EINVAL, "'%s' lists a call twice: %s", input_name(path),
				sys_call_name(record->calls.v[i].arch, record->calls.v[i].nr)
					?: "one without a name");
	return 0;
}

int saved_report_copy(const char *path, struct record_copy *ret_copy, struct diags *diags)
{
	struct record_copy copy = { .path = path };
	struct saved_report saved;
	int err = saved_report_read(path, &saved, diags);

	if (err)
		return err;
	if (record_knows_calls(&saved.record)) {
		err = check_calls(&saved.record, path, diags);
		if (!err) {
			take_over(&saved, &copy);
			*ret_copy = copy;
		}
	} else {
		err = diags_fail(diags, -ENODATA,
				 "the trace of '%s' does not have the calls that were allowed",
				 input_name(path));
		diags_hint(diags, "create the report with --trace ebpf");
	}
	saved_report_finish(&saved);
	return err;
}
