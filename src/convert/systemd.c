// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SystemCall*= lines of a unit: names with an action each, no arguments. They are written so
 * that every version of systemd reads them the same: its sets grow, and so do those that it adds to
 * an allow list (@default); since version 256, its answer to calls it does not know is ENOSYS,
 * whatever the unit says. So the list is made of names, everything else is denied after it, and
 * ENOSYS is what remains.
 */
#include "convert/systemd.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "convert/convert.h"
#include "convert/loss_compare.h"
#include "filter/meaning.h"
#include "sys/name.h"

enum { LINE_WIDTH = 90, WORK_MAX = 1 << 24 };

static const struct action enosys = { .kind = ACTION_ERRNO, .data = ENOSYS };

/* A call by name, and what a unit says about it. */
struct name {
	const char *name;
	struct action action;
};

struct writer {
	const struct policy *policy;
	struct {
		struct name *v;
		size_t n, cap;
	} names; /* of all calls */
	struct strbuf *buf;
	struct numbers numbers[ARCH_COUNT];
	uint32_t arches;
	struct action rest; /* for calls that the service manager knows but that are not listed */
	bool is_deny_list;
};

/* What the calls of one number get, whatever their arguments. */
struct summary {
	bool passes, passes_unlogged, is_denied;
	struct action denial; /* the most severe; among equals the rest's, which comes last */
};

const char *systemd_arch_name(enum arch arch)
{
	static const char *const names[] = {
		[ARCH_X86_64] = "x86-64",
		[ARCH_X86] = "x86",
		[ARCH_X32] = "x32",
		[ARCH_AARCH64] = "arm64",
	};

	return names[arch];
}

static bool add_verdict(const struct verdict *verdict, void *context)
{
	const struct action *action = &verdict->action;
	struct summary *summary = context;

	if (!action_is_denial(action)) {
		summary->passes = true;
		summary->passes_unlogged |= action->kind == ACTION_ALLOW;
	} else if (!summary->is_denied || action->kind >= summary->denial.kind) {
		summary->is_denied = true;
		summary->denial = *action;
	}
	return true;
}

/* The format denies with an errno or by killing the process. */
static struct action denial_of(const struct action *action)
{
	if (action->kind > ACTION_ERRNO)
		return (struct action){ .kind = ACTION_KILL_PROCESS };
	return *action;
}

/* A call that passes with some arguments passes. */
static struct action action_of(const struct writer *writer, enum arch arch, uint32_t nr)
{
	const struct numbers *numbers = &writer->numbers[arch];
	const struct stretch *stretch = &numbers->stretches.v[numbers_find(numbers, nr)];
	struct fact facts[] = {
		{ WORD_ARCH, false, UINT32_MAX, numbers->audit_arch, numbers->audit_arch },
		{ WORD_NR, false, UINT32_MAX, nr, nr },
	};
	struct region region = { .work_max = WORK_MAX };
	struct summary summary = { .denial.kind = ACTION_KILL_PROCESS };
	bool is_whole;

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		region_push(&region, &facts[i]);
	is_whole = stretch_walk(&region, numbers, stretch, add_verdict, &summary);
	region_finish(&region);
	if (!is_whole)
		return (struct action){ .kind = ACTION_KILL_PROCESS };
	if (summary.passes)
		return (struct action){ .kind = summary.passes_unlogged ? ACTION_ALLOW
									: ACTION_LOG };
	return denial_of(&summary.denial);
}

/* One list applies to all ABIs: the native one is asked first. Returns false if none has NAME. */
static bool find_action(const struct writer *writer, const char *name, struct action *ret_action)
{
	const enum arch native = arch_native();
	const struct sys_call *row = sys_call_find(native, name);
	bool is_native = row && writer->policy->arches >> native & 1;
	enum arch found = native;

	for (enum arch arch = 0; arch < ARCH_COUNT && !is_native; arch++) {
		const struct sys_call *other = sys_call_find(arch, name);

		if (other && writer->policy->arches >> arch & 1) {
			row = other;
			found = arch;
			break;
		}
	}
	if (!row || sys_call_is_exempt(name))
		return false;
	/* The service manager starts the command under the filter. */
	if (str_eq(name, "execve"))
		*ret_action = (struct action){ .kind = ACTION_ALLOW };
	else
		*ret_action = action_of(writer, found, (uint32_t)row->nr[found]);
	return true;
}

static void list_names(struct writer *writer)
{
	const struct sys_call *row;
	const char *last = "";

	for (size_t i = 0; (row = sys_call_row(i)); last = row->name, i++) {
		struct action action;

		if (!str_eq(row->name, last) && find_action(writer, row->name, &action))
			*array_append(&writer->names) = (struct name){ row->name, action };
	}
}

/* Words of one directive, on as many lines as they need. */
struct line {
	const char *lead;
	struct strbuf *buf;
	size_t start; /* of the line being written; SIZE_MAX: none */
};

static void put_word(struct line *line, const char *word, const char *suffix)
{
	bool is_open = line->start != SIZE_MAX;

	if (is_open && line->buf->len - line->start > LINE_WIDTH) {
		strbuf_puts(line->buf, "\n");
		is_open = false;
	}
	if (!is_open)
		line->start = line->buf->len;
	strbuf_printf(line->buf, "%s%s%s", is_open ? " " : line->lead, word, suffix);
}

static void end_line(struct line *line)
{
	if (line->start != SIZE_MAX)
		strbuf_puts(line->buf, "\n");
}

static void format_denial(const struct action *action, struct strbuf *buf)
{
	const char *name = action->kind == ACTION_ERRNO ? errno_name(action->data) : "kill";

	if (name)
		strbuf_puts(buf, name);
	else
		strbuf_printf(buf, "%u", action->data);
}

/* Writes every name whose action WANTS accepts into one directive. */
static void put_names(const struct writer *writer, const char *lead,
		      bool (*wants)(const struct writer *writer, const struct action *action))
{
	struct line line = { .lead = lead, .buf = writer->buf, .start = SIZE_MAX };

	for (size_t i = 0; i < writer->names.n; i++) {
		const struct name *name = &writer->names.v[i];
		struct strbuf suffix = { 0 };

		if (!wants(writer, &name->action))
			continue;
		strbuf_puts(&suffix, "");
		/* In an allow list, ENOSYS is what remains: spelled out, it would be an error. */
		if (action_is_denial(&name->action) &&
		    (writer->is_deny_list || !action_is_same(&name->action, &enosys))) {
			strbuf_puts(&suffix, ":");
			format_denial(&name->action, &suffix);
		}
		put_word(&line, name->name, suffix.text);
		strbuf_finish(&suffix);
	}
	end_line(&line);
}

static bool passes(const struct writer *writer, const struct action *action)
{
	(void)writer;
	return !action_is_denial(action);
}

static bool is_logged(const struct writer *writer, const struct action *action)
{
	(void)writer;
	return action->kind == ACTION_LOG;
}

static bool is_denied_apart(const struct writer *writer, const struct action *action)
{
	return action_is_denial(action) &&
	       (writer->is_deny_list || !action_is_same(action, &writer->rest));
}

/* The first line makes it an allow list, to which the service manager adds @default. */
static void put_allow_list(struct writer *writer)
{
	strbuf_puts(writer->buf, "SystemCallErrorNumber=ENOSYS\n");
	strbuf_puts(writer->buf, "SystemCallFilter=execve\n");
	if (action_is_same(&writer->rest, &enosys)) {
		strbuf_puts(writer->buf, "SystemCallFilter=~@default\n");
	} else {
		strbuf_puts(writer->buf, "SystemCallFilter=~@known:");
		format_denial(&writer->rest, writer->buf);
		strbuf_puts(writer->buf, "\n");
	}
	put_names(writer, "SystemCallFilter=", passes);
}

static void put_architectures(const struct writer *writer)
{
	strbuf_puts(writer->buf, "SystemCallArchitectures=native");
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (writer->arches >> arch & 1 && arch != arch_native())
			strbuf_printf(writer->buf, " %s", systemd_arch_name(arch));
	strbuf_puts(writer->buf, "\n");
}

static const char *reason_of(const struct pair_part *part)
{
	const struct action *before = &part->first->action, *after = &part->second->action;
	const char *name = sys_call_name(part->arch, part->low);

	if (part->first->by == VERDICT_ARCH)
		return "a unit cannot shut out the native ABI";
	if (part->second->by == VERDICT_ARCH)
		return "a unit does not let this ABI in";
	if (part->low != part->high || !name || part->first->by == VERDICT_UNKNOWN)
		return action_is_denial(after)
			       ? "systemd answers them with ENOSYS"
			       : "a unit that denies some calls lets all others pass";
	if (str_eq(name, "execve") && action_is_denial(before))
		return "the service manager starts the command under the filter";
	if (str_eq(name, "write") && action_is_denial(before))
		return "systemd 256 and later write under the filter, so they allow it";
	if (action_is_denial(before) && after->kind == ACTION_KILL_PROCESS)
		return "a unit can deny with an errno or 'kill'";
	return "a unit has one action for a call, whatever its arguments and its ABI";
}

static int tell_losses_of(const struct writer *writer, bool is_before_256, struct losses *losses,
			  struct diags *diags)
{
	struct strbuf text = { 0 };
	struct policy *written = NULL;
	int err = systemd_read(writer->buf->text, is_before_256, &text, diags);

	if (!err) {
		written = loss_read_back(text.text, diags);
		err = written ? 0 : -EINVAL;
	}
	if (written)
		loss_compare(writer->policy, written, reason_of, losses);
	policy_destroy(written);
	strbuf_finish(&text);
	return err;
}

/* If write is denied, the versions of systemd differ. */
static int tell_losses(const struct writer *writer, struct losses *losses, struct diags *diags)
{
	int err = 0;

	for (size_t i = 0; i < writer->names.n && !err; i++)
		if (str_eq(writer->names.v[i].name, "write") &&
		    action_is_denial(&writer->names.v[i].action))
			err = tell_losses_of(writer, true, losses, diags);
	return err ? err : tell_losses_of(writer, false, losses, diags);
}

int convert_to_systemd(const struct policy *policy, struct strbuf *buf, struct losses *losses,
		       struct diags *diags)
{
	struct writer writer = { .policy = policy,
				 .buf = buf,
				 .arches = policy->arches | 1U << arch_native(),
				 .rest = enosys,
				 .is_deny_list = !action_is_denial(&policy->unknown_action) };
	int err;

	if (action_is_denial(&policy->default_action))
		writer.rest = denial_of(&policy->default_action);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		numbers_init(&writer.numbers[arch], policy, arch_get(arch)->audit_arch);
	list_names(&writer);
	strbuf_puts(buf, "[Service]\n");
	put_architectures(&writer);
	if (!writer.is_deny_list)
		put_allow_list(&writer);
	put_names(&writer, "SystemCallFilter=~", is_denied_apart);
	put_names(&writer, "SystemCallLog=", is_logged);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		numbers_finish(&writer.numbers[arch]);
	err = tell_losses(&writer, losses, diags);
	free(writer.names.v);
	loss_add(losses, LOSS_NOTE, NULL,
		 "a call of an ABI that is not in SystemCallArchitectures= ends the thread that "
		 "makes it, not the process");
	loss_note_settings(policy, losses);
	return err;
}
