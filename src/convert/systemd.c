// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SystemCallFilter= knows names and sets, no arguments. A set stands only for calls that are all
 * allowed, so that it expands to no more than the policy has.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "convert/convert.h"
#include "convert/verdicts.h"
#include "sys/name.h"
#include "sys/set.h"

enum { LINE_WIDTH = 90 };

struct names {
	const char **v;
	size_t n, cap;
};

static bool names_have(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->v[i], name))
			return true;
	return false;
}

/* What native calls get, as far as names can say it; the rest is told. */
static bool is_allowed(const struct policy *policy, const struct numbers *numbers,
		       const struct sys_call *row, uint64_t *work, struct losses *losses)
{
	static const struct action none = { ACTION_ERRNO, UINT16_MAX };
	enum arch arch = arch_native();
	struct outcomes outcomes = outcomes_of(numbers, arch, (uint32_t)row->nr[arch], &none, work);
	bool is_let = false;

	for (size_t i = 0; i < outcomes.n; i++) {
		const struct outcome *outcome = &outcomes.v[i];
		bool is_default = outcome->action.kind == policy->default_action.kind &&
				  outcome->action.data == policy->default_action.data;
		bool is_all = false;
		struct strbuf text = { 0 };

		for (size_t k = 0; k < outcome->cubes.n; k++)
			is_all |= cube_is_all(&outcome->cubes.v[k]);
		action_format(&text, &outcome->action);
		if (outcome->action.kind == ACTION_ALLOW) {
			is_let = true;
			if (!is_all)
				loss_add(losses, LOSS_WIDER, NULL,
					 "%s is allowed whatever its arguments", row->name);
		} else if (!is_default && policy_knows(policy, arch, (uint32_t)row->nr[arch])) {
			loss_add(losses, loss_grade_of(&outcome->action, &policy->default_action),
				 NULL, "%s: '%s' becomes the default's action", row->name,
				 text.text);
		}
		strbuf_finish(&text);
	}
	outcomes_finish(&outcomes);
	return is_let;
}

/* Gives whether all native calls of the set are among NAMES, and at least one of LEFT is in it. */
static bool set_fits(const struct sys_set *set, const struct names *names, const struct names *left,
		     bool *has_left)
{
	for (size_t i = 0; set->members[i]; i++) {
		const char *member = set->members[i];

		if (*member == '@') {
			if (!set_fits(sys_set_find(member), names, left, has_left))
				return false;
		} else if (!sys_call_find(arch_native(), member)) {
			continue;
		} else if (!names_have(names, member)) {
			return false;
		} else {
			*has_left |= names_have(left, member);
		}
	}
	return true;
}

static void take_away(const struct sys_set *set, struct names *left)
{
	size_t n = 0;

	for (size_t i = 0; set->members[i]; i++)
		if (*set->members[i] == '@')
			take_away(sys_set_find(set->members[i]), left);
	for (size_t k = 0; k < left->n; k++) {
		bool is_member = false;

		for (size_t i = 0; set->members[i]; i++)
			is_member |= str_eq(set->members[i], left->v[k]);
		if (!is_member)
			left->v[n++] = left->v[k];
	}
	left->n = n;
}

static void print_names(const struct names *names, struct strbuf *buf)
{
	size_t start = buf->len;

	for (size_t i = 0; i < names->n; i++) {
		if (i && buf->len - start > LINE_WIDTH) {
			strbuf_puts(buf, "\n");
			start = buf->len;
		}
		strbuf_printf(buf, "%s%s", buf->len == start ? "SystemCallFilter=" : " ",
			      names->v[i]);
	}
	strbuf_puts(buf, names->n ? "\n" : "");
}

static void print_allowed(const struct names *names, struct strbuf *buf)
{
	struct names left = { 0 }, words = { 0 };
	const struct sys_set *set;

	for (size_t i = 0; i < names->n; i++)
		*array_append(&left) = names->v[i];
	for (size_t i = 0; (set = sys_set_row(i)); i++) {
		bool has_left = false;

		if (!set_fits(set, names, &left, &has_left) || !has_left)
			continue;
		*array_append(&words) = set->name;
		take_away(set, &left);
	}
	for (size_t i = 0; i < left.n; i++)
		*array_append(&words) = left.v[i];
	print_names(&words, buf);
	free(left.v);
	free(words.v);
}

static void print_default(const struct policy *policy, struct strbuf *buf, struct losses *losses)
{
	const struct action *action = &policy->default_action;
	const char *name = action->kind == ACTION_ERRNO ? errno_name(action->data) : NULL;

	strbuf_puts(buf, "SystemCallArchitectures=native\n");
	if (action->kind == ACTION_ERRNO && name)
		strbuf_printf(buf, "SystemCallErrorNumber=%s\n", name);
	else if (action->kind == ACTION_ERRNO)
		strbuf_printf(buf, "SystemCallErrorNumber=%u\n", action->data);
	else if (action->kind != ACTION_KILL_PROCESS)
		loss_add(losses, LOSS_NARROWER, NULL, "the default becomes 'kill'");
	if (policy->unknown_action.kind != action->kind ||
	    policy->unknown_action.data != action->data)
		loss_add(losses, loss_grade_of(&policy->unknown_action, action), NULL,
			 "unknown calls are not told from others: they get the default");
	if (policy->arches != 1U << arch_native())
		loss_add(losses, LOSS_NARROWER, NULL, "only the native ABI is let in");
}

void convert_to_systemd(const struct policy *policy, struct strbuf *buf, struct losses *losses)
{
	struct numbers numbers;
	struct names names = { 0 };
	const struct sys_call *row;
	uint64_t work = 0;

	numbers_init(&numbers, policy, arch_get(arch_native())->audit_arch);
	strbuf_puts(buf, "[Service]\n");
	print_default(policy, buf, losses);
	if (!action_is_denial(&policy->default_action))
		loss_add(losses, LOSS_NARROWER, NULL,
			 "calls that this program does not know are denied: the list is of "
			 "allowed ones");
	for (size_t i = 0; (row = sys_call_row(i)); i++)
		if (row->nr[arch_native()] != -1 &&
		    is_allowed(policy, &numbers, row, &work, losses))
			*array_append(&names) = row->name;
	print_allowed(&names, buf);
	verdicts_tell_rest(policy, losses);
	numbers_finish(&numbers);
	free(names.v);
}
