// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lexer knows lines, blanks, comments, quotes and signs, but no statements. It never fails:
 * what cannot start a token becomes a TOKEN_BAD, whose text is the message.
 */
#include "policy/lex.h"

#include <ctype.h>

#include "base/str.h"
#include "policy/hint.h"

size_t lexer_mark(const char *text, size_t len)
{
	static const char mark[] = { '\xef', '\xbb', '\xbf' };

	return len >= sizeof(mark) && !memcmp(text, mark, sizeof(mark)) ? sizeof(mark) : 0;
}

void lexer_init(struct lexer *lexer, struct arena *arena, const char *file, unsigned int line,
		const char *text, size_t len)
{
	const char *start = text + lexer_mark(text, len);

	*lexer = (struct lexer){ .text = text,
				 .at = start,
				 .end = text + len,
				 .line_start = start,
				 .place = { .file = file, .line = line },
				 .arena = arena };
}

static bool is_at_end(const struct lexer *lexer)
{
	return lexer->at == lexer->end;
}

static void pass_newline(struct lexer *lexer)
{
	lexer->at++;
	lexer->line_start = lexer->at;
	if (lexer->place.line)
		lexer->place.line++;
}

/* Returns the length of the "\" at AT and the line break after it, or 0 if there is none. */
static size_t continuation(const struct lexer *lexer, const char *at)
{
	const char *start = at;

	if (*at != '\\')
		return 0;
	at++;
	if (at < lexer->end && *at == '\r')
		at++;
	return at < lexer->end && *at == '\n' ? (size_t)(at - start) : 0;
}

/* Skips blanks, joined lines and a comment; returns whether there were any. */
static bool skip_blanks(struct lexer *lexer)
{
	const char *start = lexer->at;

	while (!is_at_end(lexer)) {
		size_t joined = continuation(lexer, lexer->at);

		if (joined) {
			lexer->at += joined;
			pass_newline(lexer);
		} else if (*lexer->at == ' ' || *lexer->at == '\t' || *lexer->at == '\r') {
			lexer->at++;
		} else if (*lexer->at == '#') {
			while (!is_at_end(lexer) && *lexer->at != '\n')
				lexer->at++;
		} else {
			break;
		}
	}
	return lexer->at != start;
}

bool lexer_next_statement(struct lexer *lexer)
{
	for (;;) {
		skip_blanks(lexer);
		if (is_at_end(lexer))
			return false;
		if (*lexer->at != '\n')
			return true;
		pass_newline(lexer);
	}
}

void lexer_skip(struct lexer *lexer)
{
	while (!is_at_end(lexer) && *lexer->at != '\n') {
		if (*lexer->at == '#') {
			skip_blanks(lexer);
			continue;
		}
		lexer->at += continuation(lexer, lexer->at);
		if (*lexer->at == '\n')
			pass_newline(lexer);
		else
			lexer->at++;
	}
}

static struct token take(struct lexer *lexer, struct token token, enum token_kind kind, size_t len)
{
	token.kind = kind;
	token.text = arena_strndup(lexer->arena, lexer->at, len);
	lexer->at += len;
	return token;
}

static struct token bad(struct token token, const char *why)
{
	token.kind = TOKEN_BAD;
	token.text = why;
	return token;
}

static const char control_characters[] = "control characters are not allowed";

static struct token lex_quoted(struct lexer *lexer, struct token token)
{
	const char *at = lexer->at + 1;
	const char *newline = memchr(at, '\n', (size_t)(lexer->end - at));
	size_t room = (size_t)((newline ? newline : lexer->end) - at), len = 0, step;
	char *text = arena_alloc(lexer->arena, room + 1);

	for (; at < lexer->end && *at != '\n' && *at != '"'; at += step) {
		if (*at == '\\' && at + 1 < lexer->end && (at[1] == '"' || at[1] == '\\'))
			at++;
		else if (*at == '\\')
			return bad(token, "only \\\" and \\\\ are escapes in a quoted word");
		if (str_control(at, (size_t)(lexer->end - at)))
			return bad(token, control_characters);
		step = str_step(at, (size_t)(lexer->end - at));
		memcpy(text + len, at, step);
		len += step;
	}
	if (at == lexer->end || *at != '"')
		return bad(token, "unterminated quoted word");
	lexer->at = at + 1;
	token.kind = TOKEN_WORD;
	token.text = text;
	return token;
}

/* A "\" that joins lines ends a word, like a blank. */
static bool is_word_end(const struct lexer *lexer, const char *at)
{
	return at == lexer->end || strchr(" \t\r\n", *at) || continuation(lexer, at);
}

static struct token lex_word(struct lexer *lexer, struct token token)
{
	const char *at = lexer->at;
	size_t len = 0;

	if (*at == '"') {
		token = lex_quoted(lexer, token);
		if (token.kind == TOKEN_WORD && !is_word_end(lexer, lexer->at))
			return bad(token, "expected a blank after the quoted word");
		return token;
	}
	while (!is_word_end(lexer, at + len)) {
		if (at[len] == '"')
			return bad(token, "a word that contains a quote must be in double quotes");
		if (str_control(at + len, (size_t)(lexer->end - at) - len))
			return bad(token, control_characters);
		len += str_step(at + len, (size_t)(lexer->end - at) - len);
	}
	return take(lexer, token, TOKEN_WORD, len);
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A sign of LEN characters that the language does not have; WHY may name it. */
static struct token foreign(struct lexer *lexer, struct token token, size_t len, const char *why)
{
	char sign[3] = "", text[64];

	memcpy(sign, lexer->at, len);
	snprintf(text, sizeof(text), why, sign);
	token = bad(token, arena_strdup(lexer->arena, text));
	token.hint = hint_find(HINT_SIGN, sign);
	return token;
}

static struct token lex_sign(struct lexer *lexer, struct token token)
{
	static const char *const signs[] = { "==", "!=", "<=", ">=", "..", "<", ">", "&",
					     "|",  "(",	 ")",  "[",  "]",  "-", "~", "=" };
	size_t left = (size_t)(lexer->end - lexer->at);

	static const char *const joints[] = { "&&", "||" };

	for (size_t i = 0; i < ARRAY_SIZE(joints); i++)
		if (left >= 2 && !memcmp(lexer->at, joints[i], 2))
			return foreign(lexer, token, 2, "unexpected '%s'");
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (left >= strlen(signs[i]) && !memcmp(lexer->at, signs[i], strlen(signs[i])))
			return take(lexer, token, TOKEN_SIGN, strlen(signs[i]));
	if (*lexer->at == '"')
		return foreign(lexer, token, 1, "rules have no quoted words");
	if (*lexer->at == ',' || *lexer->at == ';')
		return foreign(lexer, token, 1, "words are only separated by blanks");
	return foreign(lexer, token, 1,
		       isprint((unsigned char)*lexer->at) ? "unexpected '%s'"
							  : "unexpected character");
}

static struct token lex_rule(struct lexer *lexer, struct token token)
{
	size_t len = 1, left = (size_t)(lexer->end - lexer->at);
	const char *at = lexer->at;
	bool is_set = *at == '@';

	if (!is_set && !is_name_char(*at))
		return lex_sign(lexer, token);
	while (len < left && (is_name_char(at[len]) || (is_set && at[len] == '-')))
		len++;
	if (is_set)
		return take(lexer, token, TOKEN_SET, len);
	return take(lexer, token, isdigit((unsigned char)*at) ? TOKEN_NUMBER : TOKEN_NAME, len);
}

struct token lexer_next(struct lexer *lexer, enum lex_mode mode)
{
	struct token token = { .kind = TOKEN_END, .text = "" };

	token.is_spaced = skip_blanks(lexer);
	token.place = lexer->place;
	token.place.col = (unsigned int)(lexer->at - lexer->line_start) + 1;
	token.extent.from = token.extent.to = (size_t)(lexer->at - lexer->text);
	if (is_at_end(lexer) || *lexer->at == '\n')
		return token;
	token = mode == LEX_RULE ? lex_rule(lexer, token) : lex_word(lexer, token);
	token.extent.to = (size_t)(lexer->at - lexer->text);
	return token;
}

size_t lexer_line_end(const struct lexer *lexer)
{
	const char *newline = memchr(lexer->at, '\n', (size_t)(lexer->end - lexer->at));

	return (size_t)((newline ? newline + 1 : lexer->end) - lexer->text);
}
