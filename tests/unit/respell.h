/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A policy in all the odd forms that the language accepts, with the same meaning. */
#ifndef PINFOLD_TESTS_RESPELL_H
#define PINFOLD_TESTS_RESPELL_H

#include "random_policy.h"

#define PICK(rows) ((rows)[random_below(ARRAY_SIZE(rows))])

/* Appends TEXT, with every newline replaced by the line ending EOL. */
static inline void respell_put(struct strbuf *buf, const char *text, const char *eol)
{
	for (; *text; text++)
		if (*text == '\n')
			strbuf_puts(buf, eol);
		else
			strbuf_add(buf, text, 1);
}

/* What may come between two words. */
static inline const char *respell_blank(void)
{
	static const char *const blanks[] = {
		" ",	  " ",	      " ",	"\t",	"   ",	      " \t ",
		" \\\n ", " \\\n\t ", "\\\n  ", "\\\n", " \\\n \\\n",
	};

	return PICK(blanks);
}

/* What may come before a statement without being one. */
static inline const char *respell_before(void)
{
	static const char *const lines[] = {
		"",
		"",
		"",
		"\n",
		"\t",
		"  ",
		"\\\n",
		"  \\\n\t",
		"# a\n",
		"# a \\\n",
		"\t#\\\n",
		"#\"\n",
		"# allow acct \\\n",
		"#\n\n",
		"\t \n",
		"# \"a\\\"b \\\n# \\\n",
	};

	return PICK(lines);
}

/* What may follow a statement on its last line, or be joined to it. */
static inline const char *respell_after(void)
{
	static const char *const ends[] = {
		"",
		"",
		"",
		" ",
		"\t",
		" # why",
		" # why \\",
		"\t#\\",
		" #\"a b",
		" \\\n",
		" \\\n\t# why \\",
		" #a#b \\\\",
		" # \\ ",
	};

	return PICK(ends);
}

/* Appends one word, which may be quoted if IS_QUOTABLE. */
static inline void respell_word(struct strbuf *buf, const char *word, size_t len, bool is_quotable)
{
	bool has_quotes = is_quotable && *word != '"' && random_below(4) == 0;

	if (has_quotes)
		strbuf_puts(buf, "\"");
	strbuf_add(buf, word, len);
	if (has_quotes)
		strbuf_puts(buf, "\"");
}

/* Returns the length of the word at AT; a quoted one may have blanks. */
static inline size_t respell_length(const char *at)
{
	size_t len = *at == '"';

	if (!len)
		return strcspn(at, " \n");
	while (at[len] != '"')
		len += at[len] == '\\' ? 2 : 1;
	return len + 1;
}

/* The verb is a word like any other; what follows an action's verb is not. */
static inline bool respell_is_rule(const char *line)
{
	static const char *const verbs[] = { "allow ", "log ",	       "deny ",	  "errno ",
					     "trap ",  "kill_thread ", "kill ",	  "const",
					     "set ",   "default ",     "unknown " };

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (str_starts(line, verbs[i]))
			return true;
	return false;
}

static inline const char *respell_verb(const char *line, size_t len)
{
	static const struct {
		const char *verb, *other;
	} rows[] = { { "deny", "errno" }, { "kill", "kill_process" } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (len == strlen(rows[i].verb) && !memcmp(line, rows[i].verb, len))
			return rows[i].other;
	return NULL;
}

/* Appends the statement LINE, up to its newline, in different words. */
static inline void respell_line(struct strbuf *buf, const char *line, const char *eol)
{
	bool is_rule = respell_is_rule(line);
	size_t len = respell_length(line);
	const char *verb = random_below(2) ? respell_verb(line, len) : NULL;

	respell_put(buf, respell_before(), eol);
	respell_word(buf, verb ? verb : line, verb ? strlen(verb) : len, true);
	for (const char *at = line + len; *at == ' '; at += len) {
		at += strspn(at, " ");
		len = respell_length(at);
		respell_put(buf, respell_blank(), eol);
		respell_word(buf, at, len, !is_rule);
	}
	respell_put(buf, respell_after(), eol);
}

/*
 * Returns PLAIN, a statement on each line and no comments, in an odd form with the same meaning:
 * other blanks, joined lines, comments, quotes, line endings, synonyms, a byte order mark, no last
 * newline. The caller frees it.
 */
static inline char *respell(const char *plain)
{
	const char *eol = random_below(2) ? "\r\n" : "\n";
	struct strbuf buf = { 0 };

	strbuf_puts(&buf, random_below(4) ? "" : "\xef\xbb\xbf");
	for (const char *line = plain; *line;) {
		const char *next = line + strcspn(line, "\n");

		if (next != line)
			respell_line(&buf, line, random_below(8) ? eol : "\n");
		line = next + (*next == '\n');
		if (*line || random_below(2))
			respell_put(&buf, "\n", eol);
	}
	return buf.text;
}

#endif
