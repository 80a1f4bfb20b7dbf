// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts on failures, from facts and answers that are written down here. */
#include <errno.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "cause/judge.h"
#include "sys/syscall.h"

enum { CALLER = 0, OWNER = 1000, PEN_USER = 0x70000001 };

/* What the host has. A path that is not here is missing; its directory is there if it is here. */
static const struct {
	const char *path;
	struct ask_path answer;
} host_paths[] = {
	{ "/srv/x", { .mode = S_IFDIR } },
	{ "/srv/x/out", { .mode = S_IFREG } },
	{ "/srv/x/rw", { .mode = S_IFDIR } },
	{ "/srv/x/rw/kept", { .mode = S_IFREG } },
	{ "/srv/it's", { .mode = S_IFREG } },
	{ "/srv/a b", { .mode = S_IFREG } },
	{ "/srv/x/ho\nho", { .mode = S_IFREG } },
	{ "/srv/other", { .mode = S_IFREG } },
	{ "/srv/owned", { .mode = S_IFREG, .uid = OWNER } },
	{ "/srv/x/owned", { .mode = S_IFREG | 0400, .uid = OWNER } },
	{ "/srv/x/closed", { .mode = S_IFREG, .uid = OWNER } },
	{ "/home", { .mode = S_IFDIR } },
	{ "/run", { .mode = S_IFDIR } },
	{ "/usr/bin", { .mode = S_IFDIR, .make = EROFS } },
	{ "/usr/bin/tool", { .mode = S_IFREG } },
	{ "/usr/ro", { .mode = S_IFREG, .write = EROFS, .remove = EROFS } },
	{ "/usr/shut", { .mode = S_IFREG, .read = EACCES } },
	{ "/usr/away", { .mode = S_IFREG, .real = "/var/lib/away" } },
	{ "/usr/secret", { .mode = S_IFREG } },
	{ "/usr/doubt", { .doubt = DOUBT_LINK } },
	{ "/dev/kvm", { .mode = S_IFCHR } },
	{ "/usr/kvm", { .mode = S_IFCHR } },
	{ "/dev/tty", { .mode = S_IFCHR } },
	{ "/dev/shm/x", { .mode = S_IFREG } },
	{ "/run/socket", { .mode = S_IFSOCK } },
	{ "/proc/4711", { .mode = S_IFDIR, .uid = OWNER } },
	{ "/proc/1/environ", { .mode = S_IFREG } },
	{ "/proc/4713", { .mode = S_IFDIR } },
	{ "/work/stuff", { .mode = S_IFREG } },
	{ "/tmp", { .mode = S_IFDIR } },
	{ "/tmp/theirs", { .mode = S_IFREG } },
};

static bool is_known(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(host_paths); i++)
		if (str_eq(host_paths[i].path, path))
			return true;
	return false;
}

static void answer_path(void *data, const char *path, struct ask_path *ret_path)
{
	char folder[PATH_MAX];

	(void)data;
	*ret_path = (struct ask_path){ .error = ENOENT };
	for (size_t i = 0; i < ARRAY_SIZE(host_paths); i++)
		if (str_eq(host_paths[i].path, path))
			*ret_path = host_paths[i].answer;
	strcpy(folder, path);
	*strrchr(folder, '/') = '\0';
	ret_path->has_dir = is_known(folder);
	for (size_t i = 0; i < ARRAY_SIZE(host_paths) && ret_path->error; i++)
		if (str_eq(host_paths[i].path, folder))
			ret_path->make = host_paths[i].answer.make;
	if (!ret_path->real[0])
		strcpy(ret_path->real, path);
}

/* 10.0.0.1 is reached, 127.0.0.1:80 and 10.0.0.2:80 are the host's own; port 81 has nobody. */
static void answer_address(void *data, const struct ask_address *address, struct ask_net *ret_net)
{
	bool is_own = address->ip[0] == 127 || address->ip[3] == 2;

	(void)data;
	*ret_net = (struct ask_net){
		.route = address->ip[0] == 9 ? ENETUNREACH : 0,
		.is_own = is_own,
		.is_listened = is_own && ((address->port == 80 && address->is_stream) ||
					  (address->port == 53 && !address->is_stream)),
	};
}

static void answer_abstract(void *data, const char *name, size_t len, struct ask_net *ret_net)
{
	(void)data;
	*ret_net = (struct ask_net){ .is_listened = len == 5 && !memcmp(name, "a\\b\1c", 5) };
}

static const struct cause_host host = { NULL, answer_path, answer_address, answer_abstract };

static struct pen_part parts[] = {
	{ PEN_SHOWS_OWN, "/", NULL, false, 0, { 0 } },
	{ PEN_SHOWS_LINK, "/bin", "usr/bin", true, 0, { 0 } },
	{ PEN_SHOWS_HOST, "/usr", "/usr", false, 0, { 0 } },
	{ PEN_SHOWS_OWN, "/run", NULL, true, 0, { 0 } },
	{ PEN_SHOWS_MEMORY, "/tmp", NULL, true, 64 << 20, { 0 } },
	{ PEN_SHOWS_OWN, "/dev", NULL, false, 0, { 0 } },
	{ PEN_SHOWS_OWN, "/proc", NULL, false, 0, { 0 } },
	{ PEN_SHOWS_HOST, "/srv/x", "/srv/x", false, 0, { 0 } },
	{ PEN_SHOWS_HOST, "/data", "/srv/x", false, 0, { "-r", 0, 0 } },
	{ PEN_SHOWS_HOST, "/srv/x/rw", "/srv/x/rw", true, 0, { 0 } },
	{ PEN_KEEPS, "/srv/x/rw/kept", "/srv/x/rw/kept", false, 0, { 0 } },
	{ PEN_HIDES, "/usr/secret", NULL, false, 0, { "app.policy", 3, 1 } },
};

static struct rlimit_setting rlimits[] = {
	{ { "-", 0, 0 }, RLIMIT_NOFILE, 64, 64 },
	{ { "-", 0, 0 }, RLIMIT_FSIZE, 4096, 4096 },
	{ { "-", 0, 0 }, RLIMIT_AS, 1 << 26, 1 << 26 },
};

struct pen_kind {
	enum net_mode net;
	uint64_t capabilities;
	const char *net_user_lacks;
	bool is_elsewhere, is_at_root, is_same_user, has_no_rights, has_no_limits;
	uint64_t memory_peak; /* of a limit of 64M, without any rlimit; 0: not counted */
};

static const struct pen_kind plain = { 0 };
static const struct pen_kind on_host = { .net = NET_HOST };
static const struct pen_kind by_user = { .net = NET_USER };
static const struct pen_kind without_pasta = { .net_user_lacks = "pasta, which is not installed" };
static const struct pen_kind rootless = { .is_same_user = true, .has_no_rights = true };
static const struct pen_kind elsewhere = { .is_elsewhere = true };
static const struct pen_kind at_root = { .is_at_root = true };
static const struct pen_kind filled = { .memory_peak = 48 << 20 };
static const struct pen_kind roomy = { .memory_peak = 40 << 20 };
static const struct pen_kind unlimited = { .has_no_limits = true };
static const struct pen_kind given = { .capabilities = 1ULL << CAP_CHOWN };

/* A call and how it failed; then the verdict: no fix is "". */
struct row {
	const struct pen_kind *pen;
	const char *call;
	int error;
	enum record_object object;
	const char *text;
	enum record_access access;
	bool is_made;
	int family;
	uint16_t port;
	uint64_t args[2];
	enum record_cause cause;
	const char *words, *fix;
};

#define PATH(call, error, text, access, made)                      \
	call, error, RECORD_OBJECT_PATH, text, access, made, 0, 0, \
	{                                                          \
		0                                                  \
	}
#define ADDRESS(call, error, family, text, port)                                    \
	call, error, RECORD_OBJECT_ADDRESS, text, ACCESS_LOOK, false, family, port, \
	{                                                                           \
		0                                                                   \
	}
#define PLAIN(call, error, first, second)                                \
	call, error, RECORD_OBJECT_NONE, NULL, ACCESS_LOOK, false, 0, 0, \
	{                                                                \
		first, second                                            \
	}
#define PROCESS(error, pid)                                                   \
	"kill", error, RECORD_OBJECT_PROCESS, NULL, ACCESS_LOOK, false, 0, 0, \
	{                                                                     \
		pid, 9                                                        \
	}
#define PEN(words, fix) RECORD_CAUSE_PEN, words, fix
#define ON_HOST		RECORD_CAUSE_HOST, NULL, ""
#define UNKNOWN(words)	RECORD_CAUSE_UNKNOWN, words, ""

static const struct row rows[] = {
	/* not in the pen */
	{ &plain, PATH("openat", ENOENT, "/srv/other", ACCESS_READ, false),
	  PEN("it is not in the pen", "-r /srv/other") },
	{ &plain, PATH("openat", ENOENT, "/srv/none", ACCESS_READ, false), ON_HOST },
	{ &plain, PATH("openat", ENOENT, "/usr/none", ACCESS_READ, false), ON_HOST },
	{ &plain, PATH("openat", ENOENT, "/bin/none", ACCESS_READ, false), ON_HOST },
	{ &plain, PATH("openat", ENOENT, "/bin/tool", ACCESS_READ, false),
	  UNKNOWN("the host has changed since") },
	{ &plain, PATH("openat", ENOENT, "/usr/away", ACCESS_READ, false),
	  PEN("it is a link that leads out of the pen", "-r /var/lib/away") },
	{ &plain, PATH("openat", ENOENT, "/tmp/theirs", ACCESS_READ, false),
	  PEN("it is not in the pen", "-r /tmp/theirs") },
	{ &plain, PATH("openat", ENOENT, "/dev/kvm", ACCESS_WRITE, false),
	  PEN("the pen does not have that device", "--device /dev/kvm") },
	{ &plain, PATH("openat", ENOENT, "/dev/shm/x", ACCESS_READ, false),
	  PEN("it is not in the pen", "-r /dev/shm") },
	{ &plain, PATH("openat", ENOENT, "/proc/4711", ACCESS_READ, false),
	  PEN("the pen has its own /proc", "") },
	{ &plain, PATH("openat", EACCES, "/proc/1/environ", ACCESS_READ, false),
	  PEN("the pen's own '/proc' does not permit it", "") },
	{ &plain, PATH("openat", EROFS, "/proc/1/environ", ACCESS_READ, false),
	  PEN("the pen's own '/proc' is read-only", "") },
	{ &plain, PATH("mkdir", ENOENT, "/work/data", ACCESS_WRITE, true), ON_HOST },
	{ &elsewhere, PATH("openat", ENOENT, "/data2", ACCESS_READ, false), ON_HOST },
	{ &plain, PATH("openat", ENOENT, "/usr/doubt", ACCESS_READ, false),
	  UNKNOWN("it leads through a link that others could have put there") },
	/* read-only */
	{ &plain, PATH("openat", EROFS, "/srv/x/out", ACCESS_WRITE, true),
	  PEN("the directory is shown read-only", "-w .") },
	{ &plain, PATH("mkdir", EROFS, "/srv/x/new", ACCESS_WRITE, true),
	  PEN("the directory is shown read-only", "-w .") },
	{ &plain, PATH("mkdir", EROFS, "/srv/x/out", ACCESS_WRITE, true), ON_HOST },
	{ &plain, PATH("unlink", EROFS, "/usr/ro", ACCESS_WRITE, false), ON_HOST },
	{ &plain, PATH("openat", EROFS, "/usr/bin/new", ACCESS_WRITE, true), ON_HOST },
	{ &plain, PATH("openat", EROFS, "/usr/bin/tool", ACCESS_WRITE, false),
	  PEN("the directory is shown read-only", "-w /usr/bin") },
	{ &plain, PATH("openat", EROFS, "/srv/x/rw/kept", ACCESS_WRITE, false),
	  PEN("it is kept read-only in a directory that is writable", "-w rw/kept") },
	/* forbidden */
	{ &plain, PATH("openat", EACCES, "/usr/shut", ACCESS_READ, false), ON_HOST },
	{ &plain, PATH("openat", EACCES, "/usr/secret", ACCESS_READ, false),
	  PEN("'hide' in app.policy:3 hides it", "") },
	{ &plain, PATH("openat", EACCES, "/usr/kvm", ACCESS_READ, false),
	  PEN("a device that is merely bound cannot be opened", "--device /usr/kvm") },
	{ &plain, PATH("openat", EACCES, "/srv/x/owned", ACCESS_READ, false),
	  PEN("it belongs to user 1000, and the command runs as another", "--user 1000") },
	/* not even its owner may */
	{ &plain, PATH("openat", EACCES, "/srv/x/closed", ACCESS_READ, false),
	  PEN("the command runs as another user than the caller", "--capability dac_override") },
	{ &plain, PATH("openat", EROFS, "/home/new", ACCESS_WRITE, true),
	  PEN("the pen's own '/' is read-only", "-w /home") },
	{ &plain, PATH("openat", EROFS, "/run/new", ACCESS_WRITE, true),
	  PEN("the pen's own '/run' is read-only", "--tmpfs '/run 16M'") },
	{ &plain, PATH("openat", EACCES, "/srv/x/owned", ACCESS_WRITE, false),
	  PEN("the directory is shown read-only, and to another user", "-w .") },
	/* full */
	{ &plain, PATH("write", ENOSPC, "/tmp/big", ACCESS_WRITE, false),
	  PEN("the private '/tmp' of 64 MiB is full", "--tmpfs '/tmp 1024M'") },
	{ &plain, PATH("write", ENOSPC, "/srv/x/rw/big", ACCESS_WRITE, false), ON_HOST },
	/* names that a shell or the language would take apart */
	{ &plain, PATH("openat", ENOENT, "/srv/it's", ACCESS_READ, false),
	  PEN("it is not in the pen", "-r '\"/srv/it'\"'\"'s\"'") },
	{ &plain, PATH("openat", ENOENT, "/srv/a b", ACCESS_READ, false),
	  PEN("it is not in the pen", "-r '\"/srv/a b\"'") },
	{ &plain, PATH("openat", EROFS, "/srv/x/ho\nho/new", ACCESS_WRITE, true),
	  PEN("the directory is shown read-only", "") },
	/* the working directory */
	{ &at_root, PATH("openat", ENOENT, "/srv/other", ACCESS_READ, false),
	  PEN("it is not in the pen", "-r /srv/other") },
	{ &elsewhere, PATH("openat", ENOENT, "/stuff", ACCESS_READ, false),
	  PEN("the working directory is not in the pen", "-r .") },
	{ &elsewhere, PATH("openat", ENOENT, "/work/stuff", ACCESS_WRITE, false),
	  PEN("the working directory is not in the pen", "-w .") },
	/* addresses */
	{ &plain, ADDRESS("connect", ENETUNREACH, AF_INET, "AF_INET 10.0.0.1:80", 80),
	  PEN("the pen has no network", "--net user") },
	{ &plain, ADDRESS("sendto", ENETUNREACH, AF_INET, "AF_INET 10.0.0.1:53", 53),
	  PEN("the pen has no network, so names cannot be resolved", "--net user") },
	{ &without_pasta, ADDRESS("connect", ENETUNREACH, AF_INET, "AF_INET 10.0.0.1:80", 80),
	  PEN("the pen has no network; --net user needs pasta, which is not installed",
	      "--net user") },
	{ &without_pasta, ADDRESS("sendto", ECONNREFUSED, AF_INET, "AF_INET 127.0.0.53:53", 53),
	  PEN("the pen has its own loopback; --net user needs pasta, which is not installed",
	      "--net user") },
	{ &without_pasta, ADDRESS("connect", ECONNREFUSED, AF_INET, "AF_INET 127.0.0.1:80", 80),
	  PEN("the pen has its own loopback", "--net host") },
	{ &plain, ADDRESS("connect", ENETUNREACH, AF_INET, "AF_INET 9.0.0.1:80", 80), ON_HOST },
	{ &on_host, ADDRESS("connect", ENETUNREACH, AF_INET, "AF_INET 10.0.0.1:80", 80), ON_HOST },
	{ &by_user, ADDRESS("connect", ENETUNREACH, AF_INET, "AF_INET 10.0.0.1:80", 80),
	  PEN("the pen's own network has no route there", "--net host") },
	{ &plain, ADDRESS("connect", ECONNREFUSED, AF_INET, "AF_INET 127.0.0.1:80", 80),
	  PEN("the pen has its own loopback", "--net host") },
	{ &plain, ADDRESS("connect", ECONNREFUSED, AF_INET, "AF_INET 127.0.0.1:81", 81), ON_HOST },
	{ &plain, ADDRESS("sendto", ECONNREFUSED, AF_INET, "AF_INET 127.0.0.53:53", 53),
	  PEN("the pen has its own loopback", "--net user") },
	{ &plain, ADDRESS("bind", EADDRNOTAVAIL, AF_INET, "AF_INET 10.0.0.2:80", 80),
	  PEN("the pen's network does not have that address", "--net host") },
	{ &plain, ADDRESS("bind", EADDRNOTAVAIL, AF_INET, "AF_INET 10.0.0.3:80", 80), ON_HOST },
	{ &plain, ADDRESS("connect", ECONNREFUSED, AF_UNIX, "AF_UNIX @\"a\\\\b\\x01c\"", 0),
	  PEN("abstract sockets belong to a network, and the pen has its own", "--net host") },
	{ &plain, ADDRESS("connect", ECONNREFUSED, AF_UNIX, "AF_UNIX @\"other\"", 0), ON_HOST },
	{ &plain, ADDRESS("connect", ENOENT, AF_UNIX, "AF_UNIX \"/run/socket\"", 0),
	  PEN("it is not in the pen", "-r /run/socket") },
	{ &plain, ADDRESS("connect", ENOENT, AF_UNIX, "AF_UNIX \"/run/none\"", 0), ON_HOST },
	/* rights */
	{ &plain, PLAIN("chroot", EPERM, 0, 0),
	  PEN("the command does not have cap_sys_chroot", "--capability sys_chroot") },
	{ &plain, PLAIN("settimeofday", EPERM, 0, 0),
	  PEN("the command does not have cap_sys_time over the host, which no pen grants", "") },
	{ &plain, PLAIN("socket", EPERM, AF_INET, SOCK_RAW | SOCK_CLOEXEC),
	  PEN("the command does not have cap_net_raw", "--capability net_raw") },
	{ &rootless, PLAIN("socket", EPERM, AF_INET, SOCK_RAW), ON_HOST },
	{ &plain, PLAIN("socket", EPERM, AF_INET, SOCK_STREAM), RECORD_CAUSE_UNKNOWN, NULL, "" },
	{ &on_host, PLAIN("socket", EPERM, AF_INET, SOCK_RAW),
	  PEN("the command does not have cap_net_raw over the host's network, which no pen grants",
	      "") },
	{ &given, PLAIN("fchown", EPERM, 0, 0),
	  PEN("the process no longer has cap_chown, which the pen grants", "") },
	{ &rootless, PLAIN("chroot", EPERM, 0, 0), ON_HOST },
	/* limits */
	{ &plain, PLAIN("openat", EMFILE, 0, 0),
	  PEN("the limit of nofile is 64", "--rlimit 'nofile 128'") },
	{ &unlimited, PLAIN("openat", EMFILE, 0, 0), ON_HOST },
	{ &plain, PLAIN("inotify_init1", EMFILE, 0, 0), RECORD_CAUSE_UNKNOWN, NULL, "" },
	{ &plain, PLAIN("clone3", EAGAIN, 0, 0),
	  PEN("the pen allows 32 processes", "-l 'pids 64'") },
	/* every pen without a cgroup has this one */
	{ &unlimited, PLAIN("clone3", EAGAIN, 0, 0),
	  PEN("the limit of nproc is 512", "--rlimit 'nproc 1024'") },
	{ &plain, PLAIN("write", EFBIG, 0, 0),
	  PEN("the limit of fsize is 4096", "--rlimit 'fsize 8192'") },
	{ &plain, PLAIN("mmap", ENOMEM, 0, 1 << 30),
	  PEN("the limit of as is 67108864", "--rlimit 'as 134217728'") },
	{ &plain, PLAIN("mmap", ENOMEM, 0, 1ULL << 62), ON_HOST },
	{ &unlimited, PLAIN("mmap", ENOMEM, 0, 1 << 30), ON_HOST },
	{ &roomy, PLAIN("io_setup", ENOMEM, 0, 0), ON_HOST },
	/* with cgroup version 1 sockets have their share of it */
	{ &filled, PLAIN("io_setup", ENOMEM, 0, 0),
	  PEN("the pen has 64M of memory", "-l 'memory 128M'") },
	/* processes, terminals */
	{ &plain, PROCESS(ESRCH, 4711), PEN("the pen has its own processes", "") },
	{ &rootless, PROCESS(ESRCH, 4711), ON_HOST },
	{ &plain, PROCESS(ESRCH, 4712), ON_HOST },
	{ &plain, PROCESS(ESRCH, 4713), ON_HOST },
	{ &plain, PROCESS(EPERM, 1), PEN("process 1 of the pen is its own init", "") },
	{ &rootless, PROCESS(EPERM, 1), ON_HOST },
	{ &plain, PATH("openat", ENXIO, "/dev/tty", ACCESS_WRITE, false),
	  PEN("the command has no terminal", "--tty keep") },
	{ &rootless, PATH("openat", ENXIO, "/dev/tty", ACCESS_WRITE, false), ON_HOST },
	/* what is not known */
	{ &plain, PATH("openat", ENOENT, NULL, ACCESS_READ, false), RECORD_CAUSE_UNKNOWN, NULL,
	  "" },
};

/* What the kernel told of the capability that was refused, over what the call's name says. */
static const struct {
	enum record_refusal refusal;
	int capability;
	struct row row;
} refused_rows[] = {
	{ REFUSAL_INSIDE,
	  CAP_SYS_ADMIN,
	  { &plain, PLAIN("unshare", EPERM, 0, 0),
	    PEN("the command does not have cap_sys_admin", "--capability sys_admin") } },
	{ REFUSAL_INSIDE, CAP_SYS_ADMIN, { &rootless, PLAIN("unshare", EPERM, 0, 0), ON_HOST } },
	{ REFUSAL_OUTSIDE,
	  CAP_CHOWN,
	  { &given, PLAIN("fchown", EPERM, 0, 0),
	    PEN("the pen grants cap_chown only over its own namespaces", "") } },
	{ REFUSAL_OUTSIDE,
	  CAP_NET_ADMIN,
	  { &plain, PLAIN("setsockopt", EPERM, 0, 0),
	    PEN("the command does not have cap_net_admin over the host, which no pen grants",
		"") } },
	{ REFUSAL_OUTSIDE,
	  CAP_NET_ADMIN,
	  { &on_host, PLAIN("ioctl", EPERM, 0, 0),
	    PEN("the command does not have cap_net_admin over the host's network, which no pen "
		"grants",
		"") } },
	{ REFUSAL_OUTSIDE,
	  CAP_SYSLOG,
	  { &plain, PLAIN("syslog", EPERM, 10, 0),
	    PEN("the command does not have cap_syslog over the host, which no pen grants; the call "
		"takes it unless kernel.dmesg_restrict is 0",
		"") } },
	{ REFUSAL_OUTSIDE,
	  CAP_SYS_ADMIN,
	  { &plain, PLAIN("syslog", EPERM, 10, 0),
	    PEN("the command does not have cap_sys_admin over the host, which no pen grants",
		"") } },
	{ REFUSAL_INSIDE,
	  CAP_NET_RAW,
	  { &by_user, PLAIN("socket", EPERM, AF_INET, SOCK_RAW),
	    PEN("the command does not have cap_net_raw, which does not go with net user", "") } },
	/* Landlock is before the kernel's question. */
	{ REFUSAL_NONE,
	  0,
	  { &plain, PLAIN("mount", EPERM, 0, 0),
	    PEN("the command does not have cap_sys_admin", "--capability sys_admin") } },
	{ REFUSAL_NONE,
	  0,
	  { &plain, PATH("umount2", EPERM, "/usr", ACCESS_LOOK, false),
	    PEN("the command does not have cap_sys_admin", "--capability sys_admin") } },
	{ REFUSAL_NONE, 0, { &rootless, PLAIN("mount", EPERM, 0, 0), ON_HOST } },
	/* No table knows better. */
	{ REFUSAL_NONE,
	  0,
	  { &plain, PLAIN("prlimit64", EPERM, 0, 0), RECORD_CAUSE_UNKNOWN, NULL, "" } },
	{ REFUSAL_INSIDE,
	  CAP_SYS_ADMIN,
	  { &plain, PLAIN("setuid", EPERM, 0, 0),
	    PEN("the command does not have cap_sys_admin", "--capability sys_admin") } },
	{ REFUSAL_INSIDE,
	  CAP_SETFCAP,
	  { &plain, PATH("setxattr", EPERM, "/tmp/f", ACCESS_WRITE, false),
	    PEN("the command does not have cap_setfcap: it takes --capability setfcap and "
		"--allow set-id",
		"") } },
	/* A path is not always the reason. */
	{ REFUSAL_INSIDE,
	  CAP_SYS_ADMIN,
	  { &plain, PATH("mount", EPERM, "/srv/x", ACCESS_LOOK, false),
	    PEN("the command does not have cap_sys_admin", "--capability sys_admin") } },
	{ REFUSAL_OUTSIDE,
	  CAP_MKNOD,
	  { &plain, PATH("mknod", EPERM, "/tmp/node", ACCESS_WRITE, true),
	    PEN("the command does not have cap_mknod over the host, which no pen grants", "") } },
	{ REFUSAL_INSIDE,
	  CAP_DAC_READ_SEARCH,
	  { &plain, PATH("openat", EACCES, "/srv/x/closed", ACCESS_READ, false),
	    PEN("the command runs as another user than the caller",
		"--capability dac_read_search") } },
	{ REFUSAL_NONE,
	  0,
	  { &plain, PATH("openat", EACCES, "/srv/x/closed", ACCESS_READ, false),
	    PEN("the command runs as another user than the caller", "") } },
	/* The pen's init is nobody's to look at. */
	{ REFUSAL_INSIDE,
	  CAP_SYS_PTRACE,
	  { &plain, PLAIN("ptrace", EPERM, 16, 1),
	    PEN("process 1 of the pen is its own init", "") } },
	{ REFUSAL_INSIDE,
	  CAP_SYS_PTRACE,
	  { &plain, PLAIN("ptrace", EPERM, 16, 4),
	    PEN("the command does not have cap_sys_ptrace", "--capability sys_ptrace") } },
	{ REFUSAL_INSIDE,
	  CAP_SYS_PTRACE,
	  { &plain, PATH("newfstatat", EACCES, "/proc/1/root", ACCESS_LOOK, false),
	    PEN("process 1 of the pen is its own init", "") } },
};

static void judge_row(const struct row *row, enum record_refusal refusal, int capability,
		      struct record_failure *ret)
{
	const struct sys_call *call = sys_call_find(ARCH_X86_64, row->call);
	struct settings settings = {
		.net.mode = row->pen->net,
		.capabilities.mask = row->pen->capabilities,
		.rlimits = { rlimits,
			     row->pen->has_no_limits || row->pen->memory_peak ? 0
									      : ARRAY_SIZE(rlimits),
			     0 },
	};
	const struct pen_view view = {
		.v = parts,
		.n = ARRAY_SIZE(parts),
		.uid = row->pen->is_same_user ? CALLER : PEN_USER,
		.directory = row->pen->is_elsewhere ? "/work"
			     : row->pen->is_at_root ? "/"
						    : "/srv/x",
		.is_elsewhere = row->pen->is_elsewhere,
	};
	const struct enforced enforced = {
		.limits = { { "pids", 32, 0 }, { "memory", 64 << 20, 48 << 20 } },
		.n_limits = row->pen->has_no_limits ? 0 : 2,
	};
	const struct resources used = {
		.pids_peak = 32,
		.memory_peak = row->pen->memory_peak ? row->pen->memory_peak : UINT64_MAX,
	};
	static struct record_process ended = { .pid = 4713 };
	const struct record_processes ran = { &ended, 1, 1 };
	struct cause_facts facts = {
		.settings = &settings,
		.view = &view,
		.enforced = &enforced,
		.used = &used,
		.ran = &ran,
		.uid = CALLER,
		.rights = row->pen->has_no_rights ? 0 : ~0ULL,
		.has_terminal = !row->pen->has_no_rights,
		.net_user_lacks = row->pen->net_user_lacks,
	};

	for (size_t i = 0; i < RLIMIT_NLIMITS; i++)
		facts.rlimits[i] = RLIM_INFINITY;
	facts.most_processes = RLIM_INFINITY;
	assert_non_null(call);
	*ret = (struct record_failure){
		.arch = ARCH_X86_64,
		.nr = (uint32_t)call->nr[ARCH_X86_64],
		.error = row->error,
		.object = row->object,
		.text = mem_strdup(row->text),
		.access = row->access,
		.is_made = row->is_made,
		.family = row->family,
		.port = row->port,
		.args = { row->args[0], row->args[1] },
		.refusal = refusal,
		.capability = capability,
	};
	judge_failure(&facts, &host, ret);
}

/* Returns whether the verdict is another than that of the row. */
static bool is_wrong(const struct row *row, enum record_refusal refusal, int capability)
{
	struct record_failure failure;
	const char *words, *fix;
	bool is_wrong;

	judge_row(row, refusal, capability, &failure);
	words = failure.words ? failure.words : "";
	fix = failure.fix ? failure.fix : "";
	is_wrong = failure.cause != row->cause || !str_eq(words, row->words ? row->words : "") ||
		   !str_eq(fix, row->fix);
	if (is_wrong)
		print_error("%s %d %s: %d '%s' '%s'\n", row->call, row->error,
			    row->text ? row->text : "-", failure.cause, words, fix);
	record_finish_failure(&failure);
	return is_wrong;
}

static void each_failure_has_its_verdict(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		n_wrong += is_wrong(&rows[i], REFUSAL_UNKNOWN, 0);
	assert_int_equal(n_wrong, 0);
}

static void what_was_refused_decides(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused_rows); i++)
		n_wrong += is_wrong(&refused_rows[i].row, refused_rows[i].refusal,
				    refused_rows[i].capability);
	assert_int_equal(n_wrong, 0);
}

/* Also where only the call's name says which one it was. */
static void the_capability_is_named(void **state)
{
	static const struct row row = { &plain, PLAIN("chroot", EPERM, 0, 0), ON_HOST };
	struct record_failure failure;

	(void)state;
	judge_row(&row, REFUSAL_UNKNOWN, 0, &failure);
	assert_int_equal(failure.refusal, REFUSAL_INSIDE);
	assert_int_equal(failure.capability, CAP_SYS_CHROOT);
	record_finish_failure(&failure);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_failure_has_its_verdict),
		cmocka_unit_test(what_was_refused_decides),
		cmocka_unit_test(the_capability_is_named),
	};

	return cmocka_run_group_tests_name("tests", tests, NULL, NULL);
}
