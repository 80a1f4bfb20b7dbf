/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the parser share. Reading has two passes: the first splits all texts into
 * statements, takes those that do not depend on others (the head, the pen, constants, sets) and
 * keeps the rules; the second reads the rules, when the arches, the kernel and all names are known.
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

/* A text and where it came from. Places point to its name, by which it is found again. */
struct source {
	enum source_kind kind;
	const char *name; /* used in places */
	const char *path; /* resolved, for cycles; NULL: not a file */
	char *folder;	  /* directory of relative paths; NULL: the working directory */
	int folder_fd;	  /* the same directory, opened; -1: it is not */
	const char *text;
	size_t len;
	struct {
		const char **v;
		size_t n, cap;
	} lines;			    /* where each begins; filled on demand */
	const struct source *parent;	    /* the including one; NULL: top level */
	unsigned int first_line, first_end; /* of its first statement; 0: none was found */
	bool is_guarded;		    /* not shown unless its first statement is valid */
	bool is_secret, is_told;	    /* secret.c: that is so; its one error was kept */
};

/* A directory in which included files may be. */
struct policy_folder {
	int fd;
	char *path; /* through no link */
};

/* An opened policy, and the directory that it is in. */
struct policy_file {
	int fd, folder_fd; /* folder_fd -1: none is needed */
	char *path;	   /* through no link */
};

/* A statement, split into tokens; the last one is TOKEN_END. */
struct statement {
	const struct source *source;
	const struct token *tokens;
	size_t n_tokens;
	size_t order;	     /* in reading order of all texts */
	struct extent lines; /* all its lines, with the end of the last */
	unsigned int last_line;
};

/* Limited resources: see budget.c. */
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

/* What an argument is written with: constants of its family, and those that depend on another
 * argument. */
struct wording {
	enum family family;
	const struct dependent *dependent; /* the first row; NULL: none */
};

/* What a constant means for arguments with the same wording. */
struct constant_value {
	const struct constant_value *next;
	struct wording words;
	struct value value;
};

/* A call in a set of the policy, or in a set within it. */
struct member {
	const char *name;
	bool is_pinned; /* it comes from a built-in set */
};

/* A constant or set of the policy: the tokens after "=", and what they mean. Its value is computed
 * once: otherwise a hundred definitions, each of which names the previous one twice, would expand
 * to more than can be written. */
struct definition {
	struct statement statement;
	const char *name;
	struct place place;
	const struct token *tokens;	     /* to TOKEN_END */
	const struct constant_value *values; /* of a constant: those needed so far */
	unsigned int depth;		     /* how many constants it contains in a chain */
	const struct member *members;	     /* of a set */
	size_t n_members;
	bool is_bad; /* its contents are unknown, which was an error */
};

struct definitions {
	struct definition *v;
	size_t n, cap;
	size_t *slots, n_slots; /* by name: 1 + the number of the first definition; 0: free */
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
	} folders; /* from --include-dir */
	size_t spent[BUDGET_COUNT];
	bool is_rules_only;	      /* of what is not shipped */
	bool is_exhausted;	      /* a budget is exhausted: nothing more is read */
	const struct settings *walls; /* they select the built-in rules */
	struct place policy_place, kernel_place;
	size_t n_statements;
	int err; /* a file could not be read: -errno */
};

/* parse.c: frees a parser of the heap, without its policy; NULL is allowed. */
void parser_destroy(struct parser *parser);

/* Adds an error or a warning at PLACE, with its line; the pointer is for a hint. */
#define parser_error(parser, place, ...) \
	parser_mark(parser, diags_add((parser)->diags, DIAG_ERROR, place, __VA_ARGS__), place)
#define parser_warn(parser, place, ...) \
	parser_mark(parser, diags_add((parser)->diags, DIAG_WARNING, place, __VA_ARGS__), place)
struct diag *parser_mark(struct parser *parser, struct diag *diag, const struct place *place);

/* Returns the source that contains PLACE, or NULL. */
struct source *parser_source(const struct parser *parser, const struct place *place);

/* Returns whether PLACE is in the built-in rules. */
bool parser_is_built_in(const struct parser *parser, const struct place *place);

/* Adds "unexpected 'x'", or the reason of a TOKEN_BAD; WANT names what was expected. */
struct diag *parser_unexpected(struct parser *parser, const struct token *token, const char *want);

/* budget.c: takes N from BUDGET for what is at PLACE (NULL: nowhere). Returns whether enough was
 * left; if not, this is an error, and nothing more is read. */
bool parser_spend(struct parser *parser, const struct place *place, enum budget budget, size_t n);
/* Returns whether anything is left; otherwise adds an error at PLACE. For loops that read on. */
bool parser_goes_on(struct parser *parser, const struct place *place);

/* source.c: adds a text and reads it to the end. */
void parser_read_text(struct parser *parser, struct source *source);
struct source *parser_add_source(struct parser *parser, enum source_kind kind, const char *name);
/* Returns PATH made absolute against the directory of SOURCE, without "." and doubled "/". */
char *parser_path(struct parser *parser, const struct source *source, const char *path);
/* Like parser_path(), without ".." too: the same file if no directory in PATH is a link. */
char *parser_lexical_path(struct parser *parser, const struct source *source, const char *path);

/* file.c: reads the policy NAME, which PARENT includes at PLACE (both NULL: the caller names
 * it). */
void parser_read_file(struct parser *parser, const char *name, const struct source *parent,
		      const struct place *place);
void policy_file_finish(struct policy_file *file);

/* Never blocks on a FIFO, a terminal or a device. */
#define POLICY_OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* include.c: opens the file NAME that PARENT includes. Returns 0, or -errno: -EXDEV when it is not
 * where it may be. The caller calls policy_file_finish(). */
int include_open(struct parser *parser, const struct source *parent, const char *name,
		 struct policy_file *ret_file);
/* Opens the additional directories of SOURCE for included files. */
void include_add_folders(struct parser *parser, const struct policy_source *source);
void policy_folder_finish(struct policy_folder *folder);

/* secret.c: removes the text from the diagnostics from FIRST on that may quote something other than
 * a policy. */
void parser_hide_secrets(struct parser *parser, size_t first);

/* Returns whether the contents of SOURCE are text; otherwise adds an error at the offending
 * byte. */
bool parser_check_bytes(struct parser *parser, const struct source *source);

/* foreign.c: returns whether SOURCE is a file of another kind, after adding an error that names
 * it. */
bool parser_refuse_foreign(struct parser *parser, const struct source *source);

/* statement.c: returns whether VERB is that of a statement, or could be a misspelt one. */
bool parser_knows_verb(const struct token *verb);

/* statement.c: reads one statement. */
void parser_take(struct parser *parser, struct source *source, struct lexer *lexer);

/* statement.c: adds the hint for an unknown arch NAME. */
void parser_hint_arch(struct parser *parser, const char *name);

/* setting.c: reads STATEMENT, which is for the pen, according to its row. */
struct setting_row;
void setting_take(struct parser *parser, const struct setting_row *row,
		  const struct statement *statement);
/* Returns the row of STATEMENT if it starts like a rule but is for the pen, or NULL. */
const struct setting_row *setting_find_rule(const struct statement *statement);

/* A reader of tokens, for rules. */
struct cursor {
	struct parser *parser;
	const struct token *token;
	size_t order; /* of the statement: names defined later are not visible */
};

static inline bool cursor_is(const struct cursor *cursor, const char *text)
{
	return (cursor->token->kind == TOKEN_NAME || cursor->token->kind == TOKEN_SIGN) &&
	       str_eq(cursor->token->text, text);
}

/* Consumes the word or sign TEXT if it comes next. */
bool cursor_accept(struct cursor *cursor, const char *text);
/* Returns whether the token is a reserved word of rules: on if and or not in has any only. */
bool token_is_reserved(const struct token *token);

/* cursor.c: parses an action and consumes it; returns false after an error. */
bool parse_action(struct cursor *cursor, const char *verb, struct action *ret_action);

/* definition.c: returns the definition of NAME that comes before statement number ORDER, or NULL;
 * valid until the next one is added. */
struct definition *definition_find(const struct definitions *all, const char *name, size_t order);
/* Adds what STATEMENT, "const NAME = ..." or "set @NAME = ...", defines. */
struct definition *definition_add(struct definitions *all, const struct statement *statement);
void definitions_finish(struct definitions *all);

/* value.c: parses a value for an argument of WORDS and consumes it; returns false after an
 * error. */
bool parse_value(struct cursor *cursor, const struct wording *words, struct value *ret_value);
/* Reads "const NAME = value". */
void parser_take_constant(struct parser *parser, const struct statement *statement);

/* set_members.c: reads "set @NAME = call..." and expands sets. */
void parser_take_set(struct parser *parser, const struct statement *statement);
/* Computes what the sets hold, once all are known. */
void parser_gather_sets(struct parser *parser);
/* The members of a set while they are collected. */
struct member_list {
	struct member *v;
	size_t n, cap;
};

/* Adds the contents of the set WORD to MEMBERS, as seen by statement number ORDER. Returns false
 * after an error. */
bool parser_add_members(struct parser *parser, const struct token *word, size_t order,
			struct member_list *members);
/* callset.c: hints at the call whose name is closest to NAME, if any is close. */
void parser_hint_call(struct parser *parser, const char *name);
/* Parses the calls of a rule; returns false after an error. */
bool parse_calls(struct cursor *cursor, struct rule *rule);

/* condition.c: parses "if ..." for RULE, whose calls are known; NULL after an error. */
const struct expr *parse_condition(struct cursor *cursor, const struct rule *rule);

/* rule.c: reads all kept rules into the policy. */
void parser_read_rules(struct parser *parser);
/* Drops the kept rules that the pen does not need. */
void parser_drop_idle(struct parser *parser);

/* reach.c: reports rules that can never apply. */
void parser_check_reach(struct parser *parser);

#endif
