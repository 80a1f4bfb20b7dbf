/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that the report's schema has for values of enums, both to write and to read them. */
#ifndef PINFOLD_REPORT_JSON_WORD_H
#define PINFOLD_REPORT_JSON_WORD_H

#include <stdbool.h>
#include <stddef.h>

/* Value I is word I. */
struct json_words {
	const char *const *v;
	size_t n;
};

extern const struct json_words json_modes;    /* enum report_mode */
extern const struct json_words json_ends;     /* enum exit_by */
extern const struct json_words json_authors;  /* enum denial_by */
extern const struct json_words json_deciders; /* enum verdict_by */
extern const struct json_words json_objects;  /* enum record_object */
extern const struct json_words json_uses;     /* enum record_access */
extern const struct json_words json_causes;   /* enum record_cause */
extern const struct json_words json_refusals; /* enum record_refusal */

static inline const char *json_word_of(const struct json_words *words, unsigned int value)
{
	return words->v[value];
}

/* Stores the value of WORD in *ret_value; returns whether there is one. */
bool json_word_find(const struct json_words *words, const char *word, unsigned int *ret_value);

#endif
