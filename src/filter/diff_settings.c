// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the statements for the pen, in canonical form, that only one of two policies has: in their
 * order where it says something, since a later mount covers an earlier one.
 */
#include "filter/diff_settings.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "filter/diff_statement.h"
#include "policy/print.h"

/* Four bytes for each pair of lines: of more, no shortest way from one to the other is looked for.
 */
enum { PAIRS_MAX = 1 << 22 };

struct line_list {
	char **v; /* into the text */
	size_t n, cap;
};

/* What is left of the lines of two policies while they are gone through. */
struct line_walk {
	const struct line_list *x, *y;
	size_t i, k;	     /* the next ones */
	size_t x_end, y_end; /* from here on all are the same */
	uint32_t *longest;   /* from the first that differ to there; NULL: not known */
	size_t first_i, first_k;
};

/* Cuts TEXT at its lines' ends; the default, written out, is no statement of its own. */
static void split(char *text, struct line_list *lines)
{
	char *rest, *line = text ? strtok_r(text, "\n", &rest) : NULL;

	for (; line; line = strtok_r(NULL, "\n", &rest))
		if (!str_eq(line, "net none"))
			*array_append(lines) = line;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts statements of one kind whose order says nothing; of two that are the same one is enough. */
static void sort(struct line_list *lines, const struct policy *before, const struct policy *after)
{
	size_t n = 0, same;

	for (size_t i = 0; i < lines->n; i += same) {
		int kind = diff_statement_kind(lines->v[i]);

		for (same = 1;
		     i + same < lines->n && diff_statement_kind(lines->v[i + same]) == kind;)
			same++;
		if (!diff_statement_is_free(lines->v[i], &before->settings, &after->settings))
			continue;
		qsort(lines->v + i, same, sizeof(*lines->v), compare_lines);
	}
	for (size_t i = 0; i < lines->n; i++)
		if (!n || !str_eq(lines->v[n - 1], lines->v[i]))
			lines->v[n++] = lines->v[i];
	lines->n = n;
}

/* Where the longest common subsequence of what follows lines I and K is in the table. */
static uint32_t *longest_at(const struct line_walk *walk, size_t i, size_t k)
{
	size_t row = walk->y_end - walk->first_k + 1;

	return &walk->longest[(i - walk->first_i) * row + k - walk->first_k];
}

/* Passes what is the same at both ends, and fills the table for what is between. */
static void measure(struct line_walk *walk)
{
	const struct line_list *x = walk->x, *y = walk->y;
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

/* Returns whether the next line that differs is of the policy after. */
static bool is_next_added(const struct line_walk *walk)
{
	if (walk->i == walk->x_end || walk->k == walk->y_end || !walk->longest)
		return walk->i == walk->x_end;
	return *longest_at(walk, walk->i, walk->k + 1) > *longest_at(walk, walk->i + 1, walk->k);
}

static void add(struct policy_diff *diff, const struct statement_question *question)
{
	struct setting_difference *added = array_append(&diff->settings);

	added->is_added = question->is_added;
	added->line = mem_strdup(question->line);
	added->change = diff_statement(question, &added->why);
}

void diff_settings(const struct policy *before, const struct policy *after,
		   struct policy_diff *diff)
{
	struct strbuf texts[2] = { { 0 }, { 0 } };
	struct line_list x = { 0 }, y = { 0 };
	struct line_walk walk = { .x = &x, .y = &y };

	settings_print(&before->settings, &texts[0]);
	settings_print(&after->settings, &texts[1]);
	split(texts[0].text, &x);
	split(texts[1].text, &y);
	sort(&x, before, after);
	sort(&y, before, after);
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
		add(diff, &(struct statement_question){ .before = &before->settings,
							.after = &after->settings,
							.line = line,
							.is_added = is_added });
	}
	free(walk.longest);
	free(x.v);
	free(y.v);
	strbuf_finish(&texts[0]);
	strbuf_finish(&texts[1]);
}
