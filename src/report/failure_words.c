// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/failure_words.h"

#include <inttypes.h>

#include "base/str.h"
#include "report/call.h"

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static const char *verb_of(const struct record_failure *failure)
{
	static const char *const verbs[] = {
		[ACCESS_LOOK] = "find",
		[ACCESS_READ] = "read",
		[ACCESS_WRITE] = "write",
	};

	if (failure->is_executed)
		return "execute";
	return verbs[failure->access];
}

static void format_object(struct strbuf *buf, const struct record_failure *failure)
{
	switch (failure->object) {
	case RECORD_OBJECT_PATH:
		strbuf_printf(buf, "%s ", verb_of(failure));
		if (failure->text)
			strbuf_escape(buf, failure->text, strlen(failure->text));
		else
			strbuf_puts(buf, "a file");
		return;
	case RECORD_OBJECT_ADDRESS:
		if (failure->text && str_eq(failure->text, "AF_NETLINK"))
			strbuf_puts(buf, "make a request through AF_NETLINK");
		else
			strbuf_printf(buf, "use the address %s",
				      failure->text ? failure->text : "named");
		return;
	case RECORD_OBJECT_PROCESS:
	case RECORD_OBJECT_NONE:
		strbuf_puts(buf, "make the call ");
		call_format(buf, failure->arch, failure->nr, failure->args);
	}
}

void failure_format(struct strbuf *buf, const struct record_failure *failure)
{
	strbuf_puts(buf, "cannot ");
	format_object(buf, failure);
	if (failure->words) {
		strbuf_puts(buf, ": ");
		strbuf_escape(buf, failure->words, strlen(failure->words));
	}
	strbuf_printf(buf, " (%" PRIu64 " time%s, first by ", failure->count,
		      plural(failure->count));
	strbuf_escape(buf, failure->comm, strlen(failure->comm));
	strbuf_puts(buf, ")");
}
