// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/machine_row.h"

static const char *const names[] = {
	[MACHINE_NONE] = "",
	[MACHINE_KERNEL] = "kernel",
	[MACHINE_CONFIG] = "config",
	[MACHINE_CALLS] = "calls",
	[MACHINE_OWN_FILTER] = "own-filter",
	[MACHINE_SECCOMP] = "seccomp",
	[MACHINE_LISTENER] = "listener",
	[MACHINE_CAPABILITIES] = "capabilities",
	[MACHINE_RLIMITS] = "rlimits",
	[MACHINE_PROC] = "proc",
	[MACHINE_OWN_FILE] = "own-file",
	[MACHINE_USER_NAMESPACES] = "user-namespaces",
	[MACHINE_NEW_PROC] = "new-proc",
	[MACHINE_OVERLAY] = "overlay",
	[MACHINE_ID_MAPPED_MOUNTS] = "id-mapped-mounts",
	[MACHINE_SUBORDINATE_IDS] = "subordinate-ids",
	[MACHINE_LANDLOCK] = "landlock",
	[MACHINE_BTF] = "btf",
	[MACHINE_JIT] = "jit",
	[MACHINE_LOCKDOWN] = "lockdown",
	[MACHINE_UNPRIVILEGED_BPF] = "unprivileged-bpf",
	[MACHINE_CAP_CAPABLE] = "cap-capable",
	[MACHINE_TRACE_EBPF] = "trace-ebpf",
	[MACHINE_TRACE_RAW] = "trace-raw",
	[MACHINE_CGROUP] = "cgroup",
	[MACHINE_LIMIT_MEMORY] = "limit-memory",
	[MACHINE_LIMIT_SWAP] = "limit-swap",
	[MACHINE_LIMIT_PIDS] = "limit-pids",
	[MACHINE_LIMIT_CPU] = "limit-cpu",
	[MACHINE_LIMIT_CPUTIME] = "limit-cputime",
	[MACHINE_PASTA] = "pasta",
	[MACHINE_TUN] = "tun",
	[MACHINE_NET_USER] = "net-user",
	[MACHINE_RUN] = "run",
};

const char *machine_row_name(enum machine_row row)
{
	return names[row];
}
