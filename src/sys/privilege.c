// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As the kernel asks, ns_capable() or capable(), in Linux 6.12. What it asks for only some of a
 * call's uses that no argument tells apart, is not here.
 */
#include "sys/privilege.h"

#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/mem.h"

#define ANY SYS_PRIVILEGE_ANY
#define ALL UINT32_MAX
#define NAMESPACES \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)

enum { CLONE_OF_TREE = 1 }; /* linux/mount.h, which libc's sys/mount.h excludes: OPEN_TREE_CLONE */

// clang-format off
static const struct sys_privilege rows[] = {
	{ "mount", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "umount", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "umount2", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "pivot_root", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "move_mount", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "open_tree", CAP_SYS_ADMIN, false, NULL, { { CLONE_OF_TREE, ANY, 2 } } },
	{ "open_tree_attr", CAP_SYS_ADMIN, false, NULL, { { CLONE_OF_TREE, ANY, 2 } } },
	{ "fsopen", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "fsconfig", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "fsmount", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "fspick", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "mount_setattr", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "sethostname", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "setdomainname", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "setns", CAP_SYS_ADMIN, false, NULL, { { 0 } } },
	{ "unshare", CAP_SYS_ADMIN, false, NULL, { { NAMESPACES, ANY, 0 } } },
	{ "clone", CAP_SYS_ADMIN, false, NULL, { { NAMESPACES, ANY, 0 } } },
	{ "chroot", CAP_SYS_CHROOT, false, NULL, { { 0 } } },
	{ "reboot", CAP_SYS_BOOT, false, NULL, { { 0 } } },
	{ "socket", CAP_NET_RAW, false, NULL, { { ALL, AF_PACKET, 0 } } },
	{ "socket", CAP_NET_RAW, false, NULL, { { ALL, AF_INET, 0 }, { 0xf, SOCK_RAW, 1 } } },
	{ "socket", CAP_NET_RAW, false, NULL, { { ALL, AF_INET6, 0 }, { 0xf, SOCK_RAW, 1 } } },

	{ "mknod", CAP_MKNOD, true, NULL, { { S_IFMT, S_IFCHR, 1 }, { ALL, ANY, 2 } } },
	{ "mknod", CAP_MKNOD, true, NULL, { { S_IFMT, S_IFBLK, 1 } } },
	{ "mknodat", CAP_MKNOD, true, NULL, { { S_IFMT, S_IFCHR, 2 }, { ALL, ANY, 3 } } },
	{ "mknodat", CAP_MKNOD, true, NULL, { { S_IFMT, S_IFBLK, 2 } } },
	{ "swapon", CAP_SYS_ADMIN, true, NULL, { { 0 } } },
	{ "swapoff", CAP_SYS_ADMIN, true, NULL, { { 0 } } },
	{ "lookup_dcookie", CAP_SYS_ADMIN, true, NULL, { { 0 } } },
	{ "ioctl", CAP_SYS_ADMIN, true, NULL, { { ALL, TIOCCONS, 1 } } },
	{ "ioctl", CAP_SYS_ADMIN, true, NULL, { { ALL, TIOCVHANGUP, 1 } } },
	{ "kexec_load", CAP_SYS_BOOT, true, NULL, { { 0 } } },
	{ "kexec_file_load", CAP_SYS_BOOT, true, NULL, { { 0 } } },
	{ "create_module", CAP_SYS_MODULE, true, NULL, { { 0 } } },
	{ "init_module", CAP_SYS_MODULE, true, NULL, { { 0 } } },
	{ "finit_module", CAP_SYS_MODULE, true, NULL, { { 0 } } },
	{ "delete_module", CAP_SYS_MODULE, true, NULL, { { 0 } } },
	{ "settimeofday", CAP_SYS_TIME, true, NULL, { { 0 } } },
	{ "clock_settime", CAP_SYS_TIME, true, NULL, { { 0 } } },
	{ "clock_settime64", CAP_SYS_TIME, true, NULL, { { 0 } } },
	{ "stime", CAP_SYS_TIME, true, NULL, { { 0 } } },
	{ "acct", CAP_SYS_PACCT, true, NULL, { { 0 } } },
	{ "iopl", CAP_SYS_RAWIO, true, NULL, { { 0 } } },
	{ "ioperm", CAP_SYS_RAWIO, true, NULL, { { 0 } } },
	{ "vhangup", CAP_SYS_TTY_CONFIG, true, NULL, { { 0 } } },
	{ "open_by_handle_at", CAP_DAC_READ_SEARCH, true, NULL, { { 0 } } },

	{ "syslog", CAP_SYSLOG, true, "kernel.dmesg_restrict is 0", { { 0 } } },
	{ "bpf", CAP_BPF, true, "kernel.unprivileged_bpf_disabled is 0", { { 0 } } },
	{ "perf_event_open", CAP_PERFMON, true, "kernel.perf_event_paranoid is 2 or less", { { 0 } } },
	{ "userfaultfd", CAP_SYS_PTRACE, true, "vm.unprivileged_userfaultfd is 1",
	  { { UFFD_USER_MODE_ONLY, 0, 0 } } },
};
// clang-format on

static bool holds(const struct sys_privilege *row, const uint64_t args[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < SYS_PRIVILEGE_TESTS; i++) {
		uint32_t got = (uint32_t)args[row->tests[i].arg] & row->tests[i].mask;

		if (!row->tests[i].mask)
			continue;
		if (row->tests[i].value == ANY ? !got : got != row->tests[i].value)
			return false;
	}
	return true;
}

const struct sys_privilege *sys_privilege_find(const char *name, const uint64_t args[SYS_ARGS_MAX])
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].call, name) == 0 && holds(&rows[i], args))
			return &rows[i];
	return NULL;
}
