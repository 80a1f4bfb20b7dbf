// SPDX-License-Identifier: GPL-2.0-or-later
/* The denials of the JSON report: what was called, what decided, and what would allow it. */
#include "report/call.h"
#include "report/json.h"
#include "report/json_word.h"
#include "report/policy_facts.h"
#include "report/violation.h"
#include "sys/name.h"

/* Returns the text of BUF, or NULL if it is empty. */
static struct json_object *new_buffer(const struct strbuf *buf)
{
	return buf->len ? json_new_text(buf->text, buf->len) : NULL;
}

/* Returns where the verdict is written; a statement such as default has no text here. */
static struct json_object *new_origin(const struct record_origin *origin)
{
	struct json_object *object;

	if (!origin->file)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "file", origin->file);
	json_add_number(object, "line", origin->line);
	json_add_text(object, "text", origin->text);
	return object;
}

static struct json_object *new_first(const struct record_denial *denial)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "pid", (uint64_t)denial->pid);
	json_add_number(object, "host_pid", (uint64_t)denial->host_pid);
	json_add_number(object, "tid", (uint64_t)denial->tid);
	json_add_text(object, "comm", denial->comm);
	json_add_text(object, "exe", denial->exe);
	json_add_number(object, "at_ns", denial->at_ns);
	return object;
}

static struct json_object *new_last(const struct record_denial *denial)
{
	struct json_object *object = json_object_new_object();

	json_add_number(object, "at_ns", denial->last_ns);
	return object;
}

/* Returns an object keyed by the names of the arguments. */
static struct json_object *new_seen(const struct record_denial *denial)
{
	const struct sys_call *call = sys_call_by_nr(denial->arch, denial->nr);
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; call && i < call->n_args; i++)
		if (denial->seen[i])
			json_add_text(object, sys_arg_label(&call->args[i]), denial->seen[i]);
	return object;
}

static struct json_object *new_line(bool has_line, unsigned int line)
{
	return has_line ? json_object_new_uint64(line) : NULL;
}

static struct json_object *new_dead(const struct advice *advice)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < advice->dead.n; i++) {
		const struct advice_dead *dead = &advice->dead.v[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "file", dead->file);
		json_add_number(object, "from_line", dead->line);
		json_add_number(object, "to_line", dead->last_line);
		json_add_text(object, "take_out", dead->take_out);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *new_edits(const struct edits *edits)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < edits->n; i++) {
		const struct file_edit *edit = &edits->v[i];
		struct json_object *object = json_object_new_object();

		json_add_text(object, "file", edit->file);
		json_add_number(object, "from_line", edit->from.line);
		json_add_number(object, "from_column", edit->from.col);
		json_add_number(object, "to_line", edit->to.line);
		json_add_number(object, "to_column", edit->to.col);
		json_add_text(object, "text", edit->text.text ? edit->text.text : "");
		json_object_array_add(array, object);
	}
	return array;
}

static void add_edits(struct json_object *to, const struct report *report,
		      const struct record_denial *denial, const struct advice *advice)
{
	struct edits edits = { 0 };
	bool has_edits = facts_add_edits(report, denial, advice, &edits);

	json_object_object_add(to, "edits", has_edits ? new_edits(&edits) : NULL);
	edits_finish(&edits);
}

static struct json_object *new_fix(const struct report *report, const struct record_denial *denial,
				   const struct advice *advice)
{
	bool is_before = advice->kind == ADVICE_BEFORE, is_instead = advice->kind == ADVICE_INSTEAD;
	struct json_object *object;

	if (advice->kind == ADVICE_NONE)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "file", advice->file);
	json_object_object_add(object, "before_line", new_line(is_before, advice->line));
	json_object_object_add(object, "from_line", new_line(is_instead, advice->line));
	json_object_object_add(object, "to_line", new_line(is_instead, advice->last_line));
	json_object_object_add(object, "last_line", new_line(is_before, advice->last_line));
	json_add_bool(object, "option", advice->kind == ADVICE_OPTION);
	json_object_object_add(object, "text", new_buffer(&advice->text));
	json_object_object_add(object, "take_out", new_buffer(&advice->take_out));
	json_add_bool(object, "rest", advice->has_rest);
	json_object_object_add(object, "capability", new_buffer(&advice->capability));
	json_object_object_add(object, "besides", new_buffer(&advice->besides));
	json_object_object_add(object, "also", new_dead(advice));
	add_edits(object, report, denial, advice);
	return object;
}

static void add_remedy(struct json_object *to, const struct report *report,
		       const struct record_denial *denial)
{
	struct advice advice;

	facts_find_advice(report, denial, &advice);
	json_object_object_add(to, "fix", new_fix(report, denial, &advice));
	json_object_object_add(to, "no_fix", new_buffer(&advice.why));
	advice_finish(&advice);
}

/* Whether the denial was known before, if there is something to know it from. */
static const char *state_of(const struct report *report, const struct record_denial *denial)
{
	if (!report->baseline || !violation_has(denial))
		return NULL;
	return violation_knows_denial(report, denial) ? "unchanged" : "new";
}

static void add_fingerprint(struct json_object *to, const struct report *report,
			    const struct record_denial *denial)
{
	char fingerprint[FINGERPRINT_ROOM];
	bool has_one = violation_has(denial);

	if (has_one)
		violation_name_denial(report, denial, fingerprint);
	json_add_text(to, "fingerprint", has_one ? fingerprint : NULL);
	json_add_text(to, "baseline", state_of(report, denial));
}

void json_add_call(struct json_object *to, const struct record_denial *denial)
{
	const struct sys_call *row = sys_call_by_nr(denial->arch, denial->nr);
	size_t n_args = row ? row->n_args : SYS_ARGS_MAX;
	struct json_object *args = json_object_new_array();
	struct strbuf text = { 0 };

	call_format_denied(&text, denial);
	for (size_t i = 0; i < n_args; i++)
		json_object_array_add(args, json_new_hex(denial->args[i]));
	json_add_text(to, "abi", arch_get(denial->arch)->name);
	json_object_object_add(to, "nr", json_object_new_int64((int32_t)denial->nr));
	json_add_text(to, "name", sys_call_name(denial->arch, denial->nr));
	json_object_object_add(to, "args", args);
	json_object_object_add(to, "text", json_object_new_string(text.text));
	strbuf_finish(&text);
}

void json_add_decision(struct json_object *to, const struct record_denial *denial)
{
	bool is_policy = denial->by == BY_POLICY, has_rule = is_policy && denial->origin.text;

	json_add_text(to, "action", action_row(denial->action.kind)->json);
	json_add_number(to, "value", denial->action.data);
	json_object_object_add(to, "result",
			       denial->has_result ? json_new_hex((uint64_t)denial->result) : NULL);
	json_object_object_add(to, "rule", new_origin(&denial->origin));
	json_add_known_number(to, "rule_index", has_rule ? denial->origin.rule : UINT64_MAX);
	json_add_text(to, "by", json_word_of(&json_authors, denial->by));
	json_add_text(to, "decided_by",
		      is_policy ? json_word_of(&json_deciders, denial->verdict_by) : NULL);
	json_add_bool(to, "expected", denial->is_expected);
	json_add_bool(to, "known", denial->action.is_known);
	json_add_bool(to, "enforced", !denial->is_continued);
}

struct json_object *json_new_denial(const struct report *report, size_t i)
{
	const struct record_denial *denial = &report->record->denials.v[i];
	struct json_object *object = json_object_new_object();

	json_add_call(object, denial);
	json_add_decision(object, denial);
	json_add_number(object, "count", denial->count);
	json_object_object_add(object, "first", new_first(denial));
	json_object_object_add(object, "last", new_last(denial));
	json_object_object_add(object, "seen", new_seen(denial));
	json_object_object_add(object, "stack", json_new_stack(&denial->stack));
	add_remedy(object, report, denial);
	add_fingerprint(object, report, denial);
	return object;
}
