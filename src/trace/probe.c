// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether this process may trace, without loading anything. */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>

#include "confine/rights.h"
#include "trace/trace.h"

/* With fewer, any thread or process of a launch may run out of them, at any point; with every
 * option it takes some 90. */
enum { DESCRIPTORS_LEAST = 128 };

int trace_probe(struct diags *diags)
{
	uint64_t mask = rights_effective();
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < DESCRIPTORS_LEAST) {
		diags_fail(diags, -EMFILE, "cannot load the tracer into the kernel: %s",
			   strerror(EMFILE));
		diags_hint(diags, "tracing needs %d descriptors: ulimit -n %d", DESCRIPTORS_LEAST,
			   DESCRIPTORS_LEAST);
		diags_refer(diags, MACHINE_RLIMITS);
		return -EMFILE;
	}
	if (mask >> CAP_SYS_ADMIN & 1 || (mask >> CAP_BPF & 1 && mask >> CAP_PERFMON & 1))
		return 0;
	diags_fail(diags, -EPERM, "cannot load the tracer into the kernel: %s", strerror(EPERM));
	diags_hint(diags, "tracing needs CAP_BPF and CAP_PERFMON: run pinfold as root");
	diags_refer(diags, MACHINE_CAPABILITIES);
	return -EPERM;
}
