// SPDX-License-Identifier: GPL-2.0-or-later
/* Attempts at what the built-in rules protect: files that carry rights, pid 1, and what network
 * namespaces do not isolate. Each by every ABI and with registers whose upper halves are not 0. */
#include "tests/pen/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HIGH	    0xabcd000000000000UL /* bits that a 32-bit argument does not have */
#define X32	    0x40000000L
#define N_FCHMODAT2 452 /* Linux 6.6 */
#define N_IOPRIO    SYS_ioprio_set

enum { SET_ID = 06755, PLAIN = 0755, FROM = AT_FDCWD };

/* i386's numbers */
enum { X86_CREAT = 8, X86_MKNOD = 14, X86_CHMOD = 15, X86_FCHMOD = 94, X86_OPEN = 5 };
enum { X86_OPENAT = 295, X86_FCHMODAT = 306 };

/* Memory below 4 GiB, for i386 calls. */
static char *low;

/* A call of the i386 ABI, if the kernel has that; a filter may kill the caller. */
static long call_x86(long nr, long a, long b, long c, long d)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

static void native_chmod(void)
{
	syscall(SYS_chmod, low, SET_ID);
}
static void native_chmod_high(void)
{
	syscall(SYS_chmod, low, HIGH | SET_ID);
}
static void native_fchmod(void)
{
	syscall(SYS_fchmod, open(low, O_RDONLY), SET_ID);
}
static void native_fchmodat(void)
{
	syscall(SYS_fchmodat, FROM, low, S_ISGID | PLAIN);
}
static void native_fchmodat2(void)
{
	syscall(N_FCHMODAT2, FROM, low, SET_ID, AT_SYMLINK_NOFOLLOW);
}
static void native_creat(void)
{
	unlink(low);
	syscall(SYS_creat, low, SET_ID);
}
static void native_mknod(void)
{
	unlink(low);
	syscall(SYS_mknod, low, S_IFREG | SET_ID, 0);
}
static void native_mknodat(void)
{
	unlink(low);
	syscall(SYS_mknodat, FROM, low, S_IFREG | S_ISUID | PLAIN, 0);
}
static void native_open(void)
{
	unlink(low);
	syscall(SYS_open, low, O_CREAT | O_WRONLY, SET_ID);
}
static void native_openat(void)
{
	unlink(low);
	syscall(SYS_openat, FROM, low, HIGH | O_CREAT | O_EXCL | O_RDWR, HIGH | SET_ID);
}
static void native_tmpfile(void)
{
	char self[64];
	int fd = (int)syscall(SYS_openat, FROM, ".", O_TMPFILE | O_RDWR, SET_ID);

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	unlink(low);
	linkat(AT_FDCWD, self, AT_FDCWD, low, AT_SYMLINK_FOLLOW);
}
static void native_openat2(void)
{
	struct open_how how = { .flags = O_CREAT | O_RDWR, .mode = SET_ID };

	unlink(low);
	syscall(SYS_openat2, FROM, low, &how, sizeof(how));
}

/* One operation of a ring, submitted at once. */
static void native_io_uring(void)
{
	struct io_uring_params params = { 0 };
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);
	size_t room = 4096;
	struct io_uring_sqe *entry;
	unsigned int *queue;

	if (ring < 0)
		return;
	queue = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	entry = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	if (queue == MAP_FAILED || entry == MAP_FAILED)
		return;
	unlink(low);
	*entry = (struct io_uring_sqe){ .opcode = IORING_OP_OPENAT,
					.fd = AT_FDCWD,
					.addr = (unsigned long)low,
					.len = SET_ID,
					.open_flags = O_CREAT | O_RDWR };
	queue[params.sq_off.array / sizeof(*queue)] = 0;
	__atomic_fetch_add(&queue[params.sq_off.tail / sizeof(*queue)], 1, __ATOMIC_RELEASE);
	syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

static void x86_chmod(void)
{
	call_x86(X86_CHMOD, (long)low, SET_ID, 0, 0);
}
static void x86_fchmod(void)
{
	call_x86(X86_FCHMOD, open(low, O_RDONLY), SET_ID, 0, 0);
}
static void x86_fchmodat(void)
{
	call_x86(X86_FCHMODAT, FROM, (long)low, SET_ID, 0);
}
static void x86_creat(void)
{
	unlink(low);
	call_x86(X86_CREAT, (long)low, SET_ID, 0, 0);
}
static void x86_mknod(void)
{
	unlink(low);
	call_x86(X86_MKNOD, (long)low, S_IFREG | SET_ID, 0, 0);
}
static void x86_open(void)
{
	unlink(low);
	call_x86(X86_OPEN, (long)low, O_CREAT | O_RDWR, SET_ID, 0);
}
static void x86_openat(void)
{
	unlink(low);
	call_x86(X86_OPENAT, FROM, (long)low, O_CREAT | O_RDWR, SET_ID);
}
static void x32_chmod(void)
{
	syscall(X32 | SYS_chmod, low, SET_ID);
}
static void x32_openat(void)
{
	unlink(low);
	syscall(X32 | SYS_openat, FROM, low, O_CREAT | O_RDWR, SET_ID);
}

static const struct {
	const char *name;
	void (*make)(void);
} ways[] = {
	{ "chmod", native_chmod },	   { "chmod, high bits", native_chmod_high },
	{ "fchmod", native_fchmod },	   { "fchmodat", native_fchmodat },
	{ "fchmodat2", native_fchmodat2 }, { "creat", native_creat },
	{ "mknod", native_mknod },	   { "mknodat", native_mknodat },
	{ "open", native_open },	   { "openat", native_openat },
	{ "O_TMPFILE", native_tmpfile },   { "openat2", native_openat2 },
	{ "io_uring", native_io_uring },   { "chmod of i386", x86_chmod },
	{ "fchmod of i386", x86_fchmod },  { "fchmodat of i386", x86_fchmodat },
	{ "creat of i386", x86_creat },	   { "mknod of i386", x86_mknod },
	{ "open of i386", x86_open },	   { "openat of i386", x86_openat },
	{ "chmod of x32", x32_chmod },	   { "openat of x32", x32_openat },
};

/* Tries one way in a separate process, which a filter may kill. The file exists already. */
static int try_way(size_t i)
{
	struct stat st;
	pid_t pid;

	unlink(low);
	close(open(low, O_CREAT | O_WRONLY | O_CLOEXEC, PLAIN));
	umask(0);
	pid = fork();
	if (pid == 0) {
		ways[i].make();
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	if (stat(low, &st) || !(st.st_mode & (S_ISUID | S_ISGID)))
		return 0;
	puts(ways[i].name);
	return 1;
}

/* set-id DIRECTORY: makes set-user-ID or set-group-ID files there, in every way. */
int run_set_id(char **args)
{
	int n = 0;

	low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
		   0);
	if (low == MAP_FAILED || chdir(args[0]))
		return WRONG_USE;
	strcpy(low, "set-id-file");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		n += try_way(i);
	unlink(low);
	return n ? OUT : SHUT;
}

/* outside-x86 FILE: changes the file's mode, owner and times by each call of i386 that does; its
 * mode and owner to what they are. Prints what worked. */
int run_outside_x86(char **args)
{
	static const struct {
		const char *name;
		int nr, is_at, args[2]; /* is_at: a directory's descriptor comes first */
	} rows[] = {
		{ "chmod", X86_CHMOD, 0, { 0600, 0 } },
		{ "chown", 182, 0, { -1, -1 } },
		{ "lchown", 16, 0, { -1, -1 } },
		{ "chown32", 212, 0, { -1, -1 } },
		{ "lchown32", 198, 0, { -1, -1 } },
		{ "utime", 30, 0, { 0, 0 } },
		{ "utimes", 271, 0, { 0, 0 } },
		{ "futimesat", 299, 1, { 0, 0 } },
		{ "utimensat", 320, 1, { 0, 0 } },
		{ "utimensat_time64", 412, 1, { 0, 0 } },
		{ "fchmodat", X86_FCHMODAT, 1, { 0600, 0 } },
	};
	int n = 0;

	low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1,
		   0);
	if (low == MAP_FAILED || strlen(args[0]) >= 4096)
		return WRONG_USE;
	strcpy(low, args[0]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const int *more = rows[i].args;
		long ret = rows[i].is_at ? call_x86(rows[i].nr, FROM, (long)low, more[0], more[1])
					 : call_x86(rows[i].nr, (long)low, more[0], more[1], 0);

		if (ret < 0)
			continue;
		printf("out: %s\n", rows[i].name);
		n++;
	}
	return n ? OUT : SHUT;
}

static int worked(const char *name, long ret)
{
	if (ret >= 0)
		puts(name);
	return ret >= 0;
}

/* starve PID: takes the CPU from the process PID, and from all processes of its user. For users it
 * only requests what changes nothing for one's own processes. */
int run_starve(char **args)
{
	const struct sched_param param = { 0 };
	struct rlimit limit = { 100, 100 };
	struct {
		unsigned int size, policy;
		unsigned long rest[6];
	} attributes = { .size = 48, .policy = SCHED_IDLE };
	unsigned long cpus[16] = { 1 };
	long pid = atol(args[0]);
	int n = 0;

	n += worked("sched_setscheduler",
		    syscall(SYS_sched_setscheduler, HIGH | (unsigned long)pid, SCHED_IDLE, &param));
	n += worked("sched_setattr", syscall(SYS_sched_setattr, pid, &attributes, 0));
	n += worked("sched_setaffinity", syscall(SYS_sched_setaffinity, pid, sizeof(cpus), cpus));
	n += worked("setpriority", syscall(SYS_setpriority, PRIO_PROCESS, pid, 19));
	n += worked("prlimit64", syscall(SYS_prlimit64, pid, RLIMIT_NPROC, &limit, NULL));
	n += worked("ioprio_set", syscall(N_IOPRIO, 1, pid, 3 << 13));
	n += worked("setpriority of the user", syscall(SYS_setpriority, PRIO_USER, 0, 19));
	n += worked("ioprio_set of the user", syscall(N_IOPRIO, 3, getuid(), 3 << 13));
	n += worked("setpriority of the group", syscall(SYS_setpriority, PRIO_PGRP, 0, 19));
	n += worked("ioprio_set of the group", syscall(N_IOPRIO, 2, 0, 3 << 13));
	n += worked("sched_setparam", syscall(SYS_sched_setparam, pid, &param));
	return n ? OUT : SHUT;
}

/* beyond: opens what reaches beyond a network namespace. */
int run_beyond(char **args)
{
	int n = 0;

	(void)args;
	n += worked("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
	n += worked("vsock datagrams", syscall(SYS_socket, HIGH | AF_VSOCK, SOCK_DGRAM, 0));
	n += worked("uevents", socket(AF_NETLINK, SOCK_RAW, 15));
	n += worked("audit", socket(AF_NETLINK, SOCK_RAW, 9));
	n += worked("fanotify", fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID, O_RDONLY));
	return n ? OUT : SHUT;
}
