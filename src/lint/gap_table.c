// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the rows say is in the kernel's source: two calls of a row end in the same function there,
 * or one call's effect can be had through the other. Calls of ABIs that the policy does not list
 * are no gap.
 */
#include "lint/gap.h"

#define WX	  0x6, 0x6			/* PROT_WRITE|PROT_EXEC */
#define NEW_USER  0x10000000, 0x10000000	/* CLONE_NEWUSER */
#define NO_THREAD 0x10000, 0			/* CLONE_THREAD */
#define CREATING  UINT32_MAX, 01 | 0100 | 01000 /* O_WRONLY|O_CREAT|O_TRUNC */
#define EXACTLY	  UINT32_MAX

enum { SIGCHLD_ONLY = 17, PR_SET_SECCOMP = 22, FS_IOC_FSSETXATTR = 0x401c5820 };

#define OPEN_GAP \
	"opening files is restricted, but this call opens the same ones without the restriction"
#define CHANGE_GAP "this call changes the same in another way"
#define READ_GAP   "this call reads the same in another way"

// clang-format off
/* Calls each of which does what the others do. */
#define SAME(id, severity, reason, names) \
	{ { id, severity, reason, NULL }, GAP_ON_PURPOSE, names, names, {}, {} }
#define CHANGES(id, names) SAME(id, SEVERITY_WARNING, CHANGE_GAP, names)
#define READS(names)	   SAME("read-gap", SEVERITY_NOTE, READ_GAP, names)
#define WIDER(names) \
	SAME("i386-gap", SEVERITY_WARNING, \
	     "i386 has both, for older and newer programs, and they do the same", names)

static const struct gap gaps[] = {
	{ { "io-uring-bypass", SEVERITY_ERROR,
	    "io_uring opens files and connects without these calls, past the filter",
	    "deny ENOSYS io_uring_setup" },
	  GAP_ANY, "open openat openat2 socket connect bind accept sendmsg unlinkat renameat2", "io_uring_setup", {}, {} },

	{ { "open-gap", SEVERITY_WARNING, OPEN_GAP, NULL },
	  GAP_ON_OWN_PURPOSE, "open", "openat", {}, {} },
	{ { "open-gap", SEVERITY_WARNING, OPEN_GAP, NULL },
	  GAP_ON_OWN_PURPOSE, "openat", "open open_by_handle_at", {}, {} },
	{ { "open-gap", SEVERITY_WARNING, OPEN_GAP, NULL },
	  GAP_ON_OWN_PURPOSE, "open openat", "creat", { "flags", CREATING }, {} },
	{ { "openat2-gap", SEVERITY_WARNING,
	    "its flags are behind a pointer, where no condition can test them",
	    "deny ENOSYS openat2: programs then call openat" },
	  GAP_ON_PURPOSE, "open openat", "openat2", {}, {} },

	{ { "exec-gap", SEVERITY_WARNING, "it starts programs too", NULL },
	  GAP_ON_PURPOSE, "execve", "execveat", {}, {} },
	{ { "exec-gap", SEVERITY_WARNING, "it starts programs too", NULL },
	  GAP_ON_PURPOSE, "execveat", "execve", {}, {} },

	{ { "clone3-gap", SEVERITY_WARNING,
	    "its flags are behind a pointer, where no condition can test them (CVE-2021-41133)",
	    "deny ENOSYS clone3: libc then calls clone" },
	  GAP_ON_PURPOSE, "clone", "clone3", {}, {} },
	{ { "process-gap", SEVERITY_WARNING, "it starts processes too", NULL },
	  GAP_ON_PURPOSE, "fork vfork", "clone", {}, { "flags", EXACTLY, SIGCHLD_ONLY } },
	{ { "process-gap", SEVERITY_WARNING, "it starts processes too", NULL },
	  GAP_ON_PURPOSE, "fork vfork", "clone3", {}, {} },
	{ { "process-gap", SEVERITY_WARNING, "it starts processes too", NULL },
	  GAP_WHOLE, "clone", "fork vfork", { "flags", NO_THREAD }, {} },
	{ { "namespace-gap", SEVERITY_WARNING, "it creates user namespaces too", NULL },
	  GAP_ON_PURPOSE, "clone", "unshare", { "flags", NEW_USER }, { "flags", NEW_USER } },
	{ { "namespace-gap", SEVERITY_WARNING, "it creates user namespaces too", NULL },
	  GAP_ON_PURPOSE, "unshare", "clone", { "flags", NEW_USER }, { "flags", NEW_USER } },

	{ { "exec-memory-gap", SEVERITY_WARNING,
	    "this call can provide memory that is writable and executable", NULL },
	  GAP_ON_PURPOSE, "mprotect", "pkey_mprotect mmap mmap2", { "prot", WX }, { "prot", WX } },
	{ { "exec-memory-gap", SEVERITY_WARNING,
	    "this call can provide memory that is writable and executable", NULL },
	  GAP_ON_PURPOSE, "mmap mmap2", "mprotect pkey_mprotect", { "prot", WX }, { "prot", WX } },

	{ { "send-gap", SEVERITY_WARNING, "it sends to the same addresses", NULL },
	  GAP_ON_PURPOSE, "sendto sendmsg", "sendto sendmsg sendmmsg", {}, {} },
	{ { "connect-gap", SEVERITY_WARNING,
	    "it sends to any address, and connects with MSG_FASTOPEN", NULL },
	  GAP_ON_PURPOSE, "connect", "sendto sendmsg sendmmsg", {}, {} },
	{ { "socketcall-gap", SEVERITY_WARNING,
	    "it makes the same call, with the arguments behind a pointer",
	    "allow the calls by name, not socketcall" },
	  GAP_ON_PURPOSE, "socket", "socketcall", {}, { "call", EXACTLY, 1 } },
	{ { "socketcall-gap", SEVERITY_WARNING,
	    "it makes the same call, with the arguments behind a pointer",
	    "allow the calls by name, not socketcall" },
	  GAP_ON_PURPOSE, "bind", "socketcall", {}, { "call", EXACTLY, 2 } },
	{ { "socketcall-gap", SEVERITY_WARNING,
	    "it makes the same call, with the arguments behind a pointer",
	    "allow the calls by name, not socketcall" },
	  GAP_ON_PURPOSE, "connect", "socketcall", {}, { "call", EXACTLY, 3 } },
	{ { "ipc-gap", SEVERITY_WARNING,
	    "it makes the same call, with other arguments", "allow the calls by name, not ipc" },
	  GAP_ON_PURPOSE, "shmat", "ipc", {}, { "call", 0xffff, 21 } },

	{ { "ptrace-gap", SEVERITY_WARNING, "it reaches into other processes too", NULL },
	  GAP_ON_PURPOSE, "ptrace", "process_vm_readv process_vm_writev pidfd_getfd", {}, {} },
	{ { "signal-gap", SEVERITY_NOTE, "it sends signals too", NULL },
	  GAP_ON_PURPOSE, "kill", "tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal", {}, {} },
	{ { "seccomp-gap", SEVERITY_NOTE, "PR_SET_SECCOMP installs filters too", NULL },
	  GAP_ON_PURPOSE, "seccomp", "prctl", {}, { "option", EXACTLY, PR_SET_SECCOMP } },
	{ { "mount-gap", SEVERITY_WARNING, "it mounts too", NULL },
	  GAP_ON_PURPOSE, "mount", "move_mount fsmount open_tree open_tree_attr mount_setattr", {}, {} },
	{ { "mount-gap", SEVERITY_WARNING, "it mounts too", NULL },
	  GAP_ON_PURPOSE, "move_mount fsmount open_tree open_tree_attr", "mount", {}, {} },
	{ { "mount-gap", SEVERITY_WARNING, "it does all that the other does, and more", NULL },
	  GAP_ON_PURPOSE, "open_tree mount_setattr", "open_tree_attr", {}, {} },
	WIDER("umount umount2"),
	{ { "module-gap", SEVERITY_WARNING, "it loads code into the kernel too", NULL },
	  GAP_ON_PURPOSE, "init_module", "finit_module", {}, {} },
	{ { "module-gap", SEVERITY_WARNING, "it loads code into the kernel too", NULL },
	  GAP_ON_PURPOSE, "finit_module", "init_module", {}, {} },
	{ { "kexec-gap", SEVERITY_WARNING, "it starts another kernel too", NULL },
	  GAP_ON_PURPOSE, "kexec_load", "kexec_file_load", {}, {} },

	CHANGES("mode-gap", "chmod fchmodat fchmodat2"),
	{ { "mode-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "chmod fchmodat fchmodat2", "fchmod", {}, {} },
	CHANGES("owner-gap", "chown lchown fchownat chown32 lchown32"),
	{ { "owner-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "chown lchown fchownat chown32 lchown32", "fchown fchown32", {}, {} },
	CHANGES("rename-gap", "rename renameat renameat2"),
	{ { "remove-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "unlink", "unlinkat", {}, {} },
	{ { "remove-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "unlinkat", "unlink rmdir", {}, {} },
	CHANGES("directory-gap", "mkdir mkdirat"),
	CHANGES("node-gap", "mknod mknodat"),
	CHANGES("link-gap", "link linkat"),
	CHANGES("link-gap", "symlink symlinkat"),
	CHANGES("time-gap", "utime utimes futimesat utimensat utimensat_time64"),
	CHANGES("xattr-gap", "setxattr lsetxattr setxattrat"),
	{ { "xattr-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "setxattr lsetxattr setxattrat", "fsetxattr", {}, {} },
	CHANGES("xattr-gap", "removexattr lremovexattr removexattrat"),
	{ { "xattr-gap", SEVERITY_WARNING, CHANGE_GAP, NULL },
	  GAP_ON_PURPOSE, "removexattr lremovexattr removexattrat", "fremovexattr", {}, {} },
	/* ioctl(FS_IOC_FSSETXATTR) by file name, since 6.17. */
	{ { "attribute-gap", SEVERITY_NOTE, CHANGE_GAP, "deny ENOSYS file_setattr" },
	  GAP_ON_PURPOSE, "ioctl", "file_setattr", { "cmd", EXACTLY, FS_IOC_FSSETXATTR }, {} },
	READS("getxattr lgetxattr getxattrat"),
	READS("listxattr llistxattr listxattrat"),
	READS("stat lstat newfstatat statx stat64 lstat64 fstatat64"),
	READS("readlink readlinkat"),
	READS("access faccessat faccessat2"),
	CHANGES("accept-gap", "accept accept4"),
	{ { "receive-gap", SEVERITY_NOTE, "it receives from the same sockets", NULL },
	  GAP_ON_PURPOSE, "recvfrom recvmsg", "recvfrom recvmsg recvmmsg recvmmsg_time64", {}, {} },
	{ { "clock-gap", SEVERITY_WARNING, "it sets the same clock", NULL },
	  GAP_ON_PURPOSE, "settimeofday clock_settime clock_settime64 stime",
	  "settimeofday clock_settime clock_settime64 stime adjtimex clock_adjtime clock_adjtime64", {}, {} },
	{ { "futex-gap", SEVERITY_NOTE, "it waits or wakes too", NULL },
	  GAP_ON_PURPOSE, "futex futex_time64", "futex_wait futex_wake futex_waitv futex_requeue", {}, {} },

	/* i386: 64-bit times, since 5.1. */
	WIDER("clock_gettime clock_gettime64"),
	WIDER("clock_adjtime clock_adjtime64"),
	WIDER("clock_getres clock_getres_time64"),
	WIDER("clock_nanosleep clock_nanosleep_time64"),
	WIDER("timer_gettime timer_gettime64"),
	WIDER("timer_settime timer_settime64"),
	WIDER("timerfd_gettime timerfd_gettime64"),
	WIDER("timerfd_settime timerfd_settime64"),
	WIDER("pselect6 pselect6_time64"),
	WIDER("ppoll ppoll_time64"),
	WIDER("io_pgetevents io_pgetevents_time64"),
	WIDER("recvmmsg recvmmsg_time64"),
	WIDER("mq_timedsend mq_timedsend_time64"),
	WIDER("mq_timedreceive mq_timedreceive_time64"),
	WIDER("rt_sigtimedwait rt_sigtimedwait_time64"),
	WIDER("sched_rr_get_interval sched_rr_get_interval_time64"),
	WIDER("futex futex_time64"),
	/* 32-bit ids, 64-bit offsets and sizes, signal sets of more than 32. */
	WIDER("setuid setuid32"),
	WIDER("setgid setgid32"),
	WIDER("setreuid setreuid32"),
	WIDER("setregid setregid32"),
	WIDER("setresuid setresuid32"),
	WIDER("setresgid setresgid32"),
	WIDER("setfsuid setfsuid32"),
	WIDER("setfsgid setfsgid32"),
	WIDER("setgroups setgroups32"),
	WIDER("getuid getuid32"),
	WIDER("geteuid geteuid32"),
	WIDER("getgid getgid32"),
	WIDER("getegid getegid32"),
	WIDER("getresuid getresuid32"),
	WIDER("getresgid getresgid32"),
	WIDER("getgroups getgroups32"),
	WIDER("truncate truncate64"),
	WIDER("ftruncate ftruncate64"),
	WIDER("fstat fstat64"),
	WIDER("statfs statfs64"),
	WIDER("fstatfs fstatfs64"),
	WIDER("fcntl fcntl64"),
	WIDER("sendfile sendfile64"),
	WIDER("fadvise64 fadvise64_64"),
	WIDER("lseek _llseek"),
	WIDER("select _newselect"),
	WIDER("getrlimit ugetrlimit"),
	WIDER("waitpid wait4"),
	WIDER("signal sigaction rt_sigaction"),
	WIDER("sigprocmask rt_sigprocmask"),
	WIDER("sigpending rt_sigpending"),
	WIDER("sigsuspend rt_sigsuspend"),

	{ { "abi-gap", SEVERITY_WARNING, "the call of the other ABI does the same",
	    "omit 'on', or write the rule for each ABI" },
	  GAP_ABI, "", "", {}, {} },
	{ { "clone3-no-fallback", SEVERITY_WARNING,
	    "libc falls back to clone for threads only if clone3 returns ENOSYS; otherwise they fail",
	    "deny ENOSYS clone3" },
	  GAP_FALLBACK, "clone3", "clone", {}, {} },
	{ { "no-fallback", SEVERITY_WARNING,
	    "libc falls back to the older call only on ENOSYS", NULL },
	  GAP_FALLBACK, "", "", {}, {} },
};
// clang-format on

const struct gap *gap_row(size_t i)
{
	return i < ARRAY_SIZE(gaps) ? &gaps[i] : NULL;
}
