/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON that others wrote, read with the place of each key and value and with every member as often
 * as it stands there, which json-c does not keep. Strict: what RFC 8259 does not have is an error.
 */
#ifndef PINFOLD_BASE_JSON_TEXT_H
#define PINFOLD_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/mem.h"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_LIST, JSON_OBJECT };

struct json_value {
	enum json_kind kind;
	struct place place;
	const char *text; /* a string's content, a number as it is written; else "" */
	const char *key;  /* of a member; NULL: an item of a list, or the whole */
	struct place key_place;
	const struct json_value *first, *next; /* items or members, as they stand in the text */
};

/* A text with the values in it, all of which json_text_finish() frees. */
struct json_text {
	const char *file;
	char *text;
	size_t len;
	struct arena arena;
	const struct json_value *value;
};

/*
 * Reads the file or pipe PATH, of at most LIMIT bytes. Returns 0, or -EINVAL with an error at its
 * place in DIAGS. *ret_text is to be finished in both cases; PATH must live as long.
 */
int json_text_read(const char *path, size_t limit, struct json_text *ret_text, struct diags *diags);

/* The same of LEN bytes at TEXT, which is *ret_text's then; NAME stands in places. */
int json_text_take(const char *name, char *text, size_t len, struct json_text *ret_text,
		   struct diags *diags);

/* Appends a diagnostic for PLACE with the line that stands there; see diags_add(). */
struct diag *json_text_diag(const struct json_text *text, struct diags *diags,
			    enum diag_level level, const struct place *place, const char *format,
			    ...) __attribute__((format(printf, 5, 6)));

/* Returns what a value of KIND is called: "an object". */
const char *json_kind_name(enum json_kind kind);

void json_text_finish(struct json_text *text);

#endif
