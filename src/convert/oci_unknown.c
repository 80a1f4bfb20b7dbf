// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that the profile does not name. If the default denies, runc puts a stub in front of the
 * filter: a number above the largest that any entry names gets ENOSYS (patchbpf/enosys_linux.go,
 * 1.0 and later; not if defaultErrnoRet is ENOSYS, which then is the same). crun has none. So the
 * calls that the default is meant for are named as well: runtimes leave out entries that repeat the
 * default, but runc counts them.
 */
#include <errno.h>

#include "base/mem.h"
#include "base/str.h"
#include "convert/oci_write.h"
#include "policy/multiplex.h"
#include "policy/print.h"

static bool is_named(const struct oci_writer *writer, const char *call)
{
	for (size_t i = 0; i < json_object_array_length(writer->entries); i++) {
		struct json_object *names = json_object_object_get(
			json_object_array_get_idx(writer->entries, i), "names");

		for (size_t k = 0; k < json_object_array_length(names); k++)
			if (str_eq(json_object_get_string(json_object_array_get_idx(names, k)),
				   call))
				return true;
	}
	return false;
}

/* To libseccomp, calls behind socketcall and ipc have no number of their own on x86. */
static bool counts(const struct sys_call *row, enum arch arch)
{
	return row->nr[arch] != -1 &&
	       (arch != ARCH_X86 || !multiplex_find(row->name, &(struct multiplex){ 0 }));
}

/* Finds the largest number under each ABI that an entry names, among calls that every libseccomp in
 * use knows (older than Linux 5.1): runc does not count calls unknown to its libseccomp; -1:
 * none. */
static void find_last(const struct oci_writer *writer, int32_t ret_last[ARCH_COUNT])
{
	const struct sys_call *row;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		ret_last[arch] = -1;
	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		bool is_in = !row->since && is_named(writer, row->name);

		for (enum arch arch = 0; arch < ARCH_COUNT && is_in; arch++)
			if (counts(row, arch) && row->nr[arch] > ret_last[arch])
				ret_last[arch] = row->nr[arch];
	}
}

static void name_the_rest(struct oci_writer *writer)
{
	int32_t last[ARCH_COUNT];
	const struct sys_call *row;

	find_last(writer, last);
	for (size_t i = 0; (row = sys_call_row(i)); i++) {
		bool is_above = false;

		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			is_above = is_above || (writer->policy->arches >> arch & 1 &&
						counts(row, arch) && row->nr[arch] > last[arch]);
		if (is_above && !is_named(writer, row->name))
			oci_add_entry(writer, row->name, &writer->policy->default_action,
				      &(struct cube){ 0 });
	}
}

/* Reports that unknown calls get AFTER; returns whether the policy says otherwise. */
static bool tell(struct oci_writer *writer, const struct action *after, const char *by)
{
	const struct action *before = &writer->policy->unknown_action;
	struct strbuf text = { 0 };
	struct loss *loss;

	if (action_is_same(before, after))
		return false;
	action_format(&text, after);
	loss = loss_add(writer->losses, loss_grade_of(before, after), NULL,
			"unknown calls get '%s'%s", text.text, by);
	loss_set_witness(loss, &(struct loss_witness){ .arch = arch_native(),
						       .nr = SYS_NR_END,
						       .before = *before,
						       .after = *after });
	strbuf_finish(&text);
	return true;
}

void oci_write_unknown(struct oci_writer *writer)
{
	static const struct action enosys = { .kind = ACTION_ERRNO, .data = ENOSYS };
	const struct action *rest = &writer->policy->default_action;
	const struct action *unknown = &writer->policy->unknown_action;
	struct strbuf text = { 0 };

	if (!action_is_denial(rest) || (rest->kind == ACTION_ERRNO && rest->data == ENOSYS)) {
		tell(writer, rest, "");
		return;
	}
	name_the_rest(writer);
	if (tell(writer, &enosys, " from runc"))
		loss_set_hint(&writer->losses->v[writer->losses->n - 1],
			      "'unknown deny ENOSYS', which is the default, is what runc does");
	if (unknown->kind != ACTION_ERRNO || unknown->data != ENOSYS)
		return;
	if (rest->kind != ACTION_ERRNO) {
		tell(writer, rest, " from crun");
		return;
	}
	action_format(&text, rest);
	loss_add(writer->losses, LOSS_NOTE, NULL,
		 "unknown calls get ENOSYS from runc; crun gives them '%s'", text.text);
	strbuf_finish(&text);
}
