// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * JUnit's XML, as CI services read it: one test case for each rule of the policy, which fails if
 * what the rule denies was called, and one for each of what else check fails on. A case has one
 * failure at most, as services show only the first.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/policy_facts.h"
#include "report/stack.h"
#include "report/violation.h"
#include "report/xml.h"
#include "sys/action.h"

/* The cases after those of the rules. */
enum {
	CASE_DEFAULT,
	CASE_UNKNOWN,
	CASE_ARCH,
	CASE_PEN,
	CASE_GUARDED,
	CASE_NETWORK,
	CASE_BUDGET,
	CASE_UNUSED,
	CASE_TRACE,
	CASES
};

static const struct {
	const char *name;
	const char *element; /* of what violates it */
} rows[CASES] = {
	[CASE_DEFAULT] = { "the default of the policy", "failure" },
	[CASE_UNKNOWN] = { "calls that the policy does not know", "failure" },
	[CASE_ARCH] = { "ABIs that the policy does not list", "failure" },
	[CASE_PEN] = { "nothing fails because of the pen", "failure" },
	[CASE_GUARDED] = { "guarded files stay as they are", "failure" },
	[CASE_NETWORK] = { "only listed hosts are asked for", "failure" },
	[CASE_BUDGET] = { "the run keeps to its budget", "failure" },
	[CASE_UNUSED] = { "every rule of the policy is used, but for a few", "failure" },
	[CASE_TRACE] = { "every denied call is known", "error" },
};

/* What violates one case; services need the sums before the texts. */
struct junit_case {
	struct strbuf first, rest; /* the titles, and all else; escaped */
	size_t kinds;
	uint64_t count;
	bool is_failed; /* else what there is to say is only a note */
};

struct junit {
	struct junit_case *cases;
	size_t n_rules;
};

static size_t case_of(const struct junit *junit, const struct violation *violation)
{
	static const size_t others[] = {
		[VIOLATION_DENIED] = CASE_DEFAULT,    [VIOLATION_WOULD_DENY] = CASE_DEFAULT,
		[VIOLATION_UNEXPLAINED] = CASE_TRACE, [VIOLATION_PEN] = CASE_PEN,
		[VIOLATION_BUDGET] = CASE_BUDGET,     [VIOLATION_UNUSED] = CASE_UNUSED,
		[VIOLATION_GUARDED] = CASE_GUARDED,   [VIOLATION_INCOMPLETE] = CASE_TRACE,
		[VIOLATION_NETWORK] = CASE_NETWORK,
	};
	const struct record_denial *denial = violation->denial;

	if (!denial || denial->by != BY_POLICY)
		return junit->n_rules + others[violation->kind];
	if (denial->origin.text && denial->origin.rule < junit->n_rules)
		return denial->origin.rule;
	if (denial->verdict_by == VERDICT_UNKNOWN)
		return junit->n_rules + CASE_UNKNOWN;
	return junit->n_rules + (denial->verdict_by == VERDICT_ARCH ? CASE_ARCH : CASE_DEFAULT);
}

static void add_line(struct strbuf *buf, const struct strbuf *line)
{
	if (!line->len)
		return;
	xml_escape(buf, line->text, line->len);
	strbuf_puts(buf, "\n");
}

static void take(const struct violation *violation, void *data)
{
	struct junit *junit = data;
	struct junit_case *one = &junit->cases[case_of(junit, violation)];
	struct strbuf stack = { 0 };

	/* The title of a single one is the message. */
	if (one->kinds++)
		add_line(&one->rest, &violation->title);
	else
		xml_escape(&one->first, violation->title.text, violation->title.len);
	one->count += violation->count;
	one->is_failed |= violation->is_fatal || violation->kind == VIOLATION_UNEXPLAINED ||
			  violation->kind == VIOLATION_INCOMPLETE;
	if (violation->stack) {
		strbuf_puts(&stack, "at ");
		stack_format(&stack, violation->stack, SIZE_MAX);
	}
	add_line(&one->rest, &stack);
	add_line(&one->rest, &violation->decision);
	add_line(&one->rest, &violation->fix);
	strbuf_finish(&stack);
}

static void print_attribute(const char *name, const char *text, FILE *to)
{
	struct strbuf safe = { 0 }, escaped = { 0 };

	strbuf_escape(&safe, text, strlen(text));
	xml_escape(&escaped, safe.text ? safe.text : "", safe.len);
	fprintf(to, " %s=\"%s\"", name, escaped.text ? escaped.text : "");
	strbuf_finish(&safe);
	strbuf_finish(&escaped);
}

static void print_case(const struct junit_case *one, const char *element, FILE *to)
{
	const char *rest = one->rest.text ? one->rest.text : "";

	if (!one->kinds) {
		fputs("/>\n", to);
		return;
	}
	fputs(">\n", to);
	if (!one->is_failed)
		fprintf(to, "<system-out>%s\n%s</system-out>\n", one->first.text, rest);
	else if (one->kinds == 1)
		fprintf(to, "<%s message=\"%s\">%s</%s>\n", element, one->first.text, rest,
			element);
	else
		fprintf(to,
			"<%s message=\"%zu kinds of violation, %" PRIu64 " times\">%s\n%s</%s>\n",
			element, one->kinds, one->count, one->first.text, rest, element);
	fputs("</testcase>\n", to);
}

static void print_cases(const struct report *report, const struct junit *junit, FILE *to)
{
	for (size_t i = 0; i < junit->n_rules; i++) {
		const struct fact_rule rule = facts_rule(report, i);
		char *file = violation_path(report, rule.file);

		fputs("<testcase", to);
		print_attribute("classname", file, to);
		print_attribute("name", rule.text, to);
		print_case(&junit->cases[i], "failure", to);
		free(file);
	}
	for (size_t i = 0; i < CASES; i++) {
		fprintf(to, "<testcase classname=\"pinfold\" name=\"%s\"", rows[i].name);
		print_case(&junit->cases[junit->n_rules + i], rows[i].element, to);
	}
}

static void print_sums(const struct report *report, const struct junit *junit, FILE *to)
{
	const struct junit_case *trace = &junit->cases[junit->n_rules + CASE_TRACE];
	size_t failures = 0, n = junit->n_rules + CASES;

	for (size_t i = 0; i < n; i++)
		failures += junit->cases[i].is_failed && &junit->cases[i] != trace;
	fprintf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\" time=\"%.3f\"", n, failures,
		trace->is_failed, (double)report->elapsed_ns / 1e9);
}

static void print_command(const struct report *report, FILE *to)
{
	struct strbuf command = { 0 };

	for (char *const *word = report->command; word && *word; word++) {
		strbuf_puts(&command, command.len ? " " : "");
		strbuf_puts(&command, *word);
	}
	fputs("<properties>\n<property name=\"command\"", to);
	print_attribute("value", command.text ? command.text : "", to);
	fputs("/>\n</properties>\n", to);
	strbuf_finish(&command);
}

static void write_junit(const struct report *report, FILE *to)
{
	struct junit junit = { .n_rules = facts_n_rules(report) };

	junit.cases = mem_alloc((junit.n_rules + CASES) * sizeof(*junit.cases));
	violations_visit(report, take, &junit);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pinfold\"", to);
	print_sums(report, &junit, to);
	fputs(">\n<testsuite name=\"pinfold\"", to);
	print_sums(report, &junit, to);
	fputs(">\n", to);
	print_command(report, to);
	print_cases(report, &junit, to);
	fputs("</testsuite>\n</testsuites>\n", to);
	for (size_t i = 0; i < junit.n_rules + CASES; i++) {
		strbuf_finish(&junit.cases[i].first);
		strbuf_finish(&junit.cases[i].rest);
	}
	free(junit.cases);
}

const struct report_format report_junit = {
	.name = "junit",
	.extension = ".xml",
	.about = "JUnit, a test case for each rule",
	.write = write_junit,
};
