// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/call.h"

#include <inttypes.h>
#include <sched.h>

#include "base/mem.h"
#include "policy/built_in.h"
#include "policy/expr.h"
#include "sys/dependent.h"
#include "sys/fallback.h"
#include "sys/name.h"

static bool is_native(enum arch arch)
{
	return arch == arch_native();
}

void call_format_name(struct strbuf *buf, enum arch arch, uint32_t nr)
{
	const char *name = sys_call_name(arch, nr);

	if (name)
		strbuf_puts(buf, name);
	else
		strbuf_printf(buf, "syscall_%" PRId32, (int32_t)nr);
	if (!is_native(arch))
		strbuf_printf(buf, " [%s]", arch_get(arch)->name);
}

/* Appends argument INDEX of ARGS as its C type and the other arguments suggest. */
static void format_argument(struct strbuf *buf, enum arch arch, const struct sys_call *call,
			    unsigned int index, const uint64_t args[SYS_ARGS_MAX])
{
	const struct sys_arg *arg = &call->args[index];
	uint64_t value = sys_arg_bits(arch, arg->kind, args[index]);
	enum family family = dependent_family(call, arch, index, args);

	if (family != FAMILY_NONE)
		constant_format(buf, arch, family, value);
	else if (arg->kind == ARG_POINTER || arg->kind == ARG_STRING)
		strbuf_printf(buf, value ? "0x%" PRIx64 : "NULL", value);
	else if (sys_arg_is_signed(arg->kind) && sys_arg_width(arch, arg->kind) == 32)
		strbuf_printf(buf, "%" PRId32, (int32_t)value);
	else if (sys_arg_is_signed(arg->kind))
		strbuf_printf(buf, "%" PRId64, (int64_t)value);
	else
		strbuf_printf(buf, "%" PRIu64, value);
}

static void format_with(struct strbuf *buf, enum arch arch, uint32_t nr,
			const uint64_t args[SYS_ARGS_MAX], char *const seen[SYS_ARGS_MAX])
{
	const struct sys_call *call = sys_call_by_nr(arch, nr);
	size_t n = call ? call->n_args : SYS_ARGS_MAX;

	call_format_name(buf, arch, nr);
	strbuf_puts(buf, "(");
	for (size_t i = 0; i < n; i++) {
		if (i)
			strbuf_puts(buf, ", ");
		if (seen && seen[i])
			strbuf_puts(buf, seen[i]);
		else if (call)
			format_argument(buf, arch, call, (unsigned int)i, args);
		else
			strbuf_printf(buf, "0x%" PRIx64, args[i]);
	}
	strbuf_puts(buf, ")");
}

void call_format(struct strbuf *buf, enum arch arch, uint32_t nr, const uint64_t args[SYS_ARGS_MAX])
{
	format_with(buf, arch, nr, args, NULL);
}

void call_format_denied(struct strbuf *buf, const struct record_denial *denial)
{
	format_with(buf, denial->arch, denial->nr, denial->args, denial->seen);
}

void call_format_action(struct strbuf *buf, const struct record_denial *denial)
{
	const char *name = errno_name(denial->action.data);
	const char *outcome = action_row(denial->action.kind)->outcome;

	if (denial->has_result) {
		strbuf_printf(buf, "returned %" PRId64, denial->result);
		return;
	}
	/* What the policy lets through and yet had no result was killed by another filter. */
	if (!outcome)
		outcome = action_row(ACTION_KILL_PROCESS)->outcome;
	if (denial->action.kind == ACTION_ERRNO && !denial->action.data)
		outcome = "success, and nothing done";
	else if (denial->action.kind == ACTION_ERRNO && name)
		outcome = name;
	strbuf_puts(buf, outcome);
	if (denial->action.kind == ACTION_TRAP)
		strbuf_printf(buf, " (trap %u)", denial->action.data);
	else if (denial->action.kind == ACTION_ERRNO && denial->action.data && !name)
		strbuf_printf(buf, " %u", denial->action.data);
}

static const struct rule *rule_of(const struct policy *policy, const struct record_denial *denial)
{
	return denial->origin.text ? policy_rule(policy, denial->origin.rule) : NULL;
}

/* Whether the values of the call's arguments say nothing about what is allowed with it: a debugger
 * that may attach to a process controls it, and each of its requests would be denied in turn. */
static bool is_one_right(const struct sys_call *call)
{
	return str_eq(call->name, "ptrace");
}

static bool is_in_fix(const struct policy *policy, const struct record_denial *denial,
		      const struct sys_call *call, size_t i)
{
	const struct sys_arg *arg = &call->args[i];
	const struct rule *rule = rule_of(policy, denial);
	const struct expr *expr = rule ? rule->expr : NULL;

	if (arg->kind == ARG_POINTER || arg->kind == ARG_STRING)
		return false;
	return (family_get(arg->family)->is_argument_key && !is_one_right(call)) ||
	       expr_tested_args(expr, call, denial->arch) >> i & 1;
}

/* Appends a test for the observed value of each argument that has a family or that the deciding
 * rule tested. */
static void format_tests(struct strbuf *buf, const struct policy *policy,
			 const struct record_denial *denial)
{
	const struct sys_call *call = sys_call_by_nr(denial->arch, denial->nr);
	const char *joint = " if ";

	for (size_t i = 0; call && i < call->n_args; i++) {
		const struct sys_arg *arg = &call->args[i];

		if (!is_in_fix(policy, denial, call, i))
			continue;
		strbuf_printf(buf, "%s%s == ", joint, sys_arg_label(arg));
		format_argument(buf, denial->arch, call, (unsigned int)i, denial->args);
		joint = " and ";
	}
}

/* Returns whether EXPR holds for exactly one value of each argument that it tests. */
static bool is_one_value(const struct expr *expr)
{
	const struct test *test = expr->test;

	if (expr->kind == EXPR_AND)
		return is_one_value(expr->left) && is_one_value(expr->right);
	return expr->kind == EXPR_TEST && !test->has_mask &&
	       (test->op == TEST_EQ || test->op == TEST_IN) && test->n_items == 1 &&
	       !test->items[0].is_range;
}

bool call_fix_covers_rule(const struct policy *policy, const struct record_denial *denial)
{
	const struct sys_call *call = sys_call_by_nr(denial->arch, denial->nr);
	const struct rule *rule = rule_of(policy, denial);
	const struct expr *expr = rule ? rule->expr : NULL;
	unsigned int in_rule = call ? expr_tested_args(expr, call, denial->arch) : 0;
	unsigned int in_fix = 0;

	for (size_t i = 0; call && i < call->n_args; i++)
		in_fix |= is_in_fix(policy, denial, call, i) ? 1U << i : 0;
	return !in_fix || (expr && in_fix == in_rule && is_one_value(expr));
}

static bool is_other_abi_named(const struct rule_call *call, enum arch named)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (arch != named && call->numbers[arch] != CALL_NONE)
			return true;
	return false;
}

const struct rule_call *call_find_word(const struct rule *rule, const struct record_denial *denial)
{
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];

		if (call->numbers[denial->arch] != denial->nr || call->multiplex.nr ||
		    (call->is_from_set && rule->n_calls > 1) ||
		    (!is_native(denial->arch) && is_other_abi_named(call, denial->arch)))
			continue;
		return call;
	}
	return NULL;
}

bool call_format_word(struct strbuf *buf, const struct rule *rule,
		      const struct record_denial *denial)
{
	const struct rule_call *call = call_find_word(rule, denial);

	if (call && call->name)
		strbuf_puts(buf, call->name);
	else if (call)
		strbuf_printf(buf, "[%" PRIu32 "]", call->nr);
	return call != NULL;
}

bool call_makes_user_namespace(const struct record_denial *denial)
{
	const char *name = sys_call_name(denial->arch, denial->nr);

	return denial->by == BY_POLICY && name &&
	       (str_eq(name, "unshare") || str_eq(name, "clone")) &&
	       denial->args[0] & CLONE_NEWUSER;
}

bool call_is_built_in(const struct record_denial *denial)
{
	return denial->origin.text && str_eq(denial->origin.file, POLICY_BUILT_IN);
}

/* Calls that can do, through memory that no filter sees, what other calls are denied for their
 * arguments, and what programs fall back to if the kernel lacks them. */
static const struct {
	const char *name, *older;
} hidden[] = {
	{ "clone3", "clone" },
	{ "openat2", "openat" },
	{ "io_uring_setup", "the calls that it stands for" },
	{ "io_uring_enter", "the calls that it stands for" },
	{ "io_uring_register", "the calls that it stands for" },
};

static const char *find_hidden(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(hidden); i++)
		if (str_eq(hidden[i].name, name))
			return hidden[i].older;
	return NULL;
}

const char *call_older(const struct record_denial *denial)
{
	const char *name = sys_call_name(denial->arch, denial->nr);
	const char *older = find_hidden(name);
	const struct sys_fallback *row;

	for (size_t i = 0; !older && name && (row = sys_fallback_row(i)); i++)
		if (str_eq(row->newer, name))
			older = row->older;
	return older;
}

void call_format_fix(struct strbuf *buf, const struct policy *policy,
		     const struct record_denial *denial)
{
	const char *name = sys_call_name(denial->arch, denial->nr);

	if (denial->by != BY_POLICY)
		return;
	if (call_is_built_in(denial)) {
		const char *remedy = built_in_remedy(denial->origin.line);

		strbuf_puts(buf, remedy ? remedy : "");
		return;
	}
	if (denial->verdict_by == VERDICT_ARCH) {
		strbuf_puts(buf, "arch");
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			if (denial->arches >> arch & 1 || arch == denial->arch)
				strbuf_printf(buf, " %s", arch_get(arch)->name);
		return;
	}
	/* A call by number can only be one of the native ABI, and none with the x32 bit, such as
	 * -1. */
	if (!name && (!is_native(denial->arch) || denial->nr >= SYS_X32_BIT))
		return;
	strbuf_puts(buf, find_hidden(name) ? "deny ENOSYS " : "allow ");
	if (name)
		strbuf_puts(buf, name);
	else
		strbuf_printf(buf, "[%" PRIu32 "]", denial->nr);
	if (!is_native(denial->arch))
		strbuf_printf(buf, " on %s", arch_get(denial->arch)->name);
	format_tests(buf, policy, denial);
}

void call_format_origin(struct strbuf *buf, const struct record_denial *denial)
{
	if (!denial->origin.file) {
		strbuf_printf(buf, "the built-in '%s'", verdict_by_row(denial->verdict_by)->name);
		return;
	}
	if (call_is_built_in(denial)) {
		strbuf_puts(buf, "a built-in rule");
		return;
	}
	strbuf_escape(buf, denial->origin.file, strlen(denial->origin.file));
	if (denial->origin.line)
		strbuf_printf(buf, ":%u", denial->origin.line);
}
