/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From bytes to statements: logical lines, words and tokens, each with its place. */
#ifndef PINFOLD_POLICY_LEX_H
#define PINFOLD_POLICY_LEX_H

#include "base/diag.h"
#include "base/mem.h"

enum token_kind {
	TOKEN_END,    /* of the statement */
	TOKEN_WORD,   /* in a statement of words; without quotes and escapes */
	TOKEN_NAME,   /* of a call, argument or constant; also reserved words */
	TOKEN_SET,    /* "@name" */
	TOKEN_NUMBER, /* not parsed yet */
	TOKEN_SIGN,   /* "==", "(", "|" ... */
	TOKEN_BAD,    /* cannot start a token; text says why */
};

struct token {
	enum token_kind kind;
	const char *text; /* terminated, in the arena; "" for TOKEN_END */
	struct place place;
	struct extent extent; /* its bytes in the text, with quotes and escapes */
	const char *hint;     /* with TOKEN_BAD; NULL: none */
	bool is_spaced;	      /* preceded by blanks */
};

struct lexer {
	const char *text, *at, *end, *line_start;
	struct place place; /* file, line; line 0: an option, which has no lines */
	struct arena *arena;
};

/* Statements of words are split only at blanks; rules have signs too. */
enum lex_mode { LEX_WORDS, LEX_RULE };

/* Returns the length of the byte order mark that TEXT starts with, or 0. */
size_t lexer_mark(const char *text, size_t len);

/* Skips a byte order mark. */
void lexer_init(struct lexer *lexer, struct arena *arena, const char *file, unsigned int line,
		const char *text, size_t len);

/* Moves on to the next statement; returns false at the end of the text. */
bool lexer_next_statement(struct lexer *lexer);

/* Returns the next token of the statement. */
struct token lexer_next(struct lexer *lexer, enum lex_mode mode);

/* Returns where in the text the lexer's current line ends, including its newline. */
size_t lexer_line_end(const struct lexer *lexer);

/* Skips the rest of the statement, after an error. */
void lexer_skip(struct lexer *lexer);

#endif
