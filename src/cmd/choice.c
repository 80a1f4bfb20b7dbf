// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/choice.h"

bool choice_find(const struct choice *choice, const char *name, int *ret_value)
{
	struct choice_word word;

	for (size_t i = 0; choice->word(i, &word); i++) {
		if (!str_eq(word.name, name))
			continue;
		*ret_value = word.value;
		return true;
	}
	return false;
}

const char *choice_name(const struct choice *choice, int value)
{
	struct choice_word word;

	for (size_t i = 0; choice->word(i, &word); i++)
		if (word.value == value)
			return word.name;
	return NULL;
}

void choice_list(const struct choice *choice, const char *joint, struct strbuf *buf)
{
	struct choice_word word;

	for (size_t i = 0; choice->word(i, &word); i++)
		strbuf_printf(buf, "%s%s", i ? joint : "", word.name);
}

void choice_hint(const struct choice *choice, const char *after, struct diags *diags)
{
	struct choice_word word;
	struct strbuf text = { 0 };

	for (size_t i = 0; choice->word(i, &word); i++) {
		strbuf_printf(&text, "%s%s", i ? ", " : "", word.name);
		if (word.about)
			strbuf_printf(&text, " (%s)", word.about);
	}
	diags_hint(diags, "%s: %s%s", choice->many, text.text, after);
	strbuf_finish(&text);
}
