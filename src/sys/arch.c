// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of ABIs. It knows no calls; the ABI of a number follows from its x32 bit alone. */
#include "sys/arch.h"

#include <assert.h>
#include <linux/audit.h>
#include <string.h>

static const struct arch_info archs[] = {
	[ARCH_X86_64] = { "x86_64", AUDIT_ARCH_X86_64, false },
	[ARCH_X86] = { "x86", AUDIT_ARCH_I386, true },
	[ARCH_X32] = { "x32", AUDIT_ARCH_X86_64, false },
	[ARCH_AARCH64] = { "aarch64", AUDIT_ARCH_AARCH64, false },
};

static_assert(sizeof(archs) / sizeof(archs[0]) == ARCH_COUNT, "one row for each arch");

const struct arch_info *arch_get(enum arch arch)
{
	return &archs[arch];
}

enum arch arch_native(void)
{
#if defined(__x86_64__) && defined(__ILP32__)
	return ARCH_X32;
#elif defined(__x86_64__)
	return ARCH_X86_64;
#elif defined(__i386__)
	return ARCH_X86;
#elif defined(__aarch64__)
	return ARCH_AARCH64;
#else
#error "no row for this machine in sys/arch.c"
#endif
}

enum arch arch_find(const char *name)
{
	if (strcmp(name, "native") == 0)
		return arch_native();
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		if (strcmp(name, archs[arch].name) == 0)
			return arch;
	}
	return ARCH_NONE;
}

enum arch arch_of_call(uint32_t audit_arch, uint32_t nr)
{
	switch (audit_arch) {
	case AUDIT_ARCH_X86_64:
		/* -1 is not a call of any ABI. */
		return nr >= SYS_X32_BIT && nr != UINT32_MAX ? ARCH_X32 : ARCH_X86_64;
	case AUDIT_ARCH_I386:
		return ARCH_X86;
	case AUDIT_ARCH_AARCH64:
		return ARCH_AARCH64;
	default:
		return ARCH_NONE;
	}
}
