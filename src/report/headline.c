// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/headline.h"

#include <inttypes.h>

#include "sys/name.h"

void headline_format(struct strbuf *buf, const struct report *report)
{
	struct record_totals totals = record_sum(report->record);
	uint64_t n = totals.denied + totals.would_deny;

	if (report->exit.by == EXIT_BY_PINFOLD)
		strbuf_puts(buf, "the command could not be run");
	else if (report->record->source == TRACE_NONE)
		strbuf_puts(buf, "no trace, so denied calls are not reported");
	else if (n)
		strbuf_printf(buf, "%" PRIu64 " call%s %sdenied", n, n == 1 ? "" : "s",
			      totals.denied ? "" : "would be ");
	else
		strbuf_puts(buf, "nothing denied");
	if (report->record->source != TRACE_NONE && record_has_losses(report->record))
		strbuf_puts(buf, ", but the trace is not complete");
}

void headline_format_end(struct strbuf *buf, const struct report_exit *end)
{
	const char *signal = end->signal ? signal_name(end->signal) : NULL;

	switch (end->by) {
	case EXIT_BY_CHILD:
		strbuf_printf(buf, "exited with status %d", end->status);
		break;
	case EXIT_BY_SIGNAL:
		strbuf_printf(buf, "died of %s", signal ? signal : "a signal");
		break;
	case EXIT_BY_FILTER:
		strbuf_puts(buf, "was killed by the filter");
		break;
	case EXIT_BY_LIMIT:
		strbuf_puts(buf, "was killed by ");
		strbuf_escape(buf, end->detail, strlen(end->detail));
		break;
	case EXIT_BY_PINFOLD:
		strbuf_puts(buf, "did not run, or was not allowed to continue");
		break;
	case EXIT_BY_TRACE:
		strbuf_puts(buf, "was running when the trace ended");
		break;
	}
}
