// SPDX-License-Identifier: GPL-2.0-or-later
/* Attempts by system calls alone: objects of the host that have names but are not in the file
 * system, and calls that need a privilege. */
#include "tests/pen/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <mqueue.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

/* Modes keep nobody out, only walls do. */
enum { MODE = 0666, ROOM = 64 };

static int abstract_socket(const char *name, int (*use)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "%s", name);
	return use(fd, (struct sockaddr *)&address,
		   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name)))
		       ? -1
		       : fd;
}

static int bind_socket(int fd, const struct sockaddr *address, socklen_t len)
{
	return bind(fd, address, len) || listen(fd, 1);
}

/* A number that both sides derive from the name. */
static key_t key_of(const char *name)
{
	unsigned int key = 5381;

	for (; *name; name++)
		key = key * 33 ^ (unsigned char)*name;
	return (key_t)(key | 1);
}

static void queue_name(const char *name, char room[ROOM])
{
	snprintf(room, ROOM, "/%s", name);
}

int run_offer(char **args)
{
	struct mq_attr size = { .mq_maxmsg = 1, .mq_msgsize = 1 };
	key_t key = key_of(args[0]);
	int shm = shmget(key, 1, IPC_CREAT | IPC_EXCL | MODE);
	int sem = semget(key, 1, IPC_CREAT | IPC_EXCL | MODE);
	int msg = msgget(key, IPC_CREAT | IPC_EXCL | MODE);
	int listener = abstract_socket(args[0], bind_socket);
	char name[ROOM], byte;
	mqd_t queue;

	umask(0);
	queue_name(args[0], name);
	queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, MODE, &size);
	puts(shm < 0 || sem < 0 || msg < 0 || listener < 0 || queue < 0 ? "not all" : "offered");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	shmctl(shm, IPC_RMID, NULL);
	semctl(sem, 0, IPC_RMID);
	msgctl(msg, IPC_RMID, NULL);
	mq_unlink(name);
	return OUT;
}

int run_reach(char **args)
{
	key_t key = key_of(args[0]);
	char name[ROOM];
	int n = 0;

	queue_name(args[0], name);
	if (abstract_socket(args[0], connect) >= 0)
		n++, puts("an abstract socket");
	if (shmget(key, 0, 0) >= 0)
		n++, puts("shared memory");
	if (semget(key, 0, 0) >= 0)
		n++, puts("a semaphore");
	if (msgget(key, 0) >= 0)
		n++, puts("a queue of System V");
	if (mq_open(name, O_RDWR) >= 0)
		n++, puts("a queue of POSIX");
	return n ? OUT : SHUT;
}

static long make_device(void)
{
	char path[ROOM];
	long made;

	snprintf(path, sizeof(path), "/tmp/attempt.%d", (int)getpid());
	made = mknod(path, S_IFCHR | 0600, makedev(1, 3)); /* like /dev/null */
	if (!made)
		unlink(path);
	return made;
}

static long open_handle(void)
{
	struct {
		struct file_handle handle;
		unsigned char room[MAX_HANDLE_SZ];
	} file = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount_id;

	if (name_to_handle_at(AT_FDCWD, ".", &file.handle, &mount_id, 0))
		return -1;
	return open_by_handle_at(AT_FDCWD, &file.handle, O_PATH);
}

static long watch_cpu(void)
{
	struct perf_event_attr what = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(what),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};

	return syscall(SYS_perf_event_open, &what, -1, 0, -1, 0);
}

static long list_bpf(int command)
{
	union bpf_attr from = { .start_id = 0 };
	long result = syscall(SYS_bpf, command, &from, sizeof(from));

	return result < 0 && errno == ENOENT ? 0 : result;
}

static long join_own_namespace(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : setns(fd, 0);
}

static long run_in_real_time(void)
{
	struct sched_param first = { .sched_priority = 1 };

	return sched_setscheduler(0, SCHED_FIFO, &first);
}

static long raise_core_limit(void)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_CORE, &limit) || getrlimit(RLIMIT_CORE, &limit))
		return -1;
	if (limit.rlim_max == RLIM_INFINITY)
		return 0;
	errno = EPERM; /* a fake success */
	return -1;
}

/* CALL was allowed, even if what it requests is nonsense on purpose. */
#define LET(call)                                                                           \
	({                                                                                  \
		errno = 0;                                                                  \
		long result_ = (call);                                                      \
		if (result_ >= 0 || (errno != EPERM && errno != EACCES && errno != ENOSYS)) \
			n++, puts(#call);                                                   \
	})

int run_calls(char **args)
{
	int n = 0;

	(void)args;
	/* over the pen, or what is mounted there */
	LET(mount("none", "/", "no-such-file-system", 0, NULL));
	LET(umount2("/", MNT_EXPIRE | MNT_FORCE));
	LET(fsopen("tmpfs", 0));
	LET(open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE));
	LET(syscall(SYS_pivot_root, "/", "/"));
	LET(chroot("/"));
	LET(syscall(SYS_sethostname, NULL, -1));
	LET(join_own_namespace("/proc/self/ns/mnt"));
	LET(join_own_namespace("/proc/self/ns/net"));
	LET(join_own_namespace("/proc/self/ns/ipc"));
	LET(socket(AF_PACKET, SOCK_RAW, 0));
	LET(socket(AF_INET, SOCK_RAW, 1));
	/* over the machine */
	LET(make_device());
	LET(open_handle());
	LET(fanotify_init(FAN_CLASS_CONTENT, 0));
	LET(watch_cpu());
	LET(list_bpf(BPF_MAP_GET_NEXT_ID));
	LET(list_bpf(BPF_PROG_GET_NEXT_ID));
	LET(swapon(NULL, 0));
	LET(syscall(SYS_reboot, 0, 0, 0, NULL));
	LET(syscall(SYS_init_module, NULL, 0, NULL));
	LET(syscall(SYS_delete_module, NULL, 0));
	LET(syscall(SYS_kexec_load, 0, 0, NULL, ~0UL));
	LET(run_in_real_time());
	LET(setpriority(PRIO_PROCESS, 0, -1));
	LET(raise_core_limit());
	return n ? OUT : SHUT;
}
