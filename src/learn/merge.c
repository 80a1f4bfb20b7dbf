// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For one call and one action a policy has a condition under which its verdict is that action or a
 * milder one. Written from the mildest action to the hardest, each under the "or" of the policies'
 * conditions, the first rule that applies gives the mildest verdict of all: exactly, with nothing
 * enumerated. The parts are put in the order of their texts, so that the order of the inputs does
 * not show.
 */
#include "learn/merge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "filter/meaning.h"
#include "learn/merge_settings.h"
#include "policy/print.h"

/* A call that many rules speak of is written anew for each action: all texts together. */
enum { LINE_WIDTH = 96, WRITTEN_MAX = 1 << 26 };

/* When a policy's verdict is mild enough. */
enum truth { NEVER, SOMETIMES, ALWAYS };
struct when {
	enum truth truth;
	struct strbuf text; /* SOMETIMES: a condition */
};

struct line {
	bool is_first; /* of a call that stands for many: before their rules */
	struct action action;
	char *condition; /* "": none */
	char *call;
	uint32_t arches;
};
struct lines {
	struct line *v;
	size_t n, cap;
};

struct actions {
	struct action *v;
	size_t n, cap;
};

struct merge {
	struct policy *const *policies;
	struct numbers *numbers; /* of each policy, for one AUDIT_ARCH */
	size_t n;
	enum arch arch;
	uint16_t kernel;
	uint32_t arches;
	struct action default_action, unknown_action;
	struct lines lines;
	size_t written;
};

static int compare_actions(const void *a, const void *b)
{
	const struct action *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->data > y->data) - (x->data < y->data);
}

static const struct action *milder(const struct action *a, const struct action *b)
{
	return compare_actions(a, b) <= 0 ? a : b;
}

static void format_mention(struct strbuf *buf, const struct mention *mention)
{
	const struct multiplex *multiplex = &mention->call->multiplex;

	if (!mention->is_multiplexed)
		expr_print(mention->rule->expr, buf);
	else if (multiplex->mask == UINT32_MAX)
		strbuf_printf(buf, "call == %" PRIu32, multiplex->number);
	else
		strbuf_printf(buf, "call & 0x%" PRIx32 " == %" PRIu32, multiplex->mask,
			      multiplex->number);
}

static bool is_too_much(const struct merge *merge)
{
	return merge->written > WRITTEN_MAX;
}

/* Before what WHEN says stands MENTION, whose verdict is mild enough or not. */
static void put_before(struct when *when, const struct mention *mention, bool is_mild)
{
	struct strbuf text = { 0 };

	if (!mention->is_multiplexed && !mention->rule->expr) {
		strbuf_finish(&when->text);
		when->truth = is_mild ? ALWAYS : NEVER;
		return;
	}
	if (when->truth == (is_mild ? ALWAYS : NEVER))
		return;
	strbuf_puts(&text, is_mild ? "" : "not (");
	format_mention(&text, mention);
	strbuf_puts(&text, is_mild ? "" : ")");
	if (when->truth == SOMETIMES)
		strbuf_printf(&text, " %s (%s)", is_mild ? "or" : "and", when->text.text);
	strbuf_finish(&when->text);
	when->text = text;
	when->truth = SOMETIMES;
}

static struct when find_when(struct merge *merge, const struct numbers *numbers, uint32_t nr,
			     const struct action *action)
{
	const struct stretch *stretch = &numbers->stretches.v[numbers_find(numbers, nr)];
	struct when when = { .truth = NEVER };

	if (compare_actions(&stretch->rest.action, action) <= 0)
		when.truth = ALWAYS;
	for (size_t i = stretch->n; i-- > 0 && !is_too_much(merge);) {
		const struct mention *mention = &numbers->mentions.v[stretch->first + i];

		/* It stands before the rules of every policy, this one's too. */
		if (!str_eq(mention->rule->place.file, POLICY_BUILT_IN))
			put_before(&when, mention,
				   compare_actions(&mention->rule->action, action) <= 0);
		merge->written += 1 + when.text.len;
	}
	return when;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Gives the "or" of the policies' conditions for ACTION. */
static struct when find_any(struct merge *merge, uint32_t nr, const struct action *action)
{
	struct when any = { .truth = NEVER };
	struct {
		char **v;
		size_t n, cap;
	} texts = { 0 };

	for (size_t i = 0; i < merge->n; i++) {
		struct when when = { .truth = NEVER };

		if (merge->policies[i]->arches >> merge->arch & 1)
			when = find_when(merge, &merge->numbers[i], nr, action);
		if (when.truth == SOMETIMES)
			*array_append(&texts) = when.text.text;
		any.truth = when.truth > any.truth ? when.truth : any.truth;
	}
	if (texts.n)
		qsort(texts.v, texts.n, sizeof(*texts.v), compare_texts);
	for (size_t i = 0; i < texts.n; i++)
		if (any.truth == SOMETIMES && (!i || !str_eq(texts.v[i], texts.v[i - 1])))
			strbuf_printf(&any.text, "%s%s", any.text.len ? " or " : "", texts.v[i]);
	for (size_t i = 0; i < texts.n; i++)
		free(texts.v[i]);
	free(texts.v);
	return any;
}

static struct actions list_actions(const struct merge *merge, uint32_t nr)
{
	struct actions actions = { 0 };

	for (size_t i = 0; i < merge->n; i++) {
		const struct numbers *numbers = &merge->numbers[i];
		const struct stretch *stretch = &numbers->stretches.v[numbers_find(numbers, nr)];

		if (!(merge->policies[i]->arches >> merge->arch & 1))
			continue;
		*array_append(&actions) = stretch->rest.action;
		for (size_t k = 0; k < stretch->n; k++)
			*array_append(&actions) =
				numbers->mentions.v[stretch->first + k].rule->action;
	}
	qsort(actions.v, actions.n, sizeof(*actions.v), compare_actions);
	return actions;
}

static void add_line(struct merge *merge, uint32_t nr, const struct action *action,
		     const char *condition)
{
	const char *name = sys_call_name(merge->arch, nr);
	struct line *line = array_append(&merge->lines);

	line->is_first = name && merge->arch == ARCH_X86 &&
			 (str_eq(name, "socketcall") || str_eq(name, "ipc"));
	line->action = *action;
	line->condition = mem_strdup(condition);
	line->call = name ? mem_strdup(name) : mem_printf("[%" PRIu32 "]", nr);
	line->arches = 1U << merge->arch;
}

static bool is_known(const struct merge *merge, uint32_t nr)
{
	const struct sys_call *row = sys_call_by_nr(merge->arch, nr);

	return row && row->since <= merge->kernel;
}

static void merge_call(struct merge *merge, uint32_t nr)
{
	const struct action *rest = is_known(merge, nr) ? &merge->default_action
							: &merge->unknown_action;
	struct actions actions = list_actions(merge, nr);
	const char *name = sys_call_name(merge->arch, nr);
	bool is_multiplexer = name && merge->arch == ARCH_X86 &&
			      (str_eq(name, "socketcall") || str_eq(name, "ipc"));
	bool is_done = false;

	for (size_t i = 0; i < actions.n && !is_done && !is_too_much(merge); i++) {
		struct when when;

		if (i && !compare_actions(&actions.v[i], &actions.v[i - 1]))
			continue;
		when = find_any(merge, nr, &actions.v[i]);
		is_done = when.truth == ALWAYS;
		if (when.truth == SOMETIMES)
			add_line(merge, nr, &actions.v[i], when.text.text);
		else if (is_done && (is_multiplexer || compare_actions(&actions.v[i], rest)))
			add_line(merge, nr, &actions.v[i], "");
		strbuf_finish(&when.text);
	}
	free(actions.v);
}

/* Numbers without a name that some policy speaks of; each once. */
static void merge_numbers(struct merge *merge)
{
	for (size_t i = 0; i < merge->n; i++) {
		for (size_t k = 0; k < merge->numbers[i].mentions.n; k++) {
			uint32_t nr = merge->numbers[i].mentions.v[k].nr;
			char *call = mem_printf("[%" PRIu32 "]", nr);
			bool is_new = arch_of_call(arch_get(merge->arch)->audit_arch, nr) ==
					      merge->arch &&
				      !sys_call_name(merge->arch, nr);

			for (size_t line = 0; line < merge->lines.n; line++)
				is_new = is_new && !str_eq(merge->lines.v[line].call, call);
			if (is_new)
				merge_call(merge, nr);
			free(call);
		}
	}
}

static void merge_arch(struct merge *merge)
{
	const struct sys_call *row;

	for (size_t i = 0; i < merge->n; i++)
		numbers_init(&merge->numbers[i], merge->policies[i],
			     arch_get(merge->arch)->audit_arch);
	for (size_t i = 0; (row = sys_call_row(i)); i++)
		if (row->nr[merge->arch] != -1)
			merge_call(merge, (uint32_t)row->nr[merge->arch]);
	merge_numbers(merge);
	for (size_t i = 0; i < merge->n; i++)
		numbers_finish(&merge->numbers[i]);
}

static int compare_rules(const struct line *x, const struct line *y)
{
	int order = (int)y->is_first - (int)x->is_first;

	order = order ? order : compare_actions(&x->action, &y->action);
	return order ? order : strcmp(x->condition, y->condition);
}

/* Within one rule by call, then by arch. */
static int compare_lines(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = compare_rules(x, y);

	order = order ? order : strcmp(x->call, y->call);
	return order ? order : (x->arches > y->arches) - (x->arches < y->arches);
}

static int compare_arches(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int order = compare_rules(x, y);

	order = order ? order : (x->arches > y->arches) - (x->arches < y->arches);
	return order ? order : strcmp(x->call, y->call);
}

/* Makes lines of one rule and call one line for all arches, and orders them for print_lines(). */
static void join_lines(struct lines *lines)
{
	size_t n = 0;

	if (lines->n)
		qsort(lines->v, lines->n, sizeof(*lines->v), compare_lines);
	for (size_t i = 0; i < lines->n; i++) {
		struct line *last = n ? &lines->v[n - 1] : NULL;

		if (last && !compare_rules(last, &lines->v[i]) &&
		    str_eq(last->call, lines->v[i].call)) {
			last->arches |= lines->v[i].arches;
			free(lines->v[i].condition);
			free(lines->v[i].call);
			continue;
		}
		lines->v[n++] = lines->v[i];
	}
	lines->n = n;
	if (n)
		qsort(lines->v, n, sizeof(*lines->v), compare_arches);
}

static void print_arches(uint32_t arches, struct strbuf *buf)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (arches >> arch & 1)
			strbuf_printf(buf, " %s", arch_get(arch)->name);
}

/* Appends the rule of the lines from FIRST on; gives the first line behind it. */
static size_t print_rule(const struct merge *merge, size_t first, struct strbuf *buf)
{
	const struct line *lines = merge->lines.v;
	size_t at = first, start = buf->len;

	action_format(buf, &lines[first].action);
	while (at < merge->lines.n && !compare_rules(&lines[first], &lines[at]) &&
	       lines[first].arches == lines[at].arches) {
		bool is_long = buf->len - start + strlen(lines[at].call) > LINE_WIDTH;

		if (is_long)
			start = buf->len;
		strbuf_printf(buf, "%s%s", is_long ? " \\\n\t" : " ", lines[at++].call);
	}
	if (lines[first].arches != merge->arches && *lines[first].call != '[') {
		strbuf_puts(buf, " on");
		print_arches(lines[first].arches, buf);
	}
	if (*lines[first].condition)
		strbuf_printf(buf, " if %s", lines[first].condition);
	strbuf_puts(buf, "\n");
	return at;
}

static void print_head(const struct merge *merge, struct strbuf *buf)
{
	strbuf_printf(buf, "policy 1\nkernel %u.%u\narch", merge->kernel >> 8,
		      merge->kernel & 0xff);
	print_arches(merge->arches, buf);
	strbuf_puts(buf, "\ndefault ");
	action_format(buf, &merge->default_action);
	strbuf_puts(buf, "\nunknown ");
	action_format(buf, &merge->unknown_action);
	strbuf_puts(buf, "\n\n");
}

static void print_rules(const struct merge *merge, struct strbuf *buf)
{
	for (size_t i = 0; i < merge->lines.n;)
		i = print_rule(merge, i, buf);
}

static int fail_too_much(struct diags *diags)
{
	diags_fail(diags, -E2BIG, "the policies are too intricate to be merged");
	diags_hint(diags, "write fewer or simpler conditions");
	return -E2BIG;
}

int merge_policies(struct policy *const *policies, size_t n, struct strbuf *buf,
		   struct diags *diags)
{
	struct merge merge = { .policies = policies,
			       .numbers = mem_alloc(n * sizeof(struct numbers)),
			       .n = n,
			       .default_action = policies[0]->default_action,
			       .unknown_action = policies[0]->unknown_action };

	for (size_t i = 0; i < n; i++) {
		const struct policy *policy = policies[i];

		merge.kernel = policy->kernel > merge.kernel ? policy->kernel : merge.kernel;
		merge.arches |= policy->arches;
		merge.default_action = *milder(&merge.default_action, &policy->default_action);
		merge.unknown_action = *milder(&merge.unknown_action, &policy->unknown_action);
	}
	for (merge.arch = 0; merge.arch < ARCH_COUNT; merge.arch++)
		if (merge.arches >> merge.arch & 1)
			merge_arch(&merge);
	if (!is_too_much(&merge)) {
		join_lines(&merge.lines);
		print_head(&merge, buf);
		print_rules(&merge, buf);
		merge_settings(policies, n, buf, diags);
	}
	for (size_t i = 0; i < merge.lines.n; i++) {
		free(merge.lines.v[i].condition);
		free(merge.lines.v[i].call);
	}
	free(merge.lines.v);
	free(merge.numbers);
	return is_too_much(&merge) ? fail_too_much(diags) : 0;
}
