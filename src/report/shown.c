// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/shown.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

/* Rules given as options have no line, and a denial that no rule decided has no rule. */
static bool is_same(const struct record_denial *a, const struct record_denial *b)
{
	return a->by == b->by && a->verdict_by == b->verdict_by &&
	       a->is_continued == b->is_continued && record_origin_is_same(&a->origin, &b->origin);
}

static struct shown_rule *find(struct shown *shown, const struct record_denial *denial)
{
	struct shown_rule *rule;

	/* Usually it is the one of the previous denial. */
	if (shown->n && is_same(shown->v[shown->last].first, denial))
		return &shown->v[shown->last];
	for (size_t i = 0; i < shown->n; i++) {
		if (is_same(shown->v[i].first, denial)) {
			shown->last = i;
			return &shown->v[i];
		}
	}
	rule = array_append(shown);
	rule->first = denial;
	shown->last = shown->n - 1;
	return rule;
}

size_t shown_count(struct shown *shown, const struct record_denial *denial)
{
	return find(shown, denial)->kinds++;
}

bool shown_take(struct shown *shown, const struct record_denial *denial)
{
	struct shown_rule *rule = find(shown, denial);

	if (rule->kinds++ < SHOWN_KINDS_MAX)
		return true;
	rule->more_kinds++;
	rule->more_calls += denial->count;
	return false;
}

void shown_format_more(struct strbuf *buf, const struct shown_rule *rule)
{
	strbuf_printf(buf, "%" PRIu64 " other kind%s of call %sdenied, %" PRIu64 " time%s",
		      rule->more_kinds, rule->more_kinds == 1 ? "" : "s",
		      rule->first->is_continued ? "would be " : "", rule->more_calls,
		      rule->more_calls == 1 ? "" : "s");
}

void shown_finish(struct shown *shown)
{
	free(shown->v);
	*shown = (struct shown){ 0 };
}
