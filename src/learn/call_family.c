// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which arguments become conditions. Values are listed where a command or a combination of bits is
 * the danger (PROT_WRITE|PROT_EXEC must not follow from two calls with one bit each); a mask is
 * used where any mixture of the bits seen is as harmless (open). With --args safe, flags that
 * depend on chance (a futex that had to wait) are considered without their modifiers.
 */
#include "learn/call_family.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/learn.h"
#include "sys/dependent.h"

enum { VALUES_MAX = 16 };

enum form {
	FORM_NONE,
	FORM_VALUES,
	FORM_KIND, /* the bits that form one value, without the flags beside them */
	FORM_MASK,
};

static const struct row {
	const char *name;
	enum form forms[SYS_ARGS_MAX];
	bool is_vital;
} rows[] = {
	{ "bpf", { FORM_VALUES }, false },
	{ "clone", { FORM_VALUES }, false },
	{ "fcntl", { 0, FORM_VALUES }, false },
	{ "fcntl64", { 0, FORM_VALUES }, false },
	{ "futex", { 0, FORM_KIND }, false },
	{ "futex_time64", { 0, FORM_KIND }, false },
	{ "getsockopt", { 0, FORM_VALUES, FORM_VALUES }, false },
	{ "ioctl", { 0, FORM_VALUES }, false },
	{ "keyctl", { FORM_VALUES }, false },
	{ "kill", { 0, FORM_VALUES }, false },
	{ "madvise", { 0, 0, FORM_VALUES }, false },
	{ "mmap", { 0, 0, FORM_VALUES }, true },
	{ "mmap2", { 0, 0, FORM_VALUES }, true },
	{ "mprotect", { 0, 0, FORM_VALUES }, true },
	{ "open", { 0, FORM_MASK }, false },
	{ "openat", { 0, 0, FORM_MASK }, false },
	{ "open_tree", { 0, 0, FORM_MASK }, false },
	{ "open_tree_attr", { 0, 0, FORM_MASK }, false },
	{ "personality", { FORM_VALUES }, false },
	{ "pkey_mprotect", { 0, 0, FORM_VALUES }, true },
	{ "prctl", { FORM_VALUES }, false },
	{ "ptrace", { FORM_VALUES }, false },
	{ "renameat2", { 0, 0, 0, 0, FORM_MASK }, false },
	{ "seccomp", { FORM_VALUES }, false },
	{ "setns", { 0, FORM_VALUES }, false },
	{ "setsockopt", { 0, FORM_VALUES, FORM_VALUES }, false },
	{ "socket", { FORM_VALUES, FORM_KIND }, false },
	{ "socketpair", { FORM_VALUES, FORM_KIND }, false },
	{ "tgkill", { 0, 0, FORM_VALUES }, false },
	{ "tkill", { 0, FORM_VALUES }, false },
	{ "umount2", { 0, FORM_MASK }, false },
	{ "unshare", { FORM_VALUES }, false },
};

static const struct row *find_row(const struct record_call *call)
{
	const char *name = sys_call_name(call->arch, call->nr);

	for (size_t i = 0; name && i < ARRAY_SIZE(rows); i++)
		if (str_eq(rows[i].name, name))
			return &rows[i];
	return NULL;
}

bool family_is_tested(const struct record_call *call)
{
	return find_row(call);
}

bool family_is_vital(const struct record_call *call)
{
	const struct row *row = find_row(call);

	return row && row->is_vital;
}

static enum form form_of(const struct record_call *call, enum learn_args args, size_t arg)
{
	const struct row *row = find_row(call);

	if (args == LEARN_ARGS_OFF)
		return FORM_NONE;
	if (row && row->forms[arg])
		return row->forms[arg];
	return args == LEARN_ARGS_ALL && call->values[arg].n ? FORM_VALUES : FORM_NONE;
}

static int compare_values(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Returns the distinct values under MASK; the caller frees v. */
static struct record_values cut_values(const struct record_values *values, uint64_t mask)
{
	struct record_values cut = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < values->n; i++)
		*array_append(&cut) = values->v[i] & mask;
	if (cut.n)
		qsort(cut.v, cut.n, sizeof(*cut.v), compare_values);
	for (size_t i = 0; i < cut.n; i++)
		if (!n || cut.v[n - 1] != cut.v[i])
			cut.v[n++] = cut.v[i];
	cut.n = n;
	return cut;
}

/* Returns what argument INDEX is written with, whatever values the other arguments had: which of
 * them occurred together was not recorded. */
static struct vocabulary words_of(const struct record_call *call, size_t index)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);
	const struct dependent *first = dependent_first(row, (unsigned int)index);
	int by = first ? dependent_by(first, row) : -1;
	struct vocabulary words = { 0 };
	uint64_t args[SYS_ARGS_MAX] = { 0 };

	if (by < 0)
		vocabulary_add(&words, row->args[index].family);
	for (size_t i = 0; by >= 0 && i < call->values[by].n; i++) {
		args[by] = call->values[by].v[i];
		vocabulary_add(&words,
			       dependent_family(row, call->arch, (unsigned int)index, args));
	}
	return words;
}

static void format_mask(struct strbuf *buf, const struct record_call *call,
			const struct sys_arg *arg, size_t index, const struct record_values *values)
{
	struct vocabulary words = words_of(call, index);
	uint64_t bits = 0;

	for (size_t i = 0; i < values->n; i++)
		bits |= values->v[i];
	strbuf_printf(buf, "%s only ", sys_arg_label(arg));
	vocabulary_format(&words, buf, call->arch, bits);
}

static void format_values(struct strbuf *buf, const struct record_call *call,
			  const struct sys_arg *arg, size_t index,
			  const struct record_values *values, uint64_t mask)
{
	struct vocabulary words = words_of(call, index);

	strbuf_puts(buf, sys_arg_label(arg));
	if (mask != UINT64_MAX)
		strbuf_printf(buf, " & 0x%" PRIx64, mask);
	strbuf_puts(buf, " in");
	for (size_t i = 0; i < values->n; i++) {
		strbuf_puts(buf, " ");
		vocabulary_format(&words, buf, call->arch, values->v[i]);
	}
}

static void format_argument(struct strbuf *buf, struct strbuf *note, const struct record_call *call,
			    const struct sys_arg *arg, size_t index, enum form form)
{
	uint64_t kinds = family_get(arg->family)->enum_mask;
	bool has_flags = kinds != UINT64_MAX;
	uint64_t mask = form == FORM_KIND && has_flags && kinds ? kinds : UINT64_MAX;
	struct record_values values = cut_values(&call->values[index], mask);

	if (values.n > VALUES_MAX)
		strbuf_printf(note, "%s%zu values of %s: %s", note->len ? ", " : "", values.n,
			      sys_arg_label(arg),
			      has_flags ? "allowed as a mask" : "any is allowed");
	if (values.n <= VALUES_MAX || has_flags)
		strbuf_puts(buf, buf->len ? " and " : "");
	if (form == FORM_MASK || (values.n > VALUES_MAX && has_flags))
		format_mask(buf, call, arg, index, &call->values[index]);
	else if (values.n <= VALUES_MAX)
		format_values(buf, call, arg, index, &values, mask);
	free(values.v);
}

/* No mode was seen with such a bit: a built-in rule kept the command from using it. Where the
 * policy is used without the pen, it has to say so itself. */
static void format_mode(struct strbuf *buf, const struct record_call *call)
{
	static const char *const names[] = { "chmod", "fchmod", "fchmodat", "fchmodat2",
					     "creat", "mknod",	"mknodat" };
	const char *name = sys_call_name(call->arch, call->nr);

	for (size_t i = 0; name && i < ARRAY_SIZE(names); i++)
		if (str_eq(names[i], name))
			strbuf_printf(buf, "%snot mode any S_ISUID|S_ISGID",
				      buf->len ? " and " : "");
}

static void format_arguments(const struct record_call *call, enum learn_args args,
			     struct strbuf *ret_condition, struct strbuf *ret_note)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);

	for (size_t i = 0; row && i < row->n_args; i++) {
		enum form form = form_of(call, args, i);

		if (form == FORM_NONE || !call->values[i].n)
			continue;
		if (call->other) {
			strbuf_finish(ret_condition);
			strbuf_printf(ret_note,
				      "the arguments of %" PRIu64 " were not kept: any are allowed",
				      call->other);
			return;
		}
		format_argument(ret_condition, ret_note, call, &row->args[i], i, form);
	}
}

void family_condition(const struct record_call *call, const struct learn_source *source,
		      struct strbuf *ret_condition, struct strbuf *ret_note)
{
	format_arguments(call, source->args, ret_condition, ret_note);
	if (source->has_no_set_id && source->args != LEARN_ARGS_OFF)
		format_mode(ret_condition, call);
}
