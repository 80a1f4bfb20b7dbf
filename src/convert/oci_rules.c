// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For each call, libseccomp has either one action or a set of conditions. The first entry without a
 * condition decides and replaces all conditions, whichever comes first. runc and crun add an entry
 * with two conditions on one argument as a separate rule for each condition, and drop what equals
 * the default. runc puts a stub in front of the filter (libcontainer/seccomp/patchbpf, since
 * 1.0.0-rc93): calls above the largest number that any entry names fail with ENOSYS.
 */
#include "convert/oci_rules.h"

#include <errno.h>
#include <stdlib.h>

#include "base/str.h"
#include "convert/oci_machine.h"
#include "convert/oci_tree.h"
#include "sys/syscall.h"

/* An entry repeats each of its comparisons for each of its names. */
enum { RULES_MAX = 65536 };

struct maker {
	const struct oci_profile *profile;
	const struct oci_machine *machine;
	struct oci_rules *rules;
	struct losses *losses;
	struct diags *diags;
	size_t n_rules;
};

struct action oci_action_of(const struct oci_action *action)
{
	static const enum action_kind kinds[] = {
		[OCI_ALLOW] = ACTION_ALLOW,
		[OCI_LOG] = ACTION_LOG,
		[OCI_ERRNO] = ACTION_ERRNO,
		[OCI_TRAP] = ACTION_TRAP,
		[OCI_KILL_THREAD] = ACTION_KILL_THREAD,
		[OCI_KILL_PROCESS] = ACTION_KILL_PROCESS,
		[OCI_TRACE] = ACTION_ERRNO,
		[OCI_NOTIFY] = ACTION_ERRNO,
	};
	struct action ours = { .kind = kinds[action->act] };

	if (ours.kind == ACTION_ERRNO)
		ours.data = action->act == OCI_ERRNO ? action->error : EPERM;
	return ours;
}

struct oci_call *oci_rules_find(const struct oci_rules *rules, enum arch arch, const char *name)
{
	const struct sys_call *row = sys_call_find(arch, name);

	if (!row || !rules->calls[arch] || sys_call_is_exempt(name))
		return NULL;
	return &rules->calls[arch][(uint32_t)row->nr[arch] & ~SYS_X32_BIT];
}

static int refuse(struct maker *maker, const struct place *place, const char *what)
{
	json_text_diag(&maker->profile->text, maker->diags, DIAG_ERROR, place, "%s", what);
	return -EINVAL;
}

static bool is_same_action(const struct oci_action *a, const struct oci_action *b)
{
	return a->act == b->act && a->error == b->error;
}

/* Makes what libseccomp keeps of a comparison under ARCH; returns whether anything is left. It
 * treats x32 registers as 32 bits wide, though the kernel reads all 64 of a long. */
static bool make_cond(enum arch arch, const struct oci_arg *arg, struct oci_cond *ret_cond)
{
	uint64_t bits = arch == ARCH_X86 || arch == ARCH_X32 ? UINT32_MAX : UINT64_MAX;
	bool is_masked = arg->op == OCI_MASKED_EQ;
	uint64_t mask = is_masked ? arg->value & bits : bits;

	*ret_cond = (struct oci_cond){ .index = arg->index,
				       .op = arg->op,
				       .mask = mask,
				       .value = (is_masked ? arg->value_two : arg->value) & mask };
	return mask;
}

static int add_rule(struct maker *maker, struct oci_call *call, const struct oci_rule *rule,
		    const struct oci_word *name)
{
	if (maker->n_rules++ == RULES_MAX)
		return refuse(maker, &name->place, "the profile has too many rules");
	/* A name that occurs twice in one entry counts once. */
	if (call->whole || (call->n && call->v[call->n - 1].entry == rule->entry &&
			    call->v[call->n - 1].name != name &&
			    str_eq(call->v[call->n - 1].name->text, name->text)))
		return 0;
	if (!rule->n_conds) {
		call->whole = rule->entry;
		call->n = 0;
	}
	*array_append(call) = *rule;
	return 0;
}

static void sort_conds(struct oci_rule *rule)
{
	for (size_t i = 1; i < rule->n_conds; i++)
		for (size_t k = i; k && rule->conds[k].index < rule->conds[k - 1].index; k--) {
			struct oci_cond cond = rule->conds[k];

			rule->conds[k] = rule->conds[k - 1];
			rule->conds[k - 1] = cond;
		}
}

/* Adds N comparisons of ENTRY, from FIRST on, all of which must hold. */
static int add_comparisons(struct maker *maker, enum arch arch, struct oci_rule rule, size_t first,
			   size_t n)
{
	const struct oci_entry *entry = rule.entry;
	const char *text = rule.name->text;
	struct oci_call *call = oci_rules_find(maker->rules, arch, text), *all;
	struct multiplex multiplex;
	int err = 0;

	for (size_t i = first; i < first + n; i++)
		if (make_cond(arch, &entry->args[i], &rule.conds[rule.n_conds]))
			rule.n_conds++;
	sort_conds(&rule);
	if (call)
		err = add_rule(maker, call, &rule, rule.name);
	if (err || arch != ARCH_X86 || !multiplex_find(text, &multiplex))
		return err;
	/* libseccomp puts the number in place of the first argument's condition. */
	all = &maker->rules->calls[arch][multiplex.nr];
	if (rule.n_conds && !rule.conds[0].index)
		memmove(&rule.conds[0], &rule.conds[1], --rule.n_conds * sizeof(rule.conds[0]));
	memmove(&rule.conds[1], &rule.conds[0], rule.n_conds * sizeof(rule.conds[0]));
	rule.n_conds++;
	rule.conds[0] =
		(struct oci_cond){ .op = OCI_EQ, .mask = UINT32_MAX, .value = multiplex.number };
	return add_rule(maker, all, &rule, rule.name);
}

/* runc itself writes after installing the filter, and would wait for its own listener. */
static int check_notify(struct maker *maker)
{
	const struct oci_profile *profile = maker->profile;

	if (profile->default_action.act == OCI_NOTIFY)
		return refuse(maker, &profile->default_action.place,
			      "runtimes refuse SCMP_ACT_NOTIFY as the default");
	for (size_t i = 0; i < profile->n_entries; i++)
		for (size_t k = 0; k < profile->entries[i].names.n; k++)
			if (profile->entries[i].action.act == OCI_NOTIFY &&
			    oci_entry_holds(&profile->entries[i], maker->machine) &&
			    str_eq(profile->entries[i].names.v[k].text, "write"))
				return refuse(maker, &profile->entries[i].names.v[k].place,
					      "runtimes refuse SCMP_ACT_NOTIFY for write");
	return 0;
}

static bool is_choice(const struct oci_entry *entry)
{
	unsigned int seen = 0;

	for (size_t i = 0; i < entry->n_args; i++) {
		if (seen >> entry->args[i].index & 1)
			return true;
		seen |= 1U << entry->args[i].index;
	}
	return false;
}

static int add_name(struct maker *maker, const struct oci_entry *entry, const struct oci_word *name)
{
	const struct oci_rule rule = { .entry = entry,
				       .name = name,
				       .action = oci_action_of(&entry->action) };
	bool is_any = is_choice(entry);
	int err = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT && !err; arch++) {
		if (!(maker->rules->arches >> arch & 1))
			continue;
		if (!is_any)
			err = add_comparisons(maker, arch, rule, 0, entry->n_args);
		for (size_t i = 0; is_any && i < entry->n_args && !err; i++)
			err = add_comparisons(maker, arch, rule, i, 1);
	}
	return err;
}

/* Calls that exist only behind socketcall and ipc do not count: libseccomp's numbers for them are
 * negative. */
static void note_number(struct oci_rules *rules, const char *name)
{
	struct multiplex multiplex;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct sys_call *row = sys_call_find(arch, name);

		if (!(rules->arches >> arch & 1) || !row ||
		    (arch == ARCH_X86 && multiplex_find(name, &multiplex)))
			continue;
		if ((uint32_t)row->nr[arch] > rules->largest[arch])
			rules->largest[arch] = (uint32_t)row->nr[arch];
	}
}

static int add_entries(struct maker *maker)
{
	const struct oci_profile *profile = maker->profile;

	for (size_t i = 0; i < profile->n_entries; i++) {
		const struct oci_entry *entry = &profile->entries[i];
		bool is_default = is_same_action(&entry->action, &profile->default_action);

		if (!oci_entry_holds(entry, maker->machine))
			continue;
		for (size_t k = 0; k < entry->names.n; k++) {
			int err = 0;

			note_number(maker->rules, entry->names.v[k].text);
			if (!is_default)
				err = add_name(maker, entry, &entry->names.v[k]);
			if (err)
				return err;
		}
	}
	return 0;
}

static void make_calls(struct oci_rules *rules)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		if (!(rules->arches >> arch & 1))
			continue;
		rules->calls[arch] = mem_alloc(SYS_NR_END * sizeof(*rules->calls[arch]));
		for (uint32_t nr = 0; nr < SYS_NR_END; nr++) {
			struct oci_call *call = &rules->calls[arch][nr];

			call->arch = arch;
			call->row = sys_call_by_nr(arch, nr | (arch == ARCH_X32 ? SYS_X32_BIT : 0));
		}
	}
}

/* Puts the conditions of each call in libseccomp's order. */
static int order_calls(struct maker *maker)
{
	const struct oci_rule *rule = NULL;
	size_t work = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		for (uint32_t nr = 0; maker->rules->calls[arch] && nr < SYS_NR_END; nr++) {
			struct oci_call *call = &maker->rules->calls[arch][nr];
			int err = call->whole ? 0 : oci_tree_order(call, &work, &rule);

			if (err == -EEXIST)
				return refuse(maker, &rule->name->place,
					      "libseccomp refuses two actions for the same "
					      "comparisons");
			if (err)
				return refuse(maker, &rule->name->place,
					      "the profile has too many comparisons of this call");
		}
	}
	return 0;
}

/* For a default of allow, log or trace, runc has no such stub. (It also checks whether
 * defaultErrnoRet is ENOSYS, but compares it with SECCOMP_RET_ERRNO | ENOSYS, which no profile
 * has.) */
static void mark_beyond(struct oci_rules *rules, const struct oci_profile *profile)
{
	const struct oci_action *rest = &profile->default_action;

	rules->has_enosys = rest->act != OCI_ALLOW && rest->act != OCI_LOG &&
			    rest->act != OCI_TRACE;
	for (enum arch arch = 0; arch < ARCH_COUNT && rules->has_enosys; arch++) {
		if (!(rules->arches >> arch & 1) || !rules->largest[arch])
			continue;
		for (uint32_t nr = (rules->largest[arch] & ~SYS_X32_BIT) + 1; nr < SYS_NR_END; nr++)
			rules->calls[arch][nr].is_beyond = true;
	}
}

int oci_rules_make(const struct oci_profile *profile, const struct oci_machine *machine,
		   struct oci_rules *ret_rules, struct losses *losses, struct diags *diags)
{
	struct maker maker = { profile, machine, ret_rules, losses, diags, 0 };
	int err;

	*ret_rules =
		(struct oci_rules){ .default_action = oci_action_of(&profile->default_action) };
	err = check_notify(&maker);
	if (!err)
		err = oci_arches_find(profile, machine, &ret_rules->arches, losses, diags);
	if (err)
		return err;
	make_calls(ret_rules);
	err = add_entries(&maker);
	if (!err)
		err = order_calls(&maker);
	if (!err)
		mark_beyond(ret_rules, profile);
	return err;
}

void oci_rules_finish(struct oci_rules *rules)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		for (uint32_t nr = 0; rules->calls[arch] && nr < SYS_NR_END; nr++)
			free(rules->calls[arch][nr].v);
		free(rules->calls[arch]);
	}
	*rules = (struct oci_rules){ 0 };
}
