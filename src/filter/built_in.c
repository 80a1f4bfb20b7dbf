// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/built_in.h"

#include <pthread.h>

#include "filter/verdict.h"
#include "policy/parse.h"

static struct policy *built_in;
static pthread_once_t built_in_once = PTHREAD_ONCE_INIT;

/* A policy of nothing else, for all ABIs. */
static void read_built_in(void)
{
	static const char text[] = "arch x86_64 x86 x32 aarch64\ndefault allow\n";
	struct diags diags = { 0 };

	policy_parse_text("<every ABI>", text, sizeof(text) - 1, &built_in, &diags);
	diags_finish(&diags);
}

bool built_in_denies(const struct seccomp_data *data, struct action *ret_action)
{
	struct verdict verdict;

	pthread_once(&built_in_once, read_built_in);
	if (!built_in)
		return false;
	verdict = policy_verdict(built_in, data);
	if (!action_is_denial(&verdict.action))
		return false;
	*ret_action = verdict.action;
	return true;
}
