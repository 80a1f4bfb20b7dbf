/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words that an option chooses from. They come from the rows that do the work: formats,
 * sources, grades. So a new row is known to the option, its error and --help, and listed nowhere
 * else.
 */
#ifndef PINFOLD_CMD_CHOICE_H
#define PINFOLD_CMD_CHOICE_H

#include "base/diag.h"
#include "base/str.h"

/* Instead of a value: the option was not given. */
enum { CHOICE_NONE = -1 };

struct choice_word {
	const char *name;
	const char *about; /* what it is, for the hint; NULL: its name says it all */
	int value;
};

struct choice {
	const char *one, *many; /* "format", "formats" */
	/* Returns whether there is a word number I, in listing order. */
	bool (*word)(size_t i, struct choice_word *ret_word);
};

/* Stores the value of the word NAME in *ret_value; returns whether there is one. */
bool choice_find(const struct choice *choice, const char *name, int *ret_value);

/* Returns the name of the first word with VALUE, or NULL. */
const char *choice_name(const struct choice *choice, int value);

/* Appends the names of all words, with JOINT between them. */
void choice_list(const struct choice *choice, const char *joint, struct strbuf *buf);

/* Adds a hint to the last error: the words, followed by AFTER. */
void choice_hint(const struct choice *choice, const char *after, struct diags *diags);

#endif
