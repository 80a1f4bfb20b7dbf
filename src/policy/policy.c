// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be determined about a policy without reading its rules. */
#include "policy/policy.h"

#include <errno.h>
#include <sha2.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/str.h"
#include "policy/parser.h"
#include "sys/name.h"

void policy_destroy(struct policy *policy)
{
	if (!policy)
		return;
	parser_destroy(policy->unread);
	arena_finish(&policy->arena);
	free(policy);
}

void policy_hash(const struct policy *policy, char ret_hex[POLICY_HASH_ROOM])
{
	SHA2_CTX hash;

	SHA256Init(&hash);
	for (size_t i = 0; i < policy->n_texts; i++) {
		SHA256Update(&hash, (const uint8_t *)policy->texts[i].text, policy->texts[i].len);
		SHA256Update(&hash, (const uint8_t *)"", 1);
	}
	SHA256End(&hash, ret_hex);
}

const char *policy_text_of(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->n_texts; i++)
		if (str_eq(policy->texts[i].name, name))
			return policy->texts[i].text;
	return NULL;
}

const char *const env_kept_by_default[] = { "PATH", "LANG", "LC_*", "TERM", "TZ", NULL };

bool settings_shut_core(const struct settings *settings)
{
	for (size_t i = 0; i < settings->rlimits.n; i++)
		if (settings->rlimits.v[i].resource == RLIMIT_CORE &&
		    settings->rlimits.v[i].hard > 1)
			return false;
	return true;
}

void action_format(struct strbuf *buf, const struct action *action)
{
	const char *name;

	strbuf_puts(buf, action_row(action->kind)->verb);
	if (action->kind == ACTION_ERRNO) {
		name = errno_name(action->data);
		if (name)
			strbuf_printf(buf, " %s", name);
		else
			strbuf_printf(buf, " %u", action->data);
	} else if (action->kind == ACTION_TRAP && action->data) {
		strbuf_printf(buf, " %u", action->data);
	}
	if (action->is_known)
		strbuf_puts(buf, " known");
}

uint32_t action_to_ret(const struct action *action)
{
	return action_row(action->kind)->ret | action->data;
}

bool action_is_expected(const struct action *action)
{
	/* EPROTONOSUPPORT: the program tries another protocol, as Go does, which tries MPTCP first.
	 * 0: a built-in rule's success, after which the program continues as it would have. */
	static const uint16_t errors[] = { ENOSYS, EPROTONOSUPPORT, 0 };

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (action->kind == ACTION_ERRNO && action->data == errors[i])
			return true;
	return action->is_known;
}

bool policy_knows(const struct policy *policy, enum arch arch, uint32_t nr)
{
	const struct sys_call *call = sys_call_by_nr(arch, nr);

	return call && call->since <= policy->kernel;
}

bool policy_has_action(const struct policy *policy, enum action_kind kind)
{
	for (size_t i = 0; i < policy->n_rules; i++)
		if (policy->rules[i]->action.kind == kind)
			return true;
	return policy->default_action.kind == kind || policy->unknown_action.kind == kind;
}
