/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings: comparison, a growing buffer, escaping of untrusted text. */
#ifndef PINFOLD_BASE_STR_H
#define PINFOLD_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool str_eq(const char *a, const char *b)
{
	/* Most names that are compared differ in their first byte: that saves the call. */
	return *a == *b && strcmp(a, b) == 0;
}

static inline bool str_starts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

/* Returns whether WORD is one of WORDS, which are separated by single blanks. */
bool str_is_among(const char *word, const char *words);

static inline bool str_ends(const char *str, const char *suffix)
{
	size_t len = strlen(str), end = strlen(suffix);

	return len >= end && str_eq(str + len - end, suffix);
}

/* Returns whether WORD is in LIST, which has commas between its words. */
bool str_has_word(const char *list, const char *word);

/* A text that grows; {0} is an empty one. text is NULL or terminated. */
struct strbuf {
	char *text;
	size_t len, cap;
};

/* Appends; never fails (base/mem.h). */
void strbuf_add(struct strbuf *buf, const char *text, size_t len);
void strbuf_puts(struct strbuf *buf, const char *text);
void strbuf_printf(struct strbuf *buf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends NAME, which is number I of N that one can choose from: "a, b or c". */
void strbuf_add_choice(struct strbuf *buf, size_t i, size_t n, const char *name);

/*
 * Appends LEN bytes with C escapes: backslash doubled, control characters and anything that is not
 * valid UTF-8 as \n, \t, \r or \xNN. The result is valid UTF-8 and harmless on a terminal (C1
 * control characters and bidirectional overrides are escaped too).
 */
void strbuf_escape(struct strbuf *buf, const char *text, size_t len);

/* Appends LEN bytes that should already be harmless on a terminal and valid UTF-8: what is not is
 * escaped, and backslashes stay as they are. */
void strbuf_add_safe(struct strbuf *buf, const char *text, size_t len);

/* Appends what strbuf_escape() made the LEN bytes at TEXT from. What it never writes stays as it
 * is, and so does an escaped NUL. */
void strbuf_unescape(struct strbuf *buf, const char *text, size_t len);

/* Returns whether a CI runner would take a line that begins with LINE for a command. */
bool str_is_command(const char *line);
/* Like strbuf_escape(), for TEXT at the start of a line: a CI runner's command is defused too. */
void strbuf_escape_start(struct strbuf *buf, const char *text);

/* Appends WORD as one word for a POSIX shell: unchanged if it is plain, else in single quotes. Adds
 * no backslash, which strbuf_escape() would double: then quoted text would be run. */
void strbuf_quote(struct strbuf *buf, const char *word);

/*
 * Returns the length of the UTF-8 character that TEXT, of LEN bytes, begins with, and the
 * character, or 0 when the bytes are not its shortest form (RFC 3629: no surrogates, nothing above
 * U+10FFFF).
 */
size_t str_decode(const char *text, size_t len, uint32_t *ret_char);

/* Returns the length of that character, or 1: text is walked by it, because a byte inside a
 * character may look like a control character. */
size_t str_step(const char *text, size_t len);

/* Returns the length of the control character that TEXT, of LEN bytes, begins with, or 0: one of
 * either block, also as a lone byte, a line separator, or what reorders text on a terminal. */
size_t str_control(const char *text, size_t len);

void strbuf_finish(struct strbuf *buf);

/*
 * Returns the number of single-character edits (insertion, deletion, replacement, swap of
 * neighbours) between two names, or LIMIT + 1 when it exceeds LIMIT: for "did you mean".
 */
unsigned int str_distance(const char *a, const char *b, unsigned int limit);

/*
 * Returns the closest match for NAME within two edits (one, for a short NAME), among the names that
 * NEXT returns for 0, 1 ... until NULL; or else the only one that starts with NAME, unless that
 * is a single character; or else NULL.
 */
const char *str_nearest(const char *name, const char *(*next)(size_t i, void *data), void *data);

#endif
