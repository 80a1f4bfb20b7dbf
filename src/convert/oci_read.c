// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes the policy of a profile, in the order of its entries: each call's rules come from the
 * entry that decides it, and what no runtime would ever reach is reported and left out. Each ABI
 * and number is independent, so the order of different calls does not matter.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "convert/convert.h"
#include "convert/oci_line.h"
#include "convert/oci_machine.h"
#include "convert/oci_name.h"
#include "policy/print.h"

/* Returns the ABIs under which ENTRY decides NAME whatever the arguments are. */
static uint32_t arches_decided(const struct policy_writer *writer, const struct oci_entry *entry,
			       const char *name)
{
	uint32_t arches = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct oci_call *call = oci_rules_find(&writer->rules, arch, name);

		if (call && call->whole == entry && !call->is_beyond && !call->is_written)
			arches |= 1U << arch;
	}
	return arches;
}

/* Adds a name for a message: "a, b". */
static void add_to_list(struct strbuf *list, const char *name)
{
	strbuf_printf(list, "%s%s", list->len ? ", " : "", name);
}

/* Reports a call that no ABI of the policy has. Runtimes ignore what libseccomp does not know. */
static void tell_absent(struct policy_writer *writer, const struct oci_word *name,
			const struct action *action, struct strbuf *foreign)
{
	const struct action *rest = &writer->rules.default_action;
	struct multiplex multiplex;

	if (sys_call_exists(name->text) || multiplex_find(name->text, &multiplex))
		return;
	if (oci_name_is_foreign(name->text))
		add_to_list(foreign, name->text);
	else if (oci_name_is_newer(name->text) || loss_grade_of(action, rest) == LOSS_WIDER)
		oci_tell(writer, &name->place, action, rest,
			 "%s is left out: this program knows no such call", name->text);
	else
		loss_add(writer->losses, LOSS_NOTE, &name->place,
			 "%s is left out: there is no such call", name->text);
}

/* Returns whether a rule of ENTRY for the call NAME is among those that decide. */
static bool has_say(const struct policy_writer *writer, const struct oci_entry *entry,
		    const char *name)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct oci_call *call = oci_rules_find(&writer->rules, arch, name);

		for (size_t i = 0; call && i < call->n; i++)
			if (call->v[i].entry == entry)
				return true;
	}
	return false;
}

/* Returns whether this is the first time ENTRY has NAME; IS_WHOLE: for a rule without
 * conditions. */
static bool is_first(const struct policy_writer *writer, const struct oci_entry *entry,
		     const char *name, bool is_whole)
{
	bool is_first = false;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		struct oci_call *call = oci_rules_find(&writer->rules, arch, name);
		const struct oci_entry **said;

		if (!call)
			continue;
		said = is_whole ? &call->said_whole : &call->said_conditional;
		is_first |= *said != entry;
		*said = entry;
	}
	return is_first;
}

/* Writes one rule for all calls of ENTRY that it alone decides, under exactly the ABIs ON. */
static void write_whole(struct policy_writer *writer, const struct oci_entry *entry, uint32_t on)
{
	const struct action action = oci_action_of(&entry->action);
	bool is_rest = false;
	size_t n = 0;

	for (size_t i = 0; i < entry->names.n; i++)
		is_rest |= oci_is_multiplexed(writer, entry->names.v[i].text);
	for (size_t i = 0; i < entry->names.n; i++) {
		const char *name = entry->names.v[i].text;
		uint32_t decided = arches_decided(writer, entry, name);

		/* Without "on" for those that it decides wherever they exist. */
		if (!decided || (decided == oci_arches_with(writer, name) ? 0 : decided) != on ||
		    !is_first(writer, entry, name, true))
			continue;
		if (!n++)
			oci_start_line(writer, &action, is_rest);
		oci_put_word(writer, name);
	}
	if (!n)
		return;
	oci_put_arches(writer, on);
	strbuf_puts(writer->buf, "\n");
}

/* Returns whether others decide all that ENTRY says about NAME, and differently. */
static bool is_dead(const struct policy_writer *writer, const struct oci_entry *entry,
		    const char *name)
{
	const struct action action = oci_action_of(&entry->action);
	bool is_other = false;

	if (has_say(writer, entry, name))
		return false;
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct oci_call *call = oci_rules_find(&writer->rules, arch, name);

		is_other |= call && !call->is_beyond && call->whole &&
			    !action_is_same(&action, &call->v[0].action);
	}
	return is_other;
}

static void tell_names(struct policy_writer *writer, const struct oci_entry *entry)
{
	const struct action action = oci_action_of(&entry->action);
	struct strbuf dead = { 0 }, foreign = { 0 };

	for (size_t i = 0; i < entry->names.n; i++) {
		const char *name = entry->names.v[i].text;

		if (!oci_arches_with(writer, name))
			tell_absent(writer, &entry->names.v[i], &action, &foreign);
		else if (is_dead(writer, entry, name))
			add_to_list(&dead, name);
	}
	if (foreign.len)
		loss_add(writer->losses, LOSS_NOTE, &entry->place,
			 "left out, because they are calls of other machines: %s", foreign.text);
	if (dead.len)
		loss_add(writer->losses, LOSS_NOTE, &entry->place,
			 "left out, because another entry decides: %s", dead.text);
	strbuf_finish(&dead);
	strbuf_finish(&foreign);
}

/* What a policy has no verb for is denied: the command's own listener or tracer could override it,
 * so a verb would promise what it cannot keep. */
static void tell_action(struct policy_writer *writer, const struct oci_action *action)
{
	if (action->act == OCI_NOTIFY || action->act == OCI_TRACE)
		loss_add(writer->losses, LOSS_NARROWER, &action->place,
			 "SCMP_ACT_%s becomes 'deny EPERM'",
			 action->act == OCI_NOTIFY ? "NOTIFY" : "TRACE");
}

static bool is_default(const struct policy_writer *writer, const struct oci_entry *entry)
{
	const struct oci_action *rest = &writer->profile->default_action;

	return entry->action.act == rest->act && entry->action.error == rest->error;
}

static void write_entry(struct policy_writer *writer, const struct oci_entry *entry)
{
	tell_names(writer, entry);
	if (is_default(writer, entry))
		return;
	tell_action(writer, &entry->action);
	for (uint32_t on = 0; on < 1U << ARCH_COUNT; on++)
		write_whole(writer, entry, on);
	for (size_t i = 0; i < entry->names.n && entry->n_args; i++)
		if (has_say(writer, entry, entry->names.v[i].text) &&
		    is_first(writer, entry, entry->names.v[i].text, false)) {
			oci_write_ordered(writer, entry->names.v[i].text);
			oci_write_conditional(writer, entry, entry->names.v[i].text);
		}
}

/* Returns the ABIs under which runc answers NAME with ENOSYS, if that needs a rule. */
static uint32_t arches_beyond(const struct policy_writer *writer, const char *name)
{
	const struct action enosys = { .kind = ACTION_ERRNO, .data = ENOSYS };
	uint32_t arches = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct oci_call *call = oci_rules_find(&writer->rules, arch, name);

		if (call && call->is_beyond && !call->is_written &&
		    (call->n || !action_is_same(&writer->rules.default_action, &enosys)))
			arches |= 1U << arch;
	}
	return arches;
}

/* Writes a rule for the calls above the largest named number under exactly the ABIs ON. */
static void write_beyond(struct policy_writer *writer, uint32_t on)
{
	const struct action enosys = { .kind = ACTION_ERRNO, .data = ENOSYS };
	const struct sys_call *row;
	const char *last = "";
	size_t n = 0;

	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		uint32_t beyond = str_eq(row->name, last) ? 0 : arches_beyond(writer, row->name);

		last = row->name;
		if (!beyond || (beyond == oci_arches_with(writer, row->name) ? 0 : beyond) != on)
			continue;
		if (!n++)
			oci_start_line(writer, &enosys, writer->rules.arches >> ARCH_X86 & 1);
		oci_put_word(writer, row->name);
	}
	if (!n)
		return;
	oci_put_arches(writer, on);
	strbuf_puts(writer->buf, "\n");
}

/* Returns whether runc answers ENOSYS under any ABI. */
static bool has_enosys(const struct oci_rules *rules)
{
	bool is_any = false;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		is_any |= rules->has_enosys && rules->largest[arch];
	return is_any;
}

/*
 * Below the largest named number, a number without a call gets the default, which 'unknown' does
 * not express. No kernel has these calls; if the default kills, they are still written, as far as
 * the language has numbers: for the native ABI.
 */
static void write_holes(struct policy_writer *writer)
{
	const struct oci_rules *rules = &writer->rules;
	enum arch arch = writer->machine->arch;
	size_t n = 0;

	if (!has_enosys(rules) || rules->default_action.kind == ACTION_ERRNO)
		return;
	for (uint32_t nr = 0; nr < rules->largest[arch] && arch == arch_native(); nr++) {
		char word[16];

		if (rules->calls[arch][nr].row)
			continue;
		if (!n++)
			oci_start_line(writer, &rules->default_action, false);
		snprintf(word, sizeof(word), "[%u]", nr);
		oci_put_word(writer, word);
	}
	strbuf_puts(writer->buf, n ? "\n" : "");
	if (rules->arches != 1U << arch_native())
		loss_add(
			writer->losses, LOSS_NOTE, &writer->profile->default_action.place,
			"under ABIs other than the native one a number without a call gets ENOSYS, "
			"not the default");
}

/*
 * A rule for "socket" also decides its part of i386's socketcall, and likewise for ipc, but not
 * just as libseccomp does: everything about both is written here, before any such rule.
 */
static void write_multiplexer(struct policy_writer *writer, const char *name)
{
	const struct action enosys = { .kind = ACTION_ERRNO, .data = ENOSYS };
	struct oci_call *call = oci_rules_find(&writer->rules, ARCH_X86, name);
	enum oci_truth truth = OCI_NEVER;

	if (!call || (!call->n && !writer->rules.has_enosys))
		return;
	if (!call->is_beyond)
		truth = oci_write_rules(writer, call, name);
	if (truth != OCI_ALWAYS) {
		action_format(writer->buf,
			      call->is_beyond ? &enosys : &writer->rules.default_action);
		strbuf_printf(writer->buf, " %s\n", name);
	}
	call->is_written = true;
}

static void write_head(struct policy_writer *writer)
{
	const struct action enosys = { .kind = ACTION_ERRNO, .data = ENOSYS };
	const struct action *rest = &writer->rules.default_action;
	strbuf_printf(writer->buf, "policy 1\nkernel %u.%u\narch", sys_newest_kernel >> 8,
		      sys_newest_kernel & 0xff);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (writer->rules.arches >> arch & 1)
			strbuf_printf(writer->buf, " %s", arch_get(arch)->name);
	strbuf_puts(writer->buf, "\ndefault ");
	action_format(writer->buf, rest);
	strbuf_puts(writer->buf, "\nunknown ");
	action_format(writer->buf, has_enosys(&writer->rules) ? &enosys : rest);
	strbuf_puts(writer->buf, "\n\n");
}

static void tell_rest(struct policy_writer *writer)
{
	const struct oci_profile *profile = writer->profile;

	tell_action(writer, &profile->default_action);
	for (size_t i = 0; i < profile->flags.n; i++)
		loss_add(writer->losses, LOSS_OTHER, &profile->flags.v[i].place,
			 "the flag %s is left out", profile->flags.v[i].text);
	if (profile->listener_path.text && *profile->listener_path.text)
		loss_add(writer->losses, LOSS_OTHER, &profile->listener_path.place,
			 "the listener is left out");
	if (profile->listener_metadata.text && *profile->listener_metadata.text)
		loss_add(writer->losses, LOSS_OTHER, &profile->listener_metadata.place,
			 "the listener's metadata is left out");
}

static void write_policy(struct policy_writer *writer)
{
	write_head(writer);
	tell_rest(writer);
	if (writer->rules.arches >> ARCH_X86 & 1) {
		write_multiplexer(writer, "socketcall");
		write_multiplexer(writer, "ipc");
	}
	for (uint32_t on = 0; on < 1U << ARCH_COUNT; on++)
		write_beyond(writer, on);
	write_holes(writer);
	for (size_t i = 0; i < writer->profile->n_entries; i++)
		if (oci_entry_holds(&writer->profile->entries[i], writer->machine))
			write_entry(writer, &writer->profile->entries[i]);
}

static int read_policy(const char *path, const char *text, const struct oci_machine *machine,
		       struct strbuf *buf, struct losses *losses, struct diags *diags)
{
	struct oci_profile profile;
	struct policy_writer writer = {
		.profile = &profile, .machine = machine, .buf = buf, .losses = losses
	};
	int err = oci_profile_read(path, text, &profile, diags);

	if (!err)
		err = oci_rules_make(&profile, machine, &writer.rules, losses, diags);
	if (!err) {
		oci_filters_check(&profile, losses);
		write_policy(&writer);
	}
	oci_rules_finish(&writer.rules);
	oci_profile_finish(&profile);
	return err;
}

int convert_from_oci(const char *path, const struct oci_machine *machine, struct strbuf *buf,
		     struct losses *losses, struct diags *diags)
{
	return read_policy(path, NULL, machine, buf, losses, diags);
}

int convert_from_oci_text(const char *name, const char *text, const struct oci_machine *machine,
			  struct strbuf *buf, struct losses *losses, struct diags *diags)
{
	return read_policy(name, text, machine, buf, losses, diags);
}
