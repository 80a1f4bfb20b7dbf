// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which calls a rule names: names, numbers, sets within sets. A set is pinned to the policy's
 * kernel: a newer pinfold, with larger tables, does not make an old policy wider.
 */
#include <stdlib.h>

#include "base/str.h"
#include "policy/multiplex.h"
#include "policy/parser.h"
#include "sys/name.h"
#include "sys/set.h"

/* The calls of a rule; HAS_NATIVE has the bits of their numbers under the native ABI. */
struct call_list {
	struct rule_call *v;
	size_t n, cap;
	uint64_t has_native[SYS_NR_END / 64 + 1];
};

/* What expanding one word of a rule needs. */
struct expansion {
	struct parser *parser;
	const struct token *word; /* as in the rule */
	const struct rule *rule;
	struct call_list *calls;
	size_t order;
};

void parser_hint_call(struct parser *parser, const char *name)
{
	diags_hint_nearest(parser->diags, name, sys_call_name_row, NULL);
}

/* Fills in the numbers of a call by name; returns whether any of the rule's arches has it. */
static bool number_call(const struct rule *rule, struct rule_call *call)
{
	bool is_there = false;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct sys_call *row = NULL;

		call->numbers[arch] = CALL_NONE;
		if (rule->arches & 1U << arch)
			row = sys_call_find(arch, call->name);
		if (!row)
			continue;
		call->numbers[arch] = (uint32_t)row->nr[arch];
		call->rows[arch] = row;
		is_there = true;
	}
	if (rule->arches & 1U << ARCH_X86 && multiplex_find(call->name, &call->multiplex))
		is_there = true;
	return is_there;
}

/* Marks the native number of CALL; returns whether it was already marked, or there is none. */
static bool mark_native(struct call_list *calls, const struct rule_call *call)
{
	uint32_t nr = call->numbers[arch_native()];
	uint64_t bit = 1ULL << nr % 64;
	bool was_there;

	if (nr >= SYS_NR_END)
		return true;
	was_there = calls->has_native[nr / 64] & bit;
	calls->has_native[nr / 64] |= bit;
	return was_there;
}

/* Sets hold hundreds of calls: comparing each with each would be noticeable. */
static bool is_listed(struct call_list *calls, const struct rule_call *call)
{
	if (!mark_native(calls, call))
		return false;
	for (size_t i = 0; i < calls->n; i++)
		if (!memcmp(calls->v[i].numbers, call->numbers, sizeof(call->numbers)) &&
		    calls->v[i].multiplex.number == call->multiplex.number)
			return true;
	return false;
}

static void add_unknown_name(struct expansion *expansion, const char *name)
{
	const struct place *place = &expansion->word->place;
	bool is_denied = action_is_denial(&expansion->rule->action);
	bool is_exempted = sys_call_is_exempt(name);
	const char *what = is_exempted ? "filters do not see the call" : "unknown call";

	if (is_denied)
		parser_error(expansion->parser, place, "%s '%s'", what, name);
	else
		parser_warn(expansion->parser, place, "%s '%s'", what, name);
	if (errno_find(name) > 0)
		diags_hint(expansion->parser->diags, "the error comes first: deny %s CALL...",
			   name);
	else if (!is_exempted)
		parser_hint_call(expansion->parser, name);
}

/* Returns whether NAME is newer than the policy's kernel in every arch that has it. */
static bool is_newer(const struct policy *policy, const struct rule_call *call)
{
	bool is_there = false;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		if (!call->rows[arch])
			continue;
		if (call->rows[arch]->since <= policy->kernel)
			return false;
		is_there = true;
	}
	return is_there;
}

static void warn_newer(struct parser *parser, const struct token *word,
		       const struct rule_call *call)
{
	uint16_t since = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (call->rows[arch])
			since = call->rows[arch]->since;
	parser_warn(parser, &word->place,
		    "'%s' is new in kernel %u.%u, and the policy is for %u.%u; the rule still "
		    "applies",
		    call->name, since >> 8, since & 0xff, parser->policy->kernel >> 8,
		    parser->policy->kernel & 0xff);
}

static void warn_absent(struct expansion *expansion, const char *name)
{
	struct strbuf arches = { 0 };

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (expansion->rule->arches & 1U << arch)
			strbuf_printf(&arches, "%s%s", arches.len ? ", " : "",
				      arch_get(arch)->name);
	parser_warn(expansion->parser, &expansion->word->place, "'%s' is not a call of %s", name,
		    arches.text ? arches.text : "any arch of the policy");
	diags_hint(expansion->parser->diags, "say which arch it is for: on ARCH");
	strbuf_finish(&arches);
}

/* What is shipped with the program is written for all arches at once. */
static bool is_shipped(const struct expansion *expansion)
{
	const struct source *source = parser_source(expansion->parser, &expansion->word->place);

	return source && (source->kind == SOURCE_SHIPPED || source->kind == SOURCE_BUILT_IN);
}

/* Returns whether NAME is a call of any arch that filters see. */
static bool can_be_named(const char *name)
{
	return !sys_call_is_exempt(name) &&
	       (sys_call_exists(name) || multiplex_find(name, &(struct multiplex){ 0 }));
}

/* Adds the call NAME; IS_PINNED: it comes from a built-in set. */
static void add_name(struct expansion *expansion, const char *name, bool is_pinned)
{
	struct parser *parser = expansion->parser;
	bool is_from_set = expansion->word->kind == TOKEN_SET;
	struct rule_call call = { .name = name,
				  .is_from_set = is_from_set,
				  .place = expansion->word->place,
				  .word = expansion->word->extent };
	bool is_there = !sys_call_is_exempt(name) && number_call(expansion->rule, &call);

	if (!is_there && !can_be_named(name)) {
		if (!is_pinned)
			add_unknown_name(expansion, name);
		return;
	}
	if (!is_there) {
		if (!is_from_set && !expansion->rule->is_on_arch && !is_shipped(expansion))
			warn_absent(expansion, name);
		return;
	}
	if (is_newer(parser->policy, &call)) {
		if (is_pinned)
			return;
		/* The built-in rules are for every kernel. */
		if (!is_from_set && !parser_is_built_in(parser, &call.place))
			warn_newer(parser, expansion->word, &call);
	}
	if (!is_listed(expansion->calls, &call))
		*array_append(expansion->calls) = call;
}

static bool expand_set(struct expansion *expansion)
{
	struct member_list members = { 0 };
	bool is_read = parser_add_members(expansion->parser, expansion->word, expansion->order,
					  &members);

	for (size_t i = 0; is_read && i < members.n; i++) {
		add_name(expansion, members.v[i].name, members.v[i].is_pinned);
		is_read = parser_goes_on(expansion->parser, &expansion->word->place);
	}
	free(members.v);
	return is_read;
}

/* Parses "[NUMBER]": a call of the native arch. */
static bool parse_call_number(struct cursor *cursor, const struct rule *rule,
			      struct call_list *calls)
{
	enum arch native = arch_native();
	const struct token *token = cursor->token;
	struct rule_call call = { .place = token->place, .word = token[-1].extent };
	uint64_t number;

	if (token->kind != TOKEN_NUMBER || !parse_number(token->text, &number) ||
	    number >= SYS_X32_BIT) {
		parser_unexpected(cursor->parser, token, "the number of a call");
		return false;
	}
	cursor->token++;
	if (!cursor_accept(cursor, "]")) {
		parser_unexpected(cursor->parser, cursor->token, "']'");
		return false;
	}
	call.word.to = cursor->token[-1].extent.to;
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		call.numbers[arch] = CALL_NONE;
	call.nr = (uint32_t)number;
	call.rows[native] = sys_call_by_nr(native, call.nr);
	if (call.rows[native] && sys_call_is_exempt(call.rows[native]->name)) {
		struct expansion expansion = { .parser = cursor->parser,
					       .word = token,
					       .rule = rule };

		add_unknown_name(&expansion, call.rows[native]->name);
		return true;
	}
	if (!parser_spend(cursor->parser, &token->place, BUDGET_NUMBERS, 1))
		return false;
	if (rule->arches & 1U << native)
		call.numbers[native] = call.nr;
	mark_native(calls, &call);
	*array_append(calls) = call;
	return true;
}

static bool is_call(const struct token *token)
{
	return token->kind == TOKEN_SET ||
	       (token->kind == TOKEN_NAME && !token_is_reserved(token)) ||
	       (token->kind == TOKEN_SIGN && str_eq(token->text, "["));
}

static bool parse_call(struct cursor *cursor, const struct rule *rule, struct call_list *calls)
{
	struct expansion expansion = { .parser = cursor->parser,
				       .word = cursor->token,
				       .rule = rule,
				       .calls = calls,
				       .order = cursor->order };

	if (cursor_accept(cursor, "["))
		return parse_call_number(cursor, rule, calls);
	cursor->token++;
	if (expansion.word->kind == TOKEN_SET)
		return expand_set(&expansion);
	add_name(&expansion, expansion.word->text, false);
	return parser_goes_on(cursor->parser, &expansion.word->place);
}

bool parse_calls(struct cursor *cursor, struct rule *rule)
{
	struct arena *arena = &cursor->parser->policy->arena;
	struct call_list calls = { 0 };
	bool is_read = is_call(cursor->token);

	if (!is_read) {
		parser_unexpected(cursor->parser, cursor->token, "the name of a call");
		if (cursor->token->kind == TOKEN_NUMBER)
			diags_hint(cursor->parser->diags, "a call by its number is written [%s]",
				   cursor->token->text);
		return false;
	}
	while (is_read && is_call(cursor->token))
		is_read = parse_call(cursor, rule, &calls);
	if (calls.n) {
		rule->calls = arena_alloc(arena, calls.n * sizeof(*calls.v));
		memcpy(rule->calls, calls.v, calls.n * sizeof(*calls.v));
	}
	rule->n_calls = calls.n;
	free(calls.v);
	return is_read;
}
