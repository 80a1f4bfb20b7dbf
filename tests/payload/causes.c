// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls that fail, as a table says: "causes FILE" takes a call a line, its name as the kernel has
 * it, after ":" how, and its arguments; it prints what each came to, "CALL ERROR OBJECT". "hosting
 * N COMMAND..." listens on N ports of the loopback and under N abstract names while the command
 * runs.
 */
#include "tests/payload/payload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIRST_PORT = 7001, MOST_FORKS = 256, BLOCK = 1 << 16 };

#define CALL(...) syscall(__VA_ARGS__)

static long on_path(const char *call, char **args)
{
	const char *path = args[0];

	if (!strcmp(call, "openat:r"))
		return CALL(SYS_openat, AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
	if (!strcmp(call, "openat:w"))
		return CALL(SYS_openat, AT_FDCWD, path, O_WRONLY | O_NONBLOCK);
	if (!strcmp(call, "openat:rw"))
		return CALL(SYS_openat, AT_FDCWD, path, O_RDWR | O_NONBLOCK | O_NOCTTY);
	if (!strcmp(call, "openat:c"))
		return CALL(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0666);
	if (!strcmp(call, "openat:d"))
		return CALL(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	if (!strcmp(call, "newfstatat"))
		return CALL(SYS_newfstatat, AT_FDCWD, path, &(struct stat){ 0 }, 0);
	if (!strcmp(call, "statx"))
		return CALL(SYS_statx, AT_FDCWD, path, 0, STATX_BASIC_STATS, &(struct statx){ 0 });
	if (!strcmp(call, "access"))
		return CALL(SYS_access, path, F_OK);
	if (!strcmp(call, "access:r"))
		return CALL(SYS_access, path, R_OK);
	if (!strcmp(call, "mkdir"))
		return CALL(SYS_mkdir, path, 0777);
	if (!strcmp(call, "rmdir"))
		return CALL(SYS_rmdir, path);
	if (!strcmp(call, "unlink"))
		return CALL(SYS_unlink, path);
	if (!strcmp(call, "rename"))
		return CALL(SYS_rename, path, args[1]);
	if (!strcmp(call, "truncate"))
		return CALL(SYS_truncate, path, 0);
	if (!strcmp(call, "chmod"))
		return CALL(SYS_chmod, path, 0600);
	if (!strcmp(call, "chown"))
		return CALL(SYS_chown, path, 1, 1);
	if (!strcmp(call, "chdir"))
		return CALL(SYS_chdir, path);
	if (!strcmp(call, "chroot"))
		return CALL(SYS_chroot, path);
	if (!strcmp(call, "symlink"))
		return CALL(SYS_symlink, "to", path);
	if (!strcmp(call, "execve"))
		return CALL(SYS_execve, path, (char *[]){ (char *)path, NULL }, NULL);
	errno = ENOSYS;
	return -1;
}

static long on_unix(const char *call, char **args)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int is_abstract = !strcmp(call, "connect:abstract");

	strncpy(address.sun_path + is_abstract, args[0], sizeof(address.sun_path) - 2);
	return CALL(SYS_connect, fd, &address,
		    offsetof(struct sockaddr_un, sun_path) + is_abstract + strlen(args[0]));
}

/* Processes that wait for the end of a pipe, until no further one can be had. */
static long fill_with_processes(void)
{
	pid_t pids[MOST_FORKS];
	int ends[2], n = 0;
	long ret = 0;
	char byte;

	if (pipe(ends))
		return -1;
	while (n < MOST_FORKS && ret >= 0) {
		ret = CALL(SYS_fork);
		if (ret == 0) {
			close(ends[1]);
			_exit(read(ends[0], &byte, 1) < 0);
		}
		if (ret > 0)
			pids[n++] = (pid_t)ret;
	}
	close(ends[1]);
	close(ends[0]);
	while (n)
		waitpid(pids[--n], NULL, 0);
	errno = EAGAIN;
	return ret;
}

static long write_until_full(char **args)
{
	static const char block[BLOCK];
	int fd = open(args[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	long ret, most = args[1] ? atol(args[1]) : 1 << 20;
	long done = 0;

	if (fd < 0)
		return -1;
	do {
		ret = CALL(SYS_write, fd, block, sizeof(block));
		done += ret;
	} while (ret > 0 && done < most);
	return ret;
}

static long open_many(char **args)
{
	while (open("/dev/null", O_RDONLY) >= 0)
		;
	return CALL(SYS_openat, AT_FDCWD, args[0], O_RDONLY);
}

static long call_other(const char *call, char **args)
{
	if (!strncmp(call, "kill", 4))
		return CALL(SYS_kill, atoi(args[0]), 0);
	if (!strcmp(call, "sethostname"))
		return CALL(SYS_sethostname, args[0], strlen(args[0]));
	if (!strcmp(call, "setuid"))
		return CALL(SYS_setuid, atoi(args[0]));
	if (!strcmp(call, "setgid"))
		return CALL(SYS_setgid, atoi(args[0]));
	if (!strcmp(call, "setresuid"))
		return CALL(SYS_setresuid, atoi(args[0]), -1, -1);
	if (!strcmp(call, "settimeofday"))
		return CALL(SYS_settimeofday, &(struct timeval){ .tv_sec = atoi(args[0]) }, NULL);
	if (!strcmp(call, "mmap"))
		return CALL(SYS_mmap, NULL, strtoul(args[0], NULL, 0), PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!strcmp(call, "fork"))
		return fill_with_processes();
	if (!strcmp(call, "write"))
		return write_until_full(args);
	if (!strcmp(call, "openat:many"))
		return open_many(args);
	return on_path(call, args);
}

/* Calls for which the kernel asks for a capability that their names do not tell. */
static const struct {
	const char *name;
	long nr;
} plain_calls[] = {
	{ "unshare", SYS_unshare },
	{ "setgroups", SYS_setgroups },
	{ "prctl", SYS_prctl },
	{ "syslog", SYS_syslog },
	{ "ioprio_set", SYS_ioprio_set },
	{ "sched_setscheduler", SYS_sched_setscheduler },
	{ "userfaultfd", SYS_userfaultfd },
	{ "vhangup", SYS_vhangup },
	{ "acct", SYS_acct },
};

/* An argument that is not a number is the string itself. */
static long read_arg(const char *arg)
{
	char *end;
	long value = arg ? strtol(arg, &end, 0) : 0;

	return arg && *end ? (long)arg : value;
}

static bool is_plain(const char *call, size_t *ret_i)
{
	for (size_t i = 0; i < sizeof(plain_calls) / sizeof(plain_calls[0]); i++)
		if (!strcmp(plain_calls[i].name, call)) {
			*ret_i = i;
			return true;
		}
	return false;
}

static long call_plain(size_t i, char **args)
{
	static const int high = 1;
	long first = read_arg(args[0]), second = args[0] ? read_arg(args[1]) : 0, third = 10;

	if (plain_calls[i].nr == SYS_sched_setscheduler || plain_calls[i].nr == SYS_setgroups)
		third = (long)&high;
	if (plain_calls[i].nr == SYS_setgroups)
		second = third;
	else if (plain_calls[i].nr == SYS_prctl)
		third = 0;
	else if (plain_calls[i].nr == SYS_ioprio_set)
		third = 1 << 13; /* IOPRIO_CLASS_RT */
	return CALL(plain_calls[i].nr, first, second, third, 0L, 0L);
}

/* Sets the option of the level SOL_SOCKET. */
static long set_socket(char **args)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), one = 1;
	long ret = CALL(SYS_setsockopt, fd, SOL_SOCKET, atoi(args[0]), &one, sizeof(one));

	return ret < 0 ? ret : close(fd);
}

/* Takes the loopback down. */
static long set_interface(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo" };
	long ret = CALL(SYS_ioctl, fd, SIOCSIFFLAGS, &request);

	return ret < 0 ? ret : close(fd);
}

static long call_refused(const char *call, char **args)
{
	static const struct vfs_cap_data rights = { .magic_etc = VFS_CAP_REVISION_2 };

	if (!strcmp(call, "setsockopt"))
		return set_socket(args);
	if (!strcmp(call, "ioctl"))
		return set_interface();
	if (!strcmp(call, "socket"))
		return CALL(SYS_socket, atoi(args[0]), SOCK_RAW, atoi(args[1]));
	if (!strcmp(call, "mount"))
		return CALL(SYS_mount, "none", args[0], args[1], 0, NULL);
	return CALL(SYS_setxattr, args[0], "security.capability", &rights, XATTR_CAPS_SZ_2, 0);
}

static long make_call(const char *call, char **args)
{
	static const char *const refused[] = { "setsockopt", "ioctl", "socket", "mount",
					       "setxattr" };
	size_t at;

	if (is_plain(call, &at))
		return call_plain(at, args);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (!strcmp(call, refused[i]))
			return call_refused(call, args);
	if (is_call_to_internet(call))
		return call_to_internet(call, args);
	if (!strncmp(call, "connect:", 8))
		return on_unix(call, args);
	return call_other(call, args);
}

/* What the call named, as reports have it; "-": nothing. */
static void print_object(const char *call, char **args)
{
	static const char *const unnamed[] = { "chroot",     "sethostname",  "setuid", "setgid",
					       "setresuid",  "settimeofday", "mmap",   "fork",
					       "setsockopt", "ioctl",	     "socket", "mount" };
	size_t at;

	for (size_t i = 0; i < sizeof(unnamed) / sizeof(unnamed[0]); i++)
		if (!strcmp(call, unnamed[i])) {
			puts("-");
			return;
		}
	if (is_plain(call, &at)) {
		puts("-");
		return;
	}
	if (is_call_to_internet(call))
		printf("AF_INET %s:%s\n", args[0], args[1]);
	else if (!strncmp(call, "connect:", 8))
		printf("AF_UNIX %s\"%s\"\n", call[8] == 'a' ? "@" : "", args[0]);
	else if (*args[0] == '/' || !strcmp(call, "kill"))
		puts(args[0]);
	else /* it starts in "/" */
		printf("/%s\n", args[0] + (strncmp(args[0], "../", 3) ? 0 : 3));
}

static int run_causes(char **args)
{
	FILE *file = fopen(args[0], "re");
	char line[8192];
	int failed, error;

	if (!file)
		return 1;
	signal(SIGXFSZ, SIG_IGN);
	while (fgets(line, sizeof(line), file)) {
		char *words[4] = { NULL }, *rest = line, *word;
		size_t n = 0;

		line[strcspn(line, "\n")] = '\0';
		while (n < 4 && (word = strsep(&rest, "\t")))
			words[n++] = word;
		if (!words[0] || !*words[0])
			continue;
		errno = 0;
		failed = make_call(words[0], words + 1) < 0;
		error = failed ? errno : 0;
		printf("%.*s\t%s\t", (int)strcspn(words[0], ":"), words[0],
		       error ? strerrorname_np(error) : "0");
		print_object(words[0], words + 1);
	}
	fclose(file);
	return 0;
}

static void hold(int i)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)(FIRST_PORT + i)),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int len = snprintf(un.sun_path + 1, sizeof(un.sun_path) - 1, "held%d", i + 1);

	if (bind(fd, (struct sockaddr *)&in, sizeof(in)) || listen(fd, 8))
		perror("bind");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(fd, (struct sockaddr *)&un,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len)) ||
	    listen(fd, 8))
		perror("bind");
}

static int run_hosting(char **args)
{
	int status;
	pid_t pid;

	for (int i = 0; i < atoi(args[0]); i++)
		hold(i);
	pid = fork();
	if (pid == 0) {
		execvp(args[1], args + 1);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

const struct payload payload_causes[] = {
	{ "causes", 1, run_causes },
	{ "hosting", ANY_ARGS, run_hosting },
	{ NULL, 0, NULL },
};
