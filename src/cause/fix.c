// SPDX-License-Identifier: GPL-2.0-or-later
/* Options as a person types them. The words come from a hostile program: one that a terminal would
 * not show unchanged gets no fix at all. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "policy/print.h"
#include "policy/quantity.h"

static bool is_printable(const char *word)
{
	struct strbuf escaped = { 0 };
	bool is_same;

	strbuf_escape(&escaped, word, strlen(word));
	is_same = !strchr(word, '\\') && str_eq(escaped.text ? escaped.text : "", word);
	strbuf_finish(&escaped);
	return is_same;
}

/* The statements of options that are not called as those. */
static const struct {
	const char *option, *verb;
} verbs[] = { { "-r", "bind" }, { "-w", "bind rw" }, { "-l", "limit" } };

static const char *verb_of(const char *option)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (str_eq(verbs[i].option, option))
			return verbs[i].verb;
	return option + strlen("--");
}

void fix_with_nothing(struct inquiry *inquiry)
{
	free(steal(&inquiry->fix));
	free(steal(&inquiry->statement));
}

/* The option has BRIEF, the statement FULL. */
static void set_fix(struct inquiry *inquiry, const char *option, const char *brief,
		    const char *full)
{
	struct strbuf fix = { 0 };

	fix_with_nothing(inquiry);
	if (!is_printable(full))
		return;
	strbuf_printf(&fix, "%s ", option);
	strbuf_quote(&fix, brief);
	inquiry->fix = fix.text;
	inquiry->statement = mem_printf("%s %s", verb_of(option), full);
}

void fix_with_words(struct inquiry *inquiry, const char *option, const char *words)
{
	set_fix(inquiry, option, words, words);
}

void fix_with_capability(struct inquiry *inquiry, int capability)
{
	char name[CAPABILITY_NAME_ROOM];

	/* Spelled as in the fixes of denials. */
	fix_with_words(inquiry, "--capability", capability_name(capability, name) + strlen("cap_"));
}

/* Returns PATH relative to the working directory, freed by the caller. What the language would take
 * for something other than a path gets a form that it does not. */
static char *shorten(const char *directory, const char *path)
{
	const char *rest;

	if (!directory || str_eq(directory, "/") || !path_is_below(path, directory))
		return mem_strdup(path);
	rest = path + strlen(directory);
	if (!*rest)
		return mem_strdup(".");
	rest++;
	if (strchr("-<@#\"", *rest) || str_eq(rest, "rw") || str_eq(rest, "try"))
		return mem_printf("./%s", rest);
	return mem_strdup(rest);
}

void fix_with_path(struct inquiry *inquiry, const char *option, const char *path)
{
	auto_free char *shown = shorten(inquiry->facts->view->directory, path);
	struct strbuf brief = { 0 }, full = { 0 };

	word_print(shown, &brief);
	word_print(path, &full);
	/* Each begins with a blank. */
	set_fix(inquiry, option, brief.text + 1, full.text + 1);
	strbuf_finish(&brief);
	strbuf_finish(&full);
}

void fix_with_path_besides(struct inquiry *inquiry, const char *option, const char *path)
{
	auto_free char *further = NULL;

	fix_with_path(inquiry, option, path);
	further = steal(&inquiry->fix);
	free(steal(&inquiry->statement));
	if (further)
		inquiry->fix = mem_printf("-r . %s", further);
}
