// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The meaning of a policy, as plainly as it can be stated: go through the rules; the first that
 * applies decides. Compiled filters are proved against this meaning, so nothing here may be clever,
 * and nothing may be shared with compile.c except for how an argument's type is read.
 */
#include "filter/verdict.h"

struct reading {
	const struct rule *rule;
	const struct sys_call *call;
	enum arch arch;
	const struct seccomp_data *data;
	void (*on_test)(const struct verdict_test *test, void *context);
	void *context;
};

static uint64_t cut(uint64_t value, unsigned int width)
{
	return width == 64 ? value : value & ((1ULL << width) - 1);
}

static int64_t with_sign(uint64_t value, unsigned int width)
{
	uint64_t sign = 1ULL << (width - 1);

	return (int64_t)((value ^ sign) - sign);
}

/* Returns -1, 0 or 1 as A is below, equal to or above B. */
static int compare(uint64_t a, uint64_t b, const struct operand *operand)
{
	if (operand->is_signed) {
		int64_t x = with_sign(a, operand->width), y = with_sign(b, operand->width);

		return (x > y) - (x < y);
	}
	return (a > b) - (a < b);
}

static bool is_in(const struct test *test, enum arch arch, const struct operand *operand,
		  uint64_t value)
{
	for (size_t i = 0; i < test->n_items; i++) {
		uint64_t low = value_bits(&test->items[i].low, arch, operand->width);
		uint64_t high = value_bits(&test->items[i].high, arch, operand->width);

		if (compare(value, low, operand) >= 0 && compare(value, high, operand) <= 0)
			return true;
	}
	return false;
}

static bool test_holds(const struct test *test, enum arch arch, const struct operand *operand,
		       uint64_t value)
{
	uint64_t want = value_bits(&test->items[0].low, arch, operand->width);

	switch (test->op) {
	case TEST_EQ:
		return value == want;
	case TEST_NE:
		return value != want;
	case TEST_LT:
		return compare(value, want, operand) < 0;
	case TEST_LE:
		return compare(value, want, operand) <= 0;
	case TEST_GT:
		return compare(value, want, operand) > 0;
	case TEST_GE:
		return compare(value, want, operand) >= 0;
	case TEST_IN:
		return is_in(test, arch, operand, value);
	case TEST_HAS:
		return (value & want) == want;
	case TEST_ANY:
		return (value & want) != 0;
	case TEST_ONLY:
		return (value & ~want) == 0;
	}
	return false;
}

static bool read_test(const struct reading *reading, const struct test *test)
{
	struct verdict_test told = { .rule = reading->rule, .test = test };
	uint64_t value;

	told.operand = test_operand(test, reading->call, reading->arch);
	told.value = cut(reading->data->args[told.operand.index], told.operand.width);
	value = told.value;
	if (test->has_mask)
		value &= value_bits(&test->mask, reading->arch, told.operand.width);
	told.is_true = test_holds(test, reading->arch, &told.operand, value);
	if (reading->on_test)
		reading->on_test(&told, reading->context);
	return told.is_true;
}

static bool expr_holds(const struct reading *reading, const struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_TEST:
		return read_test(reading, expr->test);
	case EXPR_NOT:
		return !expr_holds(reading, expr->left);
	case EXPR_AND:
		return expr_holds(reading, expr->left) && expr_holds(reading, expr->right);
	case EXPR_OR:
		return expr_holds(reading, expr->left) || expr_holds(reading, expr->right);
	}
	return false;
}

/*
 * The arguments of a multiplexed call are behind a pointer, so a condition cannot be evaluated: an
 * allowing rule then does not apply, and a denying one does.
 */
static bool multiplexed_applies(const struct rule *rule, const struct rule_call *call,
				const struct seccomp_data *data)
{
	const struct multiplex *multiplex = &call->multiplex;

	if (!multiplex->nr || multiplex->nr != (uint32_t)data->nr)
		return false;
	if (((uint32_t)data->args[0] & multiplex->mask) != multiplex->number)
		return false;
	return !rule->expr || action_is_denial(&rule->action);
}

static bool rule_applies(struct reading *reading, const struct rule *rule)
{
	uint32_t nr = (uint32_t)reading->data->nr;

	if (!(rule->arches & 1U << reading->arch))
		return false;
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];

		if (reading->arch == ARCH_X86 && multiplexed_applies(rule, call, reading->data))
			return true;
		if (call->numbers[reading->arch] != nr || nr == CALL_NONE)
			continue;
		reading->rule = rule;
		reading->call = call->rows[reading->arch];
		if (!rule->expr || expr_holds(reading, rule->expr))
			return true;
	}
	return false;
}

/* When a built-in rule denies, a rule of the policy itself may still mark the denial as known,
 * though it does not decide. */
static struct verdict verdict_of(struct reading *reading, const struct policy *policy,
				 const struct rule *rule)
{
	struct verdict verdict = { .action = rule->action, .by = VERDICT_RULE, .rule = rule };
	size_t i = rule->index + 1;

	if (!action_is_denial(&rule->action) || !str_eq(rule->place.file, POLICY_BUILT_IN))
		return verdict;
	reading->on_test = NULL;
	while (i < policy->n_rules && (str_eq(policy->rules[i]->place.file, POLICY_BUILT_IN) ||
				       !rule_applies(reading, policy->rules[i])))
		i++;
	verdict.action.is_known = i < policy->n_rules && policy->rules[i]->action.is_known;
	return verdict;
}

struct verdict verdict_explain(const struct policy *policy, const struct seccomp_data *data,
			       void (*on_test)(const struct verdict_test *test, void *context),
			       void *context)
{
	struct reading reading = { .arch = arch_of_call(data->arch, (uint32_t)data->nr),
				   .data = data,
				   .on_test = on_test,
				   .context = context };

	if (reading.arch == ARCH_NONE || !(policy->arches & 1U << reading.arch))
		return (struct verdict){ .action = { .kind = ACTION_KILL_PROCESS },
					 .by = VERDICT_ARCH };
	for (size_t i = 0; i < policy->n_rules; i++)
		if (rule_applies(&reading, policy->rules[i]))
			return verdict_of(&reading, policy, policy->rules[i]);
	if (policy_knows(policy, reading.arch, (uint32_t)data->nr))
		return (struct verdict){ .action = policy->default_action, .by = VERDICT_DEFAULT };
	return (struct verdict){ .action = policy->unknown_action, .by = VERDICT_UNKNOWN };
}

struct verdict policy_verdict(const struct policy *policy, const struct seccomp_data *data)
{
	return verdict_explain(policy, data, NULL, NULL);
}

bool verdict_is_same(const struct verdict *a, const struct verdict *b)
{
	return a->action.kind == b->action.kind && a->action.data == b->action.data &&
	       a->by == b->by && a->rule == b->rule;
}

struct place verdict_place(const struct policy *policy, const struct verdict *verdict)
{
	switch (verdict->by) {
	case VERDICT_RULE:
		return verdict->rule->place;
	case VERDICT_DEFAULT:
		return policy->default_place;
	case VERDICT_UNKNOWN:
		return policy->unknown_place;
	default:
		return (struct place){ 0 };
	}
}
