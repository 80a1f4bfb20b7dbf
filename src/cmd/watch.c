// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A filter of the command's own answers before the policy's where its action is the stronger one,
 * as an errno is than the listener's: what it stops never comes to the listener. That it was added
 * comes there, if the calls that do so are asked about, however short the process lives. What the
 * policy itself says of them is up to who answers (notify/notify.h).
 */
#include "cmd/watch.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

/* With no program at all both fail, and that is how programs ask what there is. */
static const struct policy_option rules[] = {
	{ "deny", "EPERM seccomp if operation == SECCOMP_SET_MODE_FILTER and args != 0" },
	{ "deny", "EPERM prctl if option == PR_SET_SECCOMP" },
};

/* Reads SOURCE behind N of the rules, from the first on. Returns NULL where that cannot be. */
static struct policy *read_behind(const struct policy_source *source,
				  const struct policy_option *first, size_t n)
{
	struct policy_source all = *source;
	struct policy_option *options =
		mem_alloc((source->n_options + n) * sizeof(*options) + sizeof(*options));
	struct policy *policy = NULL;
	struct diags diags = { 0 };

	for (size_t i = 0; i < n; i++)
		options[i] = first[i];
	for (size_t i = 0; i < source->n_options; i++)
		options[n + i] = source->options[i];
	all.options = options;
	all.n_options = n + source->n_options;
	if (policy_parse(&all, &policy, &diags)) {
		policy_destroy(policy);
		policy = NULL;
	}
	diags_finish(&diags);
	free(options);
	return policy;
}

/* Whether WATCHED is POLICY with more rules: a file may have changed, and a pipe cannot be read
 * twice. */
static bool is_same_besides(const struct policy *watched, const struct policy *policy)
{
	size_t k = 0;

	for (size_t i = 0; i < watched->n_rules && k < policy->n_rules; i++)
		k += str_eq(watched->rules[i]->text, policy->rules[k]->text);
	return k == policy->n_rules && watched->n_rules <= k + ARRAY_SIZE(rules) &&
	       watched->arches == policy->arches && watched->kernel == policy->kernel &&
	       action_is_same(&watched->default_action, &policy->default_action) &&
	       action_is_same(&watched->unknown_action, &policy->unknown_action);
}

struct policy *watch_read(const struct policy_source *source, const struct policy *policy)
{
	/* A rule that denies what one of ours has decided is an error: then the other is enough. */
	struct policy *watched = read_behind(source, rules, ARRAY_SIZE(rules));

	for (size_t i = 0; !watched && i < ARRAY_SIZE(rules); i++)
		watched = read_behind(source, &rules[i], 1);
	if (watched && !is_same_besides(watched, policy)) {
		policy_destroy(watched);
		return NULL;
	}
	return watched;
}
