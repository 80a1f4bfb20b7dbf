// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command's own filter decides before the policy's if its action takes precedence, as an errno
 * does over the listener's: what it stops never reaches the listener. Adding one does reach it, if
 * the calls that do so are denied, however short-lived the process. What the policy itself says
 * about them is up to whatever answers (notify/notify.h).
 */
#include "cmd/watch.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

/* Without a program both fail, and that is how programs probe for what is available. */
static const struct policy_option rules[] = {
	{ "deny", "EPERM seccomp if operation == SECCOMP_SET_MODE_FILTER and args != 0" },
	{ "deny", "EPERM prctl if option == PR_SET_SECCOMP" },
};

/* Reads SOURCE after N of the rules, from the first on. Returns NULL if that is impossible. */
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

/* Whether WATCHED is POLICY with additional rules: a file may have changed, and a pipe cannot be
 * read twice. */
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
	/* A rule that denies what one of ours has decided is an error: then only the other one is
	 * used. */
	struct policy *watched = read_behind(source, rules, ARRAY_SIZE(rules));

	for (size_t i = 0; !watched && i < ARRAY_SIZE(rules); i++)
		watched = read_behind(source, &rules[i], 1);
	if (watched && !is_same_besides(watched, policy)) {
		policy_destroy(watched);
		return NULL;
	}
	return watched;
}
