// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * outside PID DIR: does to a process of the same user, and in a directory that belongs to it, both
 * outside the pen, what that user may: to be tried in a pen without namespaces, in which both have
 * the names that they have outside. Prints the name of everything that worked; nothing of it does
 * lasting harm. DIR has the files "secret" and "spare", a listening socket "stream" and a bound one
 * "datagram", and there is an abstract one with the name of "stream".
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attempt.h"

static pid_t victim;
static char secret[512], spare[512], made[512], stream[128], datagram[128];

static int is_open(int fd)
{
	return fd >= 0 && close(fd) == 0;
}

static int of_victim(const char *name, int flags)
{
	char path[64], byte;
	int fd, got;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)victim, name);
	fd = open(path, flags);
	got = fd >= 0 && read(fd, &byte, 1) == 1;
	close(fd);
	return got;
}

static int try_kill(void)
{
	return kill(victim, SIGCONT) == 0;
}

static int try_kill_all(void)
{
	/* Everything of the user: stopped processes go on, which harms none. */
	return kill(-1, SIGCONT) == 0 && kill(victim, 0) == 0;
}

static int try_queue(void)
{
	return sigqueue(victim, SIGCONT, (union sigval){ 0 }) == 0;
}

static int try_tgkill(void)
{
	return syscall(SYS_tgkill, victim, victim, SIGCONT) == 0;
}

static int try_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, victim, 0);

	return fd >= 0 && syscall(SYS_pidfd_send_signal, fd, SIGCONT, NULL, 0) == 0;
}

static int try_ptrace(void)
{
	int status;

	if (ptrace(PTRACE_SEIZE, victim, 0, 0) < 0)
		return 0;
	ptrace(PTRACE_INTERRUPT, victim, 0, 0);
	waitpid(victim, &status, __WALL);
	return ptrace(PTRACE_DETACH, victim, 0, 0) == 0;
}

static int try_memory(void)
{
	return of_victim("environ", O_RDONLY);
}

static int try_cmdline(void)
{
	return of_victim("cmdline", O_RDONLY);
}

static int try_status(void)
{
	return of_victim("status", O_RDONLY);
}

static int try_prlimit(void)
{
	struct rlimit limit;

	return prlimit(victim, RLIMIT_NOFILE, NULL, &limit) == 0 &&
	       prlimit(victim, RLIMIT_NOFILE, &limit, NULL) == 0;
}

static int try_nice(void)
{
	return setpriority(PRIO_PROCESS, (id_t)victim, getpriority(PRIO_PROCESS, (id_t)victim)) ==
	       0;
}

static int try_nice_user(void)
{
	return setpriority(PRIO_USER, getuid(), getpriority(PRIO_PROCESS, 0)) == 0;
}

static int try_scheduler(void)
{
	const struct sched_param param = { 0 };

	return sched_setscheduler(victim, SCHED_OTHER, &param) == 0;
}

static int try_affinity(void)
{
	cpu_set_t set;

	return sched_getaffinity(victim, sizeof(set), &set) == 0 &&
	       sched_setaffinity(victim, sizeof(set), &set) == 0;
}

static int try_ioprio(void)
{
	return syscall(SYS_ioprio_set, 1, victim, 2 << 13 | 4) == 0;
}

static int try_read(void)
{
	return is_open(open(secret, O_RDONLY));
}

static int try_write(void)
{
	return is_open(open(secret, O_WRONLY));
}

static int try_truncate(void)
{
	return truncate(spare, 0) == 0;
}

static int try_list(void)
{
	char path[512];
	DIR *dir;

	snprintf(path, sizeof(path), "%.*s", (int)(strrchr(secret, '/') - secret), secret);
	dir = opendir(path);
	return dir && closedir(dir) == 0;
}

static int try_create(void)
{
	return is_open(open(made, O_WRONLY | O_CREAT, 0600)) && unlink(made) == 0;
}

static int try_link(void)
{
	return link(secret, made) == 0 && unlink(made) == 0;
}

static int try_symlink(void)
{
	return symlink(secret, made) == 0 && unlink(made) == 0;
}

static int try_rename(void)
{
	return rename(spare, made) == 0 && rename(made, spare) == 0;
}

static int try_chmod(void)
{
	return chmod(secret, 0600) == 0;
}

static int try_chmod_by_descriptor(void)
{
	int fd = open(secret, O_PATH);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return fd >= 0 &&
	       (syscall(452 /* fchmodat2, Linux 6.6 */, fd, "", 0600, AT_EMPTY_PATH) == 0 ||
		chmod(path, 0600) == 0);
}

static int try_chown(void)
{
	return lchown(secret, getuid(), getgid()) == 0;
}

static int try_times(void)
{
	return utimensat(AT_FDCWD, secret, NULL, 0) == 0;
}

/* ext4's request to set a file's generation, to what it is: it takes an owner, and a file that is
 * open, be it only to be read. */
static int try_version(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	long version = 0;
	int got = ioctl(fd, FS_IOC_GETVERSION, &version) == 0 &&
		  ioctl(fd, _IOW('f', 4, long), &version) == 0;

	close(fd);
	return got;
}

static int try_watch(void)
{
	int fd = inotify_init();

	return fd >= 0 && inotify_add_watch(fd, secret, IN_MODIFY) >= 0;
}

static int connect_to(const char *path, int is_abstract)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path + is_abstract, path, len);
	return fd >= 0 && connect(fd, (struct sockaddr *)&address,
				  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len +
					      (size_t)is_abstract)) == 0;
}

static int try_socket(void)
{
	return connect_to(stream, 0);
}

static int try_abstract(void)
{
	return connect_to(stream, 1);
}

/* A datagram socket of a pair takes another address. */
static int try_pair(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int ends[2];

	strcpy(address.sun_path, datagram);
	return socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0 &&
	       sendto(ends[0], "x", 1, 0, (struct sockaddr *)&address, sizeof(address)) == 1;
}

static int try_stream_pair(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int ends[2];

	strcpy(address.sun_path, stream);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return 0;
	close(ends[1]);
	shutdown(ends[0], SHUT_RDWR);
	return connect(ends[0], (struct sockaddr *)&address, sizeof(address)) == 0;
}

static int try_inet(void)
{
	return is_open(socket(AF_INET, SOCK_DGRAM, 0));
}

static int try_netlink(void)
{
	return is_open(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int try_memory_object(void)
{
	int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);

	return id >= 0 && shmctl(id, IPC_RMID, NULL) == 0;
}

static int try_message_queue(void)
{
	int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);

	return id >= 0 && msgctl(id, IPC_RMID, NULL) == 0;
}

static int try_semaphore(void)
{
	int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);

	return id >= 0 && semctl(id, 0, IPC_RMID) == 0;
}

static int try_posix_queue(void)
{
	char name[64];
	mqd_t queue;

	snprintf(name, sizeof(name), "/pinfold-test-%d", (int)getpid());
	queue = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
	return queue != (mqd_t)-1 && mq_unlink(name) == 0;
}

static int try_shm(void)
{
	char name[64];

	snprintf(name, sizeof(name), "/dev/shm/pinfold-test-%d", (int)getpid());
	return is_open(open(name, O_RDWR | O_CREAT, 0600)) && unlink(name) == 0;
}

static int try_key(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 0) > 0;
}

/* In a child: it could not come back. */
static int in_child(long (*function)(void))
{
	int status = 1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(function() != 0);
	waitpid(pid, &status, 0);
	return status == 0;
}

static long unshare_user(void)
{
	return unshare(CLONE_NEWUSER);
}

static int try_unshare(void)
{
	return in_child(unshare_user);
}

static int try_clone(void)
{
	int status;
	pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, &status, 0) == pid;
}

static int try_io_uring(void)
{
	char params[120] = { 0 };

	return is_open((int)syscall(SYS_io_uring_setup, 1, params));
}

static const struct {
	const char *name;
	int (*works)(void);
} rows[] = {
	{ "kill", try_kill },
	{ "kill-all", try_kill_all },
	{ "sigqueue", try_queue },
	{ "tgkill", try_tgkill },
	{ "pidfd", try_pidfd },
	{ "ptrace", try_ptrace },
	{ "environ", try_memory },
	{ "cmdline", try_cmdline },
	{ "status", try_status },
	{ "prlimit", try_prlimit },
	{ "nice", try_nice },
	{ "nice-user", try_nice_user },
	{ "scheduler", try_scheduler },
	{ "affinity", try_affinity },
	{ "ioprio", try_ioprio },
	{ "read", try_read },
	{ "write", try_write },
	{ "truncate", try_truncate },
	{ "list", try_list },
	{ "create", try_create },
	{ "link", try_link },
	{ "symlink", try_symlink },
	{ "rename", try_rename },
	{ "chmod", try_chmod },
	{ "chmod-descriptor", try_chmod_by_descriptor },
	{ "chown", try_chown },
	{ "times", try_times },
	{ "version", try_version },
	{ "watch", try_watch },
	{ "socket", try_socket },
	{ "abstract", try_abstract },
	{ "pair", try_pair },
	{ "stream-pair", try_stream_pair },
	{ "inet", try_inet },
	{ "netlink", try_netlink },
	{ "shmget", try_memory_object },
	{ "msgget", try_message_queue },
	{ "semget", try_semaphore },
	{ "mq", try_posix_queue },
	{ "shm", try_shm },
	{ "key", try_key },
	{ "unshare", try_unshare },
	{ "clone", try_clone },
	{ "io_uring", try_io_uring },
};

int run_outside(char **args)
{
	int result = SHUT;

	victim = (pid_t)atoi(args[0]);
	snprintf(secret, sizeof(secret), "%s/secret", args[1]);
	snprintf(spare, sizeof(spare), "%s/spare", args[1]);
	snprintf(made, sizeof(made), "%s/made", args[1]);
	snprintf(stream, sizeof(stream), "%s/stream", args[1]);
	snprintf(datagram, sizeof(datagram), "%s/datagram", args[1]);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!rows[i].works())
			continue;
		printf("out: %s\n", rows[i].name);
		result = OUT;
	}
	return result;
}
