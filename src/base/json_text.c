// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A recursive-descent reader of JSON, bounded in depth by DEPTH_MAX and in memory by the length of
 * the text. Strings are stored as the bytes they stand for; one that contains a NUL is refused,
 * because everything downstream relies on the terminator.
 */
#include "base/json_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input.h"
#include "base/str.h"

enum { DEPTH_MAX = 32, SOURCE_MAX = 400 };

/* An empty list is two bytes of text, and eighty in memory. */
enum { MEMORY_MAX = 256 << 20 };

struct text_reader {
	struct json_text *text;
	struct diags *diags;
	const char *at, *end, *line_start;
	unsigned int line;
	int depth;
	const struct json_taker *taker; /* NULL: none */
	const char *key;		/* of the member of the top level that is being read */
};

static struct json_value *read_value(struct text_reader *reader);

static struct place place_of(const struct text_reader *reader, const char *at)
{
	return (struct place){ reader->text->file, reader->line,
			       (unsigned int)(at - reader->line_start) + 1 };
}

static void *fail(struct text_reader *reader, const char *at, const char *what)
{
	const struct place place = place_of(reader, at);

	/* Without the source line: what is not JSON may be any file. */
	diags_add(reader->diags, DIAG_ERROR, &place, "not valid JSON: %s", what);
	return NULL;
}

static void skip_blanks(struct text_reader *reader)
{
	for (; reader->at < reader->end; reader->at++) {
		if (*reader->at == '\n') {
			reader->line++;
			reader->line_start = reader->at + 1;
		} else if (*reader->at != ' ' && *reader->at != '\t' && *reader->at != '\r') {
			return;
		}
	}
}

static bool accept(struct text_reader *reader, char c)
{
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

static bool read_hex(struct text_reader *reader, unsigned int *ret_code)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	unsigned int code = 0;

	if (reader->end - reader->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		const char *digit = memchr(digits, *reader->at++, sizeof(digits) - 1);

		if (!digit)
			return false;
		code = code << 4 | ((unsigned int)(digit - digits) & 0xf);
	}
	*ret_code = code;
	return true;
}

/* Appends CODE as UTF-8; half a surrogate pair becomes U+FFFD, as in other decoders. */
static char *put_code(char *to, unsigned int code)
{
	if (code >= 0xd800 && code < 0xe000)
		code = 0xfffd;
	if (code < 0x80) {
		*to++ = (char)code;
		return to;
	}
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	return to;
}

/* Reads what follows "\u"; returns NULL when it is not a character. */
static char *read_code(struct text_reader *reader, char *to)
{
	unsigned int code, low;
	const char *after;

	if (!read_hex(reader, &code) || !code)
		return NULL;
	after = reader->at;
	if (code >= 0xd800 && code < 0xdc00 && accept(reader, '\\') && accept(reader, 'u') &&
	    read_hex(reader, &low) && low >= 0xdc00 && low < 0xe000)
		return put_code(to, 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff));
	reader->at = after;
	return put_code(to, code);
}

static char *read_escape(struct text_reader *reader, char *to)
{
	static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (reader->at == reader->end)
		return NULL;
	if (accept(reader, 'u'))
		return read_code(reader, to);
	name = memchr(names, *reader->at++, sizeof(names) - 1);
	if (!name)
		return NULL;
	*to++ = meanings[name - names];
	return to;
}

/* Reads a string in place: the escaped form is never shorter than what it stands for. */
static const char *read_string(struct text_reader *reader)
{
	const char *start = reader->at, *close = start + 1;
	char *text, *to;

	while (close < reader->end && *close != '"')
		close += *close == '\\' ? 2 : 1;
	if (close >= reader->end)
		return fail(reader, start, "unterminated string");
	text = to = arena_alloc(&reader->text->arena, (size_t)(close - start) + 1);
	for (reader->at++; reader->at < close;) {
		const char *at = reader->at++;

		if ((unsigned char)*at < ' ')
			return fail(reader, at, "control character in a string");
		if (*at != '\\')
			*to++ = *at;
		else if (!(to = read_escape(reader, to)))
			return fail(reader, at, "invalid escape");
	}
	reader->at = close + 1;
	return text;
}

static bool skip_digits(struct text_reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return reader->at > start;
}

static bool skip_number(struct text_reader *reader)
{
	accept(reader, '-');
	if (!accept(reader, '0') && !skip_digits(reader))
		return false;
	if (accept(reader, '.') && !skip_digits(reader))
		return false;
	if (!accept(reader, 'e') && !accept(reader, 'E'))
		return true;
	if (!accept(reader, '+'))
		accept(reader, '-');
	return skip_digits(reader);
}

static bool read_word(struct text_reader *reader, struct json_value *value)
{
	static const struct {
		const char *word;
		enum json_kind kind;
	} words[] = { { "null", JSON_NULL }, { "true", JSON_BOOL }, { "false", JSON_BOOL } };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i].word);

		if ((size_t)(reader->end - reader->at) < len ||
		    memcmp(reader->at, words[i].word, len) != 0)
			continue;
		value->kind = words[i].kind;
		if (value->kind == JSON_BOOL)
			value->text = words[i].word;
		reader->at += len;
		return true;
	}
	return false;
}

/* Reads the key before a member's value; returns whether there is one. */
static bool read_key(struct text_reader *reader, const char **ret_key, struct place *ret_place)
{
	*ret_place = place_of(reader, reader->at);
	if (reader->at == reader->end || *reader->at != '"')
		return fail(reader, reader->at, "expected a key in double quotes");
	*ret_key = read_string(reader);
	if (!*ret_key)
		return false;
	skip_blanks(reader);
	if (!accept(reader, ':'))
		return fail(reader, reader->at, "expected ':' after the key");
	skip_blanks(reader);
	return true;
}

/* Reads one item of a list for the taker, in memory that is freed afterwards. */
static bool take_item(struct text_reader *reader)
{
	struct arena kept = reader->text->arena;
	const struct json_value *item;
	bool is_taken;

	reader->text->arena = (struct arena){ 0 };
	item = read_value(reader);
	is_taken = item && reader->taker->take(reader->taker->data, reader->key, item);
	arena_finish(&reader->text->arena);
	reader->text->arena = kept;
	return is_taken;
}

/* Returns whether OF, whose inner values are being read, is a list in the top level. */
static bool is_for_taker(const struct text_reader *reader, const struct json_value *of)
{
	return reader->taker && reader->key && of->kind == JSON_LIST && reader->depth == 2;
}

/* Reads the items of a list, or the members of an object, up to CLOSE. */
static bool read_inner(struct text_reader *reader, struct json_value *of, char close)
{
	const struct json_value **link = &of->first;

	reader->at++;
	skip_blanks(reader);
	if (accept(reader, close))
		return true;
	do {
		struct place key_place = { 0 };
		struct json_value *inner;
		const char *key = NULL;

		skip_blanks(reader);
		if (of->kind == JSON_OBJECT && !read_key(reader, &key, &key_place))
			return false;
		if (key && reader->depth == 1)
			reader->key = key;
		if (is_for_taker(reader, of)) {
			if (!take_item(reader))
				return false;
			skip_blanks(reader);
			continue;
		}
		inner = read_value(reader);
		if (!inner)
			return false;
		inner->key = key;
		inner->key_place = key_place;
		*link = inner;
		link = &inner->next;
		skip_blanks(reader);
	} while (accept(reader, ','));
	if (accept(reader, close))
		return true;
	return fail(reader, reader->at,
		    of->kind == JSON_OBJECT ? "expected ',' or '}'" : "expected ',' or ']'");
}

static bool read_content(struct text_reader *reader, struct json_value *value)
{
	const char *start = reader->at;
	char first = start < reader->end ? *start : '\0';

	if (first == '"') {
		value->kind = JSON_STRING;
		value->text = read_string(reader);
		return value->text;
	}
	if (first == '{' || first == '[') {
		value->kind = first == '{' ? JSON_OBJECT : JSON_LIST;
		return read_inner(reader, value, first == '{' ? '}' : ']');
	}
	if (first == '-' || (first >= '0' && first <= '9')) {
		value->kind = JSON_NUMBER;
		if (!skip_number(reader))
			return fail(reader, start, "invalid number");
		value->text = arena_strndup(&reader->text->arena, start,
					    (size_t)(reader->at - start));
		return true;
	}
	return read_word(reader, value) || fail(reader, start, "expected a value");
}

static struct json_value *read_value(struct text_reader *reader)
{
	struct json_value *value = arena_alloc(&reader->text->arena, sizeof(*value));
	bool is_read;

	value->text = "";
	value->place = place_of(reader, reader->at);
	if (reader->text->arena.size > MEMORY_MAX) {
		diags_add(reader->diags, DIAG_ERROR, &value->place,
			  "reading it would take too much memory");
		return NULL;
	}
	if (reader->depth == DEPTH_MAX)
		return fail(reader, reader->at, "nested too deeply");
	reader->depth++;
	is_read = read_content(reader, value);
	reader->depth--;
	return is_read ? value : NULL;
}

static int read_all(const char *name, const struct input *input, const struct json_taker *taker,
		    struct json_text *ret_text, struct diags *diags)
{
	struct text_reader reader = { .text = ret_text, .diags = diags, .line = 1, .taker = taker };

	*ret_text = (struct json_text){ .file = name, .text = input->text, .len = input->len };
	reader.at = reader.line_start = input->text;
	reader.end = input->text + input->len;
	skip_blanks(&reader);
	ret_text->value = read_value(&reader);
	if (!ret_text->value)
		return -EINVAL;
	skip_blanks(&reader);
	if (reader.at == reader.end)
		return 0;
	fail(&reader, reader.at, "unexpected text after the end");
	return -EINVAL;
}

int json_text_take(const char *name, char *text, size_t len, struct json_text *ret_text,
		   struct diags *diags)
{
	const struct input input = { .text = text, .len = len };

	return read_all(name, &input, NULL, ret_text, diags);
}

int json_text_read(const char *path, size_t limit, struct json_text *ret_text, struct diags *diags)
{
	return json_text_read_items(path, limit, NULL, ret_text, diags);
}

int json_text_read_items(const char *path, size_t limit, const struct json_taker *taker,
			 struct json_text *ret_text, struct diags *diags)
{
	struct input input = { 0 };
	int err = input_read(path, limit, &input);

	if (!err)
		return read_all(input_name(path), &input, taker, ret_text, diags);
	*ret_text = (struct json_text){ .file = input_name(path),
					.text = input.text,
					.len = input.len };
	return diags_fail(diags, -EINVAL, "cannot read '%s' as JSON: %s", input_name(path),
			  input_error(err, limit));
}

struct diag *json_text_diag(const struct json_text *text, struct diags *diags,
			    enum diag_level level, const struct place *place, const char *format,
			    ...)
{
	const char *line = text->text, *end = text->text + text->len, *line_end;
	struct diag *diag;
	va_list args;
	char *message;

	va_start(args, format);
	message = mem_vprintf(format, args);
	va_end(args);
	diag = diags_add(diags, level, place, "%s", message);
	free(message);
	for (unsigned int i = 1; i < place->line && line; i++) {
		line = memchr(line, '\n', (size_t)(end - line));
		line = line ? line + 1 : NULL;
	}
	if (!line)
		return diag;
	line_end = memchr(line, '\n', (size_t)(end - line));
	/* Minified JSON is a single line, which would fill the screen and show nothing. */
	if ((line_end ? line_end : end) - line <= SOURCE_MAX)
		diag_set_source(diag, line, (size_t)((line_end ? line_end : end) - line));
	return diag;
}

const char *json_kind_name(enum json_kind kind)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",	    [JSON_BOOL] = "true or false",
		[JSON_NUMBER] = "a number", [JSON_STRING] = "a string",
		[JSON_LIST] = "a list",	    [JSON_OBJECT] = "an object",
	};

	return names[kind];
}

void json_text_finish(struct json_text *text)
{
	arena_finish(&text->arena);
	free(text->text);
	*text = (struct json_text){ 0 };
}
