/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON from outside, read with the place of each key and value and with duplicate members, neither
 * of which json-c keeps. Strict: anything outside RFC 8259 is an error.
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
	const char *text; /* the content of a string; a number, true or false as written; else "" */
	const char *key;  /* of a member; NULL: an item of a list, or the top level */
	struct place key_place;
	const struct json_value *first, *next; /* items or members in the order of the text */
};

/* A text and the values in it; json_text_finish() frees them all. */
struct json_text {
	const char *file;
	char *text;
	size_t len;
	struct arena arena;
	const struct json_value *value;
};

/*
 * Reads the file or pipe PATH, of at most LIMIT bytes. Returns 0, or -EINVAL with an error at its
 * place in DIAGS. The caller finishes *ret_text in both cases; PATH must live as long as it does.
 */
int json_text_read(const char *path, size_t limit, struct json_text *ret_text, struct diags *diags);

/* Takes ITEM of the list KEY, which is valid only during the call; returns whether to go on. */
struct json_taker {
	bool (*take)(void *data, const char *key, const struct json_value *item);
	void *data;
};

/* The same for a text whose top level is an object with long lists: each of their items goes to
 * TAKER while the text is read, and is not kept. An item that takes too much memory is an error,
 * and so is what TAKER does not want, which says so itself. */
int json_text_read_items(const char *path, size_t limit, const struct json_taker *taker,
			 struct json_text *ret_text, struct diags *diags);

/* The same as json_text_read() for LEN bytes at TEXT, which *ret_text takes over; NAME is the file
 * name in places. */
int json_text_take(const char *name, char *text, size_t len, struct json_text *ret_text,
		   struct diags *diags);

/* Appends a diagnostic for PLACE with the line it is on; see diags_add(). */
struct diag *json_text_diag(const struct json_text *text, struct diags *diags,
			    enum diag_level level, const struct place *place, const char *format,
			    ...) __attribute__((format(printf, 5, 6)));

/* Returns the name of KIND with its article: "an object". */
const char *json_kind_name(enum json_kind kind);

void json_text_finish(struct json_text *text);

#endif
