// SPDX-License-Identifier: GPL-2.0-or-later
/* What was found, for a person: a row for each thing, and then what follows for this user. Texts
 * may quote programs and files: they are escaped. */
#include <string.h>
#include <unistd.h>

#include "base/palette.h"
#include "base/terminal.h"
#include "doctor/follow.h"

enum {
	COLUMNS = 100, /* of the text, at most */
	NARROW = 60,   /* a narrower terminal wraps by itself */
	STATE_WIDTH = 7,
	NAME_WIDTH = 16,
	INDENT = 2 + STATE_WIDTH + 2 + NAME_WIDTH + 2
};

/* Writes TEXT from column INDENT + USED on, broken at blanks. */
static void write_wrapped(const char *text, size_t used, FILE *to)
{
	size_t room = terminal_columns(to, NARROW, COLUMNS) - INDENT;
	struct strbuf shown = { 0 };
	const char *at;

	strbuf_escape(&shown, text, strlen(text));
	for (at = shown.text ? shown.text : ""; strlen(at) > room - used; used = 0) {
		size_t len = room - used;

		while (len && at[len] != ' ')
			len--;
		if (!len)
			len = strcspn(at, " ");
		fprintf(to, "%.*s\n%*s", (int)len, at, INDENT, "");
		at += len + strspn(at + len, " ");
	}
	fprintf(to, "%s\n", at);
	strbuf_finish(&shown);
}

static void write_follow(const struct diagnosis *diagnosis, FILE *to)
{
	static const char lead[] = "hint:";
	const struct palette *palette = palette_of(to);

	if (diagnosis->state == DOCTOR_OK)
		return;
	if (diagnosis->follows) {
		fprintf(to, "%*s", INDENT, "");
		write_wrapped(diagnosis->follows, 0, to);
	}
	fprintf(to, "%*s%s%s%s ", INDENT, "", palette->remedy, lead, palette->end);
	write_wrapped(diagnosis->remedy, sizeof(lead), to);
}

static void write_row(const char *state, const char *colour, const char *name, const char *text,
		      FILE *to)
{
	fprintf(to, "  %s%-*s%s  %-*s  ", colour, STATE_WIDTH, state,
		*colour ? palette_of(to)->end : "", NAME_WIDTH, name);
	write_wrapped(text, 0, to);
}

static const char *colour_of(enum doctor_state state, const struct palette *palette)
{
	const char *const colours[DOCTOR_STATES] = {
		[DOCTOR_OK] = palette->remedy,
		[DOCTOR_LIMITED] = palette->warning,
		[DOCTOR_MISSING] = palette->error,
		[DOCTOR_UNKNOWN] = palette->note,
	};

	return colours[state];
}

static void write_follows(const struct doctor *doctor, const char *name,
			  void (*tell)(const struct doctor *doctor, struct strbuf *text), FILE *to)
{
	struct strbuf text = { 0 };

	tell(doctor, &text);
	write_row("", "", name, text.text, to);
	strbuf_finish(&text);
}

void doctor_write_text(const struct doctor *doctor, FILE *to)
{
	for (enum machine_row row = MACHINE_NONE + 1; row < MACHINE_ROWS; row++) {
		const struct diagnosis *diagnosis = &doctor->diagnoses[row];

		write_row(doctor_state_name(diagnosis->state),
			  colour_of(diagnosis->state, palette_of(to)), machine_row_name(row),
			  diagnosis->found, to);
		write_follow(diagnosis, to);
	}
	fprintf(to, "\nWhat follows for user %u:\n", getuid());
	write_follows(doctor, "trace", follow_trace, to);
	write_follows(doctor, "record", follow_record, to);
	write_follows(doctor, "limits", follow_limits, to);
	write_follows(doctor, "pen", follow_pen, to);
	write_follows(doctor, "users", follow_users, to);
	write_follows(doctor, "networks", follow_nets, to);
}
