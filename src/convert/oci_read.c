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
#include "policy/print.h"
#include "sys/syscall.h"

/* An OCI configuration with a profile in it has some 50 kB. */
enum { BYTES_MAX = 1 << 20 };

/* One profile while it is read. */
struct reader {
	const struct oci_machine *machine;
	struct strbuf *buf;
	struct diags *losses, *diags;
	uint32_t arches;
	struct action default_action;
	int err;
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

static void refuse(struct reader *reader, const char *what)
{
	if (!reader->err)
		reader->err = diags_fail(reader->diags, -EINVAL, "the profile cannot be read: %s",
					 what);
}

static const char *text_of(struct json_object *object, const char *key)
{
	struct json_object *value = json_object_object_get(object, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* Gives how many items the list KEY has; 0 when there is none. */
static size_t list_of(struct json_object *object, const char *key, struct json_object **ret_list)
{
	*ret_list = json_object_object_get(object, key);
	return json_object_is_type(*ret_list, json_type_array) ? json_object_array_length(*ret_list)
							       : 0;
}

static const char *item_text(struct json_object *list, size_t i)
{
	const char *text = json_object_get_string(json_object_array_get_idx(list, i));

	return text ? text : "";
}

static struct action read_action(struct reader *reader, const char *name,
				 struct json_object *errnum)
{
	struct action action = { .kind = ACTION_KILL_PROCESS };

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!str_eq(actions[i].oci, name))
			continue;
		action.kind = actions[i].kind;
		if (action.kind == ACTION_ERRNO)
			action.data = (uint16_t)(errnum ? json_object_get_int(errnum) : EPERM);
		return action;
	}
	refuse(reader, *name ? name : "an action is missing");
	return action;
}

static bool has_capability(const struct reader *reader, const char *name)
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

static bool has_arch(const struct reader *reader, struct json_object *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(arches); k++)
			if (arches[k].arch == reader->machine->arch &&
			    str_eq(arches[k].go, item_text(list, i)))
				return true;
	return false;
}

static bool is_old_kernel(const struct reader *reader, const char *least)
{
	unsigned int major = 0, minor = 0;

	return sscanf(least, "%u.%u", &major, &minor) == 2 &&
	       reader->machine->kernel < (major << 8 | minor);
}

/* All that includes asks for must be there, and nothing of what excludes names. */
static bool is_for_machine(const struct reader *reader, struct json_object *entry)
{
	struct json_object *includes = json_object_object_get(entry, "includes");
	struct json_object *excludes = json_object_object_get(entry, "excludes"), *list;
	size_t n = list_of(includes, "arches", &list);

	if (n && !has_arch(reader, list, n))
		return false;
	n = list_of(excludes, "arches", &list);
	if (n && has_arch(reader, list, n))
		return false;
	n = list_of(includes, "caps", &list);
	for (size_t i = 0; i < n; i++)
		if (!has_capability(reader, item_text(list, i)))
			return false;
	n = list_of(excludes, "caps", &list);
	for (size_t i = 0; i < n; i++)
		if (has_capability(reader, item_text(list, i)))
			return false;
	if (*text_of(includes, "minKernel") &&
	    is_old_kernel(reader, text_of(includes, "minKernel")))
		return false;
	return !*text_of(excludes, "minKernel") ||
	       is_old_kernel(reader, text_of(excludes, "minKernel"));
}

static uint64_t number_of(struct json_object *object, const char *key)
{
	return json_object_get_uint64(json_object_object_get(object, key));
}

/* Appends one comparison; gives whether the language has it. */
static bool write_comparison(struct reader *reader, struct json_object *arg, const char *call,
			     enum arch arch, struct strbuf *buf)
{
	const struct sys_call *row = sys_call_find(arch, call);
	uint64_t value = number_of(arg, "value"), index = number_of(arg, "index");
	const char *op = text_of(arg, "op");
	unsigned int width;
	const char *name;

	if (index >= SYS_ARGS_MAX || !row || index >= row->n_args ||
	    row->args[index].kind >= ARG_POINTER)
		return false;
	width = sys_arg_width(arch, row->args[index].kind);
	name = sys_arg_label(&row->args[index]);
	if (str_eq(op, "SCMP_CMP_MASKED_EQ")) {
		strbuf_printf(buf, "%s & 0x%" PRIx64 " == 0x%" PRIx64, name,
			      value & UINT64_MAX >> (64 - width), number_of(arg, "valueTwo"));
		return !(number_of(arg, "valueTwo") & ~(UINT64_MAX >> (64 - width)));
	}
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		if (!str_eq(operators[i].oci, op))
			continue;
		strbuf_printf(buf, "%s & 0x%" PRIx64 " %s 0x%" PRIx64, name,
			      UINT64_MAX >> (64 - width), operators[i].op, value);
		return !(value & ~(UINT64_MAX >> (64 - width)));
	}
	refuse(reader, *op ? op : "a comparison has no operator");
	return false;
}

static void tell_left_out(struct reader *reader, const char *call, const struct action *action)
{
	bool is_wider = action_is_denial(action) && !action_is_denial(&reader->default_action);

	diags_add(reader->losses, DIAG_WARNING, NULL, "%sthe entry of %s is left out: %s",
		  is_wider ? "wider: " : "", call,
		  sys_call_exists(call) ? "the language cannot say its comparisons"
					: "this program knows no such call");
}

/* The same name may have other arguments under another ABI: a rule for each. */
static void write_conditional(struct reader *reader, struct json_object *args, const char *call,
			      const struct action *action)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		struct strbuf line = { 0 };
		bool is_said = true;

		if (!(reader->arches >> arch & 1) || !sys_call_find(arch, call))
			continue;
		action_format(&line, action);
		strbuf_printf(&line, " %s on %s if ", call, arch_get(arch)->name);
		for (size_t i = 0; i < json_object_array_length(args); i++) {
			strbuf_puts(&line, i ? " and " : "");
			is_said = write_comparison(reader, json_object_array_get_idx(args, i), call,
						   arch, &line) &&
				  is_said;
		}
		if (is_said)
			strbuf_printf(reader->buf, "%s\n", line.text);
		else
			tell_left_out(reader, call, action);
		strbuf_finish(&line);
	}
}

static bool is_anywhere(const struct reader *reader, const char *call)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (reader->arches >> arch & 1 && sys_call_find(arch, call))
			return true;
	return false;
}

static void write_name(struct reader *reader, const char *call, const struct action *action)
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

static void read_entry(struct reader *reader, struct json_object *entry)
{
	struct action action = read_action(reader, text_of(entry, "action"),
					   json_object_object_get(entry, "errnoRet"));
	struct json_object *names, *args;
	size_t n = list_of(entry, "names", &names), n_args = list_of(entry, "args", &args);

	for (size_t i = 0; i < n; i++) {
		const char *call = item_text(names, i);

		/* A call that no ABI of the policy has needs no rule. */
		if (!sys_call_exists(call))
			tell_left_out(reader, call, &action);
		else if (is_anywhere(reader, call) && n_args)
			write_conditional(reader, args, call, &action);
		else if (is_anywhere(reader, call))
			write_name(reader, call, &action);
	}
}

static void add_arch(struct reader *reader, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(arches); i++) {
		if (str_eq(arches[i].oci, name)) {
			reader->arches |= 1U << arches[i].arch;
			return;
		}
	}
	diags_add(reader->losses, DIAG_WARNING, NULL, "an ABI that this program does not know: %s",
		  name);
}

static void read_arches(struct reader *reader, struct json_object *profile)
{
	struct json_object *list, *inner;
	size_t n = list_of(profile, "architectures", &list);

	for (size_t i = 0; i < n; i++)
		add_arch(reader, item_text(list, i));
	n = list_of(profile, "archMap", &list);
	for (size_t i = 0; i < n; i++) {
		struct json_object *map = json_object_array_get_idx(list, i);
		const char *name = text_of(map, "architecture");
		bool is_mine = false;

		for (size_t k = 0; k < ARRAY_SIZE(arches); k++)
			is_mine |= arches[k].arch == reader->machine->arch &&
				   str_eq(arches[k].oci, name);
		if (!is_mine)
			continue;
		add_arch(reader, name);
		for (size_t k = 0; k < list_of(map, "subArchitectures", &inner); k++)
			add_arch(reader, item_text(inner, k));
	}
	if (!reader->arches)
		reader->arches = 1U << reader->machine->arch;
}

static void write_head(struct reader *reader)
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
static void read_profile(struct reader *reader, struct json_object *profile)
{
	struct json_object *list, *inner;
	size_t n = list_of(profile, "syscalls", &list);

	reader->default_action = read_action(reader, text_of(profile, "defaultAction"),
					     json_object_object_get(profile, "defaultErrnoRet"));
	read_arches(reader, profile);
	write_head(reader);
	for (int has_args = 1; has_args >= 0; has_args--) {
		for (size_t i = 0; i < n; i++) {
			struct json_object *entry = json_object_array_get_idx(list, i);

			if ((list_of(entry, "args", &inner) > 0) == has_args &&
			    is_for_machine(reader, entry))
				read_entry(reader, entry);
		}
	}
}

int convert_from_oci(const char *path, const struct oci_machine *machine, struct strbuf *buf,
		     struct diags *losses, struct diags *diags)
{
	struct reader reader = { .machine = machine, .buf = buf, .losses = losses, .diags = diags };
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
		refuse(&reader, "it is no object");
	json_object_put(file);
	return reader.err;
}
