/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the parser share. Reading has two passes: the first cuts all texts into
 * statements, takes what stands for itself (the head, the pen, constants, sets) and keeps the
 * rules; the second reads the rules, when the arches, the kernel and all names are known.
 */
#ifndef PINFOLD_POLICY_PARSER_H
#define PINFOLD_POLICY_PARSER_H

#include "base/input.h"
#include "policy/expr.h"
#include "policy/lex.h"
#include "policy/number.h"
#include "policy/parse.h"
#include "policy/policy.h"
#include "sys/dependent.h"

enum { INCLUDE_DEPTH_MAX = 16, POLICY_BYTES_MAX = 1 << 20 };

enum source_kind { SOURCE_BUILT_IN, SOURCE_OPTION, SOURCE_FILE, SOURCE_SHIPPED };

/* One text and where it came from. Places point to its name, by which it is found again. */
struct source {
	enum source_kind kind;
	const char *name; /* stands in places */
	const char *path; /* resolved, for cycles; NULL: not a file */
	char *folder;	  /* relative paths start there; NULL: the working directory */
	int folder_fd;	  /* the same folder, opened; -1: not */
	const char *text;
	size_t len;
	struct {
		const char **v;
		size_t n, cap;
	} lines;			    /* where each begins; filled when one is asked for */
	const struct source *parent;	    /* the including one; NULL: top level */
	unsigned int first_line, first_end; /* of its first statement; 0: none was found */
	bool is_guarded;	 /* nothing of it is shown unless its first statement is one */
	bool is_secret, is_told; /* guard.c: that is so; its one error was kept */
};

/* A folder in which included files may lie. */
struct policy_folder {
	int fd;
	char *path; /* through no link */
};

/* An opened policy, and the folder that it is in. */
struct policy_file {
	int fd, folder_fd; /* folder_fd -1: none is needed */
	char *path;	   /* through no link */
};

/* One statement, cut into tokens; the last is TOKEN_END. */
struct statement {
	const struct source *source;
	const struct token *tokens;
	size_t n_tokens;
	size_t order;	     /* in the reading of all texts */
	struct extent lines; /* all that it stands on, with the end of the last */
	unsigned int last_line;
};

/* What there may be only so much of: see budget.c. */
enum budget {
	BUDGET_TEXTS,
	BUDGET_BYTES,
	BUDGET_STATEMENTS,
	BUDGET_WORDS,
	BUDGET_RULES,
	BUDGET_CALLS,
	BUDGET_NUMBERS,
	BUDGET_VARIABLES,
	BUDGET_CHECKS,
	BUDGET_WARNINGS,
	BUDGET_ERRORS,
	BUDGET_COUNT,
};

/* What an argument is written with: constants of its family, and those that another argument
 * chooses. */
struct wording {
	enum family family;
	const struct dependent *dependent; /* the first row; NULL: none */
};

/* What a constant means to arguments that are written with the same. */
struct constant_value {
	const struct constant_value *next;
	struct wording words;
	struct value value;
};

/* A call in a set of the policy, with what sets within it hold. */
struct member {
	const char *name;
	bool is_pinned; /* it comes from a built-in set */
};

/* A constant or set of the policy: the tokens after "=", and what they mean. Its value is found out
 * once: a hundred definitions, each of which names the one before it twice, would else stand for
 * more than can be written. */
struct definition {
	struct statement statement;
	const char *name;
	struct place place;
	const struct token *tokens;	     /* to TOKEN_END */
	const struct constant_value *values; /* of a constant: those asked for */
	unsigned int depth;	      /* how many constants there are within it, in a chain */
	const struct member *members; /* of a set */
	size_t n_members;
	bool is_bad; /* what it holds is not known, which was an error */
};

struct definitions {
	struct definition *v;
	size_t n, cap;
	size_t *slots, n_slots; /* by name, 1 + the number of the first that has it; 0: free */
};

struct parser {
	struct policy *policy;
	struct diags *diags;
	size_t n_errors;
	struct {
		struct source **v;
		size_t n, cap;
	} sources;
	struct definitions constants, sets;
	struct {
		struct statement *v;
		size_t n, cap;
	} rules;
	struct {
		const char **v;
		size_t n, cap;
	} files;
	struct {
		struct policy_folder *v;
		size_t n, cap;
	} folders; /* of --include-dir */
	size_t spent[BUDGET_COUNT];
	bool is_rules_only;	      /* of what is not shipped */
	bool is_exhausted;	      /* a budget is: nothing more is read */
	const struct settings *walls; /* by which the built-in rules are chosen */
	struct place policy_place, kernel_place;
	size_t n_statements;
	int err; /* a file could not be read: -errno */
};

/* Adds an error or a warning at PLACE, with its line; the pointer is for a hint. */
#define parser_error(parser, place, ...) \
	parser_mark(parser, diags_add((parser)->diags, DIAG_ERROR, place, __VA_ARGS__), place)
#define parser_warn(parser, place, ...) \
	parser_mark(parser, diags_add((parser)->diags, DIAG_WARNING, place, __VA_ARGS__), place)
struct diag *parser_mark(struct parser *parser, struct diag *diag, const struct place *place);

/* Returns the source in which PLACE is, or NULL. */
struct source *parser_source(const struct parser *parser, const struct place *place);

/* Returns whether PLACE is in the built-in rules. */
bool parser_is_built_in(const struct parser *parser, const struct place *place);

/* Adds "unexpected 'x'", or its reason for a token that is none; OF names what was wanted. */
struct diag *parser_unexpected(struct parser *parser, const struct token *token, const char *want);

/* budget.c: takes N of BUDGET for what stands at PLACE (NULL: nowhere). Returns whether there was
 * as much left; if not, this is an error, and nothing more is read. */
bool parser_spend(struct parser *parser, const struct place *place, enum budget budget, size_t n);
/* Returns whether there is anything left; else that is an error at PLACE. For loops that read on.
 */
bool parser_goes_on(struct parser *parser, const struct place *place);

/* source.c: adds texts and reads them to the end. */
void parser_read_text(struct parser *parser, struct source *source);
struct source *parser_add_source(struct parser *parser, enum source_kind kind, const char *name);
/* Returns PATH made absolute against the folder of SOURCE, without "." and doubled "/". */
char *parser_path(struct parser *parser, const struct source *source, const char *path);
/* As parser_path(), without ".." too: the same file where no folder of PATH is a link. */
char *parser_lexical_path(struct parser *parser, const struct source *source, const char *path);

/* file.c: reads the policy NAME, which PARENT includes at PLACE (both NULL: the caller names it).
 */
void parser_read_file(struct parser *parser, const char *name, const struct source *parent,
		      const struct place *place);
void policy_file_finish(struct policy_file *file);

/* A FIFO, a terminal, a device: nothing is waited for. */
#define POLICY_OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* include.c: opens the file NAME that PARENT includes; 0, or -errno: -EXDEV when it lies where it
 * may not. The caller calls policy_file_finish(). */
int include_open(struct parser *parser, const struct source *parent, const char *name,
		 struct policy_file *ret_file);
/* Opens the folders of SOURCE in which included files may lie, too. */
void include_add_folders(struct parser *parser, const struct policy_source *source);
void policy_folder_finish(struct policy_folder *folder);

/* guard.c: takes the words out of the diagnostics from FIRST on that show what may be no policy. */
void parser_hide_secrets(struct parser *parser, size_t first);

/* Returns whether the text of SOURCE is text; else adds an error at the byte that is not. */
bool parser_check_bytes(struct parser *parser, const struct source *source);

/* statement.c: takes one statement. */
void parser_take(struct parser *parser, struct source *source, struct lexer *lexer);

/* statement.c: adds the hint for an unknown arch NAME. */
void parser_hint_arch(struct parser *parser, const char *name);

/* setting.c: takes STATEMENT, for the pen, by its row. */
struct setting_row;
void setting_take(struct parser *parser, const struct setting_row *row,
		  const struct statement *statement);
/* Returns the row of STATEMENT, which begins as a rule and is one for the pen, or NULL. */
const struct setting_row *setting_find_rule(const struct statement *statement);

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
/* Returns whether the token is a word of the grammar of rules: on if and or not in has any only. */
bool token_is_reserved(const struct token *token);

/* cursor.c: reads an action and passes it; false after an error. */
bool parse_action(struct cursor *cursor, const char *verb, struct action *ret_action);

/* definition.c: gives the definition of NAME that stands before the statement number ORDER, or
 * NULL; valid until the next is added. */
struct definition *definition_find(const struct definitions *all, const char *name, size_t order);
/* Adds what STATEMENT, "const NAME = ..." or "set @NAME = ...", defines. */
struct definition *definition_add(struct definitions *all, const struct statement *statement);
void definitions_finish(struct definitions *all);

/* value.c: reads a value for an argument of WORDS and passes it; false after an error. */
bool parse_value(struct cursor *cursor, const struct wording *words, struct value *ret_value);
/* Takes "const NAME = value". */
void parser_take_constant(struct parser *parser, const struct statement *statement);

/* set_members.c: takes "set @NAME = call..." and expands sets. */
void parser_take_set(struct parser *parser, const struct statement *statement);
/* Finds what the sets hold, when all are known. */
void parser_gather_sets(struct parser *parser);
/* Reads calls up to a reserved word or the end into RULE; false after an error. */
/* The members of a set while they are gathered. */
struct member_list {
	struct member *v;
	size_t n, cap;
};

/* Adds what the set WORD holds to MEMBERS, as seen in statement number ORDER. Returns false after
 * an error. */
bool parser_add_members(struct parser *parser, const struct token *word, size_t order,
			struct member_list *members);
/* callset.c: hints at the call whose name is next to NAME, if one is near. */
void parser_hint_call(struct parser *parser, const char *name);
/* Reads the calls of a rule; returns false after an error. */
bool parse_calls(struct cursor *cursor, struct rule *rule);

/* condition.c: reads "if ..." for RULE, whose calls are known; NULL after an error. */
const struct expr *parse_condition(struct cursor *cursor, const struct rule *rule);

/* rule.c: reads all kept rules into the policy. */
void parser_read_rules(struct parser *parser);

/* reach.c: tells rules that can never apply. */
void parser_check_reach(struct parser *parser);

#endif
