// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Types come from the kernel's signatures. What is refused here would compile to a test that does
 * not mean what it says: a pointer compared with a number, a value that the argument cannot have.
 */
#include "policy/check.h"

#include "base/str.h"

/* One call of a rule under one arch, for which a test must be valid. */
struct test_site {
	const struct sys_call *call; /* NULL: by number, no signature known */
	enum arch arch;
};

/* Stores site number I of RULE; returns false past the last one. */
static bool next_site(const struct rule *rule, size_t *i, struct test_site *ret_site)
{
	for (; *i < rule->n_calls * ARCH_COUNT; (*i)++) {
		const struct rule_call *call = &rule->calls[*i / ARCH_COUNT];
		enum arch arch = (enum arch)(*i % ARCH_COUNT);

		if (call->numbers[arch] == CALL_NONE)
			continue;
		(*i)++;
		*ret_site = (struct test_site){ call->rows[arch], arch };
		return true;
	}
	return false;
}

static const char *arg_row(size_t i, void *data)
{
	const struct sys_call *call = data;

	if (i < call->n_args)
		return call->args[i].name;
	i -= call->n_args;
	return i < call->n_args ? sys_arg_label(&call->args[i]) : NULL;
}

static void hint_arguments(struct parser *parser, const struct sys_call *call, const char *name)
{
	struct strbuf names = { 0 };

	if (diags_hint_nearest(parser->diags, name, arg_row, (void *)call))
		return;
	for (size_t i = 0; i < call->n_args; i++)
		strbuf_printf(&names, "%s%s", i ? ", " : "", sys_arg_label(&call->args[i]));
	if (call->n_args)
		diags_hint(parser->diags, "its arguments are %s", names.text);
	else
		diags_hint(parser->diags, "it has none");
	strbuf_finish(&names);
}

bool check_argument(struct parser *parser, const struct rule *rule, const struct token *name,
		    struct wording *ret_words)
{
	struct wording words = { .family = FAMILY_NONE };
	struct operand operand;
	struct test_site site;
	size_t i = 0;

	while (next_site(rule, &i, &site)) {
		if (operand_find(site.call, site.arch, name->text, &operand)) {
			if (words.family == FAMILY_NONE)
				words.family = operand.family;
			if (!words.dependent)
				words.dependent = dependent_first(site.call, operand.index);
			continue;
		}
		if (!site.call) {
			parser_error(parser, &name->place,
				     "arguments of a call by number are arg0 to arg5");
			return false;
		}
		parser_error(parser, &name->place, "'%s' has no argument '%s'", site.call->name,
			     name->text);
		hint_arguments(parser, site.call, name->text);
		return false;
	}
	*ret_words = words;
	return true;
}

static bool is_order(enum test_op op)
{
	return op == TEST_LT || op == TEST_LE || op == TEST_GT || op == TEST_GE;
}

/* Returns what is wrong with VALUE for OPERAND, or NULL. IS_ORDERED: compared by size, not only for
 * equality. */
static const char *value_fault(const struct value *value, const struct operand *operand,
			       enum arch arch, bool is_ordered)
{
	unsigned int width = operand->width;
	bool is_negative = value->is_negative[arch];
	uint64_t bits = value->bits[arch];

	if (width < 64 && !is_negative && bits >> width)
		return "does not fit";
	if (width < 64 && is_negative &&
	    (int64_t)bits < -(1LL << (value->is_complement ? width : width - 1)))
		return "does not fit";
	if (!is_ordered)
		return NULL;
	if (!operand->is_signed && is_negative)
		return "is negative, but the argument is unsigned";
	if (operand->is_signed && !is_negative && bits >> (width - 1))
		return "is larger than it can be";
	return NULL;
}

static bool check_value(struct parser *parser, const struct test *test, const struct value *value,
			const struct test_site *site, bool is_ordered)
{
	struct operand operand = test_operand(test, site->call, site->arch);
	const char *fault = value_fault(value, &operand, site->arch, is_ordered);

	if (!fault)
		return true;
	parser_error(parser, &test->place, "%s %s: '%s' of '%s' under %s", value->text, fault,
		     test->arg, site->call ? site->call->name : "a call by number",
		     arch_get(site->arch)->name);
	return false;
}

static bool is_zero(const struct value *value)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (value->bits[arch])
			return false;
	return true;
}

/* seccomp sees only registers: a pointer is either NULL or not, and nothing else can be said. */
static bool check_pointer(struct parser *parser, const struct test *test,
			  const struct test_site *site)
{
	bool is_null = (test->op == TEST_EQ || test->op == TEST_NE) && !test->has_mask &&
		       is_zero(&test->items[0].low);

	if (is_null)
		return true;
	parser_error(parser, &test->place,
		     "'%s' of '%s' is a pointer, which can only be compared with 0", test->arg,
		     site->call->name);
	diags_hint(parser->diags,
		   "a filter cannot look at what it points to, which may change anyway");
	return false;
}

/* Returns whether the range is reversed, in signed order within the operand's width if it is
 * signed. */
static bool is_reversed(const struct test_item *item, const struct operand *operand, enum arch arch)
{
	uint64_t low = value_bits(&item->low, arch, operand->width);
	uint64_t high = value_bits(&item->high, arch, operand->width);
	uint64_t sign = operand->is_signed ? 1ULL << (operand->width - 1) : 0;

	return (low ^ sign) > (high ^ sign);
}

static bool check_items(struct parser *parser, const struct test *test,
			const struct test_site *site)
{
	struct operand operand = test_operand(test, site->call, site->arch);

	for (size_t i = 0; i < test->n_items; i++) {
		const struct test_item *item = &test->items[i];
		bool is_ordered = is_order(test->op) || item->is_range;

		if (!check_value(parser, test, &item->low, site, is_ordered) ||
		    !check_value(parser, test, &item->high, site, is_ordered))
			return false;
		if (item->is_range && is_reversed(item, &operand, site->arch)) {
			parser_error(parser, &test->place, "the range %s..%s is empty",
				     item->low.text, item->high.text);
			return false;
		}
	}
	return true;
}

/* Bits outside the mask can never be set. */
static bool check_mask(struct parser *parser, const struct test *test, const struct test_site *site)
{
	struct operand operand = test_operand(test, site->call, site->arch);
	uint64_t mask = value_bits(&test->mask, site->arch, operand.width);
	bool is_equality = test->op == TEST_EQ || test->op == TEST_NE || test->op == TEST_IN ||
			   test->op == TEST_HAS;

	if (!check_value(parser, test, &test->mask, site, false))
		return false;
	for (size_t i = 0; is_equality && i < test->n_items; i++) {
		const struct test_item *item = &test->items[i];

		if (item->is_range || !(value_bits(&item->low, site->arch, operand.width) & ~mask))
			continue;
		parser_error(parser, &test->place, "%s has bits that the mask %s removes",
			     item->low.text, test->mask.text);
		return false;
	}
	return true;
}

enum constancy { VARIES, ALWAYS_HOLDS, NEVER_HOLDS };

/* What a comparison amounts to when AT, the value, and LAST, the largest that the argument can
 * have, are counted from the smallest one it can have. */
static enum constancy order_constancy(enum test_op op, uint64_t at, uint64_t last)
{
	switch (op) {
	case TEST_LT:
		return at == 0 ? NEVER_HOLDS : at > last ? ALWAYS_HOLDS : VARIES;
	case TEST_LE:
		return at >= last ? ALWAYS_HOLDS : VARIES;
	case TEST_GT:
		return at >= last ? NEVER_HOLDS : VARIES;
	case TEST_GE:
		return at == 0 ? ALWAYS_HOLDS : at > last ? NEVER_HOLDS : VARIES;
	default:
		return VARIES;
	}
}

static enum constancy item_constancy(const struct test *test, const struct test_item *item,
				     const struct operand *operand, enum arch arch)
{
	uint64_t sign = operand->is_signed ? 1ULL << (operand->width - 1) : 0;
	uint64_t all = ~0ULL >> (64 - operand->width);
	uint64_t mask = test->has_mask ? value_bits(&test->mask, arch, operand->width) : all;
	uint64_t low = value_bits(&item->low, arch, operand->width);
	uint64_t high = value_bits(&item->high, arch, operand->width);

	switch (test->op) {
	case TEST_HAS:
		return low == 0 ? ALWAYS_HOLDS : VARIES;
	case TEST_ANY:
		return (low & mask) == 0 ? NEVER_HOLDS : VARIES;
	case TEST_ONLY:
		return (mask & ~low) == 0 ? ALWAYS_HOLDS : VARIES;
	case TEST_IN:
		return (low ^ sign) == 0 && (high ^ sign) >= mask ? ALWAYS_HOLDS : VARIES;
	default:
		return order_constancy(test->op, low ^ sign, mask);
	}
}

/* Warns about a test that has the same outcome for every call of RULE, whatever its argument. */
static void warn_constant(struct parser *parser, const struct rule *rule, const struct test *test)
{
	if (test->has_mask && is_zero(&test->mask)) {
		parser_warn(parser, &test->place, "the mask is 0");
		return;
	}
	for (size_t k = 0; k < test->n_items; k++) {
		const struct test_item *item = &test->items[k];
		enum constancy common = VARIES;
		struct test_site site;
		size_t i = 0, n = 0;

		for (; next_site(rule, &i, &site); n++) {
			struct operand operand = test_operand(test, site.call, site.arch);
			enum constancy here = item_constancy(test, item, &operand, site.arch);

			common = n == 0 || here == common ? here : VARIES;
			if (common == VARIES)
				break;
		}
		if (common != VARIES)
			parser_warn(parser, &test->place, "'%s %s%s%s' %s holds",
				    test_op_name(test->op), item->low.text,
				    item->is_range ? ".." : "",
				    item->is_range ? item->high.text : "",
				    common == ALWAYS_HOLDS ? "always" : "never");
	}
}

/* A constant may have a different value in another family: then one text would mean two things. */
static bool check_family(struct parser *parser, const struct rule *rule, const struct test *test)
{
	struct operand first = { .family = FAMILY_NONE }, operand;
	struct test_site site;
	size_t i = 0;

	while (next_site(rule, &i, &site)) {
		operand = test_operand(test, site.call, site.arch);
		if (first.family == FAMILY_NONE)
			first = operand;
		if (operand.family == FAMILY_NONE || operand.family == first.family)
			continue;
		parser_error(parser, &test->place,
			     "'%s' means different things to the calls of this rule", test->arg);
		diags_hint(parser->diags, "write one rule for '%s' and one for the others",
			   site.call ? site.call->name : "the number");
		return false;
	}
	return true;
}

bool check_test(struct parser *parser, const struct rule *rule, const struct test *test)
{
	struct operand operand;
	struct test_site site;
	size_t i = 0;

	if (!parser_spend(parser, &test->place, BUDGET_CHECKS,
			  (rule->n_calls + 1) * ARCH_COUNT * (test->n_items + 1)) ||
	    !check_family(parser, rule, test))
		return false;
	while (next_site(rule, &i, &site)) {
		operand = test_operand(test, site.call, site.arch);
		if ((operand.kind == ARG_POINTER || operand.kind == ARG_STRING) &&
		    !check_pointer(parser, test, &site))
			return false;
		if (!check_items(parser, test, &site) ||
		    (test->has_mask && !check_mask(parser, test, &site)))
			return false;
	}
	warn_constant(parser, rule, test);
	return true;
}
