/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From bytes to statements: logical lines, words and tokens, each with its place. */
#ifndef PINFOLD_POLICY_LEX_H
#define PINFOLD_POLICY_LEX_H

#include "base/diag.h"
#include "base/mem.h"

enum token_kind {
	TOKEN_END,    /* of the statement */
	TOKEN_WORD,   /* in a statement of words; quotes and escapes are gone */
	TOKEN_NAME,   /* of a call, argument, constant; reserved words too */
	TOKEN_SET,    /* "@name" */
	TOKEN_NUMBER, /* not yet read as one */
	TOKEN_SIGN,   /* "==", "(", "|" ... */
	TOKEN_BAD,    /* what can begin no token; text says why */
};

struct token {
	enum token_kind kind;
	const char *text; /* terminated, in the arena; "" for TOKEN_END */
	struct place place;
	struct extent extent; /* its bytes in the text, with quotes and escapes */
	const char *hint;     /* with TOKEN_BAD; NULL: none */
	bool is_spaced;	      /* blanks stand before it */
};

struct lexer {
	const char *text, *at, *end, *line_start;
	struct place place; /* file, line; line 0: an option, which has no lines */
	struct arena *arena;
};

/* Statements of words are cut at blanks only; rules have signs too. */
enum lex_mode { LEX_WORDS, LEX_RULE };

/* Returns the length of the byte order mark with which TEXT begins, or 0. */
size_t lexer_mark(const char *text, size_t len);

/* A byte order mark is passed over. */
void lexer_init(struct lexer *lexer, struct arena *arena, const char *file, unsigned int line,
		const char *text, size_t len);

/* Goes to the next statement; returns false at the end of the text. */
bool lexer_next_statement(struct lexer *lexer);

/* Returns the next token of the statement. */
struct token lexer_next(struct lexer *lexer, enum lex_mode mode);

/* Returns where, in the text, the line ends on which the lexer stands, with its newline. */
size_t lexer_line_end(const struct lexer *lexer);

/* Leaves the rest of the statement, after an error. */
void lexer_skip(struct lexer *lexer);

#endif
