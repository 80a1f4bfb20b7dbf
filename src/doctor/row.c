// SPDX-License-Identifier: GPL-2.0-or-later
/* Every row, in the order in which they are printed: what is tried, and for each outcome of that
 * its state, what follows, and the remedy. */
#include "doctor/row.h"

#define ELSEWHERE_FILTERED                                                                     \
	"in a container: --security-opt seccomp=unconfined (docker, podman); in another pen: " \
	"run it outside of that"
#define NO_TRACE_OF_THIS "without it, a run is traced by a source that sees less"

// clang-format off
static const struct doctor_row rows[] = {
	[MACHINE_KERNEL] = {
		"uname, and the row 'calls'", look_kernel, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, "it lacks calls that a pen needs", "a kernel from Linux 5.7 on; for traces by eBPF from 5.17 on" } } },
	[MACHINE_CONFIG] = {
		"read /proc/config.gz, or the kernel's config below /boot or /lib/modules", look_config, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "a run may be traced by a source that sees less, or not at all", "a kernel that is built with these options, as those of distributions are" },
		{ DOCTOR_UNKNOWN, "nothing: the other rows try what matters", "modprobe configs" } } },
	[MACHINE_CALLS] = {
		"make each call that a pen depends on, with arguments that do nothing", look_calls, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "older calls are used in their place", ELSEWHERE_FILTERED "; or a newer kernel" },
		{ DOCTOR_MISSING, "there can be no pen", ELSEWHERE_FILTERED "; or a newer kernel" } } },
	[MACHINE_OWN_FILTER] = {
		"read Seccomp, Seccomp_filters and NoNewPrivs in /proc/self/status", look_own_filter, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "what it hides is hidden from pinfold: see the other rows", ELSEWHERE_FILTERED },
		{ DOCTOR_UNKNOWN, NULL, "mount -t proc proc /proc" } } },
	[MACHINE_SECCOMP] = {
		"query the actions and flags of seccomp(2)", look_seccomp, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "policies that need them are refused by the kernel", "a kernel from Linux 5.19 on" },
		{ DOCTOR_MISSING, "there can be no filter, and so no pen", "a kernel with CONFIG_SECCOMP_FILTER" } } },
	[MACHINE_LISTENER] = {
		"install a filter with a listener", look_listener, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "signals interrupt calls that wait for the listener", "a kernel from Linux 5.19 on" },
		{ DOCTOR_MISSING, "no trace by notify, no --complain; record needs a trace by eBPF", NULL } } },
	[MACHINE_CAPABILITIES] = {
		"read the effective capabilities, and the user namespace that they are held in", look_capabilities, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "no trace by eBPF; the command keeps the caller's user id", "run it as root: sudo pinfold doctor" },
		{ DOCTOR_LIMITED, "no trace by eBPF", "run it as root of the machine; in a container: --cap-add=BPF --cap-add=PERFMON (docker), or --privileged" },
		{ DOCTOR_LIMITED, "the command keeps the caller's user id", "give it CAP_SETUID, CAP_SETGID and CAP_SETFCAP" } } },
	[MACHINE_RLIMITS] = {
		"read the limits on descriptors and processes, and fork as often as a run does", look_rlimits, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, NO_TRACE_OF_THIS, "ulimit -n 1024; or, if that is more than the hard limit: limits.conf(5)" },
		{ DOCTOR_MISSING, "there can be no pen", "ulimit -u unlimited; or fewer processes of this user" } } },
	[MACHINE_PROC] = {
		"look whether /proc is a procfs of this pid namespace", look_proc, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, "there can be no pen", "mount -t proc proc /proc" } } },
	[MACHINE_OWN_FILE] = {
		"put pinfold's own file out of the command's reach, if it is in reach", look_own_file, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, "there can be no pen", "sysctl -w vm.memfd_noexec=0; or chown root pinfold's file" } } },
	[MACHINE_USER_NAMESPACES] = {
		"make the namespaces of a pen, and private mounts in them", look_user_namespaces, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, "there can be no pen", NULL },
		{ DOCTOR_MISSING, "there can be no pen", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; or an AppArmor profile with 'userns,'" } } },
	[MACHINE_NEW_PROC] = {
		"make a new /proc in a new pid namespace", look_new_proc, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "something on /proc is masked: a pen has a /proc without processes, and one without namespaces one with the command's", "in a container: --security-opt systempaths=unconfined (docker), --security-opt unmask=ALL (podman)" },
		{ DOCTOR_MISSING, "there can be no pen", NULL } } },
	[MACHINE_OVERLAY] = {
		"mount an overlay in a new user namespace", look_overlay, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "the pen watches its mounts instead, and is killed when one of them goes", "modprobe overlay; or a kernel from Linux 5.11 on" },
		{ DOCTOR_LIMITED, "there can be no pen", NULL } } },
	[MACHINE_ID_MAPPED_MOUNTS] = {
		"map the ids of the working directory's file system", look_id_mapped_mounts, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "a writable bind of it works only for the user who owns it", "run the command as that user: --user UID:GID" } } },
	[MACHINE_SUBORDINATE_IDS] = {
		"find newuidmap, newgidmap and the ids that subuid(5) and subgid(5) grant", look_subordinate_ids, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "the command's only user is the caller", "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER; and apt install uidmap" } } },
	[MACHINE_LANDLOCK] = {
		"query the version of Landlock", look_landlock, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "pinfold's own processes keep the rights over files that their user has; the pen has one wall less, and none can do without namespaces", "lsm=landlock,... on the command line of a kernel from Linux 5.13 on" } } },
	[MACHINE_BTF] = {
		"open /sys/kernel/btf/vmlinux", look_btf, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, NO_TRACE_OF_THIS, "mount -t sysfs sysfs /sys; or a kernel with CONFIG_DEBUG_INFO_BTF" } } },
	[MACHINE_JIT] = {
		"read the sysctl net.core.bpf_jit_enable", look_jit, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "filters and tracer are interpreted, which is slower", "sysctl -w net.core.bpf_jit_enable=1" },
		{ DOCTOR_UNKNOWN, "nothing: only speed depends on it", "pinfold doctor, in the network namespace of the host" } } },
	[MACHINE_LOCKDOWN] = {
		"read /sys/kernel/security/lockdown", look_lockdown, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, NO_TRACE_OF_THIS, "lockdown=integrity on the kernel's command line" },
		{ DOCTOR_UNKNOWN, "if it is 'confidentiality', there is no trace by eBPF", "mount -t securityfs securityfs /sys/kernel/security" } } },
	[MACHINE_UNPRIVILEGED_BPF] = {
		"read the sysctl kernel.unprivileged_bpf_disabled", look_unprivileged_bpf, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_UNKNOWN, "nothing: pinfold uses eBPF only with privileges", "mount -t proc proc /proc" } } },
	[MACHINE_CAP_CAPABLE] = {
		"look for the tracepoint cap_capable in the kernel's BTF", look_cap_capable, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "which capability a failing call lacked is inferred from the call", "a kernel from Linux 6.14 on, with BTF" } } },
	[MACHINE_TRACE_EBPF] = {
		"pinfold run --trace ebpf", look_trace_ebpf, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, NO_TRACE_OF_THIS, NULL } } },
	[MACHINE_TRACE_RAW] = {
		"pinfold run --trace raw", look_trace_raw, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, "no substitute for the trace by eBPF that counts every call", NULL } } },
	[MACHINE_CGROUP] = {
		"the rows of the limits, and /proc/self/cgroup", look_cgroup, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "policies with the other limits are refused", NULL },
		{ DOCTOR_MISSING, "policies with such limits are refused; limit time holds everywhere", NULL } } },
	[MACHINE_LIMIT_MEMORY] = {
		"pinfold run --limit 'memory 64M'", look_limit_memory, {
		{ DOCTOR_OK, NULL, NULL }, { DOCTOR_MISSING, NULL, NULL } } },
	[MACHINE_LIMIT_SWAP] = {
		"pinfold run --limit 'memory 64M' --limit 'swap 16M'", look_limit_swap, {
		{ DOCTOR_OK, NULL, NULL }, { DOCTOR_MISSING, NULL, NULL } } },
	[MACHINE_LIMIT_PIDS] = {
		"pinfold run --limit 'pids 64'", look_limit_pids, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, "the default limit on processes does not hold, either", NULL } } },
	[MACHINE_LIMIT_CPU] = {
		"pinfold run --limit 'cpu 50%'", look_limit_cpu, {
		{ DOCTOR_OK, NULL, NULL }, { DOCTOR_MISSING, NULL, NULL } } },
	[MACHINE_LIMIT_CPUTIME] = {
		"pinfold run --limit 'cputime 10s'", look_limit_cputime, {
		{ DOCTOR_OK, NULL, NULL }, { DOCTOR_MISSING, NULL, NULL } } },
	[MACHINE_PASTA] = {
		"find pasta, as 'net user' does", look_pasta, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "no 'net user'", NULL } } },
	[MACHINE_TUN] = {
		"open /dev/net/tun for reading and writing", look_tun, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "no 'net user'", "chmod 666 /dev/net/tun" },
		{ DOCTOR_LIMITED, "no 'net user'", "modprobe tun; or in a container: --device /dev/net/tun" } } },
	[MACHINE_NET_USER] = {
		"pinfold run --net user", look_net_user, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_LIMITED, "no 'net user'", NULL } } },
	[MACHINE_RUN] = {
		"pinfold run -- true", look_run, {
		{ DOCTOR_OK, NULL, NULL },
		{ DOCTOR_MISSING, "run, record and check fail with status 125", NULL } } },
};
// clang-format on

const struct doctor_row *doctor_row(enum machine_row row)
{
	return &rows[row];
}
