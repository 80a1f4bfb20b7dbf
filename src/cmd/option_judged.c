// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of check for what else violates a policy. */
#include <errno.h>

#include "base/mem.h"
#include "cmd/option_row.h"
#include "policy/quantity.h"

int take_baseline(struct options *options, const struct option_row *row, const char *value,
		  struct diags *diags)
{
	(void)row;
	(void)diags;
	*array_append(&options->baselines) = value;
	return 0;
}

static int refuse_budget(const char *word, struct diags *diags)
{
	diags_fail(diags, -EINVAL, "'%s' is not a budget", word);
	diags_hint(diags, "memory=256M, processes=20, time=30s or cputime=10s, joined by commas");
	return -EINVAL;
}

static int take_amount(struct options *options, char *word, struct diags *diags)
{
	char *amount = strchr(word, '=');

	for (enum budget_kind kind = 0; amount && kind < BUDGETS; kind++) {
		size_t length = strlen(budget_name(kind));

		if (length == (size_t)(amount - word) &&
		    !strncmp(word, budget_name(kind), length) &&
		    budget_parse(kind, amount + 1, &options->judged.budget[kind]))
			return 0;
	}
	return refuse_budget(word, diags);
}

int take_budget(struct options *options, const struct option_row *row, const char *value,
		struct diags *diags)
{
	const char *at = value;
	int err = 0;

	(void)row;
	do {
		struct strbuf word = { 0 };
		size_t length = strcspn(at, ",");

		strbuf_puts(&word, "");
		strbuf_add(&word, at, length);
		err = take_amount(options, word.text, diags);
		strbuf_finish(&word);
		at += length;
	} while (!err && *at++);
	return err;
}

int take_max_unused(struct options *options, const struct option_row *row, const char *value,
		    struct diags *diags)
{
	(void)row;
	if (parse_count(value, UINT32_MAX, &options->judged.max_unused))
		return 0;
	diags_fail(diags, -EINVAL, "'%s' is not a number of rules", value);
	diags_hint(diags, "--max-unused 0 lets none of them decide nothing");
	return -EINVAL;
}
