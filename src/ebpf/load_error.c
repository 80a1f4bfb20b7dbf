// SPDX-License-Identifier: GPL-2.0-or-later
#include "ebpf/load_error.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

int ebpf_explain_load(int err, struct diags *diags)
{
	static const struct {
		int err;
		const char *hint;
	} hints[] = {
		{ EPERM, "a container or kernel lockdown may forbid it, or before Linux 5.11 "
			 "'ulimit -l'; --trace raw needs less" },
		{ EACCES, "the kernel's verifier refused the program; --trace none runs without" },
		{ ENOENT, "the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)" },
		{ EINVAL, "tracing needs Linux 5.17 or later with BTF" },
		{ E2BIG, "tracing needs Linux 5.17 or later with BTF" },
		{ ENOSYS, "the kernel has no bpf system call" },
	};

	diags_fail(diags, err, "cannot load the tracer into the kernel: %s", strerror(err));
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (hints[i].err == err)
			diags_hint(diags, "%s", hints[i].hint);
	diags_refer(diags, MACHINE_TRACE_EBPF);
	return -err;
}
