// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/cmdline.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"

/* Of the first pid namespace: linux/proc_ns.h, PROC_PID_INIT_INO. */
static const uint64_t first_namespace = 0xEFFFFFFCU;

bool cmdline_is_known(void)
{
	return proc_own_pid_namespace() == first_namespace;
}

char *cmdline_read(pid_t pid, size_t *ret_len)
{
	auto_free char *text = mem_alloc(CMDLINE_MAX + 1);
	ssize_t len = proc_read(pid, "cmdline", text, CMDLINE_MAX + 1);

	if (len <= 0)
		return NULL;
	*ret_len = (size_t)len;
	return steal(&text);
}
