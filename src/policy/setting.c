// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements for the pen by their rows, the same for a line of a file and for an option. Of
 * statements that replace each other the first one read wins (options come before files); two that
 * differ in one text are an error, because one of them would be ignored.
 */
#include "policy/setting.h"

#include <stdlib.h>

#include "policy/print.h"

/* In the order of the canonical text. */
static const struct setting_table *const tables[] = {
	&setting_table_pen,    &setting_table_shown,	  &setting_table_device,
	&setting_table_inside, &setting_table_namespace,  &setting_table_connect,
	&setting_table_env,    &setting_table_capability, &setting_table_limit,
	&setting_table_handed,
};

struct diag *words_error(struct words *words, const char *message)
{
	struct diag *diag = parser_error(words->parser, &words->at->place, "%s", message);

	diag_set_hint(diag, "%s", words->usage);
	return diag;
}

struct diag *words_bad(struct words *words, const char *what)
{
	struct diag *diag = parser_error(words->parser, &words->at->place, "'%s' is not %s",
					 words->at->text, what);

	diag_set_hint(diag, "%s", words->usage);
	return diag;
}

bool words_choose(struct words *words, size_t n, const char *(*name)(size_t i), const char *what,
		  size_t *ret_i)
{
	struct strbuf list = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (words_accept(words, name(i))) {
			*ret_i = i;
			return true;
		}
	}
	strbuf_puts(&list, what);
	for (size_t i = 0; i < n; i++)
		strbuf_add_choice(&list, i, n, name(i));
	words_bad(words, list.text);
	strbuf_finish(&list);
	return false;
}

bool words_accept(struct words *words, const char *text)
{
	if (words->at->kind != TOKEN_WORD || !str_eq(words->at->text, text))
		return false;
	words->at++;
	return true;
}

bool words_replace(struct words *words, const struct place *old)
{
	if (!is_written(old))
		return true;
	if (old->file == words->verb->place.file)
		parser_error(words->parser, &words->verb->place, "'%s' was already set in line %u",
			     words->verb->text, old->line);
	return false;
}

char *words_path(struct words *words, bool is_inside)
{
	char *path = parser_path(words->parser, words->source, words->at->text);

	if (!*words->at->text) {
		words_error(words, "an empty path");
		return NULL;
	}
	if (is_inside && (strstr(path, "/../") || str_ends(path, "/.."))) {
		words_error(words, "a path inside the pen cannot contain '..'");
		return NULL;
	}
	return path;
}

bool words_is_absolute(struct words *words)
{
	if (words->at->text[0] == '/')
		return true;
	words_bad(words, "a path inside the pen, which starts with '/'");
	return false;
}

void words_set_path(struct words *words, struct path_setting *setting, bool is_inside)
{
	char *path = words_path(words, is_inside);

	if (!path || !words_replace(words, &setting->place))
		return;
	setting->path = path;
	setting->place = words->verb->place;
}

const struct setting_row *setting_row(size_t i)
{
	for (size_t k = 0; k < ARRAY_SIZE(tables); k++) {
		if (i < tables[k]->n)
			return &tables[k]->rows[i];
		i -= tables[k]->n;
	}
	return NULL;
}

const struct setting_row *setting_find(const char *verb)
{
	const struct setting_row *row;

	for (size_t i = 0; (row = setting_row(i)); i++)
		if (!row->is_rule && str_eq(row->verb, verb))
			return row;
	return NULL;
}

const char *setting_needs_none(const struct settings *settings, size_t i)
{
	(void)settings;
	(void)i;
	return NULL;
}

const char *setting_find_obstacle(const struct settings *settings, const struct setting_row *row,
				  size_t i)
{
	return row->without_namespaces ? row->without_namespaces(settings, i)
				       : "it needs namespaces";
}

void setting_exposes_nothing(const struct settings *settings, size_t i, struct exposures *list)
{
	(void)settings;
	(void)i;
	(void)list;
}

/* Returns whether the words of STATEMENT are TEXT. */
static bool is_text(const struct statement *statement, const char *text)
{
	for (size_t i = 0; statement->tokens[i].kind != TOKEN_END; i++) {
		const struct token *token = &statement->tokens[i];

		if (i && token->is_spaced && *text++ != ' ')
			return false;
		if (!str_starts(text, token->text))
			return false;
		text += strlen(token->text);
	}
	return !*text;
}

const struct setting_row *setting_find_rule(const struct statement *statement)
{
	const struct setting_row *row;

	for (size_t i = 0; (row = setting_row(i)); i++)
		if (row->is_rule && is_text(statement, row->verb))
			return row;
	return NULL;
}

void setting_take(struct parser *parser, const struct setting_row *row,
		  const struct statement *statement)
{
	size_t n = row->is_rule ? 0 : statement->n_tokens - 2;
	struct words words = { .parser = parser,
			       .source = statement->source,
			       .settings = &parser->policy->settings,
			       .verb = &statement->tokens[0],
			       .lines = statement->lines,
			       .usage = row->usage,
			       .at = &statement->tokens[1] };

	if (n >= row->least && n <= row->most) {
		row->take(&words);
		return;
	}
	words.at = &statement->tokens[n < row->least ? n + 1 : row->most + 1];
	if (n > row->most)
		words_error(&words, "unexpected word");
	else if (statement->source->kind == SOURCE_OPTION)
		diag_set_hint(words_error(&words, "too few words"), "%s, quoted as one argument",
			      row->usage);
	else
		words_error(&words, "too few words");
}

struct setting_lines setting_list(const struct settings *settings)
{
	struct setting_lines lines = { 0 };
	const struct setting_row *row;
	const struct place *place;

	for (size_t k = 0; (row = setting_row(k)); k++) {
		for (size_t i = 0; (place = row->at(settings, i)); i++) {
			struct strbuf text = { 0 };

			if (!is_written(place))
				continue;
			strbuf_puts(&text, row->verb);
			row->print(settings, i, &text);
			*array_append(&lines) = (struct setting_line){ row, i, text.text };
		}
	}
	return lines;
}

void setting_lines_finish(struct setting_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->v[i].text);
	free(lines->v);
	*lines = (struct setting_lines){ 0 };
}

void settings_print(const struct settings *settings, struct strbuf *buf)
{
	struct setting_lines lines = setting_list(settings);

	for (size_t i = 0; i < lines.n; i++)
		strbuf_printf(buf, "%s\n", lines.v[i].text);
	setting_lines_finish(&lines);
}
