// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the statements for the pen, in canonical form, that only one of two policies has: in order
 * if that matters, because a later mount covers an earlier one.
 */
#include "filter/diff_settings.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/setting_row.h"

/* Four bytes for each pair of lines: for more, no shortest edit is computed. */
enum { PAIRS_MAX = 1 << 22 };

/* What is left of the lines of two policies while they are compared. */
struct line_walk {
	const struct setting_lines *x, *y;
	size_t i, k;	     /* the next ones */
	size_t x_end, y_end; /* from here on all are the same */
	uint32_t *longest;   /* from the first that differ to there; NULL: not computed */
	size_t first_i, first_k;
};

/* Lists the statements; a default that is written out does not count. */
static struct setting_lines list(const struct settings *settings)
{
	struct setting_lines lines = setting_list(settings);
	size_t n = 0;

	for (size_t i = 0; i < lines.n; i++) {
		const struct setting_row *row = lines.v[i].row;

		if (row->is_default && row->is_default(settings, lines.v[i].index))
			free(lines.v[i].text);
		else
			lines.v[n++] = lines.v[i];
	}
	lines.n = n;
	return lines;
}

static int compare_lines(const void *a, const void *b)
{
	const struct setting_line *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Returns whether statements of ROW mean the same in any order. */
static bool is_free(const struct setting_row *row, const struct settings *settings)
{
	for (size_t i = 0; row->is_ordered && row->at(settings, i); i++)
		if (row->is_ordered(settings, i))
			return false;
	return true;
}

/* Sorts statements of one kind whose order does not matter, and drops duplicates. */
static void sort(struct setting_lines *lines, const struct policy *before,
		 const struct policy *after)
{
	size_t n = 0, same;

	for (size_t i = 0; i < lines->n; i += same) {
		const struct setting_row *row = lines->v[i].row;

		for (same = 1; i + same < lines->n && lines->v[i + same].row == row;)
			same++;
		if (is_free(row, &before->settings) && is_free(row, &after->settings))
			qsort(lines->v + i, same, sizeof(*lines->v), compare_lines);
	}
	for (size_t i = 0; i < lines->n; i++) {
		if (n && str_eq(lines->v[n - 1].text, lines->v[i].text))
			free(lines->v[i].text);
		else
			lines->v[n++] = lines->v[i];
	}
	lines->n = n;
}

/* Returns the table's entry for the longest common subsequence of what follows lines I and K. */
static uint32_t *longest_at(const struct line_walk *walk, size_t i, size_t k)
{
	size_t row = walk->y_end - walk->first_k + 1;

	return &walk->longest[(i - walk->first_i) * row + k - walk->first_k];
}

static bool is_same_text(const struct setting_lines *x, size_t i, const struct setting_lines *y,
			 size_t k)
{
	return str_eq(x->v[i].text, y->v[k].text);
}

/* Skips what is the same at both ends, and fills the table for what is between. */
static void measure(struct line_walk *walk)
{
	const struct setting_lines *x = walk->x, *y = walk->y;
	size_t n_x, n_y;

	walk->x_end = x->n;
	walk->y_end = y->n;
	while (walk->i < x->n && walk->k < y->n && is_same_text(x, walk->i, y, walk->k)) {
		walk->i++;
		walk->k++;
	}
	while (walk->x_end > walk->i && walk->y_end > walk->k &&
	       is_same_text(x, walk->x_end - 1, y, walk->y_end - 1)) {
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

			*longest_at(walk, i, k) = is_same_text(x, i, y, k)
							  ? *longest_at(walk, i + 1, k + 1) + 1
						  : skip_x > skip_y ? skip_x
								    : skip_y;
		}
	}
}

/* Returns whether the next differing line belongs to the new policy. */
static bool is_next_added(const struct line_walk *walk)
{
	if (walk->i == walk->x_end || walk->k == walk->y_end || !walk->longest)
		return walk->i == walk->x_end;
	return *longest_at(walk, walk->i, walk->k + 1) > *longest_at(walk, walk->i + 1, walk->k);
}

static void add(struct policy_diff *diff, const struct setting_line *line,
		const struct setting_question *question)
{
	struct setting_difference *added = array_append(&diff->settings);
	const char *why = NULL;

	added->is_added = question->is_added;
	added->line = mem_strdup(line->text);
	added->change = line->row->compare(question, &why);
	if (added->change == CHANGE_UNCLEAR)
		added->why = why;
}

void diff_settings(const struct policy *before, const struct policy *after,
		   struct policy_diff *diff)
{
	struct setting_lines x = list(&before->settings), y = list(&after->settings);
	struct line_walk walk = { .x = &x, .y = &y };

	sort(&x, before, after);
	sort(&y, before, after);
	measure(&walk);
	while (walk.i < walk.x_end || walk.k < walk.y_end) {
		struct setting_question question = { .before = &before->settings,
						     .after = &after->settings };
		const struct setting_line *line;

		if (walk.i < walk.x_end && walk.k < walk.y_end &&
		    is_same_text(&x, walk.i, &y, walk.k)) {
			walk.i++;
			walk.k++;
			continue;
		}
		question.is_added = is_next_added(&walk);
		line = question.is_added ? &y.v[walk.k++] : &x.v[walk.i++];
		question.index = line->index;
		add(diff, line, &question);
	}
	free(walk.longest);
	setting_lines_finish(&x);
	setting_lines_finish(&y);
}
