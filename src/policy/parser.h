/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the parser share. Reading has two passes: the first cuts all texts into
 * statements, takes what stands for itself (the head, the pen, constants, sets) and keeps the
 * rules; the second reads the rules, when the arches, the kernel and all names are known.
 */
#ifndef PINFOLD_POLICY_PARSER_H
#define PINFOLD_POLICY_PARSER_H

#include "policy/expr.h"
#include "policy/lex.h"
#include "policy/number.h"
#include "policy/policy.h"
#include "policy/sha256.h"

enum { INCLUDE_DEPTH_MAX = 16, POLICY_BYTES_MAX = 1 << 20 };

enum source_kind { SOURCE_BUILT_IN, SOURCE_OPTION, SOURCE_FILE, SOURCE_SHIPPED };

/* One text and where it came from. Places point to its name, by which it is found again. */
struct source {
	enum source_kind kind;
	const char *name; /* stands in places */
	const char *path; /* resolved, for cycles; NULL: not a file */
	char *folder;	  /* relative paths start there; NULL: the working directory */
	const char *text;
	size_t len;
	struct {
		const char **v;
		size_t n, cap;
	} lines;		     /* where each begins; filled when one is asked for */
	const struct source *parent; /* the including one; NULL: top level */
	size_t index;
};

/* One statement, cut into tokens; the last is TOKEN_END. */
struct statement {
	const struct source *source;
	const struct token *tokens;
	size_t n_tokens;
	size_t order; /* in the reading of all texts */
};

/* A constant or set of the policy: the tokens after "=", and what they mean. */
struct definition {
	struct statement statement;
	const char *name;
	struct place place;
	const struct token *tokens; /* to TOKEN_END */
};

struct parser {
	struct policy *policy;
	struct diags *diags;
	size_t n_errors;
	struct {
		struct source **v;
		size_t n, cap;
	} sources;
	struct {
		struct definition *v;
		size_t n, cap;
	} constants, sets;
	struct {
		struct statement *v;
		size_t n, cap;
	} rules;
	struct {
		const char **v;
		size_t n, cap;
	} files;
	struct sha256 hash;
	const struct settings *walls; /* by which the built-in rules are chosen */
	struct place policy_place, kernel_place, arch_place;
	size_t n_statements;
	int err; /* a file could not be read: -errno */
};

/* Adds an error or a warning at PLACE, with its line; the pointer is for a hint. */
#define parser_error(parser, place, ...) \
	parser_mark(parser, diags_add((parser)->diags, DIAG_ERROR, place, __VA_ARGS__), place)
#define parser_warn(parser, place, ...) \
	parser_mark(parser, diags_add((parser)->diags, DIAG_WARNING, place, __VA_ARGS__), place)
struct diag *parser_mark(struct parser *parser, struct diag *diag, const struct place *place);

/* Gives the source in which PLACE is, or NULL. */
struct source *parser_source(const struct parser *parser, const struct place *place);

/* Returns whether PLACE is in the built-in rules. */
bool parser_is_built_in(const struct parser *parser, const struct place *place);

/* Adds "unexpected 'x'", or its reason for a token that is none; OF names what was wanted. */
struct diag *parser_unexpected(struct parser *parser, const struct token *token, const char *want);

/* source.c: adds texts and reads them to the end. */
void parser_read_text(struct parser *parser, const struct source *source);
void parser_read_file(struct parser *parser, const char *name, const struct source *parent,
		      const struct place *place);
struct source *parser_add_source(struct parser *parser, enum source_kind kind, const char *name);
/* Gives PATH made absolute against the folder of SOURCE, without "." and doubled "/". */
char *parser_path(struct parser *parser, const struct source *source, const char *path);

/* Reads the file or pipe PATH, up to 1 MiB, without waiting for what may never come. Gives 0 or
 * -errno, which parser_read_error() words. */
int parser_read_bytes(const char *path, char **ret_text, size_t *ret_len, bool *ret_is_pipe);
const char *parser_read_error(int err);
/* Gives whether the text of SOURCE is text; else adds an error at the byte that is not. */
bool parser_check_bytes(struct parser *parser, const struct source *source);

/* statement.c: takes one statement. */
void parser_take(struct parser *parser, const struct source *source, struct lexer *lexer);

/* statement.c: adds the hint for an unknown arch NAME. */
void parser_hint_arch(struct parser *parser, const char *name);

/* setting.c: takes a statement for the pen. */
void parser_take_setting(struct parser *parser, const struct statement *statement);

/* A reader of tokens, for rules. */
struct cursor {
	struct parser *parser;
	const struct token *token;
	size_t order; /* of the statement: names defined later are not seen */
};

static inline bool cursor_is(const struct cursor *cursor, const char *text)
{
	return (cursor->token->kind == TOKEN_NAME || cursor->token->kind == TOKEN_SIGN) &&
	       str_eq(cursor->token->text, text);
}

/* Passes the word or sign TEXT if it comes next. */
bool cursor_accept(struct cursor *cursor, const char *text);
/* Gives whether the token is a word of the grammar of rules: on if and or not in has any only. */
bool token_is_reserved(const struct token *token);

/* action.c: reads an action and passes it; false after an error. */
bool parse_action(struct cursor *cursor, const char *verb, struct action *ret_action);
/* Gives whether WORD is the verb of a rule. */
bool is_action_verb(const char *word);

/* value.c: reads a value for an argument of FAMILY and passes it; false after an error. */
bool parse_value(struct cursor *cursor, enum family family, struct value *ret_value);
/* Takes "const NAME = value". */
void parser_take_constant(struct parser *parser, const struct statement *statement);

/* callset.c: takes "set @NAME = call..." and expands sets. */
void parser_take_set(struct parser *parser, const struct statement *statement);
/* Reads calls up to a reserved word or the end into RULE; false after an error. */
bool parse_calls(struct cursor *cursor, struct rule *rule);

/* condition.c: reads "if ..." for RULE, whose calls are known; NULL after an error. */
const struct expr *parse_condition(struct cursor *cursor, const struct rule *rule);

/* rule.c: reads all kept rules into the policy. */
void parser_read_rules(struct parser *parser);

/* reach.c: tells rules that can never apply. */
void parser_check_reach(struct parser *parser);

#endif
