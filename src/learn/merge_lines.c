// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules of a merged policy are found call by call and ABI by ABI; here equal ones are combined,
 * and long lines are broken.
 */
#include "learn/merge_lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "policy/expr.h"

enum { LINE_WIDTH = 96 };

int action_compare(const void *a, const void *b)
{
	const struct action *x = a, *y = b;
	bool is_x_expected = action_is_expected(x), is_y_expected = action_is_expected(y);

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	/* A program continues after it, with another call or without. */
	if (is_x_expected != is_y_expected)
		return is_x_expected ? -1 : 1;
	if (x->data != y->data)
		return x->data < y->data ? -1 : 1;
	return y->is_known - x->is_known;
}

static int compare_rules(const struct rule_line *x, const struct rule_line *y)
{
	int order = (int)y->is_first - (int)x->is_first;

	order = order ? order : action_compare(&x->action, &y->action);
	return order ? order : strcmp(x->condition, y->condition);
}

/* Within one rule by call, then by arch. */
static int compare_lines(const void *a, const void *b)
{
	const struct rule_line *x = a, *y = b;
	int order = compare_rules(x, y);

	order = order ? order : strcmp(x->call, y->call);
	return order ? order : (x->arches > y->arches) - (x->arches < y->arches);
}

static int compare_arches(const void *a, const void *b)
{
	const struct rule_line *x = a, *y = b;
	int order = compare_rules(x, y);

	order = order ? order : (x->arches > y->arches) - (x->arches < y->arches);
	return order ? order : strcmp(x->call, y->call);
}

/* Combines the lines of one rule and call for all arches, and sorts them for print_lines(). */
static void join_lines(struct rule_lines *lines)
{
	size_t n = 0;

	if (lines->n)
		qsort(lines->v, lines->n, sizeof(*lines->v), compare_lines);
	for (size_t i = 0; i < lines->n; i++) {
		struct rule_line *last = n ? &lines->v[n - 1] : NULL;

		if (last && !compare_rules(last, &lines->v[i]) &&
		    str_eq(last->call, lines->v[i].call)) {
			last->arches |= lines->v[i].arches;
			free(lines->v[i].condition);
			free(lines->v[i].call);
			continue;
		}
		lines->v[n++] = lines->v[i];
	}
	lines->n = n;
	if (n)
		qsort(lines->v, n, sizeof(*lines->v), compare_arches);
}

void rule_lines_print_arches(uint32_t arches, struct strbuf *buf)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (arches >> arch & 1)
			strbuf_printf(buf, " %s", arch_get(arch)->name);
}

/* Joins lines before they get too long; the last one starts at START in BUF. */
static void print_condition(const char *condition, size_t start, struct strbuf *buf)
{
	size_t len;

	strbuf_puts(buf, " if");
	for (const char *word = condition; *word; word += len + (word[len] == ' ')) {
		bool is_long;

		len = strcspn(word, " ");
		is_long = buf->len - start + len > LINE_WIDTH;
		if (is_long)
			start = buf->len;
		strbuf_puts(buf, is_long ? " \\\n\t" : " ");
		strbuf_add(buf, word, len);
	}
}

static const struct sys_call *row_of(const struct rule_line *line, enum arch *ret_arch)
{
	*ret_arch = 0;
	while (!(line->arches >> *ret_arch & 1))
		++*ret_arch;
	return sys_call_find(*ret_arch, line->call);
}

/* Returns whether the condition of A, which is also B's, may be used in one rule for both: whether
 * its arguments are of the same family. Words that are not arguments do not matter. */
static bool means_the_same(const struct rule_line *a, const struct rule_line *b)
{
	enum arch arch_a, arch_b;
	const struct sys_call *call_a = row_of(a, &arch_a), *call_b = row_of(b, &arch_b);
	char name[64];
	size_t len;

	for (const char *at = a->condition; *at; at += len) {
		struct operand x, y;

		at += strspn(at, " ()");
		len = strcspn(at, " ()");
		snprintf(name, sizeof(name), "%.*s", (int)len, at);
		if (operand_find(call_a, arch_a, name, &x) &&
		    operand_find(call_b, arch_b, name, &y) && x.family != y.family &&
		    x.family != FAMILY_NONE && y.family != FAMILY_NONE)
			return false;
	}
	return true;
}

/* Returns whether line AT belongs to the rule of the lines from FIRST up to it. */
static bool can_join(const struct rule_line *lines, size_t first, size_t at)
{
	if (compare_rules(&lines[first], &lines[at]) || lines[first].arches != lines[at].arches)
		return false;
	for (size_t i = first; i < at; i++)
		if (!means_the_same(&lines[i], &lines[at]))
			return false;
	return true;
}

/* Appends the rule of the lines from FIRST on; returns the first line after it. */
static size_t print_rule(const struct rule_lines *all, size_t first, uint32_t arches,
			 struct strbuf *buf)
{
	const struct rule_line *lines = all->v;
	size_t at = first, start = buf->len;

	action_format(buf, &lines[first].action);
	while (at < all->n && can_join(lines, first, at)) {
		bool is_long = buf->len - start + strlen(lines[at].call) > LINE_WIDTH;

		if (is_long)
			start = buf->len;
		strbuf_printf(buf, "%s%s", is_long ? " \\\n\t" : " ", lines[at++].call);
	}
	if (lines[first].arches != arches && *lines[first].call != '[') {
		strbuf_puts(buf, " on");
		rule_lines_print_arches(lines[first].arches, buf);
	}
	if (*lines[first].condition)
		print_condition(lines[first].condition, start, buf);
	strbuf_puts(buf, "\n");
	return at;
}

void rule_lines_print(struct rule_lines *lines, uint32_t arches, struct strbuf *buf)
{
	join_lines(lines);
	for (size_t i = 0; i < lines->n;)
		i = print_rule(lines, i, arches, buf);
}

void rule_lines_finish(struct rule_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++) {
		free(lines->v[i].condition);
		free(lines->v[i].call);
	}
	free(lines->v);
}
