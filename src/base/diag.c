// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/palette.h"
#include "base/str.h"
#include "base/width.h"

static struct diag *append(struct diags *diags, enum diag_level level, const struct place *place,
			   char *message)
{
	struct diag *diag = array_append(diags);

	diag->level = level;
	diag->message = message;
	if (place && place->file) {
		diag->file = mem_strdup(place->file);
		diag->line = place->line;
		diag->col = place->col;
	}
	return diag;
}

struct diag *diags_add(struct diags *diags, enum diag_level level, const struct place *place,
		       const char *format, ...)
{
	va_list args;
	char *message;

	va_start(args, format);
	message = mem_vprintf(format, args);
	va_end(args);
	return append(diags, level, place, message);
}

int diags_fail(struct diags *diags, int err, const char *format, ...)
{
	va_list args;
	char *message;

	va_start(args, format);
	message = mem_vprintf(format, args);
	va_end(args);
	append(diags, DIAG_ERROR, NULL, message);
	return err;
}

static void set_hint(struct diag *diag, const char *format, va_list args)
{
	free(diag->hint);
	diag->hint = mem_vprintf(format, args);
}

void diag_set_hint(struct diag *diag, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_hint(diag, format, args);
	va_end(args);
}

void diags_hint(struct diags *diags, const char *format, ...)
{
	va_list args;

	if (!diags->n)
		return;
	va_start(args, format);
	set_hint(&diags->v[diags->n - 1], format, args);
	va_end(args);
}

bool diags_hint_nearest(struct diags *diags, const char *name,
			const char *(*next)(size_t i, void *data), void *data)
{
	const char *near = str_nearest(name, next, data);

	if (near)
		diags_hint(diags, "did you mean '%s'?", near);
	return near != NULL;
}

void diags_refer(struct diags *diags, enum machine_row row)
{
	if (diags->n)
		diags->v[diags->n - 1].row = row;
}

void diag_set_source(struct diag *diag, const char *line, size_t len)
{
	free(diag->source);
	diag->source = mem_alloc(len + 1);
	memcpy(diag->source, line, len);
}

bool diags_has_error(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		if (diags->v[i].level == DIAG_ERROR)
			return true;
	return false;
}

/* Appends SIZE bytes, a character of the line or a byte that is none, so that they can be printed.
 */
static void show_char(struct strbuf *shown, const char *text, size_t size)
{
	if (*text == '\t' || *text == '\\')
		strbuf_add(shown, text, 1);
	else
		strbuf_escape(shown, text, size);
}

/* Prints the line with a caret below column col, which counts bytes. Tabs are kept so that both
 * lines align; below anything else there are as many blanks as it takes columns. Nothing that a CI
 * runner would take for a command is left. */
static void print_source(const struct diag *diag, const struct palette *palette, FILE *to)
{
	struct strbuf shown = { 0 }, below = { 0 };
	const char *line = diag->source;
	size_t len = strlen(line), size;

	for (size_t i = 0; i < len; i += size) {
		size_t before = shown.len;

		size = str_step(line + i, len - i);
		if (i == strspn(line, " \t") && str_is_command(line + i))
			strbuf_printf(&shown, "\\x%02x", (unsigned char)line[i]);
		else
			show_char(&shown, line + i, size);
		if (i + size >= diag->col)
			continue;
		if (line[i] == '\t')
			strbuf_puts(&below, "\t");
		else
			strbuf_printf(&below, "%*s",
				      (int)width_text(shown.text + before, shown.len - before), "");
	}
	fprintf(to, "  %s\n  %s%s^%s\n", shown.text ? shown.text : "", below.text ? below.text : "",
		palette->remedy, palette->end);
	strbuf_finish(&shown);
	strbuf_finish(&below);
}

/* Line breaks are kept; anything else that could control a terminal is escaped. A name in the text
 * may contain a line break too, followed by a CI runner's command or by what looks like a line of
 * ours, so all lines but the first are indented. */
static void print_escaped(const char *text, FILE *to)
{
	struct strbuf shown = { 0 };
	const char *line = text;

	while (*line) {
		size_t len = strcspn(line, "\n\\");
		bool is_start = line == text || line[-1] == '\n';

		if (is_start && str_is_command(line)) {
			size_t blanks = strspn(line, " \t");

			strbuf_add(&shown, line, blanks);
			strbuf_printf(&shown, "\\x%02x", (unsigned char)line[blanks]);
			len -= blanks + 1;
			line += blanks + 1;
		}
		strbuf_escape(&shown, line, len);
		line += len;
		if (*line == '\n')
			strbuf_puts(&shown, "\n  ");
		else if (*line)
			strbuf_add(&shown, line, 1);
		line += *line != '\0';
	}
	fputs(shown.text ? shown.text : "", to);
	strbuf_finish(&shown);
}

static void print_file(const char *file, FILE *to)
{
	struct strbuf shown = { 0 };

	strbuf_escape_start(&shown, file);
	fputs(shown.text ? shown.text : "", to);
	strbuf_finish(&shown);
}

static void print_hint(const struct diag *diag, const struct palette *palette, FILE *to)
{
	if (!diag->hint && !diag->row)
		return;
	fprintf(to, "%shint:%s ", palette->remedy, palette->end);
	if (diag->hint)
		print_escaped(diag->hint, to);
	if (diag->hint && diag->row)
		fputs("; ", to);
	if (diag->row)
		fprintf(to, "see 'pinfold doctor', row %s", machine_row_name(diag->row));
	fputc('\n', to);
}

static void print_place(const struct diag *diag, const struct palette *palette, FILE *to)
{
	fputs(palette->strong, to);
	if (diag->file) {
		print_file(diag->file, to);
		if (diag->line)
			fprintf(to, ":%u", diag->line);
		if (diag->line && diag->col)
			fprintf(to, ":%u", diag->col);
	} else {
		fputs("pinfold", to);
	}
	fprintf(to, ":%s ", palette->end);
}

static void print_level(const struct diag *diag, const struct palette *palette, FILE *to)
{
	const struct {
		const char *colour, *word;
	} levels[] = {
		[DIAG_ERROR] = { palette->error, "error:" },
		[DIAG_WARNING] = { palette->warning, "warning:" },
		[DIAG_NOTE] = { palette->note, "note:" },
	};

	/* Without a place, it is an error unless it says otherwise. */
	if (diag->file || diag->level != DIAG_ERROR)
		fprintf(to, "%s%s%s ", levels[diag->level].colour, levels[diag->level].word,
			palette->end);
}

static void print_diag(const struct diag *diag, const struct palette *palette, FILE *to)
{
	print_place(diag, palette, to);
	print_level(diag, palette, to);
	print_escaped(diag->message, to);
	fputc('\n', to);
	if (diag->source && diag->col)
		print_source(diag, palette, to);
	print_hint(diag, palette, to);
}

void diags_print(const struct diags *diags, FILE *to)
{
	for (size_t i = 0; i < diags->n; i++)
		print_diag(&diags->v[i], palette_of(to), to);
}

void diag_finish(struct diag *diag)
{
	free(diag->file);
	free(diag->message);
	free(diag->source);
	free(diag->hint);
	*diag = (struct diag){ 0 };
}

void diags_finish(struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		diag_finish(&diags->v[i]);
	free(diags->v);
	*diags = (struct diags){ 0 };
}
