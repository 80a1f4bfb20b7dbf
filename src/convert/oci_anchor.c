// SPDX-License-Identifier: GPL-2.0-or-later
/* Anchors of a profile, for libseccomp: see anchor.h. A default that denies needs none, because
 * execve is then let through. */
#include <errno.h>

#include "convert/anchor.h"
#include "convert/oci_write.h"

static void find_need(const struct oci_writer *writer, struct anchor_need *need)
{
	for (size_t i = 0; i < json_object_array_length(writer->entries); i++) {
		struct json_object *entry = json_object_array_get_idx(writer->entries, i);
		struct json_object *names = json_object_object_get(entry, "names");
		bool is_plain = !json_object_object_get(entry, "args");

		for (size_t k = 0; k < json_object_array_length(names); k++)
			anchor_note(need,
				    json_object_get_string(json_object_array_get_idx(names, k)),
				    is_plain);
	}
}

static void write_anchor(struct oci_writer *writer, const char *name, enum arch arch)
{
	static const struct action enosys = { .kind = ACTION_ERRNO, .data = ENOSYS };

	oci_add_entry(writer, name, &enosys, &(struct cube){ 0 });
	loss_add(writer->losses, loss_grade_of(&writer->policy->default_action, &enosys), NULL,
		 "%s gets 'deny ENOSYS', as from the kernel: without such an entry "
		 "libseccomp ignores all others for %s",
		 name, arch_get(arch)->name);
}

/* For x86_64 alone libseccomp loads the number first, to tell it from x32. */
static bool has_load(uint32_t arches, enum arch arch)
{
	return arch == ARCH_X86_64 && !(arches >> ARCH_X32 & 1);
}

void oci_write_anchors(struct oci_writer *writer)
{
	uint32_t arches = writer->policy->arches | 1U << arch_native();

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		struct anchor_need need = { 0 };
		const char *name;

		if (!(arches >> arch & 1) || has_load(arches, arch))
			continue;
		find_need(writer, &need);
		name = anchor_for(&need, arch);
		if (name)
			write_anchor(writer, name, arch);
	}
}
