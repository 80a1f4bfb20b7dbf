// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A profile under which a runtime can start its container: what the runtime itself calls under the
 * filter comes before the policy's rules, if the policy denies it. This must add nothing else, and
 * nothing silently.
 */
#include "convert/runtime.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/runtime_call.h"
#include "convert/verdicts.h"
#include "filter/verdict.h"

struct runtime_need {
	const struct runtime_call *call;
	struct loss_witness witness;
	const struct rule *rule; /* that denies it; NULL: no rule does */
};

/* What a runtime needs but a policy denies. */
struct needs {
	struct runtime_need *v;
	size_t n, cap;
};

static const struct {
	const char *name;
	unsigned int kinds;
} runtimes[] = {
	{ "runc", RUNTIME_RUNC_1_1 | RUNTIME_RUNC_1_2 },
	{ "runc-1.1", RUNTIME_RUNC_1_1 },
	{ "crun", RUNTIME_CRUN },
};

unsigned int runtime_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(runtimes); i++)
		if (str_eq(runtimes[i].name, name))
			return runtimes[i].kinds;
	return 0;
}

const char *runtime_name(size_t i)
{
	return i < ARRAY_SIZE(runtimes) ? runtimes[i].name : NULL;
}

/* Returns whether CALL has the argument of its condition under all of ARCHES: i386's mmap has a
 * single pointer to all of them. */
static bool has_argument(const struct runtime_call *call, uint32_t arches)
{
	size_t len = strcspn(call->condition, " ");

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct sys_call *row = sys_call_find(arch, call->name);
		size_t i = 0;

		if (!(arches >> arch & 1) || !row)
			continue;
		while (i < row->n_args && (strlen(row->args[i].name) != len ||
					   strncmp(row->args[i].name, call->condition, len) != 0))
			i++;
		if (i == row->n_args)
			return false;
	}
	return true;
}

/* Appends the rule for CALL without its verb, for a policy that lists ARCHES. */
static void format_call(const struct runtime_call *call, uint32_t arches, struct strbuf *buf)
{
	strbuf_puts(buf, call->name);
	if (call->condition && has_argument(call, arches))
		strbuf_printf(buf, " if %s", call->condition);
}

/* Parses a rule that allows each of NEEDS in front of SOURCE, whose policy lists ARCHES. */
static int parse_with(const struct needs *needs, const struct policy_source *source,
		      uint32_t arches, struct policy **ret_policy, struct diags *diags)
{
	struct policy_source whole = *source;
	struct policy_option *options = mem_alloc((needs->n + whole.n_options) * sizeof(*options));
	struct strbuf *words = mem_alloc(needs->n * sizeof(*words));
	int err;

	for (size_t i = 0; i < needs->n; i++) {
		words[i] = (struct strbuf){ 0 };
		format_call(needs->v[i].call, arches, &words[i]);
		options[i] = (struct policy_option){ "allow", words[i].text };
	}
	for (size_t i = 0; i < whole.n_options; i++)
		options[needs->n + i] = whole.options[i];
	whole.options = options;
	whole.n_options += needs->n;
	err = policy_parse(&whole, ret_policy, diags);
	for (size_t i = 0; i < needs->n; i++)
		strbuf_finish(&words[i]);
	free(words);
	free(options);
	return err;
}

/* Finds a call that is in both cubes. */
static bool find_common(const struct cube *a, const struct cube *b, uint64_t args[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < SYS_ARGS_MAX; i++) {
		if ((a->value[i] ^ b->value[i]) & a->mask[i] & b->mask[i])
			return false;
		args[i] = (a->value[i] & a->mask[i]) | (b->value[i] & b->mask[i]);
	}
	return true;
}

static bool is_tolerated(const struct action *action, const struct runtime_call *call)
{
	return action->kind == ACTION_ERRNO &&
	       ((action->data == EPERM && call->tolerates & TOLERATES_EPERM) ||
		(action->data == ENOSYS && call->tolerates & TOLERATES_ENOSYS));
}

/* Finds a call in CUBES, those of CALL, that one of OUTCOMES stops. */
static bool find_stopped(const struct runtime_call *call, const struct cubes *cubes,
			 const struct outcomes *outcomes, uint64_t args[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < outcomes->n; i++) {
		const struct outcome *outcome = &outcomes->v[i];

		if (!action_is_denial(&outcome->action) || is_tolerated(&outcome->action, call))
			continue;
		/* What is not known in detail may well be denied. */
		if (outcome->cubes.is_too_many)
			return true;
		for (size_t k = 0; k < cubes->n * outcome->cubes.n; k++)
			if (find_common(&cubes->v[k / outcome->cubes.n],
					&outcome->cubes.v[k % outcome->cubes.n], args))
				return true;
	}
	return false;
}

static void add_need(struct needs *needs, const struct policy *policy,
		     const struct runtime_call *call, const struct loss_witness *witness)
{
	struct seccomp_data data = { .nr = (int)witness->nr,
				     .arch = arch_get(witness->arch)->audit_arch };
	struct verdict verdict;
	struct runtime_need *need = array_append(needs);

	memcpy(data.args, witness->args, sizeof(data.args));
	verdict = policy_verdict(policy, &data);
	*need = (struct runtime_need){ call, *witness, NULL };
	if (action_is_denial(&verdict.action))
		need->rule = verdict.rule;
	need->witness.before = verdict.action;
}

static bool is_for(const struct runtime_call *call, const struct runtime *runtime)
{
	return call->kinds & runtime->kinds &&
	       !(call->is_plain_only && runtime->has_no_new_privileges);
}

static bool has_need(const struct needs *needs, const struct runtime_call *call)
{
	for (size_t i = 0; i < needs->n; i++)
		if (str_eq(needs->v[i].call->name, call->name))
			return true;
	return false;
}

/* Returns the first rule of POLICY after the built-in ones. */
static const struct rule *const *own_rules(const struct policy *policy)
{
	const struct rule *const *rule = policy->rules;

	while (str_eq((*rule)->place.file, POLICY_BUILT_IN))
		rule++;
	return rule;
}

/* Adds what RUNTIME needs and POLICY denies; RULES are those of the table's rows. */
static void find_needs(const struct runtime *runtime, const struct policy *policy,
		       const struct rule *const *rules, struct needs *needs)
{
	const struct runtime_call *call;
	struct numbers numbers;
	uint64_t work = 0;

	numbers_init(&numbers, policy, arch_get(arch_native())->audit_arch);
	for (size_t i = 0; (call = runtime_call_row(i)); i++) {
		static const struct action allow = { .kind = ACTION_ALLOW };
		const struct rule_call *site = &rules[i]->calls[0];
		struct loss_witness witness = { .arch = arch_native(),
						.nr = site->numbers[arch_native()],
						.after = allow };
		struct outcomes outcomes;
		struct cubes cubes;

		if (!is_for(call, runtime) || has_need(needs, call))
			continue;
		outcomes = outcomes_of(&numbers, arch_native(), witness.nr, &allow, &work);
		cubes = cubes_of_expr(rules[i]->expr, false, site->rows[arch_native()],
				      arch_native());
		if (find_stopped(call, &cubes, &outcomes, witness.args))
			add_need(needs, policy, call, &witness);
		outcomes_finish(&outcomes);
		free(cubes.v);
	}
	numbers_finish(&numbers);
}

static int list_needs(const struct runtime *runtime, const struct policy *policy,
		      struct needs *ret_needs, struct diags *diags)
{
	struct needs rows = { 0 };
	struct policy *rules = NULL;
	struct diags said = { 0 }; /* about duplicate rows of the table */
	int err;

	for (size_t i = 0; runtime_call_row(i); i++)
		array_append(&rows)->call = runtime_call_row(i);
	err = parse_with(&rows, &(struct policy_source){ 0 }, 1U << arch_native(), &rules, &said);
	if (err)
		diags_fail(diags, err, "cannot read the table of what runtimes call");
	if (!err && policy->arches >> arch_native() & 1)
		find_needs(runtime, policy, own_rules(rules), ret_needs);
	diags_finish(&said);
	policy_destroy(rules);
	free(rows.v);
	return err;
}

/* Appends what is needed, each as the words of a rule. */
static void format_needs(const struct needs *needs, uint32_t arches, struct strbuf *buf)
{
	for (size_t i = 0; i < needs->n; i++) {
		strbuf_puts(buf, i ? ", " : "");
		format_call(needs->v[i].call, arches, buf);
	}
}

static void tell_added(const struct needs *needs, uint32_t arches, const struct runtime *runtime,
		       struct losses *losses)
{
	struct strbuf text = { 0 };
	struct loss *loss;

	for (size_t i = 0; i < needs->n; i++) {
		if (!needs->v[i].rule)
			continue;
		loss = loss_add(losses, LOSS_NOTE, &needs->v[i].rule->place,
				"the runtime needs what '%s' denies, so it is let through",
				needs->v[i].rule->text);
		loss_set_witness(loss, &needs->v[i].witness);
	}
	format_needs(needs, arches, &text);
	if (needs->n) {
		loss = loss_add(losses, LOSS_NOTE, NULL,
				"allowed for the runtime, which calls it before the command: %s",
				text.text);
		if (!runtime->has_no_new_privileges)
			loss_set_hint(loss, "--no-new-privileges allows less, for a container "
					    "that is started with that option");
	}
	strbuf_finish(&text);
}

int runtime_widen(const struct runtime *runtime, const struct policy_source *source,
		  struct policy **policy, struct runtime_added *added, struct losses *losses,
		  struct diags *diags)
{
	struct needs needs = { 0 };
	struct policy *widened = NULL;
	struct diags said = { 0 }; /* about the policy, repeated */
	int err = list_needs(runtime, *policy, &needs, diags);

	if (!err && needs.n)
		err = parse_with(&needs, source, (*policy)->arches, &widened, &said);
	if (err && said.n)
		diags_fail(diags, err, "cannot add what the runtime needs: %s", said.v[0].message);
	if (!err && widened) {
		tell_added(&needs, widened->arches, runtime, losses);
		for (size_t i = 0; i < needs.n; i++)
			*array_append(added) = needs.v[i].call->name;
		policy_destroy(*policy);
		*policy = widened;
	}
	diags_finish(&said);
	free(needs.v);
	return err;
}

void runtime_tell_lack(const struct policy *policy, struct losses *losses)
{
	static const char *const names[] = { "runc", "crun" };
	struct diags diags = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct runtime runtime = { .kinds = runtime_find(names[i]) };
		struct needs needs = { 0 };
		struct strbuf text = { 0 };

		list_needs(&runtime, policy, &needs, &diags);
		format_needs(&needs, policy->arches, &text);
		if (needs.n)
			loss_set_hint(loss_add(losses, LOSS_NOTE, NULL,
					       "%s cannot start a container under this profile: "
					       "the runtime itself calls %s",
					       names[i], text.text),
				      "--runtime %s adds that", names[i]);
		strbuf_finish(&text);
		free(needs.v);
	}
	diags_finish(&diags);
}
