// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any text is read or refused; what is read prints in a form that reads back and prints the same,
 * compiles or is too large, is proved or too intricate, and decides as it says.
 */
#include <errno.h>
#include <stdlib.h>

#include "filter/filter.h"
#include "policy/parse.h"
#include "policy/print.h"

static void compare_calls(const struct policy *policy, const struct filter *filter)
{
	for (uint32_t nr = 0; nr < 512; nr++) {
		struct seccomp_data data = { .nr = (int)nr, .arch = arch_get(nr & 3)->audit_arch };
		struct verdict meant, done;

		for (size_t i = 0; i < 6; i++)
			data.args[i] = (uint64_t)nr * 0x9e3779b97f4a7c15 >> (8 * i + 4);
		meant = policy_verdict(policy, &data);
		done = filter_decide(filter, &data);
		if (!verdict_is_same(&meant, &done))
			abort();
	}
}

static void check_print(const struct policy *policy)
{
	struct strbuf first = { 0 }, second = { 0 };
	struct diags diags = { 0 };
	struct policy *again;

	policy_print(policy, &first);
	if (policy_parse_text("printed", first.text, first.len, &again, &diags)) {
		diags_print(&diags, stderr);
		abort();
	}
	policy_print(again, &second);
	if (!str_eq(first.text, second.text))
		abort();
	strbuf_finish(&first);
	strbuf_finish(&second);
	diags_finish(&diags);
	policy_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct policy *policy = NULL;
	struct filter *filter = NULL;
	struct diags diags = { 0 };

	if (!policy_parse_text("fuzz", (const char *)data, size, &policy, &diags)) {
		check_print(policy);
		if (!filter_compile(policy, FILTER_LAUNCH_COOKIE, &filter, &diags)) {
			if (filter_prove(filter, policy, &diags) == -EINVAL)
				abort();
			compare_calls(policy, filter);
		}
	}
	filter_destroy(filter);
	policy_destroy(policy);
	diags_finish(&diags);
	return 0;
}
