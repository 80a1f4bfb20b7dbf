// SPDX-License-Identifier: GPL-2.0-or-later
#include "convert/loss.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "policy/setting_row.h"

struct loss *loss_add(struct losses *losses, enum loss_grade grade, const struct place *place,
		      const char *format, ...)
{
	struct loss *loss = array_append(losses);
	va_list args;

	*loss = (struct loss){ .grade = grade };
	va_start(args, format);
	loss->message = mem_vprintf(format, args);
	va_end(args);
	if (place && place->file) {
		loss->file = mem_strdup(place->file);
		loss->line = place->line;
		loss->col = place->col;
	}
	return loss;
}

void loss_set_witness(struct loss *loss, const struct loss_witness *witness)
{
	loss->has_witness = true;
	loss->witness = *witness;
}

void loss_set_hint(struct loss *loss, const char *format, ...)
{
	va_list args;

	free(loss->hint);
	va_start(args, format);
	loss->hint = mem_vprintf(format, args);
	va_end(args);
}

void loss_note_settings(const struct policy *policy, struct losses *losses)
{
	struct setting_lines lines = setting_list(&policy->settings);
	struct strbuf text = { 0 };

	for (size_t i = 0; i < lines.n; i++)
		strbuf_printf(&text, "\n%s", lines.v[i].text);
	if (text.len)
		loss_add(losses, LOSS_NOTE, NULL,
			 "the format covers only system calls; it leaves out:%s", text.text);
	strbuf_finish(&text);
	setting_lines_finish(&lines);
}

/* A call that is logged is let through. */
static enum action_kind severity(const struct action *action)
{
	return action->kind == ACTION_LOG ? ACTION_ALLOW : action->kind;
}

enum loss_grade loss_grade_of(const struct action *before, const struct action *after)
{
	if (severity(before) == severity(after))
		return LOSS_OTHER;
	return severity(before) > severity(after) ? LOSS_WIDER : LOSS_NARROWER;
}

const char *loss_grade_name(enum loss_grade grade)
{
	static const char *const names[] = {
		[LOSS_WIDER] = "wider",
		[LOSS_NARROWER] = "narrower",
		[LOSS_OTHER] = "other",
		[LOSS_NOTE] = "note",
	};
	_Static_assert(ARRAY_SIZE(names) == LOSS_GRADES, "each grade has a name");

	return names[grade];
}

unsigned int losses_grades(const struct losses *losses)
{
	unsigned int grades = 0;

	for (size_t i = 0; i < losses->n; i++)
		grades |= 1U << losses->v[i].grade;
	return grades & ~(1U << LOSS_NOTE);
}

void losses_finish(struct losses *losses)
{
	for (size_t i = 0; i < losses->n; i++) {
		free(losses->v[i].file);
		free(losses->v[i].message);
		free(losses->v[i].hint);
	}
	free(losses->v);
	*losses = (struct losses){ 0 };
}
