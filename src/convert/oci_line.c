// SPDX-License-Identifier: GPL-2.0-or-later
#include "convert/oci_line.h"

#include <string.h>

#include "base/str.h"
#include "policy/print.h"

enum { LINE_MAX_LEN = 96, TAB_LEN = 8 };

/* Appends a word to the line, which continues after a backslash when it gets too long. */
void oci_put_word(struct policy_writer *writer, const char *word)
{
	struct strbuf *buf = writer->buf;

	if (buf->len - writer->line_start + strlen(word) + 3 > LINE_MAX_LEN) {
		strbuf_puts(buf, " \\\n\t");
		writer->line_start = buf->len - TAB_LEN;
		strbuf_puts(buf, word);
	} else {
		strbuf_printf(buf, " %s", word);
	}
}

/* Starts a rule for calls. IS_REST: earlier rules decide some of them, or some of their cases, on
 * purpose. */
void oci_start_line(struct policy_writer *writer, const struct action *action, bool is_rest)
{
	writer->line_start = writer->buf->len;
	action_format(writer->buf, action);
	if (is_rest && action_is_denial(action))
		oci_put_word(writer, "rest");
}

/* Returns whether write_multiplexer() has written what NAME is through socketcall or ipc. */
bool oci_is_multiplexed(const struct policy_writer *writer, const char *name)
{
	struct multiplex multiplex;

	return writer->rules.arches >> ARCH_X86 & 1 && multiplex_find(name, &multiplex) &&
	       writer->rules.calls[ARCH_X86][multiplex.nr].is_written;
}

/* Appends the ABIs ON; 0: wherever the calls exist. */
void oci_put_arches(struct policy_writer *writer, uint32_t on)
{
	if (on)
		oci_put_word(writer, "on");
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (on >> arch & 1)
			oci_put_word(writer, arch_get(arch)->name);
}

struct loss *oci_tell(struct policy_writer *writer, const struct place *place,
		      const struct action *before, const struct action *after, const char *what,
		      const char *name)
{
	return loss_add(writer->losses, loss_grade_of(before, after), place, what, name);
}

/* Returns the ABIs of the policy that have a call NAME. */
uint32_t oci_arches_with(const struct policy_writer *writer, const char *name)
{
	uint32_t arches = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (oci_rules_find(&writer->rules, arch, name))
			arches |= 1U << arch;
	return arches;
}
