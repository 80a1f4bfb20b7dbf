// SPDX-License-Identifier: GPL-2.0-or-later
/* Actions, and what all parsers of rules need to consume tokens. */
#include <stdlib.h>

#include "base/str.h"
#include "policy/parser.h"
#include "sys/name.h"

enum { ERRNO_MAX = 133, TRAP_MAX = 0xffff };

struct diag *parser_unexpected(struct parser *parser, const struct token *token, const char *want)
{
	if (token->kind == TOKEN_BAD) {
		struct diag *diag = parser_error(parser, &token->place, "%s", token->text);

		if (token->hint)
			diag_set_hint(diag, "%s", token->hint);
		return diag;
	}
	if (token->kind == TOKEN_END)
		return parser_error(parser, &token->place, "%s is missing", want);
	return parser_error(parser, &token->place, "unexpected '%s' instead of %s", token->text,
			    want);
}

bool token_is_reserved(const struct token *token)
{
	static const char *const words[] = { "on", "if",  "and", "or",	"not",
					     "in", "has", "any", "only" };

	for (size_t i = 0; token->kind == TOKEN_NAME && i < ARRAY_SIZE(words); i++)
		if (str_eq(token->text, words[i]))
			return true;
	return false;
}

bool cursor_accept(struct cursor *cursor, const char *text)
{
	if (!cursor_is(cursor, text))
		return false;
	cursor->token++;
	return true;
}

static const char *errno_row(size_t i, void *data)
{
	(void)data;
	return i < ERRNO_MAX ? errno_name((int)i + 1) : NULL;
}

static bool parse_errno(struct cursor *cursor, struct action *action)
{
	const struct token *token = cursor->token;
	uint64_t number;

	if (token->kind == TOKEN_NAME && token->text[0] == 'E') {
		int found = errno_find(token->text);

		if (found <= 0) {
			parser_error(cursor->parser, &token->place, "unknown error '%s'",
				     token->text);
			diags_hint_nearest(cursor->parser->diags, token->text, errno_row, NULL);
			return false;
		}
		number = (uint64_t)found;
	} else if (token->kind != TOKEN_NUMBER) {
		return true;
	} else if (!parse_number(token->text, &number) || number > ERRNO_MAX ||
		   (!number && !parser_is_built_in(cursor->parser, &token->place))) {
		parser_error(cursor->parser, &token->place,
			     "an error is a name, or a number from 1 to %d", ERRNO_MAX);
		diags_hint(
			cursor->parser->diags,
			"0 would fake success, and a larger one would reach the program as it is");
		return false;
	}
	action->data = (uint16_t)number;
	cursor->token++;
	return true;
}

static bool parse_trap(struct cursor *cursor, struct action *action)
{
	const struct token *token = cursor->token;
	uint64_t number;

	if (token->kind != TOKEN_NUMBER)
		return true;
	if (!parse_number(token->text, &number) || number > TRAP_MAX) {
		parser_error(cursor->parser, &token->place, "the number of a trap is from 0 to %d",
			     TRAP_MAX);
		return false;
	}
	action->data = (uint16_t)number;
	cursor->token++;
	return true;
}

bool parse_action(struct cursor *cursor, const char *verb, struct action *ret_action)
{
	struct action action = { 0 };

	action_find(verb, &action.kind);
	if (action.kind == ACTION_ERRNO) {
		action.data = (uint16_t)errno_find("EPERM");
		if (!parse_errno(cursor, &action))
			return false;
	} else if (action.kind == ACTION_TRAP && !parse_trap(cursor, &action)) {
		return false;
	}
	*ret_action = action;
	return true;
}
