/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the statements for the pen share. */
#ifndef PINFOLD_POLICY_SETTING_H
#define PINFOLD_POLICY_SETTING_H

#include "policy/parser.h"

/* The words of one statement. */
struct words {
	struct parser *parser;
	const struct source *source;
	struct settings *settings;
	const struct token *verb;
	const char *usage;	/* the hint, unless there is a better one */
	const struct token *at; /* the next word */
};

/* Adds an error at the next word; words_bad() says "'word' is not WHAT". */
struct diag *words_error(struct words *words, const char *message);
struct diag *words_bad(struct words *words, const char *what);

/* Passes the word TEXT if it comes next. */
bool words_accept(struct words *words, const char *text);

/* Returns whether the statement sets what was set at OLD; it does not when an earlier text did, and
 * it is an error when the same text did. */
bool words_replace(struct words *words, const struct place *old);

/* Returns the next word as an absolute path, or NULL after an error. */
char *words_path(struct words *words, bool is_inside);

/* setting_limit.c */
void setting_take_env(struct words *words);
bool setting_is_env_name(const char *name, size_t len);
void setting_take_limit(struct words *words);
void setting_take_rlimit(struct words *words);

/* setting_rights.c */
void setting_take_share(struct words *words);
void setting_take_capability(struct words *words);
void setting_take_tty(struct words *words);
void setting_take_fd(struct words *words);

/* env_file.c: the word is the path. */
void setting_take_env_file(struct words *words);

#endif
