// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares what two policies say about the pen, statement by statement in canonical form and in
 * their order, since a later mount covers an earlier one. Where it takes more than the statement
 * to know whether the pen got wider, it says that it does not know.
 */
#include "filter/diff_settings.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/print.h"

struct lines {
	char **v; /* into the text */
	size_t n, cap;
};

/* What a statement changes, by how its line begins. */
static const struct {
	const char *lead;
	enum change added, removed;
} verbs[] = {
	{ "allow set-id", CHANGE_WIDER, CHANGE_NARROWER },
	{ "bind ", CHANGE_WIDER, CHANGE_NARROWER },
	{ "tmpfs ", CHANGE_WIDER, CHANGE_NARROWER },
	{ "hide ", CHANGE_NARROWER, CHANGE_WIDER },
	{ "net host", CHANGE_WIDER, CHANGE_NARROWER },
	{ "env keep ", CHANGE_WIDER, CHANGE_NARROWER },
	{ "env set ", CHANGE_OTHER, CHANGE_OTHER },
	{ "workdir ", CHANGE_OTHER, CHANGE_OTHER },
	{ "hostname ", CHANGE_OTHER, CHANGE_OTHER },
	{ "limit memory ", CHANGE_NARROWER, CHANGE_WIDER },
	{ "limit time ", CHANGE_NARROWER, CHANGE_WIDER },
};

static const struct {
	const char *lead;
	enum limit_kind kind;
} limits[] = {
	{ "limit memory ", LIMIT_MEMORY },
	{ "limit pids ", LIMIT_PIDS },
	{ "limit time ", LIMIT_TIME },
};

/* Of a limit that both policies have, the values tell. */
static bool compare_limits(const struct policy *before, const struct policy *after,
			   const char *line, enum change *ret_change)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct limit_setting *x = &before->settings.limits[limits[i].kind];
		const struct limit_setting *y = &after->settings.limits[limits[i].kind];

		if (!str_starts(line, limits[i].lead) || !is_written(&x->place) ||
		    !is_written(&y->place))
			continue;
		*ret_change = CHANGE_OTHER;
		if (x->value != y->value)
			*ret_change = x->value < y->value ? CHANGE_WIDER : CHANGE_NARROWER;
		else if (x->grace != y->grace)
			*ret_change = CHANGE_UNCLEAR;
		return true;
	}
	return false;
}

static enum change change_of(const struct policy *before, const struct policy *after,
			     const char *line, bool is_added)
{
	enum change change;

	if (compare_limits(before, after, line, &change))
		return change;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (str_starts(line, verbs[i].lead))
			return is_added ? verbs[i].added : verbs[i].removed;
	return CHANGE_UNCLEAR;
}

/* Cuts TEXT at its lines' ends; the default, written out, is no statement of its own. */
static void split(char *text, struct lines *lines)
{
	char *rest, *line = text ? strtok_r(text, "\n", &rest) : NULL;

	for (; line; line = strtok_r(NULL, "\n", &rest))
		if (!str_eq(line, "net none"))
			*array_append(lines) = line;
}

/* Fills a table of the longest common subsequence of what follows lines I and K. */
static uint32_t *measure(const struct lines *x, const struct lines *y)
{
	size_t row = y->n + 1;
	uint32_t *longest = mem_alloc((x->n + 1) * row * sizeof(*longest));

	for (size_t i = x->n; i-- > 0;) {
		for (size_t k = y->n; k-- > 0;) {
			uint32_t skip_x = longest[(i + 1) * row + k];
			uint32_t skip_y = longest[i * row + k + 1];

			longest[i * row + k] = str_eq(x->v[i], y->v[k])
						       ? longest[(i + 1) * row + k + 1] + 1
					       : skip_x > skip_y ? skip_x
								 : skip_y;
		}
	}
	return longest;
}

void diff_settings(const struct policy *before, const struct policy *after,
		   struct policy_diff *diff)
{
	struct strbuf texts[2] = { { 0 }, { 0 } };
	struct lines x = { 0 }, y = { 0 };
	auto_free uint32_t *longest = NULL;
	size_t i = 0, k = 0, row;

	settings_print(&before->settings, &texts[0]);
	settings_print(&after->settings, &texts[1]);
	split(texts[0].text, &x);
	split(texts[1].text, &y);
	longest = measure(&x, &y);
	row = y.n + 1;
	while (i < x.n || k < y.n) {
		bool is_added;
		const char *line;

		if (i < x.n && k < y.n && str_eq(x.v[i], y.v[k])) {
			i++;
			k++;
			continue;
		}
		is_added = i == x.n ||
			   (k < y.n && longest[i * row + k + 1] > longest[(i + 1) * row + k]);
		line = is_added ? y.v[k++] : x.v[i++];
		*array_append(&diff->settings) = (struct setting_difference){
			change_of(before, after, line, is_added), is_added, mem_strdup(line)
		};
	}
	free(x.v);
	free(y.v);
	strbuf_finish(&texts[0]);
	strbuf_finish(&texts[1]);
}
