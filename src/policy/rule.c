// SPDX-License-Identifier: GPL-2.0-or-later
/* The second pass: from the tokens of a rule to the rule, with all names resolved. */
#include <stdlib.h>

#include "base/str.h"
#include "policy/built_in.h"
#include "policy/parser.h"

/* Returns the statement as written, without comment, blanks collapsed. */
static const char *statement_text(struct parser *parser, const struct statement *statement)
{
	struct strbuf text = { 0 };
	const char *copy;

	for (size_t i = 0; i + 1 < statement->n_tokens; i++) {
		if (i && statement->tokens[i].is_spaced)
			strbuf_puts(&text, " ");
		strbuf_puts(&text, statement->tokens[i].text);
	}
	copy = arena_strdup(&parser->policy->arena, text.text);
	strbuf_finish(&text);
	return copy;
}

/* Finds the arches before the calls are parsed, because calls are looked up in them. */
static bool find_arches(struct cursor *cursor, struct rule *rule)
{
	const struct token *token = cursor->token;
	uint32_t arches = 0;

	rule->arches = cursor->parser->policy->arches;
	while (token->kind != TOKEN_END &&
	       !(token->kind == TOKEN_NAME &&
		 (str_eq(token->text, "on") || str_eq(token->text, "if"))))
		token++;
	if (token->kind == TOKEN_END || !str_eq(token->text, "on"))
		return true;
	for (token++; token->kind == TOKEN_NAME && !token_is_reserved(token); token++) {
		enum arch arch = arch_find(token->text);

		if (arch == ARCH_NONE) {
			parser_error(cursor->parser, &token->place, "unknown arch '%s'",
				     token->text);
			parser_hint_arch(cursor->parser, token->text);
			return false;
		}
		arches |= 1U << arch;
	}
	if (!arches) {
		parser_unexpected(cursor->parser, token, "an arch");
		return false;
	}
	rule->arches &= arches;
	rule->is_on_arch = true;
	return true;
}

/* "known": the program copes, so it is not a violation. It cannot cope with a signal. No call has
 * this name. */
static bool parse_known(struct cursor *cursor, struct action *action)
{
	const struct token *word = cursor->token;

	action->is_known = cursor_accept(cursor, "known");
	if (!action->is_known || action->kind == ACTION_ERRNO)
		return true;
	parser_error(cursor->parser, &word->place, "'known' is only for 'deny'");
	diags_hint(cursor->parser->diags,
		   "it says that the program continues without the call: deny EPERM known CALL");
	return false;
}

/* "rest": that earlier rules decide some of the calls is intended. No call has this name. */
static bool parse_rest(struct cursor *cursor, struct rule *rule)
{
	const struct token *word = cursor->token;

	rule->is_rest = cursor_accept(cursor, "rest");
	if (!rule->is_rest || action_is_denial(&rule->action))
		return true;
	parser_error(cursor->parser, &word->place, "'rest' is only for denials");
	diags_hint(cursor->parser->diags,
		   "it says that a denial is for what earlier rules leave of its calls");
	return false;
}

/* Both words, in either order. */
static bool parse_words(struct cursor *cursor, struct rule *rule)
{
	if (!parse_known(cursor, &rule->action) || !parse_rest(cursor, rule))
		return false;
	return rule->action.is_known || parse_known(cursor, &rule->action);
}

static bool parse_rule(struct cursor *cursor, const char *verb, struct rule *rule)
{
	if (!parse_action(cursor, verb, &rule->action) || !parse_words(cursor, rule) ||
	    !find_arches(cursor, rule) || !parse_calls(cursor, rule))
		return false;
	if (cursor_accept(cursor, "on"))
		while (cursor->token->kind == TOKEN_NAME && !token_is_reserved(cursor->token))
			cursor->token++;
	if (cursor_accept(cursor, "if")) {
		rule->expr = parse_condition(cursor, rule);
		if (!rule->expr)
			return false;
	}
	if (cursor->token->kind == TOKEN_END)
		return true;
	parser_unexpected(cursor->parser, cursor->token, "the end of the line");
	if (!rule->expr)
		diags_hint(cursor->parser->diags, "a condition starts with 'if'");
	return false;
}

static bool is_for_any(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];

		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			if (call->numbers[arch] != CALL_NONE)
				return true;
		if (call->multiplex.nr)
			return true;
	}
	return false;
}

/* A rule for ABIs that have none of its calls, or that the policy does not list: those kill. What
 * is included, or shipped with the program, is written for many policies. */
static void tell_idle(struct parser *parser, const struct statement *statement,
		      const struct rule *rule)
{
	const struct source *source = statement->source;
	bool is_by_number = false;

	if (source->parent || source->kind == SOURCE_SHIPPED || source->kind == SOURCE_BUILT_IN ||
	    !rule->n_calls || is_for_any(rule))
		return;
	for (size_t i = 0; i < rule->n_calls; i++)
		is_by_number |= !rule->calls[i].name;
	if (!rule->is_on_arch && !is_by_number)
		return;
	if (rule->arches && is_by_number && action_is_denial(&rule->action))
		parser_error(parser, &rule->place, "this denial does not match any call");
	else
		parser_warn(parser, &rule->place, "this rule does not match any call");
	if (!rule->arches)
		diags_hint(parser->diags,
			   "the policy's 'arch' does not list what comes after 'on'");
	else if (is_by_number)
		diags_hint(parser->diags, "a number is one of %s; write the name",
			   arch_get(arch_native())->name);
	else
		diags_hint(parser->diags, "what comes after 'on' has no such call");
}

static void read_rule(struct parser *parser, const struct statement *statement)
{
	struct policy *policy = parser->policy;
	struct rule *rule = arena_alloc(&policy->arena, sizeof(*rule));
	struct cursor cursor = { .parser = parser,
				 .token = &statement->tokens[1],
				 .order = statement->order };

	rule->place = statement->tokens[0].place;
	rule->lines = statement->lines;
	rule->last_line = statement->last_line;
	rule->text = statement_text(parser, statement);
	if (!parse_rule(&cursor, statement->tokens[0].text, rule))
		return;
	tell_idle(parser, statement, rule);
	rule->index = policy->n_rules;
	policy->rules[policy->n_rules++] = rule;
}

static bool is_in_force(const struct parser *parser, const struct statement *statement)
{
	return statement->source->kind != SOURCE_BUILT_IN ||
	       built_in_holds(statement->tokens[0].place.line, parser->policy->use, parser->walls);
}

void parser_drop_idle(struct parser *parser)
{
	size_t n = 0;

	for (size_t i = 0; i < parser->rules.n; i++)
		if (is_in_force(parser, &parser->rules.v[i]))
			parser->rules.v[n++] = parser->rules.v[i];
	parser->rules.n = n;
}

void parser_read_rules(struct parser *parser)
{
	struct policy *policy = parser->policy;

	parser_gather_sets(parser);
	policy->rules = arena_alloc(&policy->arena, parser->rules.n * sizeof(*policy->rules));
	for (size_t i = 0; i < parser->rules.n; i++) {
		const struct statement *statement = &parser->rules.v[i];

		if (!parser_goes_on(parser, &statement->tokens[0].place))
			return;
		if (is_in_force(parser, statement))
			read_rule(parser, statement);
	}
}
