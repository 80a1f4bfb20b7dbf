// SPDX-License-Identifier: GPL-2.0-or-later
/* Words and users as statements for the pen write them: words are quoted if necessary. */
#include <ctype.h>

#include "policy/print.h"

void word_print(const char *word, struct strbuf *buf)
{
	bool is_plain = *word != '\0';

	for (const char *at = word; *at; at++)
		is_plain = is_plain && (isalnum((unsigned char)*at) || strchr("_./:=+,@%*-", *at));
	strbuf_puts(buf, is_plain ? " " : " \"");
	while (*word) {
		size_t len = strlen(word), control = str_control(word, len);
		size_t step = control ? control : str_step(word, len);

		if (*word == '"' || *word == '\\')
			strbuf_puts(buf, "\\");
		if (control)
			strbuf_escape(buf, word, control);
		else
			strbuf_add(buf, word, step);
		word += step;
	}
	strbuf_puts(buf, is_plain ? "" : "\"");
}

void user_print(const struct user_setting *user, struct strbuf *buf)
{
	if (user->name)
		strbuf_puts(buf, user->name);
	else
		strbuf_printf(buf, "%u", user->uid);
	if (user->group)
		strbuf_printf(buf, ":%s", user->group);
	else if (!user->has_own_group)
		strbuf_printf(buf, ":%u", user->gid);
}
