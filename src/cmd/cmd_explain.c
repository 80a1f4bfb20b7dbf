// SPDX-License-Identifier: GPL-2.0-or-later
/* Which rule of a policy decides a call, and why: each test with the given values. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/explain_all.h"
#include "cmd/options.h"
#include "filter/verdict.h"
#include "policy/built_in.h"
#include "policy/number.h"
#include "policy/parse.h"
#include "sys/dependent.h"
#include "sys/syscall.h"

/* The call in question. */
struct asked_call {
	enum arch arch;
	uint32_t nr;
	const struct sys_call *call; /* NULL: by number, without a signature */
	struct seccomp_data data;
};

static int find_call(const char *name, struct asked_call *question, struct diags *diags)
{
	uint64_t number;

	question->call = sys_call_find(question->arch, name);
	if (question->call) {
		question->nr = (uint32_t)question->call->nr[question->arch];
	} else if (parse_number(name, &number) && number <= UINT32_MAX) {
		question->nr = (uint32_t)number;
		question->call = sys_call_by_nr(question->arch, question->nr);
	} else {
		diags_fail(diags, -EINVAL, "unknown call '%s' for %s", name,
			   arch_get(question->arch)->name);
		diags_hint_nearest(diags, name, sys_call_name_row, NULL);
		return -EINVAL;
	}
	question->data.nr = (int)question->nr;
	question->data.arch = arch_get(question->arch)->audit_arch;
	return 0;
}

/* Parses one term of a value: a number, with a sign, or a constant of the argument's families. */
static bool read_term(const struct asked_call *question, const struct operand *operand,
		      const char *term, uint64_t *ret_value)
{
	const struct constant *constant = constant_find_in(term, operand->family);
	const struct dependent *row = dependent_first(question->call, operand->index);
	bool is_negative = term[0] == '-';

	for (; !constant && row; row = dependent_next(row))
		constant = constant_find_in(term, row->family);
	if (!constant)
		constant = constant_find(term, operand->family);
	if (constant) {
		*ret_value = (uint64_t)constant_value(constant, question->arch);
		return true;
	}
	if (!parse_number(term + is_negative, ret_value))
		return false;
	if (is_negative)
		*ret_value = -*ret_value;
	return true;
}

static void hint_arguments(const struct sys_call *call, struct diags *diags)
{
	struct strbuf names = { 0 };

	for (size_t i = 0; call && i < call->n_args; i++)
		strbuf_printf(&names, "%s%s", i ? ", " : "", sys_arg_label(&call->args[i]));
	if (!call)
		diags_hint(diags, "without a signature they are arg0 to arg5");
	else if (call->n_args)
		diags_hint(diags, "its arguments are %s", names.text);
	else
		diags_hint(diags, "it has none");
	strbuf_finish(&names);
}

static int read_argument(char *text, struct asked_call *question, struct diags *diags)
{
	char *equals = strchr(text, '='), *rest, *term;
	uint64_t value = 0, bits;
	struct operand operand;

	if (!equals) {
		diags_fail(diags, -EINVAL, "'%s' is not NAME=VALUE", text);
		hint_arguments(question->call, diags);
		return -EINVAL;
	}
	*equals = '\0';
	if (!operand_find(question->call, question->arch, text, &operand)) {
		diags_fail(diags, -EINVAL, "the call has no argument '%s'", text);
		hint_arguments(question->call, diags);
		return -EINVAL;
	}
	for (term = strtok_r(equals + 1, "|", &rest); term; term = strtok_r(NULL, "|", &rest)) {
		if (!read_term(question, &operand, term, &bits)) {
			diags_fail(diags, -EINVAL, "'%s' is neither a number nor a constant", term);
			diags_hint_nearest(diags, term, constant_name_row, NULL);
			return -EINVAL;
		}
		value |= bits;
	}
	question->data.args[operand.index] = value;
	return 0;
}

static void print_test(const struct verdict_test *test, void *context)
{
	const struct asked_call *question = context;
	struct strbuf value = { 0 }, file = { 0 };
	uint64_t args[SYS_ARGS_MAX];
	enum family family;

	/* A built-in rule is only of interest if it decides, and then speaks for itself. */
	if (str_eq(test->rule->place.file, POLICY_BUILT_IN))
		return;
	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		args[i] = question->data.args[i];
	family = dependent_family(question->call, question->arch, test->operand.index, args);
	constant_format(&value, question->arch, family, test->value);
	strbuf_escape_start(&file, test->rule->place.file);
	printf("  %s:%u: %s is %s: %s\n", file.text, test->rule->place.line, test->test->arg,
	       value.text, test->is_true ? "true" : "false");
	strbuf_finish(&file);
	strbuf_finish(&value);
}

static void print_built_in(const struct rule *rule)
{
	const char *remedy = built_in_remedy(rule->place.line);

	printf("  by a built-in rule: %s\n", rule->text);
	if (remedy)
		printf("  to lift it: %s\n", remedy);
}

static void print_verdict(const struct policy *policy, const struct asked_call *question,
			  const struct verdict *verdict)
{
	const struct verdict_by_row *by = verdict_by_row(verdict->by);
	struct place place = verdict_place(policy, verdict);
	struct strbuf action = { 0 }, file = { 0 };

	if (place.file)
		strbuf_escape(&file, place.file, strlen(place.file));
	action_format(&action, &verdict->action);
	printf("%s (%s, %" PRId32 "): %s\n", question->call ? question->call->name : "call",
	       arch_get(question->arch)->name, (int32_t)question->nr, action.text);
	strbuf_finish(&action);
	if (verdict->rule && str_eq(place.file, POLICY_BUILT_IN))
		print_built_in(verdict->rule);
	else if (verdict->rule)
		printf("  by %s:%u: %s\n", file.text, place.line, verdict->rule->text);
	else if (place.file)
		printf("  %s: %s (%s:%u)\n", by->about, by->name, file.text, place.line);
	else
		printf("  %s: %s\n", by->about, by->name);
	strbuf_finish(&file);
}

static int ask(const struct options *options, const struct policy *policy, struct diags *diags)
{
	struct asked_call question = { .arch = options->arch };
	struct verdict verdict;
	int err = find_call(options->operands[1], &question, diags);

	for (size_t i = 2; !err && i < options->n_operands; i++)
		err = read_argument(options->operands[i], &question, diags);
	if (err)
		return STATUS_USAGE;
	verdict = policy_verdict(policy, &question.data);
	print_verdict(policy, &question, &verdict);
	verdict_explain(policy, &question.data, print_test, &question);
	return STATUS_OK;
}

static int answer(const struct options *options, const struct policy *policy, struct diags *diags)
{
	size_t wanted = options->is_all ? 1 : 2;

	if (options->n_operands < wanted || (options->is_all && options->n_operands > wanted)) {
		diags_fail(diags, -EINVAL, "explain needs a call, or --all and no call");
		diags_hint(diags, "pinfold explain --help lists the options");
		return STATUS_USAGE;
	}
	return options->is_all ? explain_all(policy, options->arch, diags)
			       : ask(options, policy, diags);
}

static int run(const struct options *options)
{
	const char *file = options->operands[0];
	struct policy_source source = options_source(options, &file, 1);
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	int status;

	source.use = POLICY_IN_PEN;
	status = policy_parse(&source, &policy, &diags) ? STATUS_USAGE
							: answer(options, policy, &diags);
	diags_print(&diags, stderr);
	diags_finish(&diags);
	policy_destroy(policy);
	return status;
}

const struct command cmd_explain = {
	.name = "explain",
	.bit = COMMAND_EXPLAIN,
	.operands = "POLICY CALL [NAME=VALUE...]",
	.about = "show which rule of a policy decides a call, and why",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold explain wc.policy openat",
		"pinfold explain '<default>' socket domain=AF_INET type=SOCK_STREAM",
		"pinfold explain --all wc.policy",
	},
};
