// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file of another kind, such as a report in XML or a script, is named once: an error for each of
 * its lines would help nobody. A policy with misspelt statements must never be taken for one.
 */
#include "base/str.h"
#include "policy/parser.h"

enum {
	STATEMENTS_MIN = 2, /* a single error says enough already */
	STATEMENTS_MAX = 64,
};

/* How files of other kinds begin, and what to do with one. The last row is that of all others. */
static const struct form {
	const char *start, *name, *hint;
} forms[] = {
	{ "<", "this is XML or HTML, not a policy",
	  "the report that pinfold reads is JSON: --report FILE.json" },
	{ "{", "this is JSON, not a policy",
	  "merge and prune read a report whose name ends in .json; 'pinfold convert --to policy' "
	  "reads an OCI profile" },
	{ "#!", "this is a script, not a policy", "to run it in a pen: pinfold run -- sh FILE" },
	{ "", "this is not a policy: none of its first lines begins with a statement",
	  "a policy has one statement per line, such as 'allow read write'" },
};

static const struct form *find_form(const struct source *source)
{
	const char *at = source->text + lexer_mark(source->text, source->len);
	const struct form *form = forms;

	at += strspn(at, " \t\r\n");
	while (!str_starts(at, form->start))
		form++;
	return form;
}

/* Returns whether the statements of SOURCE, as many as are looked at, have no verb that is known or
 * could be a misspelt one; and where the first is. */
static bool has_no_verb(const struct source *source, struct place *ret_first)
{
	struct arena scratch = { 0 };
	struct lexer lexer;
	bool is_known = false;
	size_t n = 0;

	lexer_init(&lexer, &scratch, source->name, 1, source->text, source->len);
	while (!is_known && n < STATEMENTS_MAX && lexer_next_statement(&lexer)) {
		struct token verb = lexer_next(&lexer, LEX_WORDS);

		if (!n++)
			*ret_first = verb.place;
		is_known = parser_knows_verb(&verb);
		lexer_skip(&lexer);
	}
	arena_finish(&scratch);
	return !is_known && n >= STATEMENTS_MIN;
}

bool parser_refuse_foreign(struct parser *parser, const struct source *source)
{
	struct place first;
	const struct form *form;

	if (source->kind != SOURCE_FILE || !has_no_verb(source, &first))
		return false;
	form = find_form(source);
	parser_error(parser, &first, "%s", form->name);
	diags_hint(parser->diags, "%s", form->hint);
	return true;
}
