// SPDX-License-Identifier: GPL-2.0-or-later
/* Every statement that is accepted or refused, with the exact words for it. */
#include "policy_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "policy/print.h"

#define SYSTEMD                                                                               \
	"the first rule decides, while in systemd's units the last one does: put the denial " \
	"before it, or write "
#define MEANT " if that is intended\n"

// clang-format off
static const struct {
	const char *text, *says;
} rows[] = {
	{ "alow read",
	  "1:1: error: unknown statement 'alow' | did you mean 'allow'?\n" },
	{ "allow",
	  "1:6: error: the name of a call is missing\n" },
	{ "allow if fd == 0",
	  "1:7: error: unexpected 'if' instead of the name of a call\n" },
	{ "allow opneat",
	  "1:7: warning: unknown call 'opneat' | did you mean 'openat'?\n" },
	{ "deny opneat",
	  "1:6: error: unknown call 'opneat' | did you mean 'openat'?\n" },
	{ "deny EFOO read",
	  "1:6: error: unknown error 'EFOO'\n" },
	{ "deny 0 read",
	  "1:6: error: an error is a name, or a number from 1 to 133 | 0 would fake success, and a larger one would reach the program as it is\n" },
	{ "deny 134 read",
	  "1:6: error: an error is a name, or a number from 1 to 133 | 0 would fake success, and a larger one would reach the program as it is\n" },
	{ "deny 512 read",
	  "1:6: error: an error is a name, or a number from 1 to 133 | 0 would fake success, and a larger one would reach the program as it is\n" },
	{ "deny 133 read",
	  "" },
	{ "trap 65536 read",
	  "1:6: error: the number of a trap is from 0 to 65535\n" },
	{ "trap 7 read",
	  "" },
	{ "user_notif read",
	  "1:1: error: unknown statement 'user_notif' | a child with its own listener or tracer can get past this action, so it is not offered\n" },
	{ "deny uretprobe",
	  "1:6: error: filters do not see the call 'uretprobe'\n" },
	{ "allow uprobe",
	  "1:7: warning: filters do not see the call 'uprobe'\n" },
	{ "allow @fil-system",
	  "1:7: error: unknown set '@fil-system' | did you mean '@file-system'?\n" },
	{ "deny EPERM",
	  "1:11: error: the name of a call is missing\n" },
	{ "allow socket if domain == AF_UNIXX",
	  "1:27: error: unknown constant 'AF_UNIXX' | did you mean 'AF_UNIX'?\n" },
	{ "allow socket if domian == AF_UNIX",
	  "1:17: error: 'socket' has no argument 'domian' | did you mean 'domain'?\n" },
	{ "allow socket if domain = AF_UNIX",
	  "1:24: error: unexpected '=' instead of a comparison (== != < <= > >= in has any only) | did you mean '=='?\n" },
	{ "allow socket if domain == O_CREAT",
	  "1:27: warning: 'O_CREAT' is not one of the address families\n" },
	{ "allow socket if domain == AF_NETLINK and protocol in NETLINK_ROUTE NETLINK_SOCK_DIAG",
	  "" },
	{ "allow socket if domain == AF_PACKET and protocol == ETH_P_ALL or protocol == IPPROTO_TCP",
	  "" },
	{ "allow socket if domain == AF_NETLINK and protocol == IPPROTO_IPIP",
	  "1:42: warning: 'IPPROTO_IPIP' is no protocol where domain is AF_NETLINK | that is NETLINK_SOCK_DIAG there\n" },
	{ "allow socket if domain in AF_NETLINK AF_INET and protocol == IPPROTO_IPIP",
	  "" },
	{ "allow socket if (protocol == 0 or not protocol == CAN_RAW) and domain == 16",
	  "1:39: warning: 'CAN_RAW' is no protocol where domain is 16 | that is NETLINK_UNUSED there\n" },
	{ "allow socket if protocol == IPPROTO_UDP and domain == AF_UNIX",
	  "1:17: warning: 'IPPROTO_UDP' is no protocol where domain is AF_UNIX\n" },
	{ "allow socket if protocol == IPPROTO_UDP or domain == AF_NETLINK",
	  "" },
	{ "allow prctl if option == PR_SET_SECCOMP and arg2 == SECCOMP_SET_MODE_FILTER",
	  "1:45: warning: 'SECCOMP_SET_MODE_FILTER' is no arg2 where option is PR_SET_SECCOMP | that is SECCOMP_MODE_STRICT there\n" },
	{ "allow socket if protocol == O_CREAT",
	  "1:29: warning: 'O_CREAT' is not one of the protocols\n" },
	{ "allow setsockopt if level == SOL_TCP and optname == TCP_NODELAY",
	  "" },
	{ "allow fcntl if cmd == F_SETFD and arg only FD_CLOEXEC or cmd == F_SETFL and arg only O_NONBLOCK",
	  "" },
	{ "allow semctl if cmd == SHM_LOCK",
	  "1:24: warning: 'SHM_LOCK' is not one of the commands of semctl\n" },
	{ "const DIAG = NETLINK_SOCK_DIAG\nallow socket if protocol == DIAG\nallow read if count == DIAG",
	  "" },
	{ "allow socket if (domain == 1",
	  "1:29: error: ')' is missing\n" },
	{ "allow socket if domain == 1)",
	  "1:28: error: unexpected ')' instead of the end of the line\n" },
	{ "allow socket domain == 1",
	  "1:14: warning: unknown call 'domain'\n"
	  "1:21: error: unexpected '==' instead of the end of the line | a condition starts with 'if'\n" },
	{ "allow socket and domain == 1",
	  "1:14: error: unexpected 'and' instead of the end of the line | a condition starts with 'if'\n" },
	{ "allow socket if",
	  "1:16: error: the name of an argument is missing\n" },
	{ "allow socket if not",
	  "1:20: error: the name of an argument is missing\n" },
	{ "allow socket if domain",
	  "1:23: error: a comparison (== != < <= > >= in has any only) is missing\n" },
	{ "allow socket if domain ==",
	  "1:26: error: a number or constant is missing\n" },
	{ "allow socket if domain in",
	  "1:26: error: a number or constant is missing\n" },
	{ "allow socket if domain in 1..",
	  "1:30: error: a number or constant is missing\n" },
	{ "allow socket if domain in 9..3",
	  "1:17: error: the range 9..3 is empty\n" },
	{ "allow read if count == 99999999999999999999",
	  "1:24: error: '99999999999999999999' is not a number of up to 64 bits | numbers are written 10, 0xa or 0o12\n" },
	{ "allow read if fd == 0x100000000",
	  "1:15: error: 0x100000000 does not fit: 'fd' of 'read' under x86_64\n" },
	{ "allow read if fd < -3",
	  "1:15: error: -3 is negative, but the argument is unsigned: 'fd' of 'read' under x86_64\n" },
	{ "allow close if fd == 0755",
	  "1:22: error: '0755' is not a number of up to 64 bits | octal numbers are written 0o755\n" },
	{ "allow close if fd == 0b1",
	  "1:22: error: '0b1' is not a number of up to 64 bits | numbers are written 10, 0xa or 0o12\n" },
	{ "allow kill if pid < -2147483649",
	  "1:15: error: -2147483649 does not fit: 'pid' of 'kill' under x86_64\n" },
	{ "allow kill if pid > 0x80000000",
	  "1:15: error: 0x80000000 is larger than it can be: 'pid' of 'kill' under x86_64\n" },
	{ "allow kill if pid == 0xffffffff",
	  "" },
	{ "allow openat if dfd == AT_FDCWD",
	  "" },
	{ "allow openat if filename == 1",
	  "1:17: error: 'filename' of 'openat' is a pointer, which can only be compared with 0 | a filter cannot look at what it points to, which may change anyway\n" },
	{ "allow openat if filename != 0",
	  "" },
	{ "allow openat if filename > 0",
	  "1:17: error: 'filename' of 'openat' is a pointer, which can only be compared with 0 | a filter cannot look at what it points to, which may change anyway\n" },
	{ "allow openat open if flags & O_CREAT == O_EXCL",
	  "1:22: error: O_EXCL has bits that the mask O_CREAT removes\n" },
	{ "allow openat if flags any 0",
	  "1:17: warning: 'any 0' never holds\n" },
	{ "allow openat if flags has 0",
	  "1:17: warning: 'has 0' always holds\n" },
	{ "allow write if fd >= 0",
	  "1:16: warning: '>= 0' always holds\n" },
	{ "allow read if count < 0",
	  "1:15: warning: '< 0' never holds\n" },
	{ "allow kill if pid > 0x7fffffff",
	  "1:15: warning: '> 0x7fffffff' never holds\n" },
	{ "allow kill if pid <= 0x7fffffff",
	  "1:15: warning: '<= 0x7fffffff' always holds\n" },
	{ "allow kill if pid >= -2147483648",
	  "1:15: warning: '>= -2147483648' always holds\n" },
	{ "allow kill if pid & 0xf > 0xf",
	  "1:15: warning: '> 0xf' never holds\n" },
	{ "allow kill if pid in -2147483648..0x7fffffff",
	  "1:15: warning: 'in -2147483648..0x7fffffff' always holds\n" },
	{ "allow kill if pid & 0xf only 0xff",
	  "1:15: warning: 'only 0xff' always holds\n" },
	{ "allow kill if pid > 0x7ffffffe",
	  "" },
	{ "allow openat if flags & 0 == 0",
	  "1:17: warning: the mask is 0\n" },
	{ "allow openat mmap if flags has 2",
	  "1:22: error: 'flags' means different things to the calls of this rule | write one rule for 'mmap' and one for the others\n" },
	{ "allow read write if buf == 0",
	  "" },
	{ "allow read clone if fd == 0",
	  "1:21: error: 'clone' has no argument 'fd' | its arguments are flags, stack, parent_tid, child_tid, tls\n" },
	{ "allow chmod if mode any 0x10000",
	  "1:16: error: 0x10000 does not fit: 'mode' of 'chmod' under x86_64\n" },
	{ "allow [777] if arg0 == 1",
	  "" },
	{ "allow [777] if fd == 1",
	  "1:16: error: arguments of a call by number are arg0 to arg5\n" },
	{ "allow [0x40000000]",
	  "1:8: error: unexpected '0x40000000' instead of the number of a call\n" },
	{ "allow [x]",
	  "1:8: error: unexpected 'x' instead of the number of a call\n" },
	{ "allow [1",
	  "1:9: error: ']' is missing\n" },
	{ "allow read on x86_64",
	  "" },
	{ "allow read on x86",
	  "" },
	{ "allow read on mips",
	  "1:15: error: unknown arch 'mips' | native, x86_64, x86, x32, aarch64\n" },
	{ "allow read on",
	  "1:14: error: an arch is missing\n" },
	{ "allow read on if fd == 0",
	  "1:15: error: unexpected 'if' instead of an arch\n" },
	{ "allow stat64",
	  "1:7: warning: 'stat64' is not a call of x86_64 | say which arch it is for: on ARCH\n" },
	{ "arch native x86\nallow stat64",
	  "" },
	{ "arch x86_64 x86\nallow stat64 on x86",
	  "" },
	{ "arch",
	  "1:5: error: an arch is missing | arch native\n" },
	{ "arch mips",
	  "1:6: error: unknown arch 'mips' | native, x86_64, x86, x32, aarch64\n" },
	{ "arch x86\narch x86_64",
	  "2:1: error: 'arch' has another value at p:1 | all files of one policy must agree on it\n" },
	{ "default deny EPERM\ndefault allow",
	  "2:1: error: 'default' has another value at p:1 | all files of one policy must agree on it\n" },
	{ "default allow\ndefault allow",
	  "" },
	{ "default",
	  "1:8: error: an action is missing | allow, log, deny, trap, kill_thread or kill\n" },
	{ "default foo",
	  "1:9: error: unexpected 'foo' instead of an action | allow, log, deny, trap, kill_thread or kill\n" },
	{ "default deny EPERM read",
	  "1:20: error: unexpected 'read' instead of the end of the line\n" },
	{ "unknown kill\ndefault log",
	  "" },
	{ "policy 2",
	  "1:8: error: this pinfold reads version 1 of the policy language\n" },
	{ "policy",
	  "1:7: error: wrong number of words | policy 1\n" },
	{ "policy 1 1",
	  "1:10: error: wrong number of words | policy 1\n" },
	{ "kernel 6.x",
	  "1:8: error: '6.x' is not a kernel version | kernel 6.12\n" },
	{ "kernel 9.1",
	  "1:8: warning: this pinfold knows the calls of kernels up to 6.18\n" },
	{ "kernel 5.10\nallow openat2 clone3 landlock_create_ruleset",
	  "2:22: warning: 'landlock_create_ruleset' is new in kernel 5.13, and the policy is for 5.10; the rule still applies\n" },
	{ "kernel 5.10\nallow cachestat @file-system",
	  "2:7: warning: 'cachestat' is new in kernel 6.5, and the policy is for 5.10; the rule still applies\n" },
	{ "const A = 1\nconst A = 2",
	  "2:7: error: 'A' has another value at p:1\n" },
	{ "const A = 1\nconst A = 1",
	  "" },
	{ "const A = B\nconst B = 1",
	  "1:11: error: unknown constant 'B'\n" },
	{ "const A =",
	  "1:10: error: a number or constant is missing\n" },
	{ "const if = 1",
	  "1:7: error: unexpected 'if' instead of the name of a constant\n" },
	{ "const A = 1 2",
	  "1:13: error: unexpected '2' instead of '|' or the end of the line\n" },
	{ "const O_RDWR = 3",
	  "1:7: warning: 'O_RDWR' is a constant of the kernel too\n" },
	{ "const A = ~O_RDWR|1\nallow openat if flags only A",
	  "" },
	{ "set @a = read @b\nset @b = write\nallow @a",
	  "1:15: error: unknown set '@b' | it is defined in line 2; define it first\n" },
	{ "set @a = read\nset @a = write",
	  "2:5: error: '@a' has other members at p:1\n" },
	{ "set @a = raed\nallow @a",
	  "1:10: warning: unknown call 'raed' | did you mean 'read'?\n"
	  "2:7: warning: unknown call 'raed' | did you mean 'read'?\n" },
	{ "set @a =",
	  "1:9: error: the name of a call or set is missing\n" },
	{ "set a = read",
	  "1:5: error: unexpected 'a' instead of the name of a set, like @mine\n" },
	{ "set @a = read if",
	  "1:15: error: unexpected 'if' instead of the name of a call or set\n" },
	{ "allow read\ndeny read",
	  "2:1: error: this denial can never apply | p:1 decides first: allow read\n" },
	{ "allow read\nallow read",
	  "2:1: warning: this rule can never apply | p:1 decides first: allow read\n" },
	{ "allow read write\ndeny EIO read close",
	  "2:10: error: this denial can never apply to 'read' | p:1 decides first: allow read write\n" },
	{ "deny EPERM read\ndeny EIO read",
	  "2:1: error: this denial can never apply | p:1 decides first: deny EPERM read\n" },
	{ "allow read\nallow read if fd == 0",
	  "2:1: warning: this rule can never apply | p:1 decides first: allow read\n" },
	{ "allow @basic-io\ndeny read",
	  "2:1: error: this denial can never apply | p:1 decides first: allow @basic-io\n" },
	{ "deny read\nallow @basic-io",
	  "" },
	{ "allow @basic-io\ndeny @chown @basic-io",
	  "2:13: error: this denial can never apply to '@basic-io' | p:1 decides first: allow @basic-io\n" },
	{ "deny read\nallow write\ndeny read write",
	  "3:1: error: this denial can never apply | p:2 decides first: allow write\n" },
	{ "deny read\nallow read\ndeny read",
	  "2:1: warning: this rule can never apply | p:1 decides first: deny read\n"
	  "3:1: warning: this rule can never apply | p:1 decides first: deny read\n" },
	{ "allow @system-service\ndeny @privileged @resources",
	  "2:6: warning: 10 of the 38 calls of '@privileged' are let through before this denial: "
	  "chown, fchown, fchownat, lchown, capset, setfsuid, setgroups, setresuid, setreuid, setuid"
	  " | p:1 decides first: allow @system-service; " SYSTEMD "'deny EPERM rest @privileged'" MEANT
	  "2:18: error: this denial can never apply to '@resources' | p:1 decides first: allow @system-service\n" },
	{ "allow chown\nlog setuid\nkill @privileged mount",
	  "3:6: warning: 2 of the 38 calls of '@privileged' are let through before this denial: chown, setuid"
	  " | p:1 decides first: allow chown; " SYSTEMD "'kill rest @privileged'" MEANT },
	{ "allow @system-service\ndeny EIO [90] mount",
	  "2:11: error: this denial can never apply to '[90]' | p:1 decides first: allow @system-service\n" },
	{ "allow chown\ndeny EIO rest @chown",
	  "" },
	{ "allow chown\ndeny rest chown fchown",
	  "" },
	{ "allow chown\ndeny rest chown",
	  "2:1: warning: this denial can never apply | p:1 decides first: allow chown\n" },
	{ "allow rest @chown",
	  "1:7: error: 'rest' is only for denials | it says that a denial is for what earlier rules leave of its calls\n" },
	{ "deny rest",
	  "1:10: error: the name of a call is missing\n" },
	{ "deny ENOSYS chown\ndeny @chown",
	  "" },
	{ "allow chown if user == 0\ndeny @chown",
	  "" },
	/* For some ABIs, and behind i386's multiplexers. */
	{ "arch x86_64 x86\nallow @file-system on x86_64\ndeny @mount chroot\nallow chown on x86\ndeny @chown",
	  "5:6: warning: 1 of the 7 calls of '@chown' is let through before this denial: chown on x86"
	  " | p:4 decides first: allow chown on x86; " SYSTEMD "'deny EPERM rest @chown'" MEANT },
	{ "arch x86_64 x86\nallow @network-io\ndeny socket",
	  "3:1: error: this denial can never apply | p:2 decides first: allow @network-io\n" },
	{ "arch x86_64 x86\nallow socketcall on x86\ndeny socket",
	  "3:6: warning: let through before this denial: socket through socketcall"
	  " | p:2 decides first: allow socketcall on x86; " SYSTEMD "'deny EPERM rest socket'" MEANT },
	{ "arch x86_64 x86\nallow @file-system on x86_64\ndeny mkdir",
	  "3:6: warning: let through before this denial: mkdir on x86_64"
	  " | p:2 decides first: allow @file-system on x86_64; " SYSTEMD "'deny EPERM rest mkdir'" MEANT },
	{ "arch x86_64 x86\nallow [165]\ndeny mount",
	  "3:6: warning: let through before this denial: mount on x86_64"
	  " | p:2 decides first: allow [165]; " SYSTEMD "'deny EPERM rest mount'" MEANT },
	{ "arch x86_64 x86\nallow mount on x86_64\ndeny mount",
	  "" },
	{ "include nowhere",
	  "1:9: error: cannot read the policy 'nowhere': No such file or directory\n" },
	{ "include <base>",
	  "" },
	{ "allow \"read\"",
	  "1:7: error: rules have no quoted words | a filter sees numbers, not what they point to; restrict paths with bind and hide\n" },
	{ "allow read;",
	  "1:11: error: words are only separated by blanks | one statement on each line\n" },
	{ "allow read, write",
	  "1:11: error: words are only separated by blanks | names and the values of 'in' are separated by blanks: in 1 2 3\n" },
	{ "allow read ! ",
	  "1:12: error: unexpected '!' | a test is negated with 'not': not domain == AF_INET\n" },
	{ "bind \"a b",
	  "1:6: error: unterminated quoted word\n" },
	{ "bind \"a\\tb\"",
	  "1:6: error: only \\\" and \\\\ are escapes in a quoted word\n" },
	{ "bind \"a\"b",
	  "1:6: error: expected a blank after the quoted word\n" },
	{ "bind a\"b",
	  "1:6: error: a word that contains a quote must be in double quotes\n" },
	{ "allow read \\\n  write",
	  "" },
	{ "# only a comment\n\n   # another",
	  "" },
	{ "allow read # comment \\\nallow write",
	  "" },
	{ "root",
	  "1:5: error: too few words | root DIR\n" },
	{ "root a b",
	  "1:8: error: unexpected word | root DIR\n" },
	{ "root /a\nroot /b",
	  "2:1: error: 'root' was already set in line 1\n" },
	{ "bind rw try /a /b",
	  "" },
	{ "bind rw",
	  "1:8: error: expected the file or directory to bind | bind [rw] [try] SRC [DST]\n" },
	{ "bind /a b",
	  "1:9: error: 'b' is not a path inside the pen, which starts with '/' | bind [rw] [try] SRC [DST]\n" },
	{ "bind /a /b/../c",
	  "1:9: error: a path inside the pen cannot contain '..' | bind [rw] [try] SRC [DST]\n" },
	{ "bind /usr /lib /lib64 /etc",
	  "1:16: error: one bind on each line: its source and its path in the pen | bind [rw] [try] SRC [DST]\n" },
	{ "bind /a \"/b c\"",
	  "" },
	{ "tmpfs tmp",
	  "1:7: error: 'tmp' is not a path inside the pen, which starts with '/' | tmpfs DST [SIZE] [mode=OCTAL]\n" },
	{ "tmpfs /t 0",
	  "1:10: error: '0' is not a size, like 64M, or mode=OCTAL | tmpfs DST [SIZE] [mode=OCTAL]\n" },
	{ "tmpfs /t 64M mode=1777",
	  "" },
	{ "tmpfs /t mode=9",
	  "1:10: error: 'mode=9' is not an octal mode, like mode=0755 | tmpfs DST [SIZE] [mode=OCTAL]\n" },
	{ "tmpfs /t 64M 64M",
	  "1:14: error: '64M' is not a size, like 64M, or mode=OCTAL | tmpfs DST [SIZE] [mode=OCTAL]\n" },
	{ "device /dev/kvm",
	  "" },
	{ "device try",
	  "1:11: error: expected the device node | device [try] PATH\n" },
	{ "device /dev/kvm /dev/mem",
	  "1:17: error: one device on each line, which has the same path in the pen | device [try] PATH\n" },
	{ "device /dev/../etc",
	  "1:8: error: a path inside the pen cannot contain '..' | device [try] PATH\n" },
	{ "guard /a",
	  "1:7: error: '/a' is not a name below each writable directory, without '..' | guard NAME...\n" },
	{ "guard a/../b",
	  "1:7: error: 'a/../b' is not a name below each writable directory, without '..' | guard NAME...\n" },
	{ "guard", "1:6: error: too few words | guard NAME...\n" },
	{ "hide shadow",
	  "1:6: error: 'shadow' is not a path inside the pen, which starts with '/' | hide PATH...\n" },
	{ "net none",
	  "" },
	{ "net user",
	  "" },
	{ "net wide",
	  "1:5: error: 'wide' is not a network: none, host, user or relay | net none|host|user|relay\n" },
	{ "share net ipc\nshare uts cgroup",
	  "" },
	{ "share",
	  "1:6: error: too few words | share net|ipc|uts|cgroup...\n" },
	{ "share user",
	  "1:7: error: this namespace cannot be shared | the pen's own user namespace limits the privileges of its set-up, and keeps the command from creating others\n" },
	{ "share ipc pid",
	  "1:11: error: this namespace cannot be shared | the pen ends with its pid namespace: without one a process could outlive it, and see and signal those of the host\n" },
	{ "share mount",
	  "1:7: error: this namespace cannot be shared | the pen's root is set up in its mount namespace: without one the host's mounts would change\n" },
	{ "share time",
	  "1:7: error: 'time' is not a namespace to share: net, ipc, uts or cgroup | share net|ipc|uts|cgroup...\n" },
	{ "net none\nshare net",
	  "2:7: error: 'net' was already set in line 1; 'share net' is 'net host'\n" },
	{ "capability NET_ADMIN cap_net_raw\ncapability Cap_Kill",
	  "" },
	{ "capability",
	  "1:11: error: too few words | capability NAME...\n" },
	{ "capability net",
	  "1:12: error: 'net' is not a capability | the names are those of capabilities(7), like net_bind_service\n" },
	{ "capability 12",
	  "1:12: error: '12' is not a capability | the names are those of capabilities(7), like net_bind_service\n" },
	{ "capability all",
	  "1:12: error: 'all' is not a capability | the names are those of capabilities(7), like net_bind_service\n" },
	{ "capability sys_admin",
	  "1:12: warning: with sys_admin the command can undo what the pen hides or shows read-only\n" },
	{ "tty new",
	  "" },
	{ "tty keep",
	  "" },
	{ "tty none",
	  "1:5: error: 'none' is not keep or new | tty new|keep\n" },
	{ "tty new\ntty keep",
	  "2:1: error: 'tty' was already set in line 1\n" },
	{ "fd 3 63\nfd 3",
	  "" },
	{ "fd",
	  "1:3: error: too few words | fd N...\n" },
	{ "fd 2",
	  "1:4: error: '2' is not a descriptor to pass on | the command gets 0, 1 and 2 anyway\n" },
	{ "fd 3 x",
	  "1:6: error: 'x' is not the number of a descriptor | fd N...\n" },
	{ "fd -3",
	  "1:4: error: '-3' is not the number of a descriptor | fd N...\n" },
	{ "fd 2147483648",
	  "1:4: error: '2147483648' is not the number of a descriptor | fd N...\n" },
	{ "inherit 3",
	  "1:1: error: unknown statement 'inherit' | did you mean 'fd N...'?\n" },
	{ "user 0",
	  "" },
	{ "user 1000:1000",
	  "" },
	{ "user root",
	  "" },
	{ "user www-data:_ssh",
	  "" },
	{ "user 7:mail",
	  "" },
	{ "user root:",
	  "1:6: error: 'root:' is not a user: UID or NAME, and after a colon GID or GROUP | user UID[:GID] or NAME[:GROUP]\n" },
	{ "user 7up",
	  "1:6: error: '7up' is not a user: UID or NAME, and after a colon GID or GROUP | user UID[:GID] or NAME[:GROUP]\n" },
	{ "user -1",
	  "1:6: error: '-1' is not a user: UID or NAME, and after a colon GID or GROUP | user UID[:GID] or NAME[:GROUP]\n" },
	{ "user 4294967295",
	  "1:6: error: '4294967295' is not a user: UID or NAME, and after a colon GID or GROUP | user UID[:GID] or NAME[:GROUP]\n" },
	{ "hostname pen",
	  "" },
	{ "hostname -x",
	  "1:10: error: '-x' is not a host name | hostname NAME\n" },
	{ "env keep A* *",
	  "" },
	{ "env keep A=1",
	  "1:10: error: 'A=1' is not the name of a variable | env keep NAME..., env set NAME=VALUE or env file PATH\n" },
	{ "env set A",
	  "1:9: error: 'A' is not NAME=VALUE | env keep NAME..., env set NAME=VALUE or env file PATH\n" },
	{ "env set A=1 B=2",
	  "1:13: error: one variable on each line; quote a value with blanks | env set \"A=1 B=2\"\n" },
	{ "env set \"A=1 2\"",
	  "" },
	{ "env set A=1\nenv set A=2",
	  "2:1: error: 'env' was already set in line 1\n" },
	{ "env file /no/such",
	  "1:10: error: cannot read '/no/such': No such file or directory | a file with lines NAME=VALUE\n" },
	{ "env file /usr",
	  "1:10: error: cannot read '/usr': Is a directory | a file with lines NAME=VALUE\n" },
	{ "env file /dev/zero",
	  "1:10: error: cannot read '/dev/zero': neither a regular file nor a pipe | a file with lines NAME=VALUE\n" },
	{ "env file /no/such x",
	  "1:19: error: one file on each line | env keep NAME..., env set NAME=VALUE or env file PATH\n" },
	{ "env drop A",
	  "1:5: error: 'drop' is not keep, set or file | env keep NAME..., env set NAME=VALUE or env file PATH\n" },
	{ "limit memory 0",
	  "1:14: error: '0' is not a size above 0, like 256M | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit memory 256M",
	  "" },
	{ "limit memory 18446744073709551616",
	  "1:14: error: '18446744073709551616' is not a size above 0, like 256M | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit memory 16777216T",
	  "1:14: error: '16777216T' is not a size above 0, like 256M | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit pids 0",
	  "1:12: error: '0' is not a number of processes, 1 to 4194304 | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit pids -1",
	  "1:12: error: '-1' is not a number of processes, 1 to 4194304 | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit time 30s grace 2s",
	  "" },
	{ "limit time 30s grace",
	  "1:21: error: expected the time of 'grace' | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit time 30s foo",
	  "1:16: error: 'foo' is not 'grace' | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit time 0s",
	  "1:12: error: '0s' is not a time above 0, like 30s or 5m | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit swap 1M",
	  "" },
	{ "limit swap 0",
	  "" },
	{ "limit swap -1",
	  "1:12: error: '-1' is not a size, like 64M or 0 | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit swap 9223372036854775808",
	  "1:12: error: '9223372036854775808' is not a size, like 64M or 0 | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cpu 1%",
	  "" },
	{ "limit cpu 1000000%",
	  "" },
	{ "limit cpu 1000001%",
	  "1:11: error: '1000001%' is not a share of one CPU, like 50% or 150%, 1% to 1000000% | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cpu 0%",
	  "1:11: error: '0%' is not a share of one CPU, like 50% or 150%, 1% to 1000000% | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cpu -1%",
	  "1:11: error: '-1%' is not a share of one CPU, like 50% or 150%, 1% to 1000000% | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cpu 150",
	  "1:11: error: '150' is not a share of one CPU, like 50% or 150%, 1% to 1000000% | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cpu 18446744073709551617%",
	  "1:11: error: '18446744073709551617%' is not a share of one CPU, like 50% or 150%, 1% to 1000000% | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cpu 50% grace 1s",
	  "1:15: error: unexpected word | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cputime 30s",
	  "" },
	{ "limit cputime 0",
	  "1:15: error: '0' is not a time above 0, like 30s or 5m | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cputime 30s grace 1s",
	  "1:19: error: unexpected word | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit cpu 50%\nlimit cpu 60%",
	  "2:1: error: 'limit' was already set in line 1\n" },
	{ "limit disk 1M",
	  "1:7: error: 'disk' is not a limit: memory, swap, pids, cpu, time or cputime | limit memory|swap|pids|cpu|time|cputime VALUE\n" },
	{ "limit pids 4\nlimit pids 5",
	  "2:1: error: 'limit' was already set in line 1\n" },
	{ "rlimit nofile 256",
	  "" },
	{ "rlimit nofile 256:128",
	  "1:15: error: the soft limit is above the hard one | rlimit NAME SOFT[:HARD]\n" },
	{ "rlimit nofile unlimited",
	  "" },
	{ "rlimit file 1",
	  "1:8: error: 'file' is not a resource limit | the names are those of prlimit(1): nofile, core, fsize ...\n" },
	{ "rlimit nofile -1",
	  "1:15: error: '-1' is not SOFT or SOFT:HARD, numbers or 'unlimited' | rlimit NAME SOFT[:HARD]\n" },
	{ "arch x86_64 aarch64\nconst D = O_RDWR|O_DIRECTORY\nallow openat if flags & ~D == 0",
	  "3:25: error: '~O_RDWR|O_DIRECTORY' would be a different number under each arch of the policy | write a rule for each arch (on ARCH), or use 'only'\n" },
	{ "const D = 1|2\nallow close if fd == -D",
	  "" },
};
// clang-format on

static void statements_are_read_or_refused_with_place_and_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct policy *policy = NULL;
		struct diags diags = { 0 };
		int err = policy_parse_text("p", rows[i].text, strlen(rows[i].text), &policy,
					    &diags);
		char *says = diags_text(&diags);

		assert_string_equal(says, rows[i].says);
		assert_int_equal(err != 0, diags_has_error(&diags));
		assert_int_equal(policy == NULL, err != 0);
		policy_destroy(policy);
		diags_finish(&diags);
		free(says);
	}
}

static void assert_says(const char *text, size_t len, const char *expected)
{
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	char *says;

	assert_int_not_equal(policy_parse_text("p", text, len, &policy, &diags), 0);
	says = diags_text(&diags);
	assert_string_equal(says, expected);
	diags_finish(&diags);
	free(says);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	(void)state;
	assert_says("allow read\n\0", 12, "2:1: error: a NUL byte (0x00)\n");
	assert_says("allow \xc3\xa4 \xff", 10, "1:10: error: byte 0xff is not UTF-8\n");
	assert_says("# \xed\xa0\x80", 5, "1:3: error: byte 0xed is not UTF-8\n");
	assert_says("# \xc0\xaf", 4, "1:3: error: byte 0xc0 is not UTF-8\n");
	assert_says("# \xf4\x90\x80\x80", 6, "1:3: error: byte 0xf4 is not UTF-8\n");
}

static void all_errors_come_at_once_in_reading_order(void **state)
{
	(void)state;
	assert_says("deny opneat\nlimit pids x\nallow socket if domain ==\nnet x\n", 57,
		    "1:6: error: unknown call 'opneat' | did you mean 'openat'?\n"
		    "2:12: error: 'x' is not a number of processes, 1 to 4194304 | limit "
		    "memory|swap|pids|cpu|time|cputime VALUE\n"
		    "3:26: error: a number or constant is missing\n"
		    "4:5: error: 'x' is not a network: none, host, user or relay | net "
		    "none|host|user|relay\n");
}

static void an_error_shows_its_line(void **state)
{
	static const char text[] = "allow read\nallow write \\\n  if fdd == 1 # why\n";
	struct policy *policy = NULL;
	struct diags diags = { 0 };

	(void)state;
	policy_parse_text("p", text, strlen(text), &policy, &diags);
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.v[0].line, 3);
	assert_int_equal(diags.v[0].col, 6);
	assert_string_equal(diags.v[0].source, "  if fdd == 1 # why");
	assert_string_equal(diags.v[0].file, "p");
	diags_finish(&diags);
}

static void the_text_of_a_rule_is_as_written_with_blanks_folded(void **state)
{
	struct policy *policy = read_policy("allow   openat \\\n\tif  not flags any "
					    "O_WRONLY|O_RDWR   # why\n");

	(void)state;
	assert_int_equal(policy->n_rules, 2);
	assert_string_equal(policy->rules[0]->place.file, "<built-in>");
	assert_string_equal(policy->rules[1]->text,
			    "allow openat if not flags any O_WRONLY|O_RDWR");
	policy_destroy(policy);
}

static void the_hash_is_sha256_of_the_text_and_a_nul(void **state)
{
	struct policy *policy = read_policy("");
	char hash[POLICY_HASH_ROOM];

	(void)state;
	/* printf '\0' | sha256sum */
	policy_hash(policy, hash);
	assert_string_equal(hash,
			    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
	policy_destroy(policy);
}

static void settings_get_their_values(void **state)
{
	struct policy *policy = read_policy("root /srv/./x//y\n"
					    "bind rw try /a /b\n"
					    "tmpfs /t 64M mode=1777\n"
					    "hide /x /y\n"
					    "net host\n"
					    "user 1000\n"
					    "env keep LC_*\n"
					    "env set \"A=1 2\"\n"
					    "limit memory 2G\n"
					    "limit time 90s grace 500ms\n"
					    "rlimit nofile 10:unlimited\n");
	const struct settings *settings = &policy->settings;

	(void)state;
	assert_string_equal(settings->root.path, "/srv/x/y");
	assert_true(settings->binds.v[0].is_writable && settings->binds.v[0].is_optional);
	assert_string_equal(settings->binds.v[0].source, "/a");
	assert_string_equal(settings->binds.v[0].target, "/b");
	assert_int_equal(settings->tmpfs.v[0].size, 64 << 20);
	assert_int_equal(settings->tmpfs.v[0].mode, 01777);
	assert_int_equal(settings->hidden.n, 2);
	assert_int_equal(settings->net.mode, NET_HOST);
	assert_int_equal(settings->user.uid, 1000);
	assert_int_equal(settings->user.gid, 1000);
	assert_int_equal(settings->env.n, 2);
	assert_string_equal(settings->env.v[1].name, "A");
	assert_string_equal(settings->env.v[1].value, "1 2");
	assert_int_equal(settings->limits[LIMIT_MEMORY].value, 2ULL << 30);
	assert_int_equal(settings->limits[LIMIT_TIME].value, 90000000000);
	assert_int_equal(settings->limits[LIMIT_TIME].grace, 500000000);
	assert_false(is_written(&settings->limits[LIMIT_PIDS].place));
	assert_int_equal(settings->rlimits.v[0].soft, 10);
	assert_int_equal(settings->rlimits.v[0].hard, UINT64_MAX);
	policy_destroy(policy);
}

/* A directory of files for one test. */
static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_parse.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	close(fd);
}

/* Reads the N files with the options; returns the result, the policy and the words. */
static int read_files(const struct policy_option *options, size_t n_options,
		      const char *const *names, size_t n, struct policy **ret_policy,
		      char **ret_says)
{
	struct policy_source source = { .options = options, .n_options = n_options };
	const char *paths[8];
	struct diags diags = { 0 };
	int err;

	for (size_t i = 0; i < n; i++)
		paths[i] = mem_printf("%s/%s", folder, names[i]);
	source.files = paths;
	source.n_files = n;
	*ret_policy = NULL;
	err = policy_parse(&source, ret_policy, &diags);
	*ret_says = diags_text(&diags);
	diags_finish(&diags);
	for (size_t i = 0; i < n; i++)
		free((void *)paths[i]);
	return err;
}

static void options_win_over_files_and_earlier_files_over_later(void **state)
{
	static const struct policy_option options[] = { { "limit", "pids 7" },
							{ "deny", "EIO uname" } };
	static const char *const names[] = { "a", "b" };
	struct policy *policy;
	char *says;

	(void)state;
	write_file("a", "limit pids 8\nlimit memory 1M\nallow uname\nnet host\nbind rw in /in\n");
	write_file("b", "limit memory 2M\nnet none\nlog read\n");
	assert_int_equal(read_files(options, 2, names, 2, &policy, &says), 0);
	assert_string_equal(says, "");
	assert_int_equal(policy->settings.limits[LIMIT_PIDS].value, 7);
	assert_int_equal(policy->settings.limits[LIMIT_MEMORY].value, 1 << 20);
	assert_int_equal(policy->settings.net.mode, NET_HOST);
	assert_string_equal(policy->settings.limits[LIMIT_PIDS].place.file, "--limit");
	assert_true(str_starts(policy->settings.binds.v[0].source, folder));
	assert_true(str_ends(policy->settings.binds.v[0].source, "/in"));
	assert_int_equal(policy->n_files, 2);
	assert_int_equal(policy->n_rules, 4);
	assert_int_equal(policy->rules[1]->action.kind, ACTION_ERRNO);
	assert_int_equal(policy->rules[2]->action.kind, ACTION_ALLOW);
	free(says);
	policy_destroy(policy);
}

static const char *env_value(const struct policy *policy, const char *name)
{
	const struct env_settings *env = &policy->settings.env;
	const char *value = NULL;

	for (size_t i = 0; i < env->n; i++) {
		if (env->v[i].verb != ENV_SET || !str_eq(env->v[i].name, name))
			continue;
		assert_null(value);
		value = env->v[i].value;
	}
	return value;
}

static void variables_come_from_a_file(void **state)
{
	static const struct policy_option options[] = { { "env", "set D=option" } };
	static const char *const names[] = { "a" };
	struct strbuf printed = { 0 };
	struct policy *policy;
	char *says;

	(void)state;
	write_file("a", "env file vars\nenv set C=text\nenv set B=text\n");
	write_file("vars", "# a comment\n\nA=1 \"2\" = #3\t\nB=file\nD=file\nE=\nF=last");
	assert_int_equal(read_files(options, 1, names, 1, &policy, &says), 0);
	assert_string_equal(says, "");
	assert_string_equal(env_value(policy, "A"), "1 \"2\" = #3\t");
	assert_string_equal(env_value(policy, "B"), "text");
	assert_string_equal(env_value(policy, "C"), "text");
	assert_string_equal(env_value(policy, "D"), "option");
	assert_string_equal(env_value(policy, "E"), "");
	assert_string_equal(env_value(policy, "F"), "last");
	settings_print(&policy->settings, &printed);
	assert_non_null(strstr(printed.text, "/vars\n"));
	assert_null(strstr(printed.text, "last"));
	strbuf_finish(&printed);
	free(says);
	policy_destroy(policy);
}

static void a_bad_file_of_variables_has_places_and_shows_no_values(void **state)
{
	static const char *const names[] = { "a" };
	struct policy *policy;
	char *says;

	(void)state;
	write_file("a", "env file vars\n");
	write_file("vars", "A=1\nhunter2\nexport B=2\nB=\x01\nA=2\n1C=3\n");
	assert_int_not_equal(read_files(NULL, 0, names, 1, &policy, &says), 0);
	assert_null(strstr(says, "hunter2"));
	assert_true(str_starts(says, "2:1: error: this line is not NAME=VALUE | "));
	assert_non_null(strstr(says, "3:1: error: this line is not NAME=VALUE | "));
	assert_non_null(strstr(says, "4:3: error: control characters are not allowed\n"));
	assert_non_null(strstr(says, "5:1: error: this variable was already set in /"));
	assert_non_null(strstr(says, "6:1: error: this line is not NAME=VALUE | "));
	free(says);
	write_file("vars", "A=\xff\n");
	assert_int_not_equal(read_files(NULL, 0, names, 1, &policy, &says), 0);
	assert_string_equal(says, "1:3: error: byte 0xff is not UTF-8\n");
	free(says);
}

static void includes_are_read_where_they_stand(void **state)
{
	static const char *const names[] = { "a" };
	struct policy *policy;
	char *says;

	(void)state;
	write_file("a", "const A = 1\nallow read\ninclude b\nallow write\n");
	write_file("b", "set @s = close\nallow dup if fildes == A\n");
	assert_int_equal(read_files(NULL, 0, names, 1, &policy, &says), 0);
	assert_string_equal(says, "");
	assert_int_equal(policy->n_rules, 4);
	assert_string_equal(policy->rules[2]->text, "allow dup if fildes == A");
	free(says);
	policy_destroy(policy);
}

static void an_included_file_holds_rules_only(void **state)
{
	static const char *const names[] = { "a" };
	struct policy *policy;
	char *says;

	(void)state;
	write_file("a", "include b\n");
	write_file("b", "allow read\ndefault allow\nnet host\n");
	assert_int_not_equal(read_files(NULL, 0, names, 1, &policy, &says), 0);
	assert_string_equal(says,
			    "2:1: error: an included file cannot say 'default' | it can "
			    "only hold rules, sets and constants\n"
			    "3:1: error: an included file cannot say 'net' | it can only hold "
			    "rules, sets and constants\n");
	free(says);
}

static void circles_of_includes_are_shown(void **state)
{
	static const char *const names[] = { "a" };
	struct policy *policy;
	char *says;

	(void)state;
	write_file("a", "include b\n");
	write_file("b", "include c\n");
	write_file("c", "include a\n");
	assert_int_not_equal(read_files(NULL, 0, names, 1, &policy, &says), 0);
	assert_non_null(strstr(says, "the include is a cycle: "));
	assert_non_null(strstr(says, "/a' includes '"));
	assert_non_null(strstr(says, "/b' includes '"));
	assert_non_null(strstr(says, "/c' includes '"));
	free(says);
}

static void includes_nest_sixteen_deep(void **state)
{
	static const char *const names[] = { "f0" };
	struct policy *policy;
	char *says, name[16], text[32];

	(void)state;
	for (int i = 0; i < 18; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		snprintf(text, sizeof(text), "include f%d\n", i + 1);
		write_file(name, text);
	}
	write_file("f16", "allow read\n");
	assert_int_equal(read_files(NULL, 0, names, 1, &policy, &says), 0);
	policy_destroy(policy);
	free(says);
	write_file("f16", "include f17\n");
	write_file("f17", "allow read\n");
	assert_int_not_equal(read_files(NULL, 0, names, 1, &policy, &says), 0);
	assert_string_equal(says, "1:9: error: includes are nested more than 16 deep\n");
	free(says);
}

static void only_files_and_pipes_of_some_size_are_read(void **state)
{
	static const char *const names[] = { "x" };
	char path[128], *says, *large = mem_alloc((1 << 20) + 3);
	struct policy *policy;

	(void)state;
	snprintf(path, sizeof(path), "%s/x", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(read_files(NULL, 0, names, 1, &policy, &says), -EISDIR);
	assert_non_null(strstr(says, "Is a directory"));
	free(says);
	rmdir(path);
	memset(large, '\n', (1 << 20) + 1);
	write_file("x", large);
	assert_int_equal(read_files(NULL, 0, names, 1, &policy, &says), -EFBIG);
	assert_non_null(strstr(says, "larger than 1 MiB"));
	free(says);
	unlink(path);
	assert_int_equal(symlink("/dev/null", path), 0);
	assert_int_equal(read_files(NULL, 0, names, 1, &policy, &says), -ENOTSUP);
	free(says);
	free(large);
}

static void a_fifo_without_writer_does_not_hang(void **state)
{
	static const char *const names[] = { "fifo" };
	struct policy *policy;
	char path[128], *says;

	(void)state;
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(read_files(NULL, 0, names, 1, &policy, &says), -ETIMEDOUT);
	assert_non_null(strstr(says, "a FIFO that nobody wrote to"));
	free(says);
}

static void a_condition_has_a_limit(void **state)
{
	struct strbuf text = { 0 };

	(void)state;
	strbuf_puts(&text, "allow read if fd == 0");
	for (int i = 0; i < 2048; i++)
		strbuf_puts(&text, " or fd == 0");
	assert_says(text.text, text.len,
		    "1:22543: error: the condition has more than 2048 tests\n");
	strbuf_finish(&text);
}

static void a_pipe_is_read_to_its_end(void **state)
{
	struct policy_source source = { .n_files = 1 };
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	const char *paths[1];
	char path[32];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fd_write_all(fds[1], "allow read\n", 11), 0);
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	paths[0] = path;
	source.files = paths;
	assert_int_equal(policy_parse(&source, &policy, &diags), 0);
	assert_int_equal(policy->n_rules, 2);
	close(fds[0]);
	policy_destroy(policy);
	diags_finish(&diags);
}

static void shipped_policies_read_without_a_word_under_every_arch(void **state)
{
	static const char *const texts[] = { "include <base>\n", "include <default>\n",
					     "arch x86_64 x86 x32 aarch64\ninclude <base>\n",
					     "arch x86_64 x86 x32 aarch64\ninclude <default>\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct policy *policy = NULL;
		struct diags diags = { 0 };
		char *says;

		assert_int_equal(
			policy_parse_text("p", texts[i], strlen(texts[i]), &policy, &diags), 0);
		says = diags_text(&diags);
		assert_string_equal(says, "");
		free(says);
		policy_destroy(policy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_are_read_or_refused_with_place_and_reason),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(all_errors_come_at_once_in_reading_order),
		cmocka_unit_test(an_error_shows_its_line),
		cmocka_unit_test(the_text_of_a_rule_is_as_written_with_blanks_folded),
		cmocka_unit_test(the_hash_is_sha256_of_the_text_and_a_nul),
		cmocka_unit_test(settings_get_their_values),
		cmocka_unit_test(options_win_over_files_and_earlier_files_over_later),
		cmocka_unit_test(variables_come_from_a_file),
		cmocka_unit_test(a_bad_file_of_variables_has_places_and_shows_no_values),
		cmocka_unit_test(includes_are_read_where_they_stand),
		cmocka_unit_test(an_included_file_holds_rules_only),
		cmocka_unit_test(circles_of_includes_are_shown),
		cmocka_unit_test(includes_nest_sixteen_deep),
		cmocka_unit_test(only_files_and_pipes_of_some_size_are_read),
		cmocka_unit_test(a_fifo_without_writer_does_not_hang),
		cmocka_unit_test(a_condition_has_a_limit),
		cmocka_unit_test(a_pipe_is_read_to_its_end),
		cmocka_unit_test(shipped_policies_read_without_a_word_under_every_arch),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
