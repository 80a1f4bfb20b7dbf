// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How large a policy may be. A filter holds 4096 instructions, so whatever exceeds these limits is
 * not a policy but an attempt to keep its reader busy: a stranger's, or a fuzzer's. Exceeding one
 * is an error at the place that does so, and nothing more is read.
 */
#include "policy/parser.h"

static const struct {
	size_t max;
	const char *message;
} budgets[] = {
	[BUDGET_TEXTS] = { 256, "the policy consists of more than 256 texts" },
	[BUDGET_BYTES] = { POLICY_BYTES_MAX, "the policy and what it reads are larger than 1 MiB" },
	[BUDGET_STATEMENTS] = { 8192, "the policy has more than 8192 statements" },
	[BUDGET_WORDS] = { 65536, "the policy has more than 65536 words" },
	[BUDGET_RULES] = { 4096, "the policy has more than 4096 rules" },
	[BUDGET_CALLS] = { 65536, "the rules and sets name more than 65536 calls" },
	[BUDGET_NUMBERS] = { 4096, "the policy names more than 4096 calls by number" },
	[BUDGET_VARIABLES] = { 4096, "more than 4096 variables are set" },
	[BUDGET_CHECKS] = { 1 << 24, "the policy has too many conditions for its calls" },
	[BUDGET_WARNINGS] = { 1024, "the policy has more than 1024 warnings" },
	[BUDGET_ERRORS] = { 100, "there are more errors, which are not shown" },
};

enum { MEMORY_MAX = 24 << 20 };

bool parser_spend(struct parser *parser, const struct place *place, enum budget budget, size_t n)
{
	const char *message = budgets[budget].message;

	if (parser->is_exhausted)
		return false;
	parser->spent[budget] += n;
	if (parser->spent[budget] <= budgets[budget].max && parser->spent[budget] >= n) {
		if (parser->policy->arena.size <= MEMORY_MAX)
			return true;
		message = "the policy takes more than 24 MiB of memory";
	}
	parser->is_exhausted = true;
	parser_error(parser, place, "%s", message)->is_plain = true;
	return false;
}

bool parser_goes_on(struct parser *parser, const struct place *place)
{
	return parser_spend(parser, place, BUDGET_ERRORS, 0) &&
	       parser_spend(parser, place, BUDGET_WARNINGS, 0);
}
