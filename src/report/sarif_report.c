// SPDX-License-Identifier: GPL-2.0-or-later
/* The violations of a run as SARIF results: each at the line of the policy that decided, with the
 * stack of its first call and, where edits of the policy do it, the fix. */
#include <stdlib.h>

#include "base/mem.h"

#include "report/baseline.h"
#include "report/json.h"
#include "report/policy_facts.h"
#include "report/sarif.h"
#include "report/stack.h"
#include "report/violation.h"

static struct json_object *new_rules(void)
{
	struct json_object *rules = json_object_new_array();

	for (enum violation_kind kind = 0; kind < VIOLATION_KINDS; kind++)
		json_object_array_add(rules,
				      sarif_new_rule(violation_id(kind), violation_about(kind),
						     violation_level(kind)));
	return rules;
}

static struct json_object *new_invocation(const struct report *report)
{
	struct json_object *object = json_object_new_object();

	json_add_bool(object, "executionSuccessful", report->exit.by != EXIT_BY_PINFOLD);
	if (report->command)
		json_object_object_add(object, "arguments", json_new_command(report->command));
	return object;
}

/* What is known of the frame: the function, or the module and an address. */
static struct json_object *new_frame(const struct record_stack *stack, size_t i)
{
	const struct record_stack one = { .v = &stack->v[i], .n = 1 };
	struct json_object *object = json_object_new_object();
	struct json_object *location = json_object_new_object();
	struct json_object *names = json_object_new_array();
	struct json_object *name = json_object_new_object();
	struct strbuf text = { 0 };

	stack_format(&text, &one, 1);
	json_object_object_add(location, "message", sarif_new_message(text.text));
	strbuf_finish(&text);
	if (stack->v[i].symbol) {
		json_add_text(name, "fullyQualifiedName", stack->v[i].symbol);
		json_add_text(name, "kind", "function");
		json_object_array_add(names, name);
		json_object_object_add(location, "logicalLocations", names);
	} else {
		json_object_put(name);
		json_object_put(names);
	}
	json_object_object_add(object, "location", location);
	if (stack->v[i].module)
		json_add_text(object, "module", stack->v[i].module);
	return object;
}

static void add_stack(struct json_object *result, const struct record_stack *stack)
{
	struct json_object *stacks = json_object_new_array(), *object = json_object_new_object();
	struct json_object *frames = json_object_new_array();

	for (size_t i = 0; i < stack->n; i++)
		json_object_array_add(frames, new_frame(stack, i));
	json_object_object_add(object, "frames", frames);
	json_object_array_add(stacks, object);
	json_object_object_add(result, "stacks", stacks);
}

static struct json_object *new_replacement(const struct file_edit *edit)
{
	struct json_object *object = json_object_new_object();
	struct json_object *region = json_object_new_object();

	json_add_number(region, "startLine", edit->from.line);
	json_add_number(region, "startColumn", edit->from.col);
	json_add_number(region, "endLine", edit->to.line);
	json_add_number(region, "endColumn", edit->to.col);
	json_object_object_add(object, "deletedRegion", region);
	if (edit->text.len)
		json_object_object_add(object, "insertedContent",
				       sarif_new_message(edit->text.text));
	return object;
}

/* One change for each file. */
static struct json_object *new_changes(const struct report *report, const struct edits *edits)
{
	struct json_object *changes = json_object_new_array();

	for (size_t i = 0; i < edits->n; i++) {
		struct json_object *change, *replacements;
		char *path;
		size_t k = 0;

		while (!str_eq(edits->v[k].file, edits->v[i].file))
			k++;
		if (k < i)
			continue;
		change = json_object_new_object();
		replacements = json_object_new_array();
		path = violation_path(report, edits->v[i].file);
		json_object_object_add(change, "artifactLocation", sarif_new_artifact(path));
		free(path);
		for (k = i; k < edits->n; k++)
			if (str_eq(edits->v[k].file, edits->v[i].file))
				json_object_array_add(replacements, new_replacement(&edits->v[k]));
		json_object_object_add(change, "replacements", replacements);
		json_object_array_add(changes, change);
	}
	return changes;
}

static void add_fix(struct json_object *result, const struct report *report,
		    const struct violation *violation)
{
	struct json_object *fixes, *fix;
	struct edits edits = { 0 };
	struct advice advice;

	facts_find_advice(report, violation->denial, &advice);
	if (facts_add_edits(report, violation->denial, &advice, &edits)) {
		fixes = json_object_new_array();
		fix = json_object_new_object();
		json_object_object_add(fix, "description", sarif_new_message(violation->fix.text));
		json_object_object_add(fix, "artifactChanges", new_changes(report, &edits));
		json_object_array_add(fixes, fix);
		json_object_object_add(result, "fixes", fixes);
	}
	edits_finish(&edits);
	advice_finish(&advice);
}

static struct json_object *new_result(const struct report *report,
				      const struct violation *violation)
{
	const struct place place = { violation->file, violation->line, 0 };
	struct json_object *prints = json_object_new_object(), *result;
	struct strbuf text = { 0 };

	violation_format(violation, &text);
	result = sarif_new_result(violation_id(violation->kind), violation->kind,
				  violation->is_fatal	? "error"
				  : violation->is_known ? "note"
							: violation_level(violation->kind),
				  text.text);
	strbuf_finish(&text);
	json_add_number(result, "occurrenceCount", violation->count);
	if (violation->file)
		json_object_object_add(result, "locations", sarif_new_locations(&place));
	if (violation->stack)
		add_stack(result, violation->stack);
	json_add_text(prints, "pinfoldViolation/v1", violation->fingerprint);
	json_object_object_add(result, "partialFingerprints", prints);
	if (violation->denial)
		add_fix(result, report, violation);
	if (report->baseline)
		json_add_text(result, "baselineState", violation->is_known ? "unchanged" : "new");
	return result;
}

struct writing {
	const struct report *report;
	struct sarif sarif;
	bool *is_there; /* by index in the baseline */
};

static void take(const struct violation *violation, void *data)
{
	struct writing *writing = data;

	if (violation->is_known)
		writing->is_there[baseline_find(writing->report->baseline, violation->identity)] =
			true;
	sarif_add(&writing->sarif, new_result(writing->report, violation));
}

/* Those of the baseline that did not occur again. */
static void add_absent(struct writing *writing)
{
	const struct baseline *baseline = writing->report->baseline;

	for (size_t i = 0; baseline && i < baseline->known.n; i++) {
		const struct known_violation *known = &baseline->known.v[i];
		struct json_object *prints, *result;

		if (writing->is_there[i])
			continue;
		prints = json_object_new_object();
		result = sarif_new_result(violation_id(known->kind), known->kind, "note",
					  known->text);
		json_add_text(prints, "pinfoldViolation/v1", known->fingerprint);
		json_object_object_add(result, "partialFingerprints", prints);
		json_add_text(result, "baselineState", "absent");
		sarif_add(&writing->sarif, result);
	}
}

static void write_sarif(const struct report *report, FILE *to)
{
	struct writing writing = { .report = report };

	sarif_begin(&writing.sarif, new_rules(), new_invocation(report), to);
	if (report->baseline)
		writing.is_there = mem_alloc(report->baseline->known.n + 1);
	violations_visit(report, take, &writing);
	add_absent(&writing);
	free(writing.is_there);
	sarif_end(&writing.sarif);
}

const struct report_format report_sarif = {
	.name = "sarif",
	.extension = ".sarif",
	.about = "SARIF 2.1.0, for code scanning",
	.write = write_sarif,
};
