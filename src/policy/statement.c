// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first pass: every statement goes to the function of its verb. Rules are only kept, because
 * what they mean depends on the arches, the kernel and names that may come further down.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/hint.h"
#include "policy/parser.h"
#include "policy/setting_row.h"
#include "sys/name.h"

enum { POLICY_VERSION = 1 };

struct statement_row {
	const char *verb;
	enum lex_mode mode;
	bool is_for_include; /* allowed in an included file */
	void (*take)(struct parser *parser, const struct statement *statement);
};

/* Returns whether the text of STATEMENT, which says WHAT, may only hold rules; that is an error. */
static bool refuse_more_than_rules(struct parser *parser, const struct statement *statement,
				   const char *what)
{
	const struct place *place = &statement->tokens[0].place;

	if (statement->source->parent) {
		parser_error(parser, place, "an included file cannot say '%s'", what);
		diags_hint(parser->diags, "it can only hold rules, sets and constants");
		return true;
	}
	if (!parser->is_rules_only || statement->source->kind != SOURCE_FILE)
		return false;
	parser_error(parser, place, "with --rules-only a policy cannot say '%s'", what);
	diags_hint(parser->diags, "it can only hold rules, sets and constants; everything else "
				  "must be an option");
	return true;
}

static void take_rule(struct parser *parser, const struct statement *statement)
{
	const struct token *verb = &statement->tokens[0];
	const struct setting_row *row = setting_find_rule(statement);

	if (row) {
		if (!refuse_more_than_rules(parser, statement, row->verb))
			setting_take(parser, row, statement);
	} else if (parser_spend(parser, &verb->place, BUDGET_RULES, 1)) {
		*array_append(&parser->rules) = *statement;
	}
}

static void take_setting(struct parser *parser, const struct statement *statement)
{
	setting_take(parser, setting_find(statement->tokens[0].text), statement);
}

/* Returns whether the statement has exactly N words after its verb; otherwise adds an error. */
static bool has_words(struct parser *parser, const struct statement *statement, size_t n,
		      const char *usage)
{
	if (statement->n_tokens == n + 2)
		return true;
	parser_error(
		parser,
		&statement->tokens[statement->n_tokens < n + 2 ? statement->n_tokens - 1 : n + 1]
			 .place,
		"wrong number of words");
	diags_hint(parser->diags, "%s", usage);
	return false;
}

static void take_policy(struct parser *parser, const struct statement *statement)
{
	uint64_t version;

	if (!has_words(parser, statement, 1, "policy 1"))
		return;
	if (parse_number(statement->tokens[1].text, &version) && version == POLICY_VERSION)
		return;
	parser_error(parser, &statement->tokens[1].place,
		     "this pinfold reads version %d of the policy language", POLICY_VERSION);
}

/* Returns whether the statement is the first of its kind, or SAME; otherwise adds an error with
 * both places. */
static bool is_agreed(struct parser *parser, const struct statement *statement, struct place *first,
		      bool same)
{
	const struct place *place = &statement->tokens[0].place;

	if (!first->file) {
		*first = *place;
		return true;
	}
	if (!same) {
		parser_error(parser, place, "'%s' has another value at %s:%u",
			     statement->tokens[0].text, first->file, first->line);
		diags_hint(parser->diags, "all files of one policy must agree on it");
	}
	return same;
}

static bool parse_kernel(const char *text, uint16_t *ret_kernel)
{
	unsigned int major, minor;
	char rest;

	if (strspn(text, "0123456789.") != strlen(text) ||
	    sscanf(text, "%3u.%3u%c", &major, &minor, &rest) != 2 || !major || major > 255 ||
	    minor > 255)
		return false;
	*ret_kernel = (uint16_t)(major << 8 | minor);
	return true;
}

static void take_kernel(struct parser *parser, const struct statement *statement)
{
	const struct token *word = &statement->tokens[1];
	uint16_t kernel;

	if (!has_words(parser, statement, 1, "kernel 6.12"))
		return;
	if (!parse_kernel(word->text, &kernel)) {
		parser_error(parser, &word->place, "'%s' is not a kernel version", word->text);
		diags_hint(parser->diags, "kernel 6.12");
		return;
	}
	if (!is_agreed(parser, statement, &parser->kernel_place, parser->policy->kernel == kernel))
		return;
	parser->policy->kernel = kernel;
	if (kernel > sys_newest_kernel)
		parser_warn(parser, &word->place,
			    "this pinfold knows the calls of kernels up to %u.%u",
			    sys_newest_kernel >> 8, sys_newest_kernel & 0xff);
}

void parser_hint_arch(struct parser *parser, const char *name)
{
	const char *meant = hint_find(HINT_ARCH, name);

	if (meant)
		diags_hint(parser->diags, "did you mean '%s'?", meant);
	else
		diags_hint(parser->diags, "native, x86_64, x86, x32, aarch64");
}

static void take_arch(struct parser *parser, const struct statement *statement)
{
	uint32_t arches = 0;

	for (size_t i = 1; i + 1 < statement->n_tokens; i++) {
		const struct token *word = &statement->tokens[i];
		enum arch arch = arch_find(word->text);

		if (arch == ARCH_NONE) {
			parser_error(parser, &word->place, "unknown arch '%s'", word->text);
			parser_hint_arch(parser, word->text);
			return;
		}
		arches |= 1U << arch;
	}
	if (!arches) {
		parser_error(parser, &statement->tokens[1].place, "an arch is missing");
		diags_hint(parser->diags, "arch native");
	} else if (is_agreed(parser, statement, &parser->policy->arch_place,
			     parser->policy->arches == arches)) {
		parser->policy->arches = arches;
		parser->policy->arch_last_line = statement->last_line;
	}
}

static void hint_actions(struct parser *parser)
{
	struct strbuf verbs = { 0 };

	action_list(&verbs);
	diags_hint(parser->diags, "%s", verbs.text);
	strbuf_finish(&verbs);
}

static void take_action(struct parser *parser, const struct statement *statement,
			struct action *action, struct place *place)
{
	struct cursor cursor = { .parser = parser, .token = &statement->tokens[1] };
	struct action read;
	enum action_kind kind;
	const char *verb = cursor.token->text;

	if (cursor.token->kind != TOKEN_NAME || !action_find(verb, &kind)) {
		parser_unexpected(parser, cursor.token, "an action");
		if (errno_find(verb) > 0)
			diags_hint(parser->diags, "%s deny %s", statement->tokens[0].text, verb);
		else
			hint_actions(parser);
		return;
	}
	cursor.token++;
	if (!parse_action(&cursor, verb, &read))
		return;
	if (cursor.token->kind != TOKEN_END) {
		parser_unexpected(parser, cursor.token, "the end of the line");
		return;
	}
	if (is_agreed(parser, statement, place,
		      read.kind == action->kind && read.data == action->data))
		*action = read;
}

static void take_default(struct parser *parser, const struct statement *statement)
{
	take_action(parser, statement, &parser->policy->default_action,
		    &parser->policy->default_place);
}

static void take_unknown(struct parser *parser, const struct statement *statement)
{
	take_action(parser, statement, &parser->policy->unknown_action,
		    &parser->policy->unknown_place);
}

static void take_include(struct parser *parser, const struct statement *statement)
{
	if (has_words(parser, statement, 1, "include <base> or include \"other.policy\""))
		parser_read_file(parser, statement->tokens[1].text, statement->source,
				 &statement->tokens[1].place);
}

static const struct statement_row rows[] = {
	{ "const", LEX_RULE, true, parser_take_constant },
	{ "set", LEX_RULE, true, parser_take_set },
	{ "include", LEX_WORDS, true, take_include },
	{ "policy", LEX_WORDS, true, take_policy },
	{ "kernel", LEX_WORDS, false, take_kernel },
	{ "arch", LEX_WORDS, false, take_arch },
	{ "default", LEX_RULE, false, take_default },
	{ "unknown", LEX_RULE, false, take_unknown },
};

/* The row of all actions, whose verbs are in sys/action.c; those for the pen are in
 * setting_row.h. */
static const struct statement_row rule_row = { NULL, LEX_RULE, true, take_rule };
static const struct statement_row setting_statement = { NULL, LEX_WORDS, false, take_setting };

/* Returns verb number I of all statements, for "did you mean". */
static const char *verb_row(size_t i, void *data)
{
	const struct setting_row *setting;

	(void)data;
	if (i < action_n_words())
		return action_word(i);
	i -= action_n_words();
	if (i < ARRAY_SIZE(rows))
		return rows[i].verb;
	setting = setting_row(i - ARRAY_SIZE(rows));
	return setting ? setting->verb : NULL;
}

static const struct statement_row *row_of(const struct token *verb)
{
	enum action_kind action;

	if (verb->kind != TOKEN_WORD)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_eq(rows[i].verb, verb->text))
			return &rows[i];
	if (action_find(verb->text, &action))
		return &rule_row;
	return setting_find(verb->text) ? &setting_statement : NULL;
}

bool parser_knows_verb(const struct token *verb)
{
	return row_of(verb) || hint_find(HINT_STATEMENT, verb->text) ||
	       str_nearest(verb->text, verb_row, NULL);
}

static const struct statement_row *find_row(struct parser *parser, const struct token *verb)
{
	const struct statement_row *row = row_of(verb);
	const char *meant;

	if (row)
		return row;
	if (verb->kind == TOKEN_BAD) {
		parser_unexpected(parser, verb, "a statement");
		return NULL;
	}
	parser_error(parser, &verb->place, "unknown statement '%s'", verb->text);
	meant = hint_find(HINT_STATEMENT, verb->text);
	if (meant)
		diags_hint(parser->diags, "did you mean '%s'?", meant);
	else if (str_eq(verb->text, "user_notif") || str_eq(verb->text, "trace"))
		diags_hint(parser->diags,
			   "a child with its own listener or tracer can get past this "
			   "action, so it is not offered");
	else
		diags_hint_nearest(parser->diags, verb->text, verb_row, NULL);
	return NULL;
}

/* Reads all tokens of the statement; returns false after an invalid token. */
static bool read_tokens(struct parser *parser, struct lexer *lexer, enum lex_mode mode,
			const struct token *verb, struct statement *statement)
{
	struct {
		struct token *v;
		size_t n, cap;
	} tokens = { 0 };
	struct token *copy, *last;

	*array_append(&tokens) = *verb;
	do {
		last = array_append(&tokens);
		*last = lexer_next(lexer, mode);
		if (!parser_spend(parser, &last->place, BUDGET_WORDS, 1)) {
			free(tokens.v);
			return false;
		}
	} while (last->kind != TOKEN_END && last->kind != TOKEN_BAD);
	copy = arena_alloc(&parser->policy->arena, tokens.n * sizeof(*copy));
	memcpy(copy, tokens.v, tokens.n * sizeof(*copy));
	free(tokens.v);
	statement->tokens = copy;
	statement->n_tokens = tokens.n;
	if (copy[tokens.n - 1].kind == TOKEN_END)
		return true;
	parser_unexpected(parser, &copy[tokens.n - 1], "a word");
	return false;
}

static void take(struct parser *parser, const struct source *source, struct lexer *lexer,
		 const struct token *verb)
{
	struct statement statement = { .source = source, .order = parser->n_statements++ };
	const struct statement_row *row = find_row(parser, verb);

	if (!row || !read_tokens(parser, lexer, row->mode, verb, &statement)) {
		lexer_skip(lexer);
		return;
	}
	statement.lines.from = verb->extent.from - (verb->place.col - 1);
	statement.lines.to = lexer_line_end(lexer);
	statement.last_line = lexer->place.line;
	if (row->is_for_include || !refuse_more_than_rules(parser, &statement, verb->text))
		row->take(parser, &statement);
}

void parser_take(struct parser *parser, struct source *source, struct lexer *lexer)
{
	struct token verb = lexer_next(lexer, LEX_WORDS);
	bool is_first = !source->first_line;

	if (is_first)
		source->first_line = source->first_end = verb.place.line;
	if (!parser_spend(parser, &verb.place, BUDGET_STATEMENTS, 1))
		return;
	take(parser, source, lexer, &verb);
	if (is_first)
		source->first_end = lexer->place.line;
}
