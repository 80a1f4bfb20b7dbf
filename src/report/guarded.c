// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/guarded.h"

#include <inttypes.h>

const char guarded_hint[] = "look at what changed before anything outside runs or obeys it";
const char guarded_unknown[] = "what is guarded could not be checked after the run";
const char guarded_partial[] =
	"guarded: the writable directories hold more than is searched, or parts that "
	"cannot be read, so some "
	"changes may be missed; bind less of them rw";

void guarded_format(const struct guard_change *change, struct strbuf *buf)
{
	static const char *const words[] = {
		[GUARD_MADE] = "was made",
		[GUARD_CHANGED] = "was changed",
		[GUARD_GONE] = "was removed",
		[GUARD_SET_ID] = "has a set-user-ID or set-group-ID bit, and was made or changed",
	};

	strbuf_puts(buf, "guarded: '");
	strbuf_escape(buf, change->path, strlen(change->path));
	strbuf_printf(buf, "' %s during the run", words[change->kind]);
}

void guarded_print(const struct report *report, FILE *to)
{
	const struct guard_changes *guarded = report->guarded;

	if (!guarded)
		return;
	for (size_t i = 0; i < guarded->n; i++) {
		struct strbuf text = { 0 };

		guarded_format(&guarded->v[i], &text);
		fprintf(to, "pinfold: %s\n", text.text);
		strbuf_finish(&text);
	}
	if (guarded->more)
		fprintf(to, "pinfold: guarded: %" PRIu64 " more changed\n", guarded->more);
	if (guarded->n)
		fprintf(to, "hint: %s\n", guarded_hint);
	if (guarded->state == GUARD_UNKNOWN)
		fprintf(to, "pinfold: %s\n", guarded_unknown);
	if (guarded->is_partial)
		fprintf(to, "pinfold: %s\n", guarded_partial);
}
