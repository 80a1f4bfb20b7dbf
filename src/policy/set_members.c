// SPDX-License-Identifier: GPL-2.0-or-later
/* Sets of calls: those of the policy, and what they and the built-in ones hold. */
#include <stdlib.h>

#include "base/str.h"
#include "policy/multiplex.h"
#include "policy/parser.h"
#include "sys/set.h"

enum { SET_DEPTH_MAX = 16 };

static const char *set_name_row(size_t i, void *data)
{
	const struct parser *parser = data;
	const struct sys_set *row = i < parser->sets.n ? NULL : sys_set_row(i - parser->sets.n);

	if (i < parser->sets.n)
		return parser->sets.v[i].name;
	return row ? row->name : NULL;
}

static void hint_set(struct parser *parser, const char *name)
{
	if (!diags_hint_nearest(parser->diags, name, set_name_row, parser))
		diags_hint(parser->diags, "pinfold-policy(5) lists the sets");
}

static void unknown_set(struct parser *parser, const struct token *word, const char *name)
{
	const struct definition *later = definition_find(&parser->sets, name, SIZE_MAX);

	parser_error(parser, &word->place, "unknown set '%s'", name);
	if (later)
		diags_hint(parser->diags, "it is defined in line %u; define it first",
			   later->place.line);
	else
		hint_set(parser, name);
}

static void add_built_in(struct member_list *members, const struct sys_set *set, int depth)
{
	for (const char *const *member = set->members; *member; member++) {
		const struct sys_set *inner = **member == '@' ? sys_set_find(*member) : NULL;

		if (**member != '@')
			*array_append(members) = (struct member){ *member, true };
		else if (inner && depth < SET_DEPTH_MAX)
			add_built_in(members, inner, depth + 1);
	}
}

bool parser_add_members(struct parser *parser, const struct token *word, size_t order,
			struct member_list *members)
{
	const struct definition *own = definition_find(&parser->sets, word->text, order);
	const struct sys_set *set = own ? NULL : sys_set_find(word->text);
	size_t before = members->n;

	if (!own && !set) {
		unknown_set(parser, word, word->text);
		return false;
	}
	if (own && own->is_bad)
		return false;
	for (size_t i = 0; own && i < own->n_members; i++)
		*array_append(members) = own->members[i];
	if (set)
		add_built_in(members, set, 0);
	return parser_spend(parser, &word->place, BUDGET_CALLS, members->n - before);
}

/* Returns whether the set NAME is new or has the same members as before. */
static bool is_same_set(struct parser *parser, const struct token *name)
{
	const struct definition *old = definition_find(&parser->sets, name->text, SIZE_MAX);
	const struct token *a, *b = name + 2;

	if (!old)
		return true;
	for (a = old->tokens; a->kind != TOKEN_END && str_eq(a->text, b->text); a++)
		b++;
	if (a->kind == TOKEN_END && b->kind == TOKEN_END)
		return true;
	parser_error(parser, &name->place, "'%s' has other members at %s:%u", name->text,
		     old->place.file, old->place.line);
	return false;
}

static void warn_unknown_member(struct parser *parser, const struct token *member)
{
	if (sys_call_exists(member->text) || multiplex_find(member->text, &(struct multiplex){ 0 }))
		return;
	parser_warn(parser, &member->place, "unknown call '%s'", member->text);
	parser_hint_call(parser, member->text);
}

/* Computes what SET holds; sets within it are earlier ones, so there are no cycles. */
static bool gather(struct parser *parser, struct definition *set)
{
	struct member_list members = { 0 };
	struct member *copy;
	bool is_read = true;

	for (const struct token *token = set->tokens; is_read && token->kind != TOKEN_END;
	     token++) {
		if (token->kind == TOKEN_SET) {
			is_read = parser_add_members(parser, token, set->statement.order, &members);
			continue;
		}
		*array_append(&members) = (struct member){ token->text, false };
		warn_unknown_member(parser, token);
		is_read = parser_goes_on(parser, &token->place);
	}
	copy = arena_alloc(&parser->policy->arena, members.n * sizeof(*copy));
	if (members.n)
		memcpy(copy, members.v, members.n * sizeof(*copy));
	set->members = copy;
	set->n_members = members.n;
	free(members.v);
	return is_read;
}

void parser_gather_sets(struct parser *parser)
{
	for (size_t i = 0; i < parser->sets.n && !parser->is_exhausted; i++)
		parser->sets.v[i].is_bad = !gather(parser, &parser->sets.v[i]);
}

void parser_take_set(struct parser *parser, const struct statement *statement)
{
	const struct token *name = &statement->tokens[1];
	const struct token *member = name + 2;

	if (name->kind != TOKEN_SET || !name->text[1]) {
		parser_unexpected(parser, name, "the name of a set, like @mine");
		return;
	}
	if (name[1].kind != TOKEN_SIGN || !str_eq(name[1].text, "=")) {
		parser_unexpected(parser, &name[1], "'='");
		return;
	}
	for (; member->kind == TOKEN_SET || member->kind == TOKEN_NAME; member++)
		if (token_is_reserved(member))
			break;
	if (member->kind != TOKEN_END || member == name + 2) {
		parser_unexpected(parser, member, "the name of a call or set");
		return;
	}
	if (!is_same_set(parser, name))
		return;
	if (sys_set_find(name->text))
		parser_warn(parser, &name->place,
			    "'%s' is a built-in set too; from here on it means the policy's own",
			    name->text);
	definition_add(&parser->sets, statement);
}
