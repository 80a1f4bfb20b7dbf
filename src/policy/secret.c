// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a policy includes, or a link leads to, may not be a policy but a secret, whose lines, quoted
 * in errors, would end up in a log: nothing of such a file is shown except for the place of the
 * error, until its first statement has been read without one.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/parser.h"

static bool is_in(const struct diag *diag, const struct source *source)
{
	return diag->file && str_eq(diag->file, source->name);
}

/* Returns whether the first statement of SOURCE was read. */
static bool has_begun(const struct parser *parser, const struct source *source, size_t first)
{
	if (!source->first_line)
		return false;
	for (size_t i = first; i < parser->diags->n; i++) {
		const struct diag *diag = &parser->diags->v[i];

		if (diag->level == DIAG_ERROR && is_in(diag, source) &&
		    diag->line >= source->first_line && diag->line <= source->first_end)
			return false;
	}
	return true;
}

static bool is_secret(const struct parser *parser, const struct diag *diag, size_t *ret_source)
{
	for (size_t i = 0; i < parser->sources.n; i++) {
		if (!parser->sources.v[i]->is_secret || !is_in(diag, parser->sources.v[i]))
			continue;
		*ret_source = i;
		return true;
	}
	return false;
}

static void hide(struct diag *diag, const struct source *source)
{
	struct diag hidden = { .line = source->first_line, .col = 1 };

	if (!hidden.line || diag->line == hidden.line) {
		hidden.line = diag->line;
		hidden.col = diag->col;
	}
	hidden.message = diag->is_plain ? steal(&diag->message)
					: mem_strdup("this does not parse as a policy");
	diag_finish(diag);
	*diag = hidden;
	diag->file = mem_strdup(source->name);
	diag_set_hint(diag,
		      "its text is not shown, because %s led here; it %s; to see what is wrong: "
		      "pinfold lint '%s'",
		      source->parent ? "an include" : "a link",
		      source->parent ? "can only hold rules, sets and constants"
				     : "may not be a policy",
		      source->path);
}

void parser_hide_secrets(struct parser *parser, size_t first)
{
	struct diags *diags = parser->diags;
	size_t kept = first, at = 0;

	for (size_t i = 0; i < parser->sources.n; i++) {
		struct source *source = parser->sources.v[i];

		source->is_secret = source->is_guarded && !has_begun(parser, source, first);
	}
	for (size_t i = first; i < diags->n; i++) {
		struct diag *diag = &diags->v[i];
		bool is_hidden = is_secret(parser, diag, &at);

		/* How many there are, and where, would reveal something about its lines. */
		if (is_hidden && (parser->sources.v[at]->is_told || diag->level != DIAG_ERROR)) {
			diag_finish(diag);
			continue;
		}
		if (is_hidden) {
			parser->sources.v[at]->is_told = true;
			hide(diag, parser->sources.v[at]);
		}
		diags->v[kept++] = *diag;
	}
	diags->n = kept;
}
