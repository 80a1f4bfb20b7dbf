// SPDX-License-Identifier: GPL-2.0-or-later
#include "ebpf/kernel.h"

#include <stdio.h>
#include <sys/utsname.h>

/* arch/x86/include/asm/thread_info.h, and asm-generic/thread_info_tif.h after it. */
enum {
	OLD_SIGPENDING = 2,
	OLD_NOTIFY_SIGNAL = 17,
	NEW_SIGPENDING = 1,
	NEW_NOTIFY_SIGNAL = 2,
};

bool kernel_is_before(unsigned int major, unsigned int minor)
{
	unsigned int is_major = 0, is_minor = 0;
	struct utsname name;

	uname(&name);
	sscanf(name.release, "%u.%u", &is_major, &is_minor);
	return is_major < major || (is_major == major && is_minor < minor);
}

uint32_t kernel_signal_bits(void)
{
	if (kernel_is_before(6, 18))
		return 1U << OLD_SIGPENDING | 1U << OLD_NOTIFY_SIGNAL;
	return 1U << NEW_SIGPENDING | 1U << NEW_NOTIFY_SIGNAL;
}
