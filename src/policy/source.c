// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts and the places in them; how a text is split into statements. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/parser.h"

enum { SHOWN_MAX = 4096 }; /* bytes of a line with an error */

struct source *parser_add_source(struct parser *parser, enum source_kind kind, const char *name)
{
	struct source *source = arena_alloc(&parser->policy->arena, sizeof(*source));

	source->kind = kind;
	source->name = arena_strdup(&parser->policy->arena, name);
	source->folder_fd = -1;
	*array_append(&parser->sources) = source;
	return source;
}

struct source *parser_source(const struct parser *parser, const struct place *place)
{
	for (size_t i = 0; place->file && i < parser->sources.n; i++)
		if (parser->sources.v[i]->name == place->file)
			return parser->sources.v[i];
	return NULL;
}

bool parser_is_built_in(const struct parser *parser, const struct place *place)
{
	const struct source *source = parser_source(parser, place);

	return source && source->kind == SOURCE_BUILT_IN;
}

/* Returns where line number LINE begins, or NULL; 0 is an option's only line. */
static const char *find_line(struct source *source, unsigned int line)
{
	const char *at = source->text + lexer_mark(source->text, source->len);
	const char *end = source->text + source->len;

	/* Otherwise a text with many warnings would be scanned from its start for each of them. */
	if (!source->lines.n) {
		*array_append(&source->lines) = at;
		while ((at = memchr(at, '\n', (size_t)(end - at))))
			*array_append(&source->lines) = ++at;
	}
	line = line ? line - 1 : 0;
	return line < source->lines.n ? source->lines.v[line] : NULL;
}

struct diag *parser_mark(struct parser *parser, struct diag *diag, const struct place *place)
{
	struct source *source = place ? parser_source(parser, place) : NULL;
	const char *line;

	parser->n_errors += diag->level == DIAG_ERROR;
	parser->spent[diag->level == DIAG_ERROR ? BUDGET_ERRORS : BUDGET_WARNINGS]++;
	line = source && source->text ? find_line(source, place->line) : NULL;
	if (line && place->col <= SHOWN_MAX) {
		size_t len = strcspn(line, "\r\n");

		diag_set_source(diag, line, len < SHOWN_MAX ? len : SHOWN_MAX);
	}
	return diag;
}

/* Drops "." and empty parts; ".." stays, because what it leads to may be a link's parent. */
static char *clean_path(struct arena *arena, const char *path)
{
	struct strbuf clean = { 0 };
	char *copy;

	while (*path) {
		size_t len;

		path += strspn(path, "/");
		len = strcspn(path, "/");
		if (len && !(len == 1 && *path == '.'))
			strbuf_printf(&clean, "/%.*s", (int)len, path);
		path += len;
	}
	copy = arena_strdup(arena, clean.len ? clean.text : "/");
	strbuf_finish(&clean);
	return copy;
}

char *parser_path(struct parser *parser, const struct source *source, const char *path)
{
	auto_free char *joined = NULL, *here = NULL;

	if (*path == '/')
		return clean_path(&parser->policy->arena, path);
	if (!source->folder)
		here = getcwd(NULL, 0);
	joined = mem_printf("%s/%s", source->folder ? source->folder : here ? here : "", path);
	return clean_path(&parser->policy->arena, joined);
}

char *parser_lexical_path(struct parser *parser, const struct source *source, const char *path)
{
	char *clean = parser_path(parser, source, path), *end = clean;

	for (const char *at = clean; *at; at += 1 + strcspn(at + 1, "/")) {
		size_t len = 1 + strcspn(at + 1, "/");

		if (len == 3 && str_starts(at, "/..")) {
			while (end > clean && *--end != '/')
				;
			continue;
		}
		memmove(end, at, len);
		end += len;
	}
	*end = '\0';
	return *clean ? clean : arena_strdup(&parser->policy->arena, "/");
}

/* Returns the length of the UTF-8 character at TEXT, or 0 if it is invalid (RFC 3629). */
static size_t utf8_length(const unsigned char *text, size_t left)
{
	static const struct {
		unsigned char low, high, first, last; /* lead bytes, and the second's range */
		unsigned char len;
	} forms[] = {
		{ 0x01, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	/* ASCII, which most texts are */
	if (text[0] >= forms[0].low && text[0] <= forms[0].high)
		return 1;
	for (size_t i = 1; i < ARRAY_SIZE(forms); i++) {
		if (text[0] < forms[i].low || text[0] > forms[i].high)
			continue;
		if (left < forms[i].len)
			return 0;
		for (size_t k = 1; k < forms[i].len; k++) {
			unsigned char low = k == 1 ? forms[i].first : 0x80;
			unsigned char high = k == 1 ? forms[i].last : 0xbf;

			if (text[k] < low || text[k] > high)
				return 0;
		}
		return forms[i].len;
	}
	return 0;
}

bool parser_check_bytes(struct parser *parser, const struct source *source)
{
	struct place place = { .file = source->name, .line = 1, .col = 1 };
	const unsigned char *text = (const unsigned char *)source->text;

	for (size_t i = 0; i < source->len;) {
		size_t len = utf8_length(text + i, source->len - i);

		if (!len) {
			if (source->kind == SOURCE_OPTION)
				place.line = 0;
			parser_error(parser, &place,
				     text[i] ? "byte 0x%02x is not UTF-8" : "a NUL byte (0x%02x)",
				     text[i]);
			return false;
		}
		place.col += (unsigned int)len;
		if (text[i] == '\n') {
			place.line++;
			place.col = 1;
		}
		i += len;
	}
	return true;
}

void parser_read_text(struct parser *parser, struct source *source)
{
	bool is_option = source->kind == SOURCE_OPTION;
	struct lexer lexer;

	if (!parser_check_bytes(parser, source) || parser_refuse_foreign(parser, source))
		return;
	lexer_init(&lexer, &parser->policy->arena, source->name, is_option ? 0 : 1, source->text,
		   source->len);
	while (lexer_next_statement(&lexer) && parser_goes_on(parser, &lexer.place))
		parser_take(parser, source, &lexer);
}
