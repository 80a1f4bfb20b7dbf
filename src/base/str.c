// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { DISTANCE_MAX_LENGTH = 64 };

static void strbuf_reserve(struct strbuf *buf, size_t more)
{
	size_t want = buf->len + more + 1;

	if (want <= buf->cap)
		return;
	buf->cap = want > buf->cap * 2 ? want : buf->cap * 2;
	buf->text = mem_realloc(buf->text, buf->cap, 1);
}

bool str_has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (; list; list = strchr(list, ',')) {
		list += *list == ',';
		if (strncmp(list, word, len) == 0 && (list[len] == ',' || !list[len]))
			return true;
	}
	return false;
}

void strbuf_add(struct strbuf *buf, const char *text, size_t len)
{
	strbuf_reserve(buf, len);
	memcpy(buf->text + buf->len, text, len);
	buf->len += len;
	buf->text[buf->len] = '\0';
}

void strbuf_puts(struct strbuf *buf, const char *text)
{
	strbuf_add(buf, text, strlen(text));
}

void strbuf_add_choice(struct strbuf *buf, size_t i, size_t n, const char *name)
{
	if (i)
		strbuf_puts(buf, i + 1 < n ? ", " : " or ");
	strbuf_puts(buf, name);
}

void strbuf_printf(struct strbuf *buf, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len > 0) {
		strbuf_reserve(buf, (size_t)len);
		vsnprintf(buf->text + buf->len, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
}

size_t str_decode(const char *from, size_t len, uint32_t *ret_char)
{
	const unsigned char *text = (const unsigned char *)from;
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {
		{ 0x80, 0x00, 0 },
		{ 0xe0, 0xc0, 0x80 },
		{ 0xf0, 0xe0, 0x800 },
		{ 0xf8, 0xf0, 0x10000 },
	};

	for (size_t size = 1; size <= ARRAY_SIZE(forms) && size <= len; size++) {
		uint32_t value = text[0] & (unsigned char)~forms[size - 1].mask;

		if ((text[0] & forms[size - 1].mask) != forms[size - 1].lead)
			continue;
		for (size_t i = 1; i < size; i++) {
			if ((text[i] & 0xc0) != 0x80)
				return 0;
			value = value << 6 | (text[i] & 0x3f);
		}
		if (value < forms[size - 1].least || value > 0x10ffff ||
		    (value >= 0xd800 && value <= 0xdfff))
			return 0;
		*ret_char = value;
		return size;
	}
	return 0;
}

size_t str_step(const char *text, size_t len)
{
	uint32_t c;
	size_t size = str_decode(text, len, &c);

	return size ? size : 1;
}

/* Control characters of both blocks, line separators, and what reorders text on a terminal. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

size_t str_control(const char *text, size_t len)
{
	const unsigned char *bytes = (const unsigned char *)text;
	uint32_t c = 0;
	size_t size = len ? str_decode(text, len, &c) : 0;

	if (!size)
		return len && *bytes >= 0x80 && *bytes < 0xa0;
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
		return size;
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ? size : 0;
}

static void escape_byte(struct strbuf *buf, unsigned char byte)
{
	static const char plain[] = "\a\b\t\n\v\f\r", letters[] = "abtnvfr";
	const char *at = byte ? strchr(plain, byte) : NULL;

	if (at)
		strbuf_printf(buf, "\\%c", letters[at - plain]);
	else
		strbuf_printf(buf, "\\x%02x", byte);
}

void strbuf_escape(struct strbuf *buf, const char *text, size_t len)
{
	const unsigned char *bytes = (const unsigned char *)text;

	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		size_t size = str_decode(text + i, len - i, &c);

		if (size && c == '\\') {
			strbuf_puts(buf, "\\\\");
		} else if (size && !is_unsafe(c)) {
			strbuf_add(buf, text + i, size);
		} else {
			if (!size)
				size = 1;
			for (size_t k = 0; k < size; k++)
				escape_byte(buf, bytes[i + k]);
		}
		i += size;
	}
}

void strbuf_add_safe(struct strbuf *buf, const char *text, size_t len)
{
	for (size_t i = 0, size; i < len; i += size) {
		uint32_t c = 0;
		size_t valid = str_decode(text + i, len - i, &c), control;

		control = str_control(text + i, len - i);
		size = valid ? valid : 1;
		if (valid && !control)
			strbuf_add(buf, text + i, size);
		for (size_t k = 0; k < size && (!valid || control); k++)
			escape_byte(buf, (unsigned char)text[i + k]);
	}
}

/* Returns the value of the hexadecimal digit C, or -1: escapes have lower case ones. */
static int digit_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Returns the length of the escape at TEXT and its byte, or 0 if it is none. */
static size_t read_escape(const char *text, size_t len, char *ret_byte)
{
	static const char plain[] = "\a\b\t\n\v\f\r\\", letters[] = "abtnvfr\\";
	const char *at;
	int high, low;

	if (len < 2 || text[0] != '\\' || !text[1])
		return 0;
	at = strchr(letters, text[1]);
	if (at) {
		*ret_byte = plain[at - letters];
		return 2;
	}
	high = len < 4 || text[1] != 'x' ? -1 : digit_of(text[2]);
	low = high < 0 ? -1 : digit_of(text[3]);
	if (low < 0 || high + low == 0)
		return 0;
	*ret_byte = (char)(high << 4 | low);
	return 4;
}

void strbuf_unescape(struct strbuf *buf, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		char byte = text[i];
		size_t size = read_escape(text + i, len - i, &byte);

		strbuf_add(buf, &byte, 1);
		i += size ? size : 1;
	}
}

bool str_is_command(const char *line)
{
	line += strspn(line, " \t");
	return str_starts(line, "::") || str_starts(line, "##[");
}

void strbuf_escape_start(struct strbuf *buf, const char *text)
{
	size_t blanks = strspn(text, " \t");

	if (str_is_command(text)) {
		strbuf_add(buf, text, blanks);
		strbuf_printf(buf, "\\x%02x", (unsigned char)text[blanks]);
		text += blanks + 1;
	}
	strbuf_escape(buf, text, strlen(text));
}

void strbuf_quote(struct strbuf *buf, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_./,:=@%+";

	if (*word && !word[strspn(word, plain)]) {
		strbuf_puts(buf, word);
		return;
	}
	strbuf_puts(buf, "'");
	for (; *word; word++) {
		if (*word == '\'')
			strbuf_puts(buf, "'\"'\"'");
		else
			strbuf_add(buf, word, 1);
	}
	strbuf_puts(buf, "'");
}

void strbuf_finish(struct strbuf *buf)
{
	free(buf->text);
	*buf = (struct strbuf){ 0 };
}

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int str_distance(const char *a, const char *b, unsigned int limit)
{
	unsigned int rows[3][DISTANCE_MAX_LENGTH + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > DISTANCE_MAX_LENGTH || nb > DISTANCE_MAX_LENGTH)
		return limit + 1;
	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned int *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= nb; j++) {
			row[j] = least(least(row[j - 1], up[j]) + 1,
				       up[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], up2[j - 2] + 1);
		}
	}
	return least(rows[na % 3][nb], limit + 1);
}

const char *str_nearest(const char *name, const char *(*next)(size_t i, void *data), void *data)
{
	unsigned int best = strlen(name) <= 4 ? 1 : 2;
	const char *nearest = NULL, *longer = NULL, *row;
	size_t n_longer = 0;

	for (size_t i = 0; (row = next(i, data)); i++) {
		unsigned int distance = str_distance(name, row, best);

		if (name[0] && name[1] && str_starts(row, name)) {
			longer = row;
			n_longer++;
		}
		if (distance > best || (nearest && distance == best))
			continue;
		nearest = row;
		best = distance;
	}
	if (nearest)
		return nearest;
	return n_longer == 1 ? longer : NULL;
}

bool str_is_among(const char *word, const char *words)
{
	size_t len = strlen(word);

	while (*words) {
		size_t n = strcspn(words, " ");

		if (n == len && strncmp(words, word, n) == 0)
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}
