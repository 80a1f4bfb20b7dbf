// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What several policies say alike about the pen, in the order in which they say it: of two binds on
 * the same place the later one is visible. Whether a wall stays up when one policy removes it and
 * another does not is for the user to choose; but the hosts that each may connect to are joined, as
 * the calls are.
 */
#include "learn/merge_settings.h"

#include <stdlib.h>

#include "base/mem.h"
#include "policy/setting_row.h"

struct lines {
	char **v; /* owned */
	size_t n, cap;
};

static void lines_finish(struct lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->v[i]);
	free(lines->v);
}

static bool has_line(const struct lines *lines, const char *line)
{
	for (size_t i = 0; i < lines->n; i++)
		if (str_eq(lines->v[i], line))
			return true;
	return false;
}

/* Of duplicates, the later one counts. */
static void take_out(struct lines *lines, const char *line)
{
	size_t n = 0;

	for (size_t i = 0; i < lines->n; i++) {
		if (str_eq(lines->v[i], line))
			free(lines->v[i]);
		else
			lines->v[n++] = lines->v[i];
	}
	lines->n = n;
}

static void add_settings(const struct settings *settings, struct lines *lines)
{
	struct setting_lines all = setting_list(settings);

	for (size_t i = 0; i < all.n; i++) {
		take_out(lines, all.v[i].text);
		*array_append(lines) = mem_strdup(all.v[i].text);
	}
	setting_lines_finish(&all);
}

/* Returns whether LINE is a statement of POLICY whose order relative to another one matters. */
static bool is_bound_to_order(const struct policy *policy, const char *line)
{
	struct setting_lines all = setting_list(&policy->settings);
	bool is_bound = false;

	for (size_t i = 0; i < all.n && !is_bound; i++)
		is_bound = all.v[i].row->is_ordered && str_eq(all.v[i].text, line) &&
			   all.v[i].row->is_ordered(&policy->settings, all.v[i].index);
	setting_lines_finish(&all);
	return is_bound;
}

/* Returns whether those of LINES that are also in COMMON are in the same order there. */
static bool is_same_order(const struct lines *lines, const struct lines *common)
{
	size_t at = 0;

	for (size_t i = 0; i < lines->n; i++)
		if (has_line(common, lines->v[i]) && !str_eq(common->v[at++], lines->v[i]))
			return false;
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct lines *lines)
{
	if (lines->n)
		qsort(lines->v, lines->n, sizeof(*lines->v), compare_texts);
}

struct merge_settings {
	struct policy *const *policies;
	struct lines *lines; /* one for each policy */
	size_t n;
	struct lines common, joined, left;
};

/* Returns whether the merged policy has LINE although not all inputs do. */
static bool is_joined(const struct merge_settings *merge, const char *line)
{
	bool is_joined = false;

	for (size_t i = 0; i < merge->n && !is_joined; i++) {
		const struct settings *settings = &merge->policies[i]->settings;
		struct setting_lines all = setting_list(settings);

		for (size_t k = 0; k < all.n && !is_joined; k++) {
			const struct setting_row *row = all.v[k].row;

			is_joined = row->is_joined && str_eq(all.v[k].text, line);
			for (size_t m = 0; m < merge->n && is_joined; m++)
				is_joined = row->is_joined(settings, all.v[k].index,
							   &merge->policies[m]->settings);
		}
		setting_lines_finish(&all);
	}
	return is_joined;
}

/* Puts LINE, which some input has, among those that the merged policy has or those that are left
 * out. */
static void add_line(struct merge_settings *merge, const char *line)
{
	bool is_common = true;

	if (has_line(&merge->common, line) || has_line(&merge->joined, line) ||
	    has_line(&merge->left, line))
		return;
	for (size_t i = 0; i < merge->n; i++)
		is_common = is_common && has_line(&merge->lines[i], line);
	*array_append(is_common		       ? &merge->common
		      : is_joined(merge, line) ? &merge->joined
					       : &merge->left) = mem_strdup(line);
}

/* The text is the same for any order of the inputs, even if these differ in the order of lines. */
static void settle_order(struct merge_settings *merge)
{
	struct lines sorted = { 0 };
	bool is_same = true;

	for (size_t i = 0; i < merge->n; i++)
		is_same = is_same && is_same_order(&merge->lines[i], &merge->common);
	if (is_same)
		return;
	for (size_t i = 0; i < merge->common.n; i++) {
		char *line = merge->common.v[i];

		*array_append(is_bound_to_order(merge->policies[0], line) ? &merge->left
									  : &sorted) = line;
	}
	free(merge->common.v);
	merge->common = sorted;
	sort(&merge->common);
}

static void print(struct merge_settings *merge, struct strbuf *buf, struct diags *diags)
{
	for (size_t i = 0; i < merge->common.n; i++)
		strbuf_printf(buf, "%s\n", merge->common.v[i]);
	sort(&merge->joined);
	for (size_t i = 0; i < merge->joined.n; i++)
		strbuf_printf(buf, "%s\n", merge->joined.v[i]);
	sort(&merge->left);
	for (size_t i = 0; i < merge->left.n; i++) {
		bool is_order = has_line(&merge->lines[0], merge->left.v[i]);

		for (size_t k = 1; k < merge->n; k++)
			is_order = is_order && has_line(&merge->lines[k], merge->left.v[i]);
		strbuf_printf(buf, "# not in all inputs%s: %s\n",
			      is_order ? " in the same order" : "", merge->left.v[i]);
		diags_add(diags, DIAG_WARNING, NULL, "not in all inputs%s, so it is left out: %s",
			  is_order ? " in the same order" : "", merge->left.v[i]);
	}
}

void merge_settings(struct policy *const *policies, size_t n, struct strbuf *buf,
		    struct diags *diags)
{
	struct merge_settings merge = { .policies = policies,
					.lines = mem_alloc(n * sizeof(struct lines)),
					.n = n };

	for (size_t i = 0; i < n; i++)
		add_settings(&policies[i]->settings, &merge.lines[i]);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < merge.lines[i].n; k++)
			add_line(&merge, merge.lines[i].v[k]);
	settle_order(&merge);
	print(&merge, buf, diags);
	for (size_t i = 0; i < n; i++)
		lines_finish(&merge.lines[i]);
	free(merge.lines);
	lines_finish(&merge.common);
	lines_finish(&merge.joined);
	lines_finish(&merge.left);
}
