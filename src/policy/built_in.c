// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What no rule of a policy can allow, as rules. They come before all others, in every policy and in
 * complain mode, because what they protect is not the command's own: the caller's terminal, the
 * host's files and privileges, the end of the pen. A wall that somebody may need to take down has a
 * statement for it, which is visible in the policy, in lint and in diff.
 */
#include "policy/built_in.h"

#include <sys/capability.h>
#include <sys/resource.h>

#include "base/mem.h"

struct row {
	enum policy_use least; /* the first policy_use that includes the rule */
	bool (*holds)(const struct settings *settings); /* NULL: always */
	const char *remedy;
	const char *rule;
};

static bool has_no_set_id(const struct settings *settings)
{
	return !is_written(&settings->set_id);
}

/* File capabilities are as good as a set-user-ID bit; without the capability nobody can set
 * them. */
static bool may_set_file_capabilities(const struct settings *settings)
{
	return has_no_set_id(settings) && settings->capabilities.mask >> CAP_SETFCAP & 1;
}

static bool has_own_network(const struct settings *settings)
{
	return settings->net.mode != NET_HOST;
}

static bool may_have_terminal(const struct settings *settings)
{
	return settings->tty.mode != TTY_NEW;
}

/* A policy that says "pen auto" has the same rules whichever pen the machine gives. */
static bool may_lack_namespaces(const struct settings *settings)
{
	return settings->pen.kind != PEN_NAMESPACES;
}

static bool may_lack_mounts(const struct settings *settings)
{
	return may_lack_namespaces(settings) && !is_written(&settings->set_mode);
}

static bool may_lack_network(const struct settings *settings)
{
	return may_lack_namespaces(settings) && settings->net.mode != NET_HOST;
}

static bool may_lack_ipc(const struct settings *settings)
{
	return may_lack_namespaces(settings) && !is_written(&settings->shared[SHARE_IPC]);
}

#define NAMESPACES                                                          \
	"CLONE_NEWUSER|CLONE_NEWNS|CLONE_NEWPID|CLONE_NEWNET|CLONE_NEWIPC|" \
	"CLONE_NEWUTS|CLONE_NEWCGROUP"
#define SET_ID "any S_ISUID|S_ISGID"

// clang-format off
static const struct row rows[] = {
	/* Typing into the terminal of whoever started the pen (CVE-2019-10063, CVE-2023-28100). */
	{ POLICY_AS_TEXT, NULL, NULL,
	  "deny EPERM ioctl if cmd in TIOCSTI TIOCLINUX" },

	/* A set-user-ID or set-group-ID file outlives the pen. The mount's nosuid applies only
	 * inside it: on the host the file is what its mode says, and belongs to the owner of the
	 * directory. */
	{ POLICY_AS_FILTER, has_no_set_id, "allow set-id",
	  "deny EPERM chmod fchmod fchmodat fchmodat2 creat mknod mknodat if mode " SET_ID },
	{ POLICY_AS_FILTER, has_no_set_id, "allow set-id",
	  "deny EPERM open openat if mode " SET_ID " and (flags any O_CREAT or flags has O_TMPFILE)" },
	/* Their modes are behind a pointer, or in memory that no filter sees. Other launchers may
	 * need them for set-up: only a pen's command is denied them. */
	{ POLICY_IN_PEN, has_no_set_id, "allow set-id",
	  "deny ENOSYS openat2 io_uring_setup io_uring_enter io_uring_register" },
	{ POLICY_AS_FILTER, may_set_file_capabilities, "allow set-id",
	  "deny EPERM setxattr lsetxattr fsetxattr setxattrat" },

	/* Pid 1 has the command's ids, so the kernel would let the command starve it. */
	{ POLICY_AS_FILTER, NULL, NULL,
	  "deny EPERM sched_setscheduler sched_setparam sched_setattr sched_setaffinity if pid == 1" },
	{ POLICY_AS_FILTER, NULL, NULL,
	  "deny EPERM prlimit64 if pid == 1" },
	{ POLICY_AS_FILTER, NULL, NULL,
	  "deny EPERM setpriority if which == PRIO_USER or who == 1" },
	{ POLICY_AS_FILTER, NULL, NULL,
	  "deny EPERM ioprio_set if which == IOPRIO_WHO_USER or who == 1" },
	/* On a terminal, pid 1 leads the command's first process group, to receive keys. */
	{ POLICY_IN_PEN, may_have_terminal, "tty new",
	  "deny EPERM setpriority if which == PRIO_PGRP" },
	{ POLICY_IN_PEN, may_have_terminal, "tty new",
	  "deny EPERM ioprio_set if which == IOPRIO_WHO_PGRP" },

	/* What a network namespace does not confine: sockets to the hypervisor, modems and radios
	 * of the machine, and what the kernel tells only the host. The remaining protocols of
	 * AF_NETLINK have a socket in each namespace. */
	{ POLICY_AS_FILTER, has_own_network, "net host",
	  "deny EAFNOSUPPORT socket socketpair if domain in AF_VSOCK AF_QIPCRTR AF_ISDN AF_NFC AF_BLUETOOTH AF_IUCV AF_CAIF" },
	{ POLICY_AS_FILTER, has_own_network, "net host",
	  "deny EPROTONOSUPPORT socket if domain == AF_NETLINK and not protocol in NETLINK_ROUTE NETLINK_USERSOCK NETLINK_SOCK_DIAG NETLINK_XFRM NETLINK_FIB_LOOKUP NETLINK_NETFILTER NETLINK_GENERIC" },
	/* Events of files include those of the host's. */
	{ POLICY_AS_FILTER, has_own_network, "net host",
	  "deny EPERM fanotify_init" },

	/* The kernel skips the host's core handler only while the limit is exactly 1
	 * (fs/coredump.c, do_coredump()); with 0, a handler runs as root. Scripts and daemons set 0
	 * and only continue if told that it worked. If the old limit is requested too, a faked
	 * success would leave garbage there. */
	{ POLICY_IN_PEN, settings_shut_core, "rlimit core unlimited",
	  "deny 0 setrlimit if resource == RLIMIT_CORE" },
	{ POLICY_IN_PEN, settings_shut_core, "rlimit core unlimited",
	  "deny 0 prlimit64 if resource == RLIMIT_CORE and new_rlim != 0 and old_rlim == 0" },
	{ POLICY_IN_PEN, settings_shut_core, "rlimit core unlimited",
	  "deny EPERM prlimit64 if resource == RLIMIT_CORE and new_rlim != 0" },

	/* From here on: what a pen without namespaces needs, because Landlock does not restrict it.
	 * Files that belong to the command's user anywhere on the host: no mount is read-only. */
	{ POLICY_IN_PEN, may_lack_mounts, "allow set-mode",
	  "deny EPERM chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat chown32 fchown32 lchown32 utime utimes futimesat" },
	/* One that is open may get the current time, as touch(1) does. */
	{ POLICY_IN_PEN, may_lack_mounts, "allow set-mode",
	  "deny EPERM utimensat utimensat_time64 if pathname != 0 or utimes != 0" },
	{ POLICY_IN_PEN, may_lack_mounts, "allow set-mode",
	  "deny EPERM setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr" },
	/* File systems have requests that change a file or directory which was opened only to be read:
	 * its flags and version, verity, encryption, subvolumes, layouts. Of those of the kernel's
	 * common code ('f', 'X', 'v') and of btrfs, FAT, F2FS, bcachefs and Ceph, what only reads, and
	 * clones into a file that was opened to be written. */
	{ POLICY_IN_PEN, may_lack_mounts, "allow set-mode",
	  "deny EPERM ioctl if cmd & 0xff00 in 0x6600 0x5800 0x7600 0x9400 0x7200 0xf500 0xbc00 0x9700 "
	  "and not cmd in FS_IOC_GETFLAGS FS_IOC32_GETFLAGS FS_IOC_FSGETXATTR FS_IOC_FIEMAP FICLONE FICLONERANGE" },
	/* Events tell the names of files in directories that cannot be read. */
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM inotify_add_watch fanotify_init fanotify_mark open_by_handle_at" },
	/* Processes of the command's user outside. */
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM prlimit64 sched_setscheduler sched_setparam sched_setattr sched_setaffinity migrate_pages move_pages if pid != 0" },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM setpriority if which != PRIO_PROCESS or who != 0" },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM ioprio_set if which != IOPRIO_WHO_PROCESS or who != 0" },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM process_madvise process_mrelease" },
	/* Objects that all processes of the machine share. */
	{ POLICY_IN_PEN, may_lack_ipc, "share ipc",
	  "deny EPERM shmget shmat shmctl semget semop semtimedop semctl msgget msgsnd msgrcv msgctl mq_open mq_unlink" },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM add_key request_key keyctl" },
	/* Landlock, up to version 8 of its interface, lets connect(2) and sendto(2) reach every
	 * socket that has a path: the caller's bus, docker's. A datagram socket of a pair could be
	 * connected again; one of a stream cannot. */
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny ENOSYS socket if domain == AF_UNIX" }, /* libc asks nscd(8) first */
	{ POLICY_IN_PEN, may_lack_network, "net host",
	  "deny EAFNOSUPPORT socket" },
	{ POLICY_IN_PEN, may_lack_network, "net host",
	  "deny EACCES bind connect" },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EOPNOTSUPP socketpair if domain != AF_UNIX or not type & 0xf in SOCK_STREAM SOCK_SEQPACKET" },
	/* io_uring makes calls that no filter sees; a new user namespace has its own capabilities,
	 * and clone3 keeps its flags behind a pointer. */
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny ENOSYS clone3 io_uring_setup io_uring_enter io_uring_register" },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM clone if flags any " NAMESPACES },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM unshare if flags any " NAMESPACES "|CLONE_NEWTIME" },
	{ POLICY_IN_PEN, may_lack_namespaces, "pen namespaces",
	  "deny EPERM setns" },
	/* As the kernel does where a pen's own /proc sets their number to 0. */
	{ POLICY_IN_BARE_PEN, NULL, NULL,
	  "deny ENOSYS clone3" },
	{ POLICY_IN_BARE_PEN, NULL, NULL,
	  "deny ENOSPC clone if flags any CLONE_NEWUSER" },
	{ POLICY_IN_BARE_PEN, NULL, NULL,
	  "deny ENOSPC unshare if flags any CLONE_NEWUSER" },
};
// clang-format on

void built_in_write(struct strbuf *buf)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		strbuf_printf(buf, "%s\n", rows[i].rule);
}

/* Returns the row of a line, which counts from 1. */
static const struct row *find_row(unsigned int line)
{
	return line && line <= ARRAY_SIZE(rows) ? &rows[line - 1] : NULL;
}

bool built_in_holds(unsigned int line, enum policy_use use, const struct settings *settings)
{
	const struct row *row = find_row(line);

	return row && use >= row->least && (!row->holds || row->holds(settings));
}

const char *built_in_remedy(unsigned int line)
{
	const struct row *row = find_row(line);

	return row ? row->remedy : NULL;
}
