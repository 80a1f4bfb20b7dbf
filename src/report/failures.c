// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Few of many failing calls made the command give up. Those of a process that failed itself come
 * before those of one that ended well without them, and what a program uses comes before what it
 * only looks for: programs look for many things that need not exist. Within a kind the last one is
 * the likeliest cause, because a program gives up soon after it. Caches and logs come last.
 */
#include "report/failures.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/violation.h"

enum { LINES_MAX = 5 };

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* Paths that programs seldom give up for: these get along without them, or write there that they
 * have given up. */
static const struct {
	const char *pattern; /* '*' also matches slashes */
	bool is_ignored;     /* no program is known to give up */
} minor[] = {
	{ "*/__pycache__*", true },
	{ "/usr/*.pyc*", true },
	{ "*/fontconfig*", true },
	{ "*/oom_score_adj", true },
	{ "*/run/nscd/*", true },
	{ "/usr/lib/locale/*", true },
	{ "/usr/share/locale*", true },
	{ "*/gconv-modules*", true },
	{ "/sys/devices/system/*", true },
	{ "/sys/kernel/mm/*", true },
	{ "*/selinux*", true },
	{ "*/hsperfdata_*", true },
	{ "/proc/1/root", true },  /* systemd's programs: whether this is a chroot */
	{ "/tmp/.[a-z]*", false }, /* in the pen's home directory */
	{ "/dev/console", false },
	{ "/dev/log", false },
	{ "/run/systemd/journal/*", false },
	{ "/var/log/*", false },
	{ "/run/utmp", false },
	{ "/var/run/utmp", false },
	{ "*.log", false },
	{ "*/_logs*", false },
};

enum importance { IGNORED, MINOR, MAJOR };

static enum importance importance_of(const struct record_failure *failure)
{
	for (size_t i = 0; i < ARRAY_SIZE(minor) && failure->text; i++)
		if (failure->object == RECORD_OBJECT_PATH &&
		    !fnmatch(minor[i].pattern, failure->text, 0))
			return minor[i].is_ignored ? IGNORED : MINOR;
	return MAJOR;
}

static bool is_look(const struct record_failure *failure)
{
	return failure->object == RECORD_OBJECT_PATH && failure->access == ACCESS_LOOK &&
	       !failure->is_executed && failure->error == ENOENT;
}

static int compare_causes(const void *a, const void *b)
{
	const struct record_failure *x = *(const struct record_failure *const *)a;
	const struct record_failure *y = *(const struct record_failure *const *)b;

	if (importance_of(x) != importance_of(y))
		return (int)importance_of(y) - (int)importance_of(x);
	if (x->is_survived != y->is_survived)
		return x->is_survived - y->is_survived;
	if (is_look(x) != is_look(y))
		return is_look(x) - is_look(y);
	return (x->last_ns < y->last_ns) - (x->last_ns > y->last_ns);
}

/* Returns whether the remedy of one in the list lifts FAILURE, too. */
static bool is_lifted_before(const struct failure_list *list, const struct record_failure *failure)
{
	for (size_t i = 0; failure->fix && i < list->n; i++)
		if (list->v[i]->fix && str_eq(list->v[i]->fix, failure->fix))
			return true;
	return false;
}

struct failure_list failures_choose(const struct record_failures *failures, size_t most)
{
	struct failure_list list = { .v = mem_alloc((failures->n + 1) * sizeof(*list.v)) };
	size_t n = 0;

	for (size_t i = 0; i < failures->n; i++)
		if (failures->v[i].cause == RECORD_CAUSE_PEN)
			list.v[n++] = &failures->v[i];
	if (n)
		qsort(list.v, n, sizeof(*list.v), compare_causes);
	for (size_t i = 0; i < n; i++) {
		const struct record_failure *failure = list.v[i];

		if (is_lifted_before(&list, failure))
			continue;
		if (list.n < most)
			list.v[list.n++] = failure;
		else
			list.more++;
	}
	return list;
}

bool failures_have_cause(const struct record_failures *failures)
{
	for (size_t i = 0; i < failures->n; i++)
		if (failures->v[i].cause == RECORD_CAUSE_PEN && !failures->v[i].is_survived &&
		    importance_of(&failures->v[i]) == MAJOR)
			return true;
	return false;
}

static void format_cause(const struct page_view *view, const struct page_part *part, size_t i,
			 struct strbuf *text)
{
	const struct failure_list *list = part->data;
	const struct record_failure *failure = list->v[i];
	struct strbuf fix = { 0 };

	strbuf_printf(text, "%spinfold: %scaused by the pen:%s ", view->palette->strong,
		      violation_knows_failure(view->report, failure) ? "known before: " : "",
		      view->palette->end);
	failure_format(text, failure);
	strbuf_puts(text, "\n");
	if (failure->fix) {
		strbuf_puts(&fix, "fix: ");
		strbuf_escape(&fix, failure->fix, strlen(failure->fix));
		page_format_fix(view, "  ", fix.text, text);
	}
	strbuf_finish(&fix);
}

static void format_more(const struct page_view *view, const struct page_part *part,
			struct strbuf *text)
{
	(void)view;
	strbuf_printf(text, "pinfold: caused by the pen: %zu more (-v shows all)\n",
		      part->n_all - part->n_shown);
}

void failures_add(struct page *page, struct failure_list *ret_list)
{
	static const struct page_kind kind = { format_cause, format_more };
	const struct report *report = page->view.report;
	const struct record_failures *failures = &report->record->failures;
	struct page_part *part;

	*ret_list = (struct failure_list){ 0 };
	if (!report->exit.status && !report->is_verbose && !report->is_pen_judged)
		return;
	*ret_list = failures_choose(failures, page->view.is_whole ? SIZE_MAX : LINES_MAX);
	part = page_add(page, &kind);
	part->data = ret_list;
	for (size_t i = 0; i < ret_list->n; i++)
		if (page->view.is_whole || report->is_pen_judged ||
		    importance_of(ret_list->v[i]) != IGNORED)
			*array_append(&part->entries) = i;
	/* What programs do without is no news where nothing else failed. */
	if (part->entries.n)
		part->n_all = ret_list->n + ret_list->more;
	if (failures->lost && report->is_verbose)
		strbuf_printf(&part->tail,
			      "pinfold: what %" PRIu64
			      " failing call%s named did not fit in a map\n",
			      failures->lost, plural(failures->lost));
}
