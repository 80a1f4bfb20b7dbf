// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of calls: numbers, signatures with the names that conditions use, sets. */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/options.h"
#include "policy/number.h"
#include "sys/dependent.h"
#include "sys/set.h"
#include "sys/syscall.h"

enum { NESTED_SETS_MAX = 16 };

static bool set_has(const struct sys_set *set, const char *name, unsigned int depth)
{
	for (size_t i = 0; set && set->members[i] && depth < NESTED_SETS_MAX; i++) {
		const char *member = set->members[i];

		if (*member == '@' ? set_has(sys_set_find(member), name, depth + 1)
				   : str_eq(member, name))
			return true;
	}
	return false;
}

static bool has_number(const struct sys_call *call, uint64_t number)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (call->nr[arch] >= 0 && (uint64_t)call->nr[arch] == number)
			return true;
	return false;
}

static bool is_requested(const struct sys_call *call, const char *pattern)
{
	uint64_t number;

	if (!pattern)
		return true;
	if (*pattern == '@')
		return set_has(sys_set_find(pattern), call->name, 0);
	if (parse_number(pattern, &number))
		return has_number(call, number);
	return fnmatch(pattern, call->name, 0) == 0;
}

static void print_signature(const struct sys_call *call)
{
	printf("%s(", call->name);
	for (size_t i = 0; i < call->n_args; i++) {
		const struct sys_arg *arg = &call->args[i];
		bool is_pointer = str_ends(arg->type, "*");

		printf("%s%s%s%s", i ? ", " : "", arg->type, is_pointer ? "" : " ",
		       sys_arg_label(arg));
	}
	puts(")");
}

static void print_numbers(const struct sys_call *call)
{
	fputs("  numbers:", stdout);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (call->nr[arch] >= 0)
			printf(" %s %" PRId32, arch_get(arch)->name, call->nr[arch]);
	if (call->since)
		printf("  since Linux %d.%d", call->since >> 8, call->since & 0xff);
	putchar('\n');
}

static void print_sets(const struct sys_call *call)
{
	const struct sys_set *set;
	const char *lead = "  sets:";

	for (size_t i = 0; (set = sys_set_row(i)); i++) {
		if (!set_has(set, call->name, 0))
			continue;
		printf("%s %s", lead, set->name);
		lead = "";
	}
	if (!*lead)
		putchar('\n');
}

static void print_family(enum family family)
{
	const struct constant *constant;

	printf(" (%s):", family_get(family)->name);
	for (size_t i = 0; (constant = constant_row(i)); i++)
		if (constant->family == family)
			printf(" %s", constant->name);
	putchar('\n');
}

/* Prints the constants that an argument is written with: its own, or for each value of another. */
static void print_constants(const struct sys_call *call, unsigned int index)
{
	const struct sys_arg *arg = &call->args[index];
	const struct dependent *row = dependent_first(call, index);

	if (!row && arg->family != FAMILY_NONE) {
		printf("  %s", sys_arg_label(arg));
		print_family(arg->family);
	}
	for (; row; row = dependent_next(row)) {
		printf("  %s for %s %s", row->arg, row->by, row->values);
		print_family(row->family);
	}
}

static void print_call(const struct sys_call *call, bool is_detailed)
{
	print_signature(call);
	if (!is_detailed)
		return;
	print_numbers(call);
	print_sets(call);
	for (unsigned int i = 0; i < call->n_args; i++)
		print_constants(call, i);
}

/* A single name, neither a pattern nor a set, is printed in full. */
static bool is_name(const char *pattern)
{
	return pattern && *pattern != '@' && !pattern[strcspn(pattern, "*?[")];
}

static const char *set_name(size_t i, void *data)
{
	const struct sys_set *set = sys_set_row(i);

	(void)data;
	return set ? set->name : NULL;
}

static int refuse(const char *pattern)
{
	struct diags diags = { 0 };

	diags_fail(&diags, 0, "no call matches '%s'", pattern);
	if (!diags_hint_nearest(&diags, pattern, *pattern == '@' ? set_name : sys_call_name_row,
				NULL))
		diags_hint(&diags, "a name, a number, a pattern like '*xattr*', or a set like "
				   "@file-system");
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return STATUS_USAGE;
}

static int run(const struct options *options)
{
	const char *pattern = options->n_operands ? options->operands[0] : NULL;
	const struct sys_call *call;
	size_t shown = 0;

	for (size_t i = 0; (call = sys_call_row(i)); i++) {
		if (!is_requested(call, pattern))
			continue;
		print_call(call, options->is_verbose || is_name(pattern));
		shown++;
	}
	return shown ? STATUS_OK : refuse(pattern);
}

const struct command cmd_syscalls = {
	.name = "syscalls",
	.bit = COMMAND_SYSCALLS,
	.operands = "[NAME|NUMBER|PATTERN|@SET]",
	.about = "show calls with their arguments, numbers, sets and constants",
	.most_operands = 1,
	.run = run,
	.examples = {
		"pinfold syscalls openat",
		"pinfold syscalls '*xattr*'",
		"pinfold syscalls @file-system",
	},
};
