// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libseccomp, which reads these profiles, has no order of rules: so entries of one call with
 * different actions must not overlap, and each is a row of masked comparisons. 32-bit integers are
 * compared as such.
 */
#include "convert/oci_write.h"

#include "base/mem.h"
#include "base/str.h"
#include "convert/convert.h"
#include "policy/print.h"

uint64_t oci_register_bits(enum arch arch)
{
	return arch == ARCH_X86 || arch == ARCH_X32 ? UINT32_MAX : UINT64_MAX;
}

static bool is_within(const struct outcome *outcome, const struct outcomes *others)
{
	for (size_t i = 0; i < others->n; i++) {
		const struct outcome *other = &others->v[i];

		if (!action_is_same(&other->action, &outcome->action))
			continue;
		/* It is written under neither. */
		if (other->cubes.is_too_many || outcome->cubes.is_too_many)
			return other->cubes.is_too_many && outcome->cubes.is_too_many;
		for (size_t k = 0; k < outcome->cubes.n; k++)
			if (!cubes_cover(&other->cubes, &outcome->cubes.v[k], NULL))
				return false;
		return true;
	}
	return false;
}

static bool are_within(const struct outcomes *outcomes, const struct outcomes *others)
{
	for (size_t i = 0; i < outcomes->n; i++)
		if (!is_within(&outcomes->v[i], others))
			return false;
	return true;
}

static void cut(struct outcomes *outcomes, uint64_t bits)
{
	for (size_t i = 0; i < outcomes->n; i++)
		for (size_t k = 0; k < outcomes->v[i].cubes.n; k++)
			outcomes->v[i].cubes.v[k] = cube_cut(&outcomes->v[i].cubes.v[k], bits);
}

/* Returns what ENTRIES, all of CALL, amount to under ARCH. */
static struct outcomes copy_cut(const struct outcomes *entries, enum arch arch)
{
	struct outcomes copy = { 0 };

	for (size_t i = 0; i < entries->n; i++) {
		struct outcome *outcome = array_append(&copy);

		outcome->action = entries->v[i].action;
		outcome->cubes.is_too_many = entries->v[i].cubes.is_too_many;
		for (size_t k = 0; k < entries->v[i].cubes.n; k++)
			*array_append(&outcome->cubes) = entries->v[i].cubes.v[k];
	}
	cut(&copy, oci_register_bits(arch));
	return copy;
}

/* All of the call may get the most severe action that the policy has for it. */
static void find_extremes(const struct outcomes *meant, struct oci_written *call)
{
	for (size_t i = 0; i < meant->n; i++) {
		const struct action *action = &meant->v[i].action;

		if (action->kind > call->hardest.kind)
			call->hardest = *action;
		if (action->kind < call->mildest.kind)
			call->mildest = *action;
	}
}

/* Finds a call under ARCH that denying all of it changes most. */
static void find_witness(const struct outcomes *meant, enum arch arch, uint32_t nr,
			 struct oci_written *call)
{
	for (size_t i = 0; i < meant->n; i++) {
		const struct outcome *outcome = &meant->v[i];

		if (outcome->cubes.is_too_many || !outcome->cubes.n ||
		    (call->has_witness && call->witness.before.kind <= outcome->action.kind))
			continue;
		call->has_witness = true;
		call->witness =
			(struct loss_witness){ .arch = arch, .nr = nr, .before = outcome->action };
		memcpy(call->witness.args, outcome->cubes.v[0].value, sizeof(call->witness.args));
	}
}

static void look_at_abi(struct oci_writer *writer, const char *name, enum arch arch, bool is_first,
			struct oci_written *call)
{
	const struct sys_call *row = sys_call_find(arch, name);
	uint32_t nr = (uint32_t)row->nr[arch];
	struct outcomes meant = outcomes_of(&writer->numbers[arch], arch, nr,
					    &writer->policy->default_action, &writer->work);
	struct outcomes made;

	if (is_first)
		call->entries = copy_cut(&meant, ARCH_X86_64);
	made = copy_cut(&call->entries, arch);
	call->is_same = call->is_same && are_within(&meant, &made) && are_within(&made, &meant);
	find_extremes(&meant, call);
	find_witness(&meant, arch, nr, call);
	outcomes_finish(&meant);
	outcomes_finish(&made);
}

/* A call that takes too many entries gets the default's action, if that is as severe. */
static bool can_write(const struct oci_writer *writer, const struct oci_written *call)
{
	for (size_t i = 0; i < call->entries.n; i++)
		if (call->entries.v[i].cubes.is_too_many &&
		    (call->entries.v[i].action.kind > writer->policy->default_action.kind ||
		     !action_is_denial(&writer->policy->default_action)))
			return false;
	return call->is_same;
}

/* For each ABI, libseccomp compiles an entry with conditions to about four instructions, and the
 * kernel takes at most 4096 in all. */
enum { ENTRIES_MAX = 800 };

static bool is_conditional(const struct outcome *outcome)
{
	return !outcome->cubes.is_too_many && outcome->cubes.n &&
	       !cube_is_all(&outcome->cubes.v[0]);
}

void oci_keep_loadable(const struct oci_writer *writer, struct outcomes *entries)
{
	size_t n_abis = (size_t)__builtin_popcount(writer->policy->arches);

	for (;;) {
		size_t n = writer->n_conditional;
		struct outcome *largest = NULL;

		for (size_t i = 0; i < entries->n; i++) {
			struct outcome *outcome = &entries->v[i];

			if (!is_conditional(outcome))
				continue;
			n += outcome->cubes.n;
			if (!largest || largest->cubes.n < outcome->cubes.n)
				largest = outcome;
		}
		if (!largest || n * n_abis <= ENTRIES_MAX)
			return;
		largest->cubes.is_too_many = true;
	}
}

void oci_written_init(struct oci_written *call, struct oci_writer *writer, const char *name)
{
	const struct action *rest = &writer->policy->default_action;
	bool is_first = true;

	*call = (struct oci_written){ .hardest = *rest, .mildest = *rest, .is_same = true };
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		if (!(writer->policy->arches >> arch & 1) || !sys_call_find(arch, name))
			continue;
		look_at_abi(writer, name, arch, is_first, call);
		is_first = false;
	}
	oci_keep_loadable(writer, &call->entries);
	if (can_write(writer, call))
		return;
	call->is_denied = true;
	outcomes_finish(&call->entries);
	if (!action_is_denial(&call->hardest))
		call->hardest = (struct action){ .kind = ACTION_KILL_PROCESS };
	if (call->hardest.kind > rest->kind) {
		struct outcome *all = array_append(&call->entries);

		all->action = call->hardest;
		*array_append(&all->cubes) = (struct cube){ 0 };
	}
}

static void tell_too_many(struct oci_writer *writer, const char *call,
			  const struct outcome *outcome)
{
	const struct action *instead = &writer->policy->default_action;
	struct strbuf before = { 0 }, after = { 0 };

	action_format(&before, &outcome->action);
	action_format(&after, instead);
	loss_add(writer->losses, loss_grade_of(&outcome->action, instead), NULL,
		 "%s: the cases that get '%s' take too many entries; they get the default, '%s'",
		 call, before.text, after.text);
	strbuf_finish(&before);
	strbuf_finish(&after);
}

static void write_outcome(struct oci_writer *writer, const char *call,
			  const struct outcome *outcome)
{
	if (outcome->action.kind == ACTION_TRAP && outcome->action.data)
		loss_add(writer->losses, LOSS_OTHER, NULL, "%s: trap without its number %u", call,
			 outcome->action.data);
	if (outcome->cubes.is_too_many)
		tell_too_many(writer, call, outcome);
	for (size_t i = 0; i < outcome->cubes.n && !outcome->cubes.is_too_many; i++)
		oci_add_entry(writer, call, &outcome->action, &outcome->cubes.v[i]);
}

static void tell_denied(struct oci_writer *writer, const char *name, struct oci_written *call)
{
	enum loss_grade grade = loss_grade_of(&call->mildest, &call->hardest);
	struct strbuf text = { 0 };
	struct loss *loss;

	action_format(&text, &call->hardest);
	loss = loss_add(writer->losses, grade, NULL, "%s: %s; all of it gets '%s'", name,
			call->is_same ? "its conditions take too many entries"
				      : "the ABIs differ, but the format has one rule for all",
			text.text);
	call->witness.after = call->hardest;
	if (call->has_witness && loss_grade_of(&call->witness.before, &call->hardest) == grade)
		loss_set_witness(loss, &call->witness);
	strbuf_finish(&text);
}

static void write_call(struct oci_writer *writer, const char *name)
{
	struct oci_written call;

	oci_written_init(&call, writer, name);
	if (call.is_denied)
		tell_denied(writer, name, &call);
	for (size_t i = 0; i < call.entries.n; i++)
		write_outcome(writer, name, &call.entries.v[i]);
	outcomes_finish(&call.entries);
}

static bool is_let_through(const struct oci_writer *writer, const struct outcomes *outcomes)
{
	if (!outcomes->n)
		return !action_is_denial(&writer->policy->default_action);
	return outcomes->n == 1 && outcomes->v[0].cubes.n == 1 &&
	       !action_is_denial(&outcomes->v[0].action) && cube_is_all(&outcomes->v[0].cubes.v[0]);
}

/* A runtime starts the command under the filter. Of two entries without conditions, libseccomp
 * takes the first. */
static void write_exec(struct oci_writer *writer)
{
	static const struct action allow = { .kind = ACTION_ALLOW };
	struct oci_written call;

	oci_written_init(&call, writer, "execve");
	if (is_let_through(writer, &call.entries)) {
		write_call(writer, "execve");
	} else {
		if (action_is_denial(&writer->policy->default_action))
			oci_add_entry(writer, "execve", &allow, &(struct cube){ 0 });
		loss_set_hint(loss_add(writer->losses, LOSS_WIDER, NULL,
				       "execve is allowed, because a runtime starts the command "
				       "under the filter"),
			      "--runtime runc or --runtime crun allows it and everything else that "
			      "the runtime calls");
	}
	outcomes_finish(&call.entries);
}

/* Runtimes add the native ABI if a profile does not list it. */
static void tell_native(struct oci_writer *writer)
{
	uint32_t arches = writer->policy->arches;

	if (arches >> ARCH_X86_64 & 1 || arches >> ARCH_AARCH64 & 1)
		return;
	loss_add(writer->losses, LOSS_WIDER, NULL,
		 "x86_64 is let in too: runtimes add the machine's own ABI");
}

static struct json_object *new_arches(const struct policy *policy)
{
	static const char *const names[] = {
		[ARCH_X86_64] = "SCMP_ARCH_X86_64",
		[ARCH_X86] = "SCMP_ARCH_X86",
		[ARCH_X32] = "SCMP_ARCH_X32",
		[ARCH_AARCH64] = "SCMP_ARCH_AARCH64",
	};
	struct json_object *arches = json_object_new_array();

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (policy->arches >> arch & 1)
			json_object_array_add(arches, json_object_new_string(names[arch]));
	return arches;
}

static struct json_object *new_profile(struct oci_writer *writer)
{
	const struct action *action = &writer->policy->default_action;
	struct json_object *profile = json_object_new_object();

	json_object_object_add(profile, "defaultAction",
			       json_object_new_string(action_row(action->kind)->oci));
	if (action->kind == ACTION_ERRNO)
		json_object_object_add(profile, "defaultErrnoRet",
				       json_object_new_int(action->data));
	json_object_object_add(profile, "architectures", new_arches(writer->policy));
	json_object_object_add(profile, "syscalls", writer->entries);
	return profile;
}

static void write_calls(struct oci_writer *writer)
{
	bool has_x86 = writer->policy->arches >> ARCH_X86 & 1;
	const struct sys_call *row;
	const char *last = "";

	oci_write_multiplexers(writer);
	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		const char *name = row->name;

		if (str_eq(name, "execve") && !str_eq(name, last))
			write_exec(writer);
		else if (!str_eq(name, last) &&
			 !(has_x86 && (str_eq(name, "socketcall") || str_eq(name, "ipc"))))
			write_call(writer, name);
		last = name;
	}
}

void convert_to_oci(const struct policy *policy, struct strbuf *buf, struct losses *losses)
{
	struct oci_writer writer = { .policy = policy,
				     .entries = json_object_new_array(),
				     .losses = losses };
	struct json_object *profile;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		numbers_init(&writer.numbers[arch], policy, arch_get(arch)->audit_arch);
	write_calls(&writer);
	tell_native(&writer);
	oci_write_unknown(&writer);
	oci_write_anchors(&writer);
	loss_note_settings(policy, losses);
	profile = new_profile(&writer);
	strbuf_puts(buf,
		    json_object_to_json_string_ext(
			    profile, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
	strbuf_puts(buf, "\n");
	json_object_put(profile);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		numbers_finish(&writer.numbers[arch]);
}
