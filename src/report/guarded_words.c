// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/guarded_words.h"

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
