// SPDX-License-Identifier: GPL-2.0-or-later
/* The values of one argument as a set: sorted, without duplicates, consecutive ones as a range. */
#include <stdlib.h>

#include "learn/clause.h"

/* From this many consecutive values on, a range is written. */
enum { RANGE_LEAST = 4 };

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_items(const void *a, const void *b)
{
	const struct clause_item *x = a, *y = b;
	int order = compare_numbers(x->low, y->low);

	order = order ? order : compare_numbers(x->high, y->high);
	order = order ? order : strcmp(x->low_text, y->low_text);
	return order ? order : strcmp(x->high_text, y->high_text);
}

static void print_item(const struct clause_item *item, struct strbuf *buf)
{
	strbuf_puts(buf, item->low_text);
	if (item->is_range)
		strbuf_printf(buf, "..%s", item->high_text);
}

static void print_set(const struct clause_part *part, struct strbuf *buf)
{
	bool is_one = part->n_items == 1 && !part->items[0].is_range;

	strbuf_printf(buf, "%s %s", part->head, is_one ? "==" : "in");
	for (size_t i = 0; i < part->n_items; i++) {
		strbuf_puts(buf, " ");
		print_item(&part->items[i], buf);
	}
}

/* Returns how many items from FIRST on are numbers without a gap, and the highest of them. */
static size_t find_run(const struct clause_part *part, size_t first, size_t *ret_last)
{
	const struct clause_item *items = part->items;
	size_t at = first + 1;

	*ret_last = first;
	while (at < part->n_items && items[first].is_number && items[at].is_number &&
	       (items[at].low <= items[*ret_last].high ||
		items[at].low - items[*ret_last].high == 1)) {
		if (items[at].high >= items[*ret_last].high)
			*ret_last = at;
		at++;
	}
	return at - first;
}

/* Returns whether the N items from FIRST on, without a gap, are better written as a range. */
static bool is_worth_a_range(const struct clause_part *part, size_t first, size_t n)
{
	for (size_t i = 0; n > 1 && i < n; i++)
		if (part->items[first + i].is_range)
			return true;
	return n >= RANGE_LEAST;
}

void clause_part_settle(struct clause_part *part, struct arena *arena)
{
	struct clause_item *items = part->items;
	struct strbuf text = { 0 };
	size_t n = 0, run, last;

	qsort(items, part->n_items, sizeof(*items), compare_items);
	for (size_t i = 0; i < part->n_items; i++)
		if (!n || compare_items(&items[n - 1], &items[i]))
			items[n++] = items[i];
	part->n_items = n;
	n = 0;
	for (size_t i = 0; i < part->n_items; i += run) {
		run = find_run(part, i, &last);
		if (is_worth_a_range(part, i, run)) {
			items[n++] = (struct clause_item){ .low = items[i].low,
							   .high = items[last].high,
							   .is_number = true,
							   .is_range = true,
							   .low_text = items[i].low_text,
							   .high_text = items[last].high_text };
			continue;
		}
		for (size_t k = 0; k < run; k++)
			items[n++] = items[i + k];
	}
	part->n_items = n;
	print_set(part, &text);
	part->text = arena_strndup(arena, text.text, text.len);
	strbuf_finish(&text);
}
