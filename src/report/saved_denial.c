// SPDX-License-Identifier: GPL-2.0-or-later
/* What a saved report says about denied and failed calls. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/saved_value.h"
#include "sys/name.h"

/* The most that a run can leave (bpf/event.h), and more than any edit of a policy takes. */
enum { DENIALS_MAX = 65536, FAILURES_MAX = 65536, PID_MAX = 1 << 22, EDITS_MAX = 8192 };

static enum action_kind read_action(struct saved_reader *reader, const struct json_value *item)
{
	const struct json_value *name = saved_need(reader, item, "action", JSON_STRING);

	for (enum action_kind kind = 0; name && kind <= ACTION_KILL_PROCESS; kind++)
		if (action_row(kind)->json && str_eq(action_row(kind)->json, name->text))
			return kind;
	if (name)
		saved_refuse(reader, &name->place, "unknown 'action'");
	return ACTION_ERRNO;
}

/* Who made the first of several calls, and when. */
struct saved_maker {
	pid_t *pid, *tid, *host_pid;
	char *comm; /* 16 bytes */
	char **exe;
	uint64_t *at_ns, *last_ns;
};

static void read_maker(struct saved_reader *reader, const struct json_value *item,
		       const struct saved_maker *maker)
{
	const struct json_value *first = saved_find(reader, item, "first", JSON_OBJECT);
	const struct json_value *last = saved_find(reader, item, "last", JSON_OBJECT);
	struct strbuf comm = { 0 };

	*maker->pid = (pid_t)saved_small(reader, first, "pid", PID_MAX);
	*maker->tid = (pid_t)saved_small(reader, first, "tid", PID_MAX);
	*maker->host_pid = (pid_t)saved_small(reader, first, "host_pid", PID_MAX);
	saved_append(reader, first, "comm", &comm);
	memcpy(maker->comm, comm.text ? comm.text : "", comm.len < 15 ? comm.len : 15);
	strbuf_finish(&comm);
	*maker->exe = saved_text(reader, first, "exe");
	*maker->at_ns = saved_count(reader, first, "at_ns");
	*maker->last_ns = saved_count(reader, last, "at_ns");
}

static void read_seen(struct saved_reader *reader, const struct json_value *item,
		      struct record_denial *denial)
{
	const struct sys_call *row = sys_call_by_nr(denial->arch, denial->nr);
	const struct json_value *seen = saved_find(reader, item, "seen", JSON_OBJECT);

	for (const struct json_value *at = seen ? seen->first : NULL; at; at = at->next) {
		int index = row ? sys_call_arg(row, at->key) : -1;

		if (index < 0)
			saved_refuse(reader, &at->key_place, "the call has no such argument");
		else if (!denial->seen[index])
			denial->seen[index] = saved_safe_text(reader, seen, at->key);
	}
}

/* An older report does not say which rule decided, but what its text is. */
static enum verdict_by guess_decider(const struct record_denial *denial)
{
	if (denial->origin.text)
		return VERDICT_RULE;
	return sys_call_name(denial->arch, denial->nr) ? VERDICT_DEFAULT : VERDICT_UNKNOWN;
}

static void read_decision(struct saved_reader *reader, const struct json_value *item,
			  struct record_denial *denial)
{
	const struct json_value *rule = saved_find(reader, item, "rule", JSON_OBJECT);
	uint64_t index = saved_known(reader, item, "rule_index");

	denial->action.kind = read_action(reader, item);
	denial->action.data = (uint16_t)saved_small(reader, item, "value", UINT16_MAX);
	denial->has_result = saved_find(reader, item, "result", JSON_STRING);
	denial->result = (int64_t)saved_hex(reader, item, "result");
	denial->origin.file = saved_text(reader, rule, "file");
	denial->origin.line = (unsigned int)saved_small(reader, rule, "line", UINT32_MAX);
	denial->origin.text = saved_safe_text(reader, rule, "text");
	denial->origin.rule = index == UINT64_MAX ? SIZE_MAX : (size_t)index;
	if (rule && !denial->origin.file)
		saved_refuse(reader, &rule->place, "'file' is missing");
	denial->by = saved_word(reader, item, "by", &json_authors, BY_UNEXPLAINED);
	denial->verdict_by = saved_word(reader, item, "decided_by", &json_deciders,
					guess_decider(denial));
	saved_need(reader, item, "expected", JSON_BOOL);
	denial->is_expected = saved_truth(reader, item, "expected", false);
	denial->action.is_known = saved_truth(reader, item, "known", false);
	denial->is_continued = !saved_truth(reader, item, "enforced", true);
}

static void read_dead(struct saved_reader *reader, const struct json_value *fix,
		      struct advice *advice)
{
	const struct json_value *list = saved_find(reader, fix, "also", JSON_LIST);

	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		struct advice_dead *dead;

		if (!saved_is_bounded(reader, &item->place, "other denials to change",
				      advice->dead.n + 1, EDITS_MAX))
			return;
		dead = array_append(&advice->dead);
		dead->file = saved_name(reader, item, "file");
		dead->file = dead->file ? dead->file : "";
		dead->line = (unsigned int)saved_small(reader, item, "from_line", UINT32_MAX);
		dead->last_line = (unsigned int)saved_small(reader, item, "to_line", UINT32_MAX);
		dead->take_out = saved_safe_text(reader, item, "take_out");
	}
}

static struct edit_at read_at(struct saved_reader *reader, const struct json_value *item,
			      const char *line, const char *col)
{
	return (struct edit_at){ (unsigned int)saved_small(reader, item, line, UINT32_MAX),
				 (unsigned int)saved_small(reader, item, col, UINT32_MAX) };
}

static void read_edits(struct saved_reader *reader, const struct json_value *fix,
		       struct saved_denial *saved)
{
	const struct json_value *list = saved_find(reader, fix, "edits", JSON_LIST);

	saved->has_edits = list;
	for (const struct json_value *item = list ? list->first : NULL; item; item = item->next) {
		struct file_edit *edit;

		if (!saved_is_bounded(reader, &item->place, "edits of a fix", saved->edits.n + 1,
				      EDITS_MAX))
			return;
		edit = array_append(&saved->edits);
		edit->file = saved_name(reader, item, "file");
		edit->file = edit->file ? edit->file : "";
		edit->from = read_at(reader, item, "from_line", "from_column");
		edit->to = read_at(reader, item, "to_line", "to_column");
		saved_append(reader, item, "text", &edit->text);
	}
}

/* Where the statement belongs: a number is null where another kind of fix has one. */
static void read_position(struct saved_reader *reader, const struct json_value *fix,
			  struct advice *advice)
{
	unsigned int before = (unsigned int)saved_small(reader, fix, "before_line", UINT32_MAX);
	unsigned int from = (unsigned int)saved_small(reader, fix, "from_line", UINT32_MAX);
	unsigned int last = (unsigned int)saved_small(reader, fix, "last_line", UINT32_MAX);

	advice->kind = ADVICE_ADD;
	if (saved_truth(reader, fix, "option", false)) {
		advice->kind = ADVICE_OPTION;
	} else if (saved_find(reader, fix, "before_line", JSON_NUMBER)) {
		advice->kind = ADVICE_BEFORE;
		advice->line = before;
		advice->last_line = last ? last : before;
	} else if (saved_find(reader, fix, "from_line", JSON_NUMBER)) {
		advice->kind = ADVICE_INSTEAD;
		advice->line = from;
		advice->last_line = (unsigned int)saved_small(reader, fix, "to_line", UINT32_MAX);
	}
}

/* In place of an option, the file is that option, and printed as it is. */
static void read_file(struct saved_reader *reader, const struct json_value *fix,
		      struct advice *advice)
{
	advice->file = advice->kind == ADVICE_OPTION ? saved_safe_name(reader, fix, "file")
						     : saved_name(reader, fix, "file");
	if (!advice->file && (advice->kind == ADVICE_BEFORE || advice->kind == ADVICE_INSTEAD))
		saved_refuse(reader, &fix->place, "'file' is missing");
}

static void read_remedy(struct saved_reader *reader, const struct json_value *item,
			struct saved_denial *saved)
{
	const struct json_value *fix = saved_find(reader, item, "fix", JSON_OBJECT);
	const struct json_value *name = saved_find(reader, item, "fingerprint", JSON_STRING);
	struct advice *advice = &saved->advice;

	saved_append_safe(reader, item, "no_fix", &advice->why);
	if (name && strlen(name->text) != FINGERPRINT_ROOM - 1)
		saved_refuse(reader, &name->place, "'fingerprint' must have 64 digits");
	else if (name)
		memcpy(saved->fingerprint, name->text, FINGERPRINT_ROOM);
	if (!fix)
		return;
	read_position(reader, fix, advice);
	read_file(reader, fix, advice);
	saved_need(reader, fix, "text", JSON_STRING);
	saved_append_safe(reader, fix, "text", &advice->text);
	saved_append_safe(reader, fix, "take_out", &advice->take_out);
	advice->has_rest = saved_truth(reader, fix, "rest", false);
	saved_append_safe(reader, fix, "capability", &advice->capability);
	saved_append_safe(reader, fix, "besides", &advice->besides);
	read_dead(reader, fix, advice);
	read_edits(reader, fix, saved);
}

void saved_take_denial(struct saved_reader *reader, const struct json_value *item)
{
	struct record_denials *denials = &reader->to->record.denials;
	struct record_denial *denial;
	struct saved_maker maker;

	if (!saved_is_bounded(reader, &item->place, "denials", denials->n + 1, DENIALS_MAX))
		return;
	denial = array_append(denials);
	maker = (struct saved_maker){ .pid = &denial->pid,
				      .tid = &denial->tid,
				      .host_pid = &denial->host_pid,
				      .comm = denial->comm,
				      .exe = &denial->exe,
				      .at_ns = &denial->at_ns,
				      .last_ns = &denial->last_ns };
	denial->arch = saved_arch(reader, item);
	denial->nr = saved_nr(reader, item);
	saved_read_args(reader, item, denial->args);
	read_decision(reader, item, denial);
	denial->count = saved_count(reader, item, "count");
	read_maker(reader, item, &maker);
	read_seen(reader, item, denial);
	saved_read_stack(reader, item, &denial->stack);
	read_remedy(reader, item, array_append(&reader->to->facts.denials));
}

static void read_object(struct saved_reader *reader, const struct json_value *item,
			struct record_failure *failure)
{
	const struct json_value *object = saved_find(reader, item, "object", JSON_OBJECT);
	const struct json_value *use = saved_find(reader, object, "use", JSON_STRING);

	failure->object = saved_word(reader, object, "kind", &json_objects, RECORD_OBJECT_NONE);
	failure->text = saved_text(reader, object, "text");
	failure->second = saved_text(reader, object, "second");
	failure->is_executed = use && str_eq(use->text, "execute");
	if (!failure->is_executed)
		failure->access = saved_word(reader, object, "use", &json_uses, ACCESS_LOOK);
}

void saved_take_failure(struct saved_reader *reader, const struct json_value *item)
{
	struct record_failures *failures = &reader->to->record.failures;
	const struct json_value *error, *fix, *last, *capability;
	struct record_failure *failure;
	struct saved_maker maker;

	if (!saved_is_bounded(reader, &item->place, "pen_failures", failures->n + 1, FAILURES_MAX))
		return;
	failure = array_append(failures);
	maker = (struct saved_maker){ .pid = &failure->pid,
				      .tid = &failure->tid,
				      .host_pid = &failure->host_pid,
				      .comm = failure->comm,
				      .exe = &failure->exe,
				      .at_ns = &failure->at_ns,
				      .last_ns = &failure->last_ns };
	failure->arch = saved_arch(reader, item);
	failure->nr = saved_nr(reader, item);
	saved_read_args(reader, item, failure->args);
	error = saved_find(reader, item, "error", JSON_STRING);
	failure->error = error ? errno_find(error->text) : 0;
	if (failure->error < 0)
		saved_refuse(reader, &error->place, "unknown 'error'");
	read_object(reader, item, failure);
	capability = saved_find(reader, item, "capability", JSON_STRING);
	failure->capability = capability ? saved_capability(reader, capability) : 0;
	failure->refusal = saved_word(reader, item, "refusal", &json_refusals, REFUSAL_UNKNOWN);
	failure->count = saved_count(reader, item, "count");
	read_maker(reader, item, &maker);
	last = saved_find(reader, item, "last", JSON_OBJECT);
	failure->is_survived = saved_truth(reader, last, "survived", false);
	saved_read_stack(reader, item, &failure->stack);
	failure->cause = saved_word(reader, item, "verdict", &json_causes, RECORD_CAUSE_UNKNOWN);
	failure->words = saved_text(reader, item, "cause");
	fix = saved_find(reader, item, "fix", JSON_OBJECT);
	failure->fix = saved_text(reader, fix, "option");
	failure->statement = saved_text(reader, fix, "statement");
}
