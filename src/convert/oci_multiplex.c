// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * i386's socketcall and ipc. From a rule on a call behind them libseccomp derives one for the
 * multiplexer, too, which tests the subcall's number but none of its arguments: allowing one kind
 * of socket would open socketcall for all. Rules with different actions for one number are an error
 * to it, and the container does not start. The derived rules are used where they match the policy;
 * otherwise all of socketcall, or of ipc, is denied by a rule without conditions, which overrides
 * all others.
 */
#include <errno.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/oci_write.h"
#include "policy/multiplex.h"
#include "policy/print.h"

/* One of the two while its entries are decided. */
struct multiplexer {
	const char *name;
	uint32_t nr;
	struct outcomes meant;	 /* what the policy says about it */
	struct outcomes implied; /* what libseccomp derives from the entries behind it */
	const char *misfit;	 /* a call behind it whose derived rule differs */
	bool is_too_many;	 /* entries needed */
};

static const struct outcome *find_outcome(const struct outcomes *outcomes,
					  const struct action *action)
{
	for (size_t i = 0; i < outcomes->n; i++)
		if (action_is_same(&outcomes->v[i].action, action))
			return &outcomes->v[i];
	return NULL;
}

/* libseccomp compares the whole of arg0, but the kernel masks it for ipc. */
static struct cube cube_of(const struct multiplex *multiplex)
{
	struct cube cube = { .mask = { UINT32_MAX }, .value = { multiplex->number } };

	return cube;
}

static void add_implied(struct multiplexer *multiplexer, const struct action *action,
			const struct cube *cube)
{
	struct outcome *outcome = (struct outcome *)find_outcome(&multiplexer->implied, action);

	if (!outcome) {
		outcome = array_append(&multiplexer->implied);
		outcome->action = *action;
	}
	*array_append(&outcome->cubes) = *cube;
}

/* Checks what becomes of the call NAME, which is behind MULTIPLEXER. */
static void look_behind(struct oci_writer *writer, struct multiplexer *multiplexer,
			const char *name, const struct multiplex *multiplex)
{
	struct cube cube = cube_of(multiplex);
	const struct outcome *made, *meant;
	struct oci_written call;

	oci_written_init(&call, writer, name);
	made = call.entries.n == 1 ? &call.entries.v[0] : NULL;
	meant = made ? find_outcome(&multiplexer->meant, &made->action) : NULL;
	if (call.entries.n && (!meant || !cubes_cover(&meant->cubes, &cube, NULL)))
		multiplexer->misfit = name;
	else if (made && made->cubes.n == 1 && cube_is_all(&made->cubes.v[0]))
		add_implied(multiplexer, &made->action, &cube);
	outcomes_finish(&call.entries);
}

/* Returns whether the rules that libseccomp derives are enough. */
static bool is_implied(const struct multiplexer *multiplexer)
{
	for (size_t i = 0; i < multiplexer->meant.n; i++) {
		const struct outcome *meant = &multiplexer->meant.v[i];
		const struct outcome *implied = find_outcome(&multiplexer->implied, &meant->action);

		if (!implied)
			return false;
		for (size_t k = 0; k < meant->cubes.n; k++)
			if (!cubes_cover(&implied->cubes, &meant->cubes.v[k], NULL))
				return false;
	}
	return true;
}

/* Returns a denial that is not the default's, which runtimes leave out, and, if there is one, that
 * is no milder than what it replaces. */
static struct action denial_for(const struct oci_writer *writer,
				const struct multiplexer *multiplexer)
{
	static const struct action denials[] = {
		{ .kind = ACTION_ERRNO, .data = ENOSYS },
		{ .kind = ACTION_ERRNO, .data = EPERM },
		{ .kind = ACTION_KILL_THREAD },
		{ .kind = ACTION_KILL_PROCESS },
	};
	const struct action *but = &writer->policy->default_action;
	enum action_kind least = but->kind;
	size_t i = 0;

	for (size_t k = 0; k < multiplexer->meant.n; k++)
		if (multiplexer->meant.v[k].action.kind > least)
			least = multiplexer->meant.v[k].action.kind;
	while (i < ARRAY_SIZE(denials) &&
	       (denials[i].kind < least || action_is_same(&denials[i], but)))
		i++;
	return i < ARRAY_SIZE(denials) ? denials[i] : denials[2];
}

static struct loss *tell_shut(struct oci_writer *writer, const struct multiplexer *multiplexer,
			      enum loss_grade grade, const char *denial)
{
	if (multiplexer->is_too_many)
		return loss_add(writer->losses, grade, NULL,
				"%s: its conditions take too many entries; all of it gets '%s'",
				multiplexer->name, denial);
	return loss_add(
		writer->losses, grade, NULL,
		"%s: all of it is denied with '%s', because libseccomp would let %s through "
		"it whatever its arguments",
		multiplexer->name, denial, multiplexer->misfit);
}

static void shut(struct oci_writer *writer, const struct multiplexer *multiplexer)
{
	const struct action denial = denial_for(writer, multiplexer);
	struct loss_witness witness = { .arch = ARCH_X86,
					.nr = multiplexer->nr,
					.before = writer->policy->default_action,
					.after = denial };
	enum loss_grade grade = loss_grade_of(&witness.before, &denial);
	struct strbuf text = { 0 };
	bool has_witness = true;
	struct loss *loss;

	for (size_t i = 0; i < multiplexer->meant.n; i++) {
		const struct outcome *meant = &multiplexer->meant.v[i];

		if (loss_grade_of(&meant->action, &denial) >= grade)
			continue;
		grade = loss_grade_of(&meant->action, &denial);
		has_witness = meant->cubes.n && !meant->cubes.is_too_many;
		witness.before = meant->action;
		if (has_witness)
			memcpy(witness.args, meant->cubes.v[0].value, sizeof(witness.args));
	}
	action_format(&text, &denial);
	loss = tell_shut(writer, multiplexer, grade, text.text);
	if (has_witness)
		loss_set_witness(loss, &witness);
	oci_add_entry(writer, multiplexer->name, &denial, &(struct cube){ 0 });
	strbuf_finish(&text);
}

static void write_multiplexer(struct oci_writer *writer, const char *name)
{
	struct multiplexer multiplexer = { .name = name };
	const struct sys_call *row = sys_call_find(ARCH_X86, name);
	const char *last = "";

	multiplexer.nr = (uint32_t)row->nr[ARCH_X86];
	multiplexer.meant = outcomes_of(&writer->numbers[ARCH_X86], ARCH_X86, multiplexer.nr,
					&writer->policy->default_action, &writer->work);
	oci_keep_loadable(writer, &multiplexer.meant);
	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		struct multiplex multiplex;

		if (!str_eq(row->name, last) && multiplex_find(row->name, &multiplex) &&
		    multiplex.nr == multiplexer.nr)
			look_behind(writer, &multiplexer, row->name, &multiplex);
		last = row->name;
	}
	for (size_t i = 0; i < multiplexer.meant.n; i++)
		multiplexer.is_too_many |= multiplexer.meant.v[i].cubes.is_too_many;
	if (multiplexer.misfit || multiplexer.is_too_many)
		shut(writer, &multiplexer);
	else if (!is_implied(&multiplexer))
		for (size_t i = 0; i < multiplexer.meant.n; i++)
			for (size_t k = 0; k < multiplexer.meant.v[i].cubes.n; k++)
				oci_add_entry(writer, name, &multiplexer.meant.v[i].action,
					      &multiplexer.meant.v[i].cubes.v[k]);
	outcomes_finish(&multiplexer.meant);
	outcomes_finish(&multiplexer.implied);
}

void oci_write_multiplexers(struct oci_writer *writer)
{
	if (!(writer->policy->arches >> ARCH_X86 & 1))
		return;
	write_multiplexer(writer, "socketcall");
	write_multiplexer(writer, "ipc");
}
