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

/* Four bytes for each pair of lines: of more, no shortest way from one to the other is looked for.
 */
enum { PAIRS_MAX = 1 << 22 };

struct lines {
	char **v; /* into the text */
	size_t n, cap;
};

/* What is left of the lines of two policies while they are gone through. */
struct walk {
	const struct lines *x, *y;
	size_t i, k;	     /* the next ones */
	size_t x_end, y_end; /* from here on all are the same */
	uint32_t *longest;   /* from the first that differ to there; NULL: not known */
	size_t first_i, first_k;
};

/* What a statement changes, by how its line begins. */
static const struct {
	const char *lead;
	enum change added, removed;
} verbs[] = {
	{ "allow set-id", CHANGE_WIDER, CHANGE_NARROWER },
	{ "bind ", CHANGE_WIDER, CHANGE_NARROWER },
	{ "device ", CHANGE_WIDER, CHANGE_NARROWER },
	{ "tmpfs ", CHANGE_WIDER, CHANGE_NARROWER },
	{ "hide ", CHANGE_NARROWER, CHANGE_WIDER },
	{ "guard ", CHANGE_NARROWER, CHANGE_WIDER },
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

/* Where the longest common subsequence of what follows lines I and K is in the table. */
static uint32_t *longest_at(const struct walk *walk, size_t i, size_t k)
{
	size_t row = walk->y_end - walk->first_k + 1;

	return &walk->longest[(i - walk->first_i) * row + k - walk->first_k];
}

/* Passes what is the same at both ends, and fills the table for what is between. */
static void measure(struct walk *walk)
{
	const struct lines *x = walk->x, *y = walk->y;
	size_t n_x, n_y;

	walk->x_end = x->n;
	walk->y_end = y->n;
	while (walk->i < x->n && walk->k < y->n && str_eq(x->v[walk->i], y->v[walk->k])) {
		walk->i++;
		walk->k++;
	}
	while (walk->x_end > walk->i && walk->y_end > walk->k &&
	       str_eq(x->v[walk->x_end - 1], y->v[walk->y_end - 1])) {
		walk->x_end--;
		walk->y_end--;
	}
	walk->first_i = walk->i;
	walk->first_k = walk->k;
	n_x = walk->x_end - walk->i + 1;
	n_y = walk->y_end - walk->k + 1;
	if (n_x > PAIRS_MAX / n_y)
		return;
	walk->longest = mem_alloc(n_x * n_y * sizeof(*walk->longest));
	for (size_t i = walk->x_end; i-- > walk->i;) {
		for (size_t k = walk->y_end; k-- > walk->k;) {
			uint32_t skip_x = *longest_at(walk, i + 1, k);
			uint32_t skip_y = *longest_at(walk, i, k + 1);

			*longest_at(walk, i, k) = str_eq(x->v[i], y->v[k])
							  ? *longest_at(walk, i + 1, k + 1) + 1
						  : skip_x > skip_y ? skip_x
								    : skip_y;
		}
	}
}

/* Gives whether the next line that differs is of the policy after. */
static bool is_next_added(const struct walk *walk)
{
	if (walk->i == walk->x_end || walk->k == walk->y_end || !walk->longest)
		return walk->i == walk->x_end;
	return *longest_at(walk, walk->i, walk->k + 1) > *longest_at(walk, walk->i + 1, walk->k);
}

void diff_settings(const struct policy *before, const struct policy *after,
		   struct policy_diff *diff)
{
	struct strbuf texts[2] = { { 0 }, { 0 } };
	struct lines x = { 0 }, y = { 0 };
	struct walk walk = { .x = &x, .y = &y };

	settings_print(&before->settings, &texts[0]);
	settings_print(&after->settings, &texts[1]);
	split(texts[0].text, &x);
	split(texts[1].text, &y);
	measure(&walk);
	while (walk.i < walk.x_end || walk.k < walk.y_end) {
		bool is_added;
		const char *line;

		if (walk.i < walk.x_end && walk.k < walk.y_end &&
		    str_eq(x.v[walk.i], y.v[walk.k])) {
			walk.i++;
			walk.k++;
			continue;
		}
		is_added = is_next_added(&walk);
		line = is_added ? y.v[walk.k++] : x.v[walk.i++];
		*array_append(&diff->settings) = (struct setting_difference){
			change_of(before, after, line, is_added), is_added, mem_strdup(line)
		};
	}
	free(walk.longest);
	free(x.v);
	free(y.v);
	strbuf_finish(&texts[0]);
	strbuf_finish(&texts[1]);
}
