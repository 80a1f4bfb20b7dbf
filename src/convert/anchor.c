// SPDX-License-Identifier: GPL-2.0-or-later
#include "convert/anchor.h"

void anchor_note(struct anchor_need *need, const char *name, bool is_plain)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct sys_call *row = sys_call_find(arch, name);

		need->has_absent[arch] |= !row;
		need->is_anchored[arch] |= row && !row->since && is_plain;
	}
}

const char *anchor_for(const struct anchor_need *need, enum arch arch)
{
	static const char *const names[] = {
		[ARCH_X86_64] = "nfsservctl",
		[ARCH_X86] = "nfsservctl",
		[ARCH_X32] = "getpmsg",
		[ARCH_AARCH64] = "nfsservctl",
	};

	return need->has_absent[arch] && !need->is_anchored[arch] ? names[arch] : NULL;
}
