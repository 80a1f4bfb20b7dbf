// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hundred rules that each allow one value form one set of a hundred values. Sets are found by
 * text: clauses with the same text except for the values of one argument together hold for all of
 * these values.
 */
#include "learn/clause.h"

#include <inttypes.h>
#include <stdlib.h>

#include "policy/number.h"
#include "policy/print.h"

/* Texts are compared as printed. */
static char *text_of(struct arena *arena, struct strbuf *buf)
{
	char *text = arena_strndup(arena, buf->text ? buf->text : "", buf->len);

	strbuf_finish(buf);
	return text;
}

static struct clause_part *add_part(struct clause *clause, struct arena *arena)
{
	struct clause_part *grown = arena_alloc(arena, (clause->n_parts + 1) * sizeof(*grown));

	if (clause->n_parts)
		memcpy(grown, clause->parts, clause->n_parts * sizeof(*grown));
	clause->parts = grown;
	return &clause->parts[clause->n_parts++];
}

static bool is_number(const char *text)
{
	uint64_t number;

	return parse_number(*text == '-' ? text + 1 : text, &number);
}

/* Returns whether VALUE may be in a range: one that exceeds the argument's largest value may
 * not. */
static bool can_be_in_range(const struct value *value, const struct operand *operand,
			    enum arch arch)
{
	if (!is_number(value->text))
		return false;
	if (!operand->is_signed)
		return !value->is_negative[arch];
	return value->is_negative[arch] || !(value->bits[arch] >> (operand->width - 1));
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Returns what maps the order of the argument's values to that of their bits. */
static uint64_t sign_of(const struct operand *operand)
{
	return operand->is_signed ? 1ULL << (operand->width - 1) : 0;
}

static void take_set(struct clause_part *part, const struct clause_source *source,
		     const struct test *test, const struct operand *operand)
{
	uint64_t sign = sign_of(operand);

	part->items = arena_alloc(source->arena, test->n_items * sizeof(*part->items));
	part->n_items = test->n_items;
	for (size_t i = 0; i < test->n_items; i++) {
		const struct test_item *item = &test->items[i];

		part->items[i] = (struct clause_item){
			.low = value_bits(&item->low, source->arch, operand->width) ^ sign,
			.high = value_bits(&item->high, source->arch, operand->width) ^ sign,
			.is_number = can_be_in_range(&item->low, operand, source->arch) &&
				     can_be_in_range(&item->high, operand, source->arch),
			.is_range = item->is_range,
			.low_text = item->low.text,
			.high_text = item->high.text,
		};
	}
	clause_part_settle(part, source->arena);
}

/* An argument has one name in all of its tests, whichever its author chose. */
static const char *name_of(const struct clause_source *source, const struct test *test,
			   const struct operand *operand)
{
	const struct sys_call *call = source->call;

	if (call && operand->index < call->n_args)
		return sys_arg_label(&call->args[operand->index]);
	return test->arg;
}

static void add_test(struct clause *clause, const struct clause_source *source,
		     const struct expr *expr)
{
	const struct test *test = expr->test;
	struct operand operand = test_operand(test, source->call, source->arch);
	struct clause_part *part = add_part(clause, source->arena);
	struct strbuf text = { 0 };

	part->arg = operand.index;
	strbuf_puts(&text, name_of(source, test, &operand));
	if (test->has_mask)
		strbuf_printf(&text, " & %s", test->mask.text);
	part->head = text_of(source->arena, &text);
	if (test->op == TEST_EQ || test->op == TEST_IN) {
		take_set(part, source, test, &operand);
		return;
	}
	expr_print(expr, &text);
	part->text = text_of(source->arena, &text);
}

/* Adds the parts of EXPR, which is an operand of "and". */
static void add_parts(struct clause *clause, const struct clause_source *source,
		      const struct expr *expr)
{
	struct clause_part *part;
	struct strbuf text = { 0 };

	if (expr->kind == EXPR_AND) {
		add_parts(clause, source, expr->left);
		add_parts(clause, source, expr->right);
		return;
	}
	if (expr->kind == EXPR_TEST) {
		add_test(clause, source, expr);
		return;
	}
	part = add_part(clause, source->arena);
	part->arg = SYS_ARGS_MAX;
	part->head = "";
	strbuf_puts(&text, expr->kind == EXPR_OR ? "(" : "");
	expr_print(expr, &text);
	strbuf_puts(&text, expr->kind == EXPR_OR ? ")" : "");
	part->text = text_of(source->arena, &text);
}

static int compare_parts(const void *a, const void *b)
{
	const struct clause_part *x = a, *y = b;

	if (x->arg != y->arg)
		return x->arg < y->arg ? -1 : 1;
	return strcmp(x->text, y->text);
}

void clauses_add(struct clauses *clauses, const struct clause_source *source,
		 const struct expr *expr)
{
	struct clause clause = { .except = "" };

	if (expr && expr->kind == EXPR_OR) {
		clauses_add(clauses, source, expr->left);
		clauses_add(clauses, source, expr->right);
		return;
	}
	if (expr)
		add_parts(&clause, source, expr);
	if (clause.n_parts)
		qsort(clause.parts, clause.n_parts, sizeof(*clause.parts), compare_parts);
	*array_append(clauses) = clause;
}

void clauses_add_number(struct clauses *clauses, const struct clause_source *source, uint32_t mask,
			uint32_t number)
{
	const char *name = sys_arg_label(&source->call->args[0]);
	struct clause clause = { .except = "" };
	struct clause_part *part = add_part(&clause, source->arena);
	struct strbuf text = { 0 };

	struct operand operand = { 0 };

	operand_find(source->call, source->arch, name, &operand);
	strbuf_puts(&text, name);
	if (mask != UINT32_MAX)
		strbuf_printf(&text, " & 0x%" PRIx32, mask);
	part->head = text_of(source->arena, &text);
	strbuf_printf(&text, "%" PRIu32, number);
	part->items = arena_alloc(source->arena, sizeof(*part->items));
	part->n_items = 1;
	part->items[0].low = number ^ (mask == UINT32_MAX ? sign_of(&operand) : 0);
	part->items[0].high = part->items[0].low;
	part->items[0].is_number = true;
	part->items[0].low_text = part->items[0].high_text = text_of(source->arena, &text);
	clause_part_settle(part, source->arena);
	*array_append(clauses) = clause;
}

/* A clause by its texts, without the values of one part. */
struct fold_row {
	char *rest; /* owned */
	size_t clause, part;
};

static char *rest_of(const struct clause *clause, size_t but)
{
	struct strbuf text = { 0 };

	for (size_t i = 0; i < clause->n_parts; i++)
		if (i != but)
			strbuf_printf(&text, "%s\n", clause->parts[i].text);
	/* Equal texts have the same address here. */
	strbuf_printf(&text, "\n%s\n%p", clause->parts[but].head, (const void *)clause->except);
	return text.text;
}

static int compare_rows(const void *a, const void *b)
{
	const struct fold_row *x = a, *y = b;
	int order = strcmp(x->rest, y->rest);

	order = order ? order : compare_numbers(x->clause, y->clause);
	return order ? order : compare_numbers(x->part, y->part);
}

/* Merges the clauses of N rows, which differ in one part, into the first; the others are marked
 * gone. */
static void join(struct clauses *clauses, const struct fold_row *rows, size_t n, bool *gone,
		 struct arena *arena)
{
	struct clause_part *part = &clauses->v[rows[0].clause].parts[rows[0].part];
	struct clause_item *all;
	size_t n_all = 0;

	for (size_t i = 0; i < n; i++)
		n_all += clauses->v[rows[i].clause].parts[rows[i].part].n_items;
	all = arena_alloc(arena, n_all * sizeof(*all));
	n_all = 0;
	for (size_t i = 0; i < n; i++) {
		const struct clause_part *from = &clauses->v[rows[i].clause].parts[rows[i].part];

		memcpy(all + n_all, from->items, from->n_items * sizeof(*all));
		n_all += from->n_items;
		gone[rows[i].clause] = i != 0;
	}
	part->items = all;
	part->n_items = n_all;
	clause_part_settle(part, arena);
}

static void drop_gone(struct clauses *clauses, const bool *gone)
{
	size_t n = 0;

	for (size_t i = 0; i < clauses->n; i++)
		if (!gone[i])
			clauses->v[n++] = clauses->v[i];
	clauses->n = n;
}

/* Folds the values of argument ARG; returns whether any clause is gone. */
static bool fold_argument(struct clauses *clauses, unsigned int arg, struct arena *arena)
{
	struct {
		struct fold_row *v;
		size_t n, cap;
	} rows = { 0 };
	bool *gone = mem_alloc(clauses->n * sizeof(*gone));
	size_t before = clauses->n, same;

	for (size_t i = 0; i < clauses->n; i++) {
		struct clause *clause = &clauses->v[i];
		size_t k = 0;

		/* Skip to one part per clause, so that no row refers to a clause that is gone. */
		while (k < clause->n_parts &&
		       (clause->parts[k].arg != arg || !clause->parts[k].items))
			k++;
		if (k < clause->n_parts)
			*array_append(&rows) = (struct fold_row){ rest_of(clause, k), i, k };
	}
	if (rows.n)
		qsort(rows.v, rows.n, sizeof(*rows.v), compare_rows);
	for (size_t i = 0; i < rows.n; i += same) {
		for (same = 1; i + same < rows.n && str_eq(rows.v[i].rest, rows.v[i + same].rest);)
			same++;
		if (same > 1)
			join(clauses, rows.v + i, same, gone, arena);
	}
	drop_gone(clauses, gone);
	for (size_t i = 0; i < rows.n; i++)
		free(rows.v[i].rest);
	free(rows.v);
	free(gone);
	return clauses->n != before;
}

static int compare_excepts(const void *a, const void *b)
{
	const struct clause *x = a, *y = b;

	return x->except == y->except ? 0 : strcmp(x->except, y->except);
}

static int compare_clauses(const void *a, const void *b)
{
	const struct clause *x = a, *y = b;
	size_t n = x->n_parts < y->n_parts ? x->n_parts : y->n_parts;
	int order = compare_excepts(x, y);

	for (size_t i = 0; i < n && !order; i++)
		order = compare_parts(&x->parts[i], &y->parts[i]);
	return order ? order : compare_numbers(x->n_parts, y->n_parts);
}

static void sort(struct clauses *clauses)
{
	size_t n = 0;

	if (clauses->n)
		qsort(clauses->v, clauses->n, sizeof(*clauses->v), compare_clauses);
	for (size_t i = 0; i < clauses->n; i++)
		if (!n || compare_clauses(&clauses->v[n - 1], &clauses->v[i]))
			clauses->v[n++] = clauses->v[i];
	clauses->n = n;
}

/* Makes exceptions with the same text share one string. */
static void share_excepts(struct clauses *clauses)
{
	if (clauses->n)
		qsort(clauses->v, clauses->n, sizeof(*clauses->v), compare_excepts);
	for (size_t i = 1; i < clauses->n; i++)
		if (!compare_excepts(&clauses->v[i - 1], &clauses->v[i]))
			clauses->v[i].except = clauses->v[i - 1].except;
}

void clauses_fold(struct clauses *clauses, const struct clause_source *source)
{
	bool is_changed = true;

	share_excepts(clauses);
	sort(clauses);
	while (is_changed) {
		is_changed = false;
		for (unsigned int arg = 0; arg < SYS_ARGS_MAX; arg++)
			is_changed |= fold_argument(clauses, arg, source->arena);
		sort(clauses);
	}
}

static bool parts_are_apart(const struct clause_part *a, const struct clause_part *b)
{
	if (!a->items || !b->items || a->arg != b->arg || !str_eq(a->head, b->head))
		return false;
	for (size_t i = 0, k = 0; i < a->n_items && k < b->n_items;) {
		const struct clause_item *x = &a->items[i], *y = &b->items[k];

		if (x->low <= y->high && y->low <= x->high)
			return false;
		if (x->high < y->low)
			i++;
		else
			k++;
	}
	return true;
}

bool clauses_are_apart(const struct clause *a, const struct clause *b)
{
	for (size_t i = 0; i < a->n_parts; i++)
		for (size_t k = 0; k < b->n_parts; k++)
			if (parts_are_apart(&a->parts[i], &b->parts[k]))
				return true;
	return false;
}

void clause_print(const struct clause *clause, bool is_denied, struct strbuf *buf)
{
	bool needs_brackets = is_denied && clause->n_parts > 1;

	strbuf_puts(buf, is_denied ? "not " : "");
	strbuf_puts(buf, needs_brackets ? "(" : "");
	for (size_t i = 0; i < clause->n_parts; i++)
		strbuf_printf(buf, "%s%s", i ? " and " : "", clause->parts[i].text);
	strbuf_puts(buf, needs_brackets ? ")" : "");
}
