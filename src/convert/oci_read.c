// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Profiles in JSON. libseccomp compares whole registers without a sign; a 32-bit argument is
 * compared here as the 32 bits that the kernel reads, without a sign too: a mask makes it so.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/json_input.h"
#include "base/mem.h"
#include "convert/convert.h"
#include "convert/oci_json.h"
#include "policy/print.h"
#include "sys/syscall.h"

/* An OCI configuration with a profile in it has some 50 kB and 400 names. An entry says each of its
 * comparisons of each of its names. */
enum {
	BYTES_MAX = 1 << 20,
	ERRNO_MAX = 133,
	NAMES_MAX = 16384,
	COMPARISONS_MAX = 65536,
	TEXT_MAX = 1 << 20
};

static const struct {
	const char *oci, *go; /* of archMap and of includes.arches */
	enum arch arch;
} arches[] = {
	{ "SCMP_ARCH_X86_64", "amd64", ARCH_X86_64 },
	{ "SCMP_ARCH_X86", "x86", ARCH_X86 },
	{ "SCMP_ARCH_X32", "x32", ARCH_X32 },
	{ "SCMP_ARCH_AARCH64", "arm64", ARCH_AARCH64 },
};

static const struct {
	const char *oci;
	enum action_kind kind;
} actions[] = {
	{ "SCMP_ACT_ALLOW", ACTION_ALLOW },
	{ "SCMP_ACT_LOG", ACTION_LOG },
	{ "SCMP_ACT_ERRNO", ACTION_ERRNO },
	{ "SCMP_ACT_TRAP", ACTION_TRAP },
	{ "SCMP_ACT_KILL", ACTION_KILL_THREAD },
	{ "SCMP_ACT_KILL_THREAD", ACTION_KILL_THREAD },
	{ "SCMP_ACT_KILL_PROCESS", ACTION_KILL_PROCESS },
};

static const struct {
	const char *oci, *op;
} operators[] = {
	{ "SCMP_CMP_NE", "!=" }, { "SCMP_CMP_LT", "<" },  { "SCMP_CMP_LE", "<=" },
	{ "SCMP_CMP_EQ", "==" }, { "SCMP_CMP_GE", ">=" }, { "SCMP_CMP_GT", ">" },
};

static struct action read_action(struct oci_reader *reader, struct json_object *of, const char *key,
				 const char *errno_key)
{
	struct action action = { .kind = ACTION_KILL_PROCESS };
	const char *name = oci_text(reader, of, key);
	bool has_errno = json_object_object_get(of, errno_key) != NULL;
	uint64_t number = oci_number(reader, of, errno_key);

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!str_eq(actions[i].oci, name))
			continue;
		action.kind = actions[i].kind;
		if (action.kind == ACTION_ERRNO)
			action.data = has_errno ? (uint16_t)number : EPERM;
		if (action.kind == ACTION_ERRNO && has_errno && (!number || number > ERRNO_MAX))
			oci_refuse(reader, "an error is no number from 1 to 133");
		return action;
	}
	oci_refuse(reader, *name ? name : "an action is missing");
	return action;
}

static bool has_capability(const struct oci_reader *reader, const char *name)
{
	const char *at = reader->machine->capabilities;
	size_t len = strlen(name);

	while (at && (at = strstr(at, name))) {
		if ((at == reader->machine->capabilities || at[-1] == ' ') &&
		    (at[len] == ' ' || !at[len]))
			return true;
		at += len;
	}
	return false;
}

static bool has_arch(struct oci_reader *reader, struct json_object *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(arches); k++)
			if (arches[k].arch == reader->machine->arch &&
			    str_eq(arches[k].go, oci_item(reader, list, i)))
				return true;
	return false;
}

static bool is_old_kernel(struct oci_reader *reader, const char *least)
{
	unsigned int major = 0, minor = 0;

	if (sscanf(least, "%3u.%3u", &major, &minor) != 2)
		oci_refuse_member(reader, "minKernel");
	return reader->machine->kernel < (major << 8 | minor);
}

/* All that includes asks for must be there, and nothing of what excludes names. */
static bool is_for_machine(struct oci_reader *reader, struct json_object *entry)
{
	struct json_object *includes = oci_member(reader, entry, "includes", json_type_object);
	struct json_object *excludes = oci_member(reader, entry, "excludes", json_type_object),
			   *list;
	size_t n = oci_list(reader, includes, "arches", &list);

	if (n && !has_arch(reader, list, n))
		return false;
	n = oci_list(reader, excludes, "arches", &list);
	if (n && has_arch(reader, list, n))
		return false;
	n = oci_list(reader, includes, "caps", &list);
	for (size_t i = 0; i < n; i++)
		if (!has_capability(reader, oci_item(reader, list, i)))
			return false;
	n = oci_list(reader, excludes, "caps", &list);
	for (size_t i = 0; i < n; i++)
		if (has_capability(reader, oci_item(reader, list, i)))
			return false;
	if (*oci_text(reader, includes, "minKernel") &&
	    is_old_kernel(reader, oci_text(reader, includes, "minKernel")))
		return false;
	return !*oci_text(reader, excludes, "minKernel") ||
	       is_old_kernel(reader, oci_text(reader, excludes, "minKernel"));
}

/* Appends one comparison; gives whether the language has it. */
static bool write_comparison(struct oci_reader *reader, struct json_object *arg, const char *call,
			     enum arch arch, struct strbuf *buf)
{
	const struct sys_call *row = sys_call_find(arch, call);
	uint64_t value = oci_number(reader, arg, "value"), index = oci_number(reader, arg, "index");
	const char *op = oci_text(reader, arg, "op");
	unsigned int width;
	const char *name;

	if (index >= SYS_ARGS_MAX || !row || index >= row->n_args ||
	    row->args[index].kind >= ARG_POINTER)
		return false;
	width = sys_arg_width(arch, row->args[index].kind);
	name = sys_arg_label(&row->args[index]);
	if (str_eq(op, "SCMP_CMP_MASKED_EQ")) {
		strbuf_printf(buf, "%s & 0x%" PRIx64 " == 0x%" PRIx64, name,
			      value & UINT64_MAX >> (64 - width),
			      oci_number(reader, arg, "valueTwo"));
		return !(oci_number(reader, arg, "valueTwo") & ~(UINT64_MAX >> (64 - width)));
	}
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		if (!str_eq(operators[i].oci, op))
			continue;
		strbuf_printf(buf, "%s & 0x%" PRIx64 " %s 0x%" PRIx64, name,
			      UINT64_MAX >> (64 - width), operators[i].op, value);
		return !(value & ~(UINT64_MAX >> (64 - width)));
	}
	oci_refuse(reader, *op ? op : "a comparison has no operator");
	return false;
}

static void tell_left_out(struct oci_reader *reader, const char *call, const struct action *action)
{
	if (reader->err)
		return;
	loss_add(reader->losses, loss_grade_of(action, &reader->default_action), NULL,
		 "the entry of %s is left out: %s", call,
		 sys_call_exists(call) ? "the language cannot say its comparisons"
				       : "this program knows no such call");
}

/* Writes N comparisons of ARGS from FIRST on, which all must hold. The same name may have other
 * arguments under another ABI: a rule for each. */
static void write_conditional(struct oci_reader *reader, struct json_object *args, size_t first,
			      size_t n, const char *call, const struct action *action)
{
	for (enum arch arch = 0; arch < ARCH_COUNT && !reader->err; arch++) {
		struct strbuf line = { 0 };
		bool is_said = true;

		if (!(reader->arches >> arch & 1) || !sys_call_find(arch, call))
			continue;
		action_format(&line, action);
		strbuf_printf(&line, " %s on %s if ", call, arch_get(arch)->name);
		for (size_t i = first; i < first + n && !reader->err; i++) {
			strbuf_puts(&line, i > first ? " and " : "");
			is_said = write_comparison(reader, json_object_array_get_idx(args, i), call,
						   arch, &line) &&
				  is_said;
			if (reader->n_comparisons++ == COMPARISONS_MAX)
				oci_refuse(reader, "it has too many names and comparisons");
		}
		if (is_said)
			strbuf_printf(reader->buf, "%s\n", line.text);
		else
			tell_left_out(reader, call, action);
		strbuf_finish(&line);
	}
}

/* Runtimes take comparisons of one argument as a choice: where there are such, any one of the
 * entry's is enough (runc and crun add a rule for each). */
static bool is_choice(struct oci_reader *reader, struct json_object *args, size_t n)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t index = oci_number(reader, json_object_array_get_idx(args, i), "index");

		if (index >= SYS_ARGS_MAX)
			oci_refuse(reader, "an index is no number from 0 to 5");
		else if (seen >> index & 1)
			return true;
		else
			seen |= 1ULL << index;
	}
	return false;
}

static bool is_anywhere(const struct oci_reader *reader, const char *call)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (reader->arches >> arch & 1 && sys_call_find(arch, call))
			return true;
	return false;
}

static void write_name(struct oci_reader *reader, const char *call, const struct action *action)
{
	uint32_t on = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (reader->arches >> arch & 1 && sys_call_find(arch, call))
			on |= 1U << arch;
	action_format(reader->buf, action);
	strbuf_printf(reader->buf, " %s", call);
	if (on != reader->arches) {
		strbuf_puts(reader->buf, " on");
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			if (on >> arch & 1)
				strbuf_printf(reader->buf, " %s", arch_get(arch)->name);
	}
	strbuf_puts(reader->buf, "\n");
}

/* Returns whether an earlier entry has the call, whatever it says: libseccomp keeps that one, and a
 * rule that can never apply is no policy. */
static bool is_decided(struct oci_reader *reader, const char *call, const struct action *action)
{
	const struct sys_call *row = NULL;
	size_t i;

	for (enum arch arch = 0; arch < ARCH_COUNT && !row; arch++)
		row = sys_call_find(arch, call);
	i = row ? (size_t)(row - sys_call_row(0)) : ARRAY_SIZE(reader->is_decided);
	if (i >= ARRAY_SIZE(reader->is_decided))
		return false;
	if (!reader->is_decided[i])
		return !(reader->is_decided[i] = true);
	if (action_is_denial(action))
		diags_add(reader->diags, DIAG_WARNING, NULL,
			  "an entry that denies %s is left out: an earlier one decides", call);
	return true;
}

static void write_call(struct oci_reader *reader, const char *call, struct json_object *args,
		       size_t n_args, const struct action *action)
{
	bool is_one_enough = is_choice(reader, args, n_args);

	if (reader->n_names++ == NAMES_MAX || reader->buf->len > TEXT_MAX)
		oci_refuse(reader, "it has too many names and comparisons");
	/* A call that no ABI of the policy has needs no rule. */
	if (!sys_call_exists(call))
		tell_left_out(reader, call, action);
	else if (!is_anywhere(reader, call))
		return;
	else if (!n_args && !is_decided(reader, call, action))
		write_name(reader, call, action);
	else if (!n_args)
		return;
	else if (!is_one_enough)
		write_conditional(reader, args, 0, n_args, call, action);
	for (size_t i = 0; is_one_enough && i < n_args && !reader->err; i++)
		write_conditional(reader, args, i, 1, call, action);
}

/* Profiles of old have one name, in a member of its own. */
static void read_entry(struct oci_reader *reader, struct json_object *entry)
{
	struct action action = read_action(reader, entry, "action", "errnoRet");
	struct json_object *names, *args;
	size_t n = oci_list(reader, entry, "names", &names);
	size_t n_args = oci_list(reader, entry, "args", &args);
	const char *name = oci_text(reader, entry, "name");

	if ((n > 0) == (*name != '\0'))
		oci_refuse(reader,
			   n ? "an entry has both 'name' and 'names'" : "an entry has no names");
	if (*name && !reader->err)
		write_call(reader, name, args, n_args, &action);
	for (size_t i = 0; i < n && !reader->err; i++)
		write_call(reader, oci_item(reader, names, i), args, n_args, &action);
}

static void add_arch(struct oci_reader *reader, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(arches); i++) {
		if (str_eq(arches[i].oci, name)) {
			reader->arches |= 1U << arches[i].arch;
			return;
		}
	}
	loss_add(reader->losses, LOSS_NARROWER, NULL, "an ABI that this program does not know: %s",
		 name);
}

static void read_arches(struct oci_reader *reader, struct json_object *profile)
{
	struct json_object *list, *inner;
	size_t n = oci_list(reader, profile, "architectures", &list);

	for (size_t i = 0; i < n; i++)
		add_arch(reader, oci_item(reader, list, i));
	n = oci_list(reader, profile, "archMap", &list);
	for (size_t i = 0; i < n; i++) {
		struct json_object *map = json_object_array_get_idx(list, i);
		const char *name = oci_text(reader, map, "architecture");
		bool is_mine = false;

		for (size_t k = 0; k < ARRAY_SIZE(arches); k++)
			is_mine |= arches[k].arch == reader->machine->arch &&
				   str_eq(arches[k].oci, name);
		if (!is_mine)
			continue;
		add_arch(reader, name);
		for (size_t k = 0; k < oci_list(reader, map, "subArchitectures", &inner); k++)
			add_arch(reader, oci_item(reader, inner, k));
	}
	if (!reader->arches)
		reader->arches = 1U << reader->machine->arch;
}

static void write_head(struct oci_reader *reader)
{
	strbuf_printf(reader->buf, "policy 1\nkernel %u.%u\narch", sys_newest_kernel >> 8,
		      sys_newest_kernel & 0xff);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (reader->arches >> arch & 1)
			strbuf_printf(reader->buf, " %s", arch_get(arch)->name);
	strbuf_puts(reader->buf, "\ndefault ");
	action_format(reader->buf, &reader->default_action);
	strbuf_puts(reader->buf, "\nunknown ");
	action_format(reader->buf, &reader->default_action);
	strbuf_puts(reader->buf, "\n\n");
}

/* Conditional entries first: with libseccomp they stand beside one without condition. */
static void read_profile(struct oci_reader *reader, struct json_object *profile)
{
	struct json_object *list, *inner;
	size_t n = oci_list(reader, profile, "syscalls", &list);

	reader->default_action = read_action(reader, profile, "defaultAction", "defaultErrnoRet");
	read_arches(reader, profile);
	write_head(reader);
	for (int has_args = 1; has_args >= 0; has_args--) {
		for (size_t i = 0; i < n && !reader->err; i++) {
			struct json_object *entry = json_object_array_get_idx(list, i);

			if ((oci_list(reader, entry, "args", &inner) > 0) == has_args &&
			    is_for_machine(reader, entry))
				read_entry(reader, entry);
		}
	}
}

int convert_from_oci(const char *path, const struct oci_machine *machine, struct strbuf *buf,
		     struct losses *losses, struct diags *diags)
{
	struct oci_reader reader = {
		.machine = machine, .buf = buf, .losses = losses, .diags = diags
	};
	struct json_object *file = NULL, *profile;
	int err = json_input_read(path, BYTES_MAX, &file, diags);

	if (err)
		return err;
	profile = file;
	if (json_object_object_get(file, "linux"))
		profile = json_object_object_get(json_object_object_get(file, "linux"), "seccomp");
	if (json_object_is_type(profile, json_type_object))
		read_profile(&reader, profile);
	else
		oci_refuse(&reader, "it is no object");
	json_object_put(file);
	return reader.err;
}
