/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A statement for the pen is one row: the parser, the printer, the options with their help, diff,
 * merge and lint know nothing else about it. The rows of all files together are in the order of the
 * canonical text.
 */
#ifndef PINFOLD_POLICY_SETTING_ROW_H
#define PINFOLD_POLICY_SETTING_ROW_H

#include "base/str.h"
#include "policy/change.h"
#include "policy/exposure.h"
#include "policy/settings.h"

enum { SETTING_OPTIONS = 2 };

/* An option that is the statement. */
struct setting_option {
	const char *name; /* without dashes; NULL: there is none */
	char letter;	  /* 0: none */
	const char *argument, *help;
	const char *lead; /* how the statement starts; NULL: with the option's name */
};

/* What of the pen a statement is about; --help groups the options by it. */
enum setting_part {
	SETTING_PEN, /* none of the following */
	SETTING_FILES,
	SETTING_LIMITS,
};

typedef void setting_linter(const struct settings *settings, size_t i, struct exposures *list);

/* For a statement that exposes nothing. */
setting_linter setting_exposes_nothing;

/* For a statement that needs no namespaces. */
const char *setting_needs_none(const struct settings *settings, size_t i);

struct words; /* policy/setting.h: those of one statement */

struct setting_row {
	const char *verb;
	bool is_rule;	    /* written like a rule, which shares the verb; it has no words */
	bool is_one;	    /* of two of them only one applies */
	size_t least, most; /* words after the verb */
	const char *usage;  /* the hint after an error */
	enum setting_part part;
	struct setting_option options[SETTING_OPTIONS];

	void (*take)(struct words *words);

	/* Returns where statement number I of the kind is, or a place without a file if it is not
	 * written; NULL past the last one. */
	const struct place *(*at)(const struct settings *settings, size_t i);

	/* Appends the words of statement number I, which is written, each after a blank. */
	void (*print)(const struct settings *settings, size_t i, struct strbuf *buf);

	setting_comparer *compare;

	/* Adds what statement number I, which is written, exposes. */
	setting_linter *lint;
	const struct lint_check *checks; /* all that it may find, and that no earlier row has */
	size_t n_checks;

	/* Whether statement number I says what applies without it; NULL: none does. */
	bool (*is_default)(const struct settings *settings, size_t i);

	/* Returns NULL if a pen without namespaces can hold statement number I, which is written,
	 * or why not. Without this function none of its kind can be. */
	const char *(*without_namespaces)(const struct settings *settings, size_t i);

	/* Whether the order of statement number I and another of its kind matters; NULL: it never
	 * does. */
	bool (*is_ordered)(const struct settings *settings, size_t i);

	/* Whether policies that are merged have statement number I of SETTINGS even if OTHER, one
	 * of them, does not; NULL: what only some have is left out. */
	bool (*is_joined)(const struct settings *settings, size_t i, const struct settings *other);
};

/* Returns row number I, or NULL past the last one. */
const struct setting_row *setting_row(size_t i);

/* Returns the row of VERB, or NULL if there is none, or it is written like a rule. */
const struct setting_row *setting_find(const char *verb);

/* Returns why a pen without namespaces cannot hold statement number I of ROW, which is written;
 * NULL: it can, as far as the statement itself shows. */
const char *setting_find_obstacle(const struct settings *settings, const struct setting_row *row,
				  size_t i);

/* A statement for the pen in canonical form. */
struct setting_line {
	const struct setting_row *row;
	size_t index; /* among its kind */
	char *text;   /* without a newline; owned */
};
struct setting_lines {
	struct setting_line *v;
	size_t n, cap;
};

/* Returns the statements of SETTINGS in canonical order; free them with setting_lines_finish(). */
struct setting_lines setting_list(const struct settings *settings);

void setting_lines_finish(struct setting_lines *lines);

#endif
