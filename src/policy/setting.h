/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the statements for the pen share. */
#ifndef PINFOLD_POLICY_SETTING_H
#define PINFOLD_POLICY_SETTING_H

#include "policy/parser.h"
#include "policy/setting_row.h"

/* The words of one statement. */
struct words {
	struct parser *parser;
	const struct source *source;
	struct settings *settings;
	const struct token *verb;
	struct extent lines;	/* of the statement */
	const char *usage;	/* the hint, unless there is a better one */
	const struct token *at; /* the next word */
};

/* The rows of one file, in the order of the canonical text. */
struct setting_table {
	const struct setting_row *rows;
	size_t n;
};

/* The members "checks" and "n_checks" of a row. */
#define SETTING_CHECKS(table) .checks = (table), .n_checks = ARRAY_SIZE(table)

/* Defines NAME as the table of the array ROWS. */
#define SETTING_TABLE(name, rows) const struct setting_table name = { rows, ARRAY_SIZE(rows) }

extern const struct setting_table setting_table_pen, setting_table_shown, setting_table_device,
	setting_table_inside, setting_table_namespace, setting_table_connect, setting_table_env,
	setting_table_capability, setting_table_limit, setting_table_handed;

/* Defines NAME(), the "at" of a row, for MEMBER of struct settings, which occurs once. */
#define SETTING_AT(name, member)                                                   \
	static const struct place *name(const struct settings *settings, size_t i) \
	{                                                                          \
		return i ? NULL : &settings->member.place;                         \
	}

/* The same for a member that is a list. */
#define SETTING_AT_EACH(name, list)                                                \
	static const struct place *name(const struct settings *settings, size_t i) \
	{                                                                          \
		return i < settings->list.n ? &settings->list.v[i].place : NULL;   \
	}

/* Like array_append(), for a list of the settings: its memory belongs to the policy. */
#define words_append(words, list) \
	arena_append(&(words)->parser->policy->arena, &(words)->settings->list)

/* Add an error at the next word; words_bad() says "'word' is not WHAT". */
struct diag *words_error(struct words *words, const char *message);
struct diag *words_bad(struct words *words, const char *what);

/* Consumes the next word, which must be one of NAME(0) to NAME(N - 1), and stores which in *RET_I;
 * returns false after an error that says that it is not WHAT, and lists them. */
bool words_choose(struct words *words, size_t n, const char *(*name)(size_t i), const char *what,
		  size_t *ret_i);

/* Consumes the word TEXT if it comes next. */
bool words_accept(struct words *words, const char *text);

/* Returns whether the statement sets what was set at OLD: not if an earlier text did, and it is an
 * error if the same text did. */
bool words_replace(struct words *words, const struct place *old);

/* Returns the next word as an absolute path, or NULL after an error. */
char *words_path(struct words *words, bool is_inside);

/* Returns whether the next word is a path inside the pen, which starts with "/"; otherwise adds an
 * error: if only the pen's own tree can be meant, a path relative to something outside is
 * invalid. */
bool words_is_absolute(struct words *words);

/* Takes the next word as the path of a statement that occurs once. */
void words_set_path(struct words *words, struct path_setting *setting, bool is_inside);

/* setting_shown.c: returns the last bind on TARGET, which is the visible one, or NULL. */
const struct bind_setting *setting_find_bind(const struct settings *settings, const char *target);
/* Returns whether the pen shows something at PATH, or around it, without a statement for it. */
bool setting_is_shown_by_default(const struct settings *settings, const char *path);

/* Returns whether the LEN bytes of NAME are the name of a variable. */
bool setting_is_env_name(const char *name, size_t len);

/* setting_connect.c: once all statements are read, adds an error if connect does not go with the
 * network; otherwise it is the relay's. */
void setting_conclude_network(struct parser *parser);

/* env_file.c: the word is the path. */
void setting_take_env_file(struct words *words);

#endif
