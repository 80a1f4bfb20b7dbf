// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For one call and one action, a policy has clauses under which its verdict is that action. They
 * are written from the mildest action to the most severe, each for the clauses of all policies, so
 * that the first rule that applies is the mildest verdict of all: exactly, without enumerating
 * calls. A clause says which of the policy's own more severe rules must not apply; it is written as
 * a set of values where possible, and the result does not depend on the order of the inputs.
 */
#include "learn/merge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "filter/meaning.h"
#include "learn/clause.h"
#include "learn/merge_lines.h"
#include "learn/merge_settings.h"

/* The limit on what is examined and written for one merge: a policy beyond it would not be
 * readable. */
enum { WRITTEN_MAX = 1 << 24 };

/* No rule of the result is longer than this, unless a single clause is. */
enum { CONDITION_MAX = 2048 };

/* When a policy's verdict is mild enough. */
enum truth { NEVER, SOMETIMES, ALWAYS };

struct actions {
	struct action *v;
	size_t n, cap;
};

struct merge {
	struct policy *const *policies;
	struct numbers *numbers; /* one for each policy, all for one AUDIT_ARCH */
	size_t n;
	enum arch arch;
	uint16_t kernel;
	uint32_t arches;
	struct action default_action, unknown_action;
	struct rule_lines lines;
	size_t written;
	const char *last; /* the call that was too much, or the last one */
};

static const struct action *milder(const struct action *a, const struct action *b)
{
	return action_compare(a, b) <= 0 ? a : b;
}

static bool is_too_much(const struct merge *merge)
{
	return merge->written > WRITTEN_MAX;
}

/* Adds the clauses under which MENTION applies. */
static void add_mention(struct clauses *clauses, const struct clause_source *source,
			const struct mention *mention)
{
	const struct multiplex *multiplex = &mention->call->multiplex;

	if (mention->is_multiplexed)
		clauses_add_number(clauses, source, multiplex->mask, multiplex->number);
	else
		clauses_add(clauses, source, mention->rule->expr);
}

/* What the more severe rules of one policy decide, up to some rule of it. */
struct harder {
	struct clauses clauses;
	bool is_folded;
	const char *except; /* says that none of them applies; NULL: not made yet */
};

/* Returns, as text, that none of HARDER applies to CLAUSE: not even those that cannot. */
static const char *find_except(struct merge *merge, const struct clause_source *source,
			       struct harder *harder, const struct clause *clause)
{
	struct strbuf text = { 0 };
	bool is_whole = true;
	const char *copy;

	if (!harder->clauses.n)
		return "";
	if (!harder->is_folded)
		clauses_fold(&harder->clauses, source);
	harder->is_folded = true;
	merge->written += harder->clauses.n;
	for (size_t i = 0; i < harder->clauses.n; i++)
		is_whole = is_whole && !clauses_are_apart(clause, &harder->clauses.v[i]);
	if (is_whole && harder->except)
		return harder->except;
	for (size_t i = 0; i < harder->clauses.n; i++) {
		if (clauses_are_apart(clause, &harder->clauses.v[i]))
			continue;
		strbuf_puts(&text, text.len ? " and " : "");
		clause_print(&harder->clauses.v[i], true, &text);
	}
	merge->written += text.len;
	copy = arena_strndup(source->arena, text.text ? text.text : "", text.len);
	strbuf_finish(&text);
	harder->except = is_whole ? copy : harder->except;
	return copy;
}

/* Adds the clauses of MENTION (NULL: all calls) for which none of HARDER applies. */
static void add_where(struct merge *merge, const struct clause_source *source,
		      struct harder *harder, const struct mention *mention,
		      struct clauses *ret_clauses)
{
	struct clauses own = { 0 };

	if (mention)
		add_mention(&own, source, mention);
	else
		clauses_add(&own, source, NULL);
	for (size_t i = 0; i < own.n && !is_too_much(merge); i++) {
		own.v[i].except = find_except(merge, source, harder, &own.v[i]);
		*array_append(ret_clauses) = own.v[i];
	}
	free(own.v);
}

/*
 * Adds the clauses under which the policy of NUMBERS says ACTION and none of its milder rules
 * applies, because those come first. Returns when its verdict is ACTION or milder.
 */
static enum truth add_verdict(struct merge *merge, const struct numbers *numbers,
			      const struct clause_source *source, uint32_t nr,
			      const struct action *action, struct clauses *ret_clauses)
{
	const struct stretch *stretch = &numbers->stretches.v[numbers_find(numbers, nr)];
	size_t before = ret_clauses->n;
	struct harder harder = { 0 };
	bool is_over = false;

	for (size_t i = 0; i <= stretch->n && !is_over && !is_too_much(merge); i++) {
		const struct mention *mention = i < stretch->n
							? &numbers->mentions.v[stretch->first + i]
							: NULL;
		const struct action *own = mention ? &mention->rule->action : &stretch->rest.action;
		int order = action_compare(own, action);

		/* It comes before the rules of every policy, including this one's. */
		if (mention && str_eq(mention->rule->place.file, POLICY_BUILT_IN))
			continue;
		is_over = !mention || (!mention->is_multiplexed && !mention->rule->expr);
		if (order == 0)
			add_where(merge, source, &harder, is_over ? NULL : mention, ret_clauses);
		if (order > 0 && is_over)
			clauses_add(&harder.clauses, source, NULL);
		else if (order > 0)
			add_mention(&harder.clauses, source, mention);
		if (order > 0) {
			harder.is_folded = false;
			harder.except = NULL;
		}
		merge->written++;
	}
	is_over = !harder.clauses.n;
	free(harder.clauses.v);
	return is_over ? ALWAYS : ret_clauses->n > before ? SOMETIMES : NEVER;
}

/* Adds the clauses of all policies for ACTION, merged where possible. */
static enum truth find_clauses(struct merge *merge, const struct clause_source *source, uint32_t nr,
			       const struct action *action, struct clauses *ret_clauses)
{
	enum truth any = NEVER;

	for (size_t i = 0; i < merge->n; i++) {
		enum truth truth = NEVER;

		if (merge->policies[i]->arches >> merge->arch & 1)
			truth = add_verdict(merge, &merge->numbers[i], source, nr, action,
					    ret_clauses);
		any = truth > any ? truth : any;
	}
	if (any == SOMETIMES && !is_too_much(merge))
		clauses_fold(ret_clauses, source);
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
	qsort(actions.v, actions.n, sizeof(*actions.v), action_compare);
	return actions;
}

static void add_line(struct merge *merge, uint32_t nr, const struct action *action,
		     const char *condition)
{
	const char *name = sys_call_name(merge->arch, nr);
	struct rule_line *line = array_append(&merge->lines);

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

/* Adds a rule for the clauses from FIRST on, as many as fit and share the same exceptions, which
 * are written once; returns the first clause after them. */
static size_t add_rule(struct merge *merge, uint32_t nr, const struct action *action,
		       const struct clauses *clauses, size_t first)
{
	const char *except = clauses->v[first].except;
	bool is_all = !clauses->v[first].n_parts;
	struct strbuf text = { 0 };
	size_t at = first;

	/* A clause without a test of its own comes first, and covers those with the same
	 * exceptions. */
	while (at < clauses->n && clauses->v[at].except == except &&
	       (at == first || is_all || text.len <= CONDITION_MAX)) {
		strbuf_puts(&text, at > first && !is_all ? " or " : "");
		if (!is_all)
			clause_print(&clauses->v[at], false, &text);
		at++;
	}
	if (*except && !is_all) {
		auto_free char *own = steal(&text.text);
		bool has_or = at > first + 1;

		text = (struct strbuf){ 0 };
		strbuf_printf(&text, has_or ? "(%s) and " : "%s and ", own);
	}
	strbuf_puts(&text, except);
	add_line(merge, nr, action, text.text);
	merge->written += text.len;
	strbuf_finish(&text);
	return at;
}

static void merge_call(struct merge *merge, uint32_t nr)
{
	const struct action *rest = is_known(merge, nr) ? &merge->default_action
							: &merge->unknown_action;
	struct actions actions = list_actions(merge, nr);
	const char *name = sys_call_name(merge->arch, nr);
	bool is_multiplexer = name && merge->arch == ARCH_X86 &&
			      (str_eq(name, "socketcall") || str_eq(name, "ipc"));
	enum truth truth = NEVER;

	merge->last = is_too_much(merge) ? merge->last : name;
	for (size_t i = 0; i < actions.n && truth != ALWAYS && !is_too_much(merge); i++) {
		struct arena arena = { 0 };
		const struct clause_source source = { .arena = &arena,
						      .call = sys_call_by_nr(merge->arch, nr),
						      .arch = merge->arch };
		struct clauses clauses = { 0 };

		if (i && !action_compare(&actions.v[i], &actions.v[i - 1]))
			continue;
		truth = find_clauses(merge, &source, nr, &actions.v[i], &clauses);
		if (truth == SOMETIMES)
			for (size_t k = 0; k < clauses.n && !is_too_much(merge);)
				k = add_rule(merge, nr, &actions.v[i], &clauses, k);
		else if (truth == ALWAYS && (is_multiplexer || action_compare(&actions.v[i], rest)))
			add_line(merge, nr, &actions.v[i], "");
		free(clauses.v);
		arena_finish(&arena);
	}
	free(actions.v);
}

/* Adds the numbers without a name that some policy mentions, each once. */
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
		if (row->nr[merge->arch] != -1 && !sys_call_is_exempt(row->name))
			merge_call(merge, (uint32_t)row->nr[merge->arch]);
	merge_numbers(merge);
	for (size_t i = 0; i < merge->n; i++)
		numbers_finish(&merge->numbers[i]);
}

static void print_head(const struct merge *merge, struct strbuf *buf)
{
	strbuf_printf(buf, "policy 1\nkernel %u.%u\narch", merge->kernel >> 8,
		      merge->kernel & 0xff);
	rule_lines_print_arches(merge->arches, buf);
	strbuf_puts(buf, "\ndefault ");
	action_format(buf, &merge->default_action);
	strbuf_puts(buf, "\nunknown ");
	action_format(buf, &merge->unknown_action);
	strbuf_puts(buf, "\n\n");
}

static int fail_too_much(const struct merge *merge, struct diags *diags)
{
	diags_fail(diags, -E2BIG, "the rules of '%s' are too intricate to be merged",
		   merge->last ? merge->last : "a call by number");
	diags_hint(diags, "%s", merge_hint);
	return -E2BIG;
}

/* Returns the mildest action that the policies which list ARCH have for a number without a name. */
static struct action find_unknown(const struct merge *merge, enum arch arch)
{
	struct action mildest = { .kind = ACTION_KILL_PROCESS };
	bool is_first = true;

	for (size_t i = 0; i < merge->n; i++) {
		const struct policy *policy = merge->policies[i];

		if (!(policy->arches >> arch & 1))
			continue;
		mildest = is_first ? policy->unknown_action
				   : *milder(&mildest, &policy->unknown_action);
		is_first = false;
	}
	return mildest;
}

/* One 'unknown' applies to all ABIs: if only some policies list one, it must not get what another
 * policy says. */
static int check_unknown(const struct merge *merge, struct diags *diags)
{
	struct strbuf all = { 0 }, own = { 0 };

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		struct action unknown;

		if (!(merge->arches >> arch & 1))
			continue;
		unknown = find_unknown(merge, arch);
		if (!action_compare(&unknown, &merge->unknown_action))
			continue;
		action_format(&all, &merge->unknown_action);
		action_format(&own, &unknown);
		diags_fail(diags, -EINVAL,
			   "an unknown call gets '%s', but '%s' under %s, which not all policies "
			   "list",
			   all.text, own.text, arch_get(arch)->name);
		diags_hint(diags, "write 'unknown %s' in all of them, or the same 'arch'",
			   own.text);
		strbuf_finish(&all);
		strbuf_finish(&own);
		return -EINVAL;
	}
	return 0;
}

const char merge_hint[] = "write all rules that deny a call before those that allow it, or "
			  "allow more of it with one rule";

int merge_policies(struct policy *const *policies, size_t n, struct strbuf *buf,
		   struct diags *diags)
{
	struct merge merge = { .policies = policies,
			       .numbers = mem_alloc(n * sizeof(struct numbers)),
			       .n = n,
			       .default_action = policies[0]->default_action,
			       .unknown_action = policies[0]->unknown_action };
	int err;

	for (size_t i = 0; i < n; i++) {
		const struct policy *policy = policies[i];

		merge.kernel = policy->kernel > merge.kernel ? policy->kernel : merge.kernel;
		merge.arches |= policy->arches;
		merge.default_action = *milder(&merge.default_action, &policy->default_action);
		merge.unknown_action = *milder(&merge.unknown_action, &policy->unknown_action);
	}
	err = check_unknown(&merge, diags);
	for (merge.arch = 0; !err && merge.arch < ARCH_COUNT; merge.arch++)
		if (merge.arches >> merge.arch & 1)
			merge_arch(&merge);
	if (!err && !is_too_much(&merge)) {
		print_head(&merge, buf);
		rule_lines_print(&merge.lines, merge.arches, buf);
		merge_settings(policies, n, buf, diags);
	}
	rule_lines_finish(&merge.lines);
	free(merge.numbers);
	if (err)
		return err;
	return is_too_much(&merge) ? fail_too_much(&merge, diags) : 0;
}
