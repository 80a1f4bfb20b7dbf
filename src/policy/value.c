// SPDX-License-Identifier: GPL-2.0-or-later
/* Values and the policy's own constants. A name is looked up in the family of the argument. */
#include <inttypes.h>

#include "base/str.h"
#include "policy/parser.h"

/* Anything longer is not flags but a constant that doubles with each line. */
enum { VALUE_BYTES_MAX = 4096, CHAIN_MAX = 256 };

static const struct wording any_words = { .family = FAMILY_NONE };

static bool unknown_constant(struct cursor *cursor)
{
	struct parser *parser = cursor->parser;
	const struct token *token = cursor->token;
	const struct definition *later = definition_find(&parser->constants, token->text, SIZE_MAX);

	parser_error(parser, &token->place, "unknown constant '%s'", token->text);
	if (later)
		diags_hint(parser->diags, "it is defined in line %u; define it first",
			   later->place.line);
	else
		diags_hint_nearest(parser->diags, token->text, constant_name_row, NULL);
	return false;
}

/* Returns the constant NAME of WORDS, else any of that name, or NULL. */
static const struct constant *find_constant(const char *name, const struct wording *words)
{
	const struct constant *constant = constant_find_in(name, words->family);

	for (const struct dependent *row = words->dependent; !constant && row;
	     row = dependent_next(row))
		constant = constant_find_in(name, row->family);
	return constant ? constant : constant_find(name, words->family);
}

static bool is_one_of(const struct constant *constant, const struct wording *words)
{
	if (words->family == FAMILY_NONE || constant->family == words->family)
		return true;
	for (const struct dependent *row = words->dependent; row; row = dependent_next(row))
		if (constant->family == row->family)
			return true;
	return false;
}

static void take_kernel_constant(struct cursor *cursor, const struct constant *constant,
				 const struct wording *words, struct value *term)
{
	for (enum arch i = 0; i < ARCH_COUNT; i++) {
		term->bits[i] = (uint64_t)constant_value(constant, i);
		term->is_negative[i] = constant_value(constant, i) < 0;
	}
	term->text = constant->name;
	if (!is_one_of(constant, words))
		parser_warn(cursor->parser, &cursor->token->place, "'%s' is not one of the %s",
			    constant->name, family_get(words->family)->name);
}

static bool is_same_words(const struct wording *a, const struct wording *b)
{
	return a->family == b->family && a->dependent == b->dependent;
}

/* Returns what OWN means for WORDS: computed the first time it is needed. */
static bool value_of(struct parser *parser, struct definition *own, const struct wording *words,
		     struct value *ret_value)
{
	struct cursor inner = { .parser = parser,
				.token = own->tokens,
				.order = own->statement.order };
	const struct constant_value *known = own->values;
	struct constant_value *new;

	while (known && !is_same_words(&known->words, words))
		known = known->next;
	if (!known) {
		new = arena_alloc(&parser->policy->arena, sizeof(*new));
		new->words = *words;
		if (!parse_value(&inner, words, &new->value))
			return false;
		new->next = own->values;
		own->values = known = new;
	}
	*ret_value = known->value;
	return true;
}

static bool parse_name(struct cursor *cursor, const struct wording *words, struct value *term)
{
	const struct token *token = cursor->token;
	struct definition *own = definition_find(&cursor->parser->constants, token->text,
						 cursor->order);
	const struct constant *constant;

	if (own)
		return value_of(cursor->parser, own, words, term);
	constant = find_constant(token->text, words);
	if (!constant)
		return unknown_constant(cursor);
	take_kernel_constant(cursor, constant, words, term);
	return true;
}

static bool parse_literal(struct cursor *cursor, struct value *term)
{
	const struct token *token = cursor->token;
	uint64_t number;

	if (!parse_number(token->text, &number)) {
		parser_error(cursor->parser, &token->place, "'%s' is not a number of up to 64 bits",
			     token->text);
		if (strspn(token->text, "01234567") == strlen(token->text))
			diags_hint(cursor->parser->diags, "octal numbers are written 0o%s",
				   token->text + strspn(token->text, "0"));
		else
			diags_hint(cursor->parser->diags, "numbers are written 10, 0xa or 0o12");
		return false;
	}
	for (enum arch i = 0; i < ARCH_COUNT; i++)
		term->bits[i] = number;
	term->text = token->text;
	return true;
}

/* Applies a "-" or "~" to TERM; returns false if the number is too large to be negated. */
static bool apply_sign(char sign, struct value *term)
{
	for (enum arch i = 0; i < ARCH_COUNT; i++) {
		if (sign == '-' && (term->is_negative[i] || term->bits[i] > 1ULL << 63))
			return false;
		term->bits[i] = sign == '-' ? -term->bits[i] : ~term->bits[i];
		term->is_negative[i] = term->bits[i] >> 63;
	}
	term->is_complement |= sign == '~';
	return true;
}

/* A constant of several terms or with a sign has no text under another sign except its number, if
 * it has only one. */
static bool name_by_number(struct parser *parser, const struct token *sign, struct value *term)
{
	uint32_t arches = parser->policy->arches;
	enum arch first = (enum arch)__builtin_ctz(arches);
	struct strbuf text = { 0 };

	for (enum arch arch = first; arch < ARCH_COUNT; arch++) {
		if (!(arches & 1U << arch) || term->bits[arch] == term->bits[first])
			continue;
		parser_error(parser, &sign->place,
			     "'%s%s' would be a different number under each arch of the policy",
			     sign->text, term->text);
		diags_hint(parser->diags, "write a rule for each arch (on ARCH), or use 'only'");
		return false;
	}
	strbuf_printf(&text, "0x%" PRIx64, term->bits[first]);
	term->text = arena_strdup(&parser->policy->arena, text.text);
	strbuf_finish(&text);
	return true;
}

static bool parse_term(struct cursor *cursor, const struct wording *words, struct strbuf *text,
		       struct value *ret_term)
{
	const struct token *start = cursor->token;
	char sign = cursor_is(cursor, "-") || cursor_is(cursor, "~") ? start->text[0] : '\0';
	struct value term = { 0 };

	cursor->token += sign != '\0';
	if (cursor->token->kind == TOKEN_NUMBER) {
		if (!parse_literal(cursor, &term))
			return false;
	} else if (cursor->token->kind == TOKEN_NAME && !token_is_reserved(cursor->token)) {
		if (!parse_name(cursor, words, &term))
			return false;
	} else {
		parser_unexpected(cursor->parser, cursor->token, "a number or constant");
		return false;
	}
	cursor->token++;
	if (sign && strpbrk(term.text, "|-~") && !name_by_number(cursor->parser, start, &term))
		return false;
	strbuf_printf(text, "%.*s%s", sign ? 1 : 0, &sign, term.text);
	if (sign && !apply_sign(sign, &term)) {
		parser_error(cursor->parser, &start->place, "'-%s' does not fit in 64 bits",
			     term.text);
		return false;
	}
	*ret_term = term;
	return true;
}

bool parse_value(struct cursor *cursor, const struct wording *words, struct value *ret_value)
{
	struct value value = { 0 }, term;
	struct strbuf text = { 0 };
	bool is_read;

	do {
		is_read = parse_term(cursor, words, &text, &term);
		for (enum arch i = 0; is_read && i < ARCH_COUNT; i++) {
			value.bits[i] |= term.bits[i];
			value.is_negative[i] |= term.is_negative[i];
		}
		value.is_complement |= is_read && term.is_complement;
		if (is_read && text.len > VALUE_BYTES_MAX) {
			parser_error(cursor->parser, &cursor->token->place,
				     "the value is longer than %d bytes when expanded",
				     VALUE_BYTES_MAX);
			is_read = false;
		}
		if (is_read && cursor_is(cursor, "|"))
			strbuf_puts(&text, "|");
	} while (is_read && cursor_accept(cursor, "|"));
	if (is_read)
		value.text = arena_strdup(&cursor->parser->policy->arena, text.text);
	strbuf_finish(&text);
	if (is_read)
		*ret_value = value;
	return is_read;
}

/* Returns whether NAME is new, or had the same VALUE before; otherwise adds an error. */
static bool is_same_constant(struct parser *parser, const struct token *name,
			     const struct value *value)
{
	struct definition *old = definition_find(&parser->constants, name->text, SIZE_MAX);
	struct value before;

	if (!old)
		return true;
	if (value_of(parser, old, &any_words, &before) &&
	    !memcmp(before.bits, value->bits, sizeof(before.bits)))
		return true;
	parser_error(parser, &name->place, "'%s' has another value at %s:%u", name->text,
		     old->place.file, old->place.line);
	return false;
}

/* Returns how deep the chain of constants in STATEMENT is; more than CHAIN_MAX is an error. */
static bool count_chain(struct parser *parser, const struct statement *statement,
			unsigned int *ret_depth)
{
	unsigned int depth = 0;

	for (size_t i = 3; i < statement->n_tokens; i++) {
		const struct token *token = &statement->tokens[i];
		const struct definition *own = NULL;

		if (token->kind == TOKEN_NAME)
			own = definition_find(&parser->constants, token->text, statement->order);
		if (own && own->depth >= depth)
			depth = own->depth + 1;
		if (depth > CHAIN_MAX) {
			parser_error(parser, &token->place,
				     "constants refer to one another more than %d deep", CHAIN_MAX);
			return false;
		}
	}
	*ret_depth = depth;
	return true;
}

void parser_take_constant(struct parser *parser, const struct statement *statement)
{
	const struct token *name = &statement->tokens[1];
	struct cursor cursor = { .parser = parser, .token = name + 1, .order = statement->order };
	struct definition *definition;
	struct constant_value *known;
	unsigned int depth;
	struct value value;

	if (name->kind != TOKEN_NAME || token_is_reserved(name)) {
		parser_unexpected(parser, name, "the name of a constant");
		return;
	}
	if (!cursor_accept(&cursor, "=")) {
		parser_unexpected(parser, cursor.token, "'='");
		return;
	}
	if (!count_chain(parser, statement, &depth) || !parse_value(&cursor, &any_words, &value))
		return;
	if (cursor.token->kind != TOKEN_END) {
		parser_unexpected(parser, cursor.token, "'|' or the end of the line");
		return;
	}
	if (!is_same_constant(parser, name, &value))
		return;
	if (constant_find(name->text, FAMILY_NONE))
		parser_warn(parser, &name->place, "'%s' is a constant of the kernel too",
			    name->text);
	known = arena_alloc(&parser->policy->arena, sizeof(*known));
	*known = (struct constant_value){ .words = any_words, .value = value };
	definition = definition_add(&parser->constants, statement);
	definition->values = known;
	definition->depth = depth;
}
