// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attempts to get out of a pen, each for one row of the list of ways out. Exit status 0: it
 * succeeded, and what it got is printed; 1: every way was refused; 99: wrong usage. Each also runs
 * outside a pen, where it succeeds. None may change anything on the host: files are opened, never
 * written.
 */
#include "tests/pen/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/kcmp.h>
#include <linux/securebits.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

/* Linux 6.11, as linux/pidfd.h has it. */
#define PIDFD_GET_MNT_NAMESPACE _IO(0xff, 3)

enum { PARENTS = 64, FDS = 4096 };

/* got WAY: reports that WAY worked. */
static int got(const char *way)
{
	puts(way);
	return OUT;
}

/* From the current directory up to the topmost one, and from there down to PATH. */
static int can_climb(const char *path)
{
	for (int i = 0; i < PARENTS; i++)
		if (chdir(".."))
			return 0;
	return access(path + 1, F_OK) == 0;
}

/* climb PATH: through the parents of every descriptor that was left open. PATH is the host's. */
static int run_climb(char **args)
{
	for (int fd = 0; fd < FDS; fd++)
		if (!fchdir(fd) && can_climb(args[0]))
			return got("a descriptor led out");
	return SHUT;
}

/* chroot JAIL PATH: jailed in JAIL unless that is "-", leaves by a second chroot, with and without
 * a directory kept open. PATH is the host's, or exists only above the jail. */
static int run_chroot(char **args)
{
	const char *deeper = "tmp/deeper";
	int kept, second;

	if (strcmp(args[0], "-") && (chroot(args[0]) || chdir("/")))
		return WRONG_USE;
	if (chdir("/"))
		return SHUT;
	kept = open(".", O_RDONLY | O_DIRECTORY);
	mkdir("tmp", 0700);
	mkdir(deeper, 0700);
	second = chroot(deeper);
	if (second)
		perror("chroot");
	if (can_climb(args[1]))
		return got("a second chroot led out");
	if (kept >= 0 && !fchdir(kept) && can_climb(args[1]))
		return got("a second chroot and a directory kept open led out");
	return SHUT;
}

static int run_in_namespace(int flags, const char *path)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int map;

		if (unshare(flags))
			_exit(SHUT);
		/* a new user namespace can mount once an id is mapped, or before */
		map = open("/proc/self/uid_map", O_WRONLY);
		if (map >= 0 && (flags & CLONE_NEWUSER))
			dprintf(map, "0 %d 1\n", (int)getuid());
		if (!path)
			_exit(OUT);
		if (!mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
		    !mount("tmpfs", path, "tmpfs", 0, NULL))
			_exit(OUT);
		_exit(SHUT);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status)
									       : SHUT;
}

static int can_clone(long nr)
{
	/* struct clone_args of its first version */
	unsigned long long args[8] = { CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0 };
	long pid = nr == SYS_clone ? syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0)
				   : syscall(SYS_clone3, args, sizeof(args));

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, 0);
	return pid > 0;
}

/* nested PATH: makes a namespace in which to mount over PATH. */
static int run_nested(char **args)
{
	if (run_in_namespace(CLONE_NEWUSER | CLONE_NEWNS, args[0]) == OUT)
		return got("mounted in a new user and mount namespace");
	if (run_in_namespace(CLONE_NEWNS, args[0]) == OUT)
		return got("mounted in a new mount namespace");
	if (run_in_namespace(CLONE_NEWUSER, NULL) == OUT || can_clone(SYS_clone) ||
	    can_clone(SYS_clone3))
		return got("a new user namespace");
	return SHUT;
}

/* How many of the files that match PATTERN can be opened with FLAGS and, if for reading, have
 * content. */
static int count_open(const char *pattern, int flags)
{
	glob_t found;
	int n = 0;

	if (glob(pattern, 0, NULL, &found))
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char byte;
		int fd = open(found.gl_pathv[i], flags | O_NONBLOCK | O_CLOEXEC);

		if (fd >= 0 && ((flags & O_ACCMODE) == O_WRONLY || read(fd, &byte, 1) == 1)) {
			printf("%s\n", found.gl_pathv[i]);
			n++;
		}
		if (fd >= 0)
			close(fd);
	}
	globfree(&found);
	return n;
}

/* host: opens what reveals or sets the host's kernel; only opens, because it is the host's. */
static int run_host(char **args)
{
	static const char *const readable[] = {
		"/proc/kcore",	     "/proc/keys",
		"/proc/key-users",   "/proc/timer_list",
		"/proc/kmsg",	     "/proc/kallsyms",
		"/proc/kpage*",	     "/proc/slabinfo",
		"/proc/vmallocinfo", "/proc/pagetypeinfo",
		"/dev/kmsg",	     "/dev/mem",
		"/sys/kernel/notes", "/sys/fs/cgroup/*/cgroup.procs",
	};
	static const char *const writable[] = {
		"/proc/sysrq-trigger",
		"/proc/sys/kernel/core_pattern",
		"/proc/sys/kernel/hostname",
		"/proc/sys/kernel/modprobe",
		"/proc/sys/vm/drop_caches",
		"/proc/sys/fs/*",
		"/proc/sys/user/max_user_namespaces",
		"/proc/irq/*/smp_affinity",
		"/sys/kernel/uevent_helper",
		"/sys/kernel/mm/*/*",
		"/sys/fs/cgroup/*/release_agent",
		"/sys/fs/cgroup/*/notify_on_release",
	};
	int n = 0;

	(void)args;
	for (size_t i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		n += count_open(readable[i], O_RDONLY);
	for (size_t i = 0; i < sizeof(writable) / sizeof(writable[0]); i++)
		n += count_open(writable[i], O_WRONLY);
	return n ? OUT : SHUT;
}

/* Whether /proc/self/status has a capability in any of the five sets. */
static int has_capability(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	unsigned long long set;
	char line[256];
	int n = 0, n_sets = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "Cap%*3s: %llx", &set) == 1) {
			n_sets++;
			n += set != 0;
		}
	if (file)
		fclose(file);
	return n || n_sets != 5;
}

/* rights: has or can get a capability, or can undo what prevents that. */
static int run_rights(char **args)
{
	const unsigned long locked = SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP_LOCKED |
				     SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
	int bits = prctl(PR_GET_SECUREBITS), n = 0;

	(void)args;
	if (has_capability())
		n++, puts("a capability in one of the sets");
	for (int cap = 0; prctl(PR_CAPBSET_READ, cap) >= 0; cap++) {
		if (prctl(PR_CAPBSET_READ, cap) > 0)
			n++, printf("capability %d in the bounding set\n", cap);
		if (!prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0))
			n++, printf("capability %d made ambient\n", cap);
	}
	if (bits < 0 || ((unsigned long)bits & locked) != locked || !(bits & SECBIT_NOROOT))
		n++, puts("securebits are not locked");
	if (!prctl(PR_SET_SECUREBITS, 0))
		n++, puts("securebits were cleared");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		n++, puts("new privileges can be had by exec");
	return n ? OUT : SHUT;
}

/* By a descriptor of the process itself. */
static int count_pidfd(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0), n = 0;

	if (pidfd < 0)
		return 0;
	if (syscall(SYS_pidfd_getfd, pidfd, 0, 0) >= 0)
		n++, puts("pidfd_getfd");
	/* of the kinds that need no right over them */
	if (ioctl(pidfd, PIDFD_GET_MNT_NAMESPACE, 0) >= 0)
		n++, puts("its mount namespace");
	close(pidfd);
	return n;
}

/* look PID: inspects another process, by every means. */
static int run_look(char **args)
{
	static const char *const files[] = { "maps", "environ", "auxv", "syscall", "exe" };
	/* what cannot be read where it can be opened */
	static const char *const opened[] = {
		"mem", "root/.", "cwd/.", "ns/mnt", "ns/pid", "fd/0"
	};
	pid_t pid = atoi(args[0]);
	char byte = 0, path[64];
	struct iovec own = { &byte, 1 }, other = { NULL, 1 };
	int n = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		n += count_open(path, O_RDONLY);
	}
	for (size_t i = 0; i < sizeof(opened) / sizeof(opened[0]); i++) {
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/%s", pid, opened[i]);
		fd = open(path, i ? O_PATH : O_RDWR);
		if (fd >= 0) {
			n++, puts(path);
			close(fd);
		}
	}
	/* no such address: refused with EFAULT where it is allowed */
	if (process_vm_writev(pid, &own, 1, &other, 1, 0) >= 0 || errno == EFAULT)
		n++, puts("process_vm_writev");
	if (syscall(SYS_kcmp, getpid(), pid, KCMP_FILE, 0, 0) >= 0)
		n++, puts("kcmp");
	n += count_pidfd(pid);
	if (!ptrace(PTRACE_ATTACH, pid, NULL, NULL)) {
		n++, puts("ptrace");
		waitpid(pid, NULL, __WALL);
		ptrace(PTRACE_DETACH, pid, NULL, NULL);
	}
	return n ? OUT : SHUT;
}

/* push: types one byte into its terminal, by the plain ioctl and by ones with high bits set. */
static int run_push(char **args)
{
	static const unsigned long high[] = { 0, 0x100000000, 0xdeadbeef00000000 };
	const char *const terminals[] = { "/dev/tty", "/dev/stdin", "/dev/stderr" };
	int n = 0;
	char byte = 'x';

	(void)args;
	for (size_t i = 0; i < sizeof(high) / sizeof(high[0]); i++) {
		for (int fd = 0; fd < 3; fd++)
			n += !syscall(SYS_ioctl, fd, TIOCSTI | high[i], &byte);
		for (size_t t = 0; t < sizeof(terminals) / sizeof(terminals[0]); t++) {
			int fd = open(terminals[t], O_RDWR | O_CLOEXEC);

			n += fd >= 0 && !syscall(SYS_ioctl, fd, TIOCSTI | high[i], &byte);
			if (fd >= 0)
				close(fd);
		}
	}
	return n ? OUT : SHUT;
}

/* spoil: leaves its terminal unusable for the next user. */
static int run_spoil(char **args)
{
	int discipline = 27 /* N_NULL */, fd = STDIN_FILENO;
	pid_t group;

	(void)args;
	while (fd < STDERR_FILENO && !isatty(fd))
		fd++;
	signal(SIGTTOU, SIG_IGN); /* even in the background */
	setpgid(0, 0);
	group = getpgrp();
	ioctl(fd, TIOCSPGRP, &group);
	ioctl(fd, TIOCEXCL);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	tcflow(fd, TCOOFF);
	ioctl(fd, TIOCSETD, &discipline);
	return OUT;
}

/* Copies what the command prints to standard output, until it has exited. */
static int wait_drained(pid_t pid, int master)
{
	struct pollfd poll_fd = { .fd = master, .events = POLLIN };
	int status;
	char text[512];

	for (;;) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		while (poll(&poll_fd, 1, ended == pid ? 0 : 20) > 0) {
			ssize_t n = read(master, text, sizeof(text));

			if (n <= 0)
				break;
			fwrite(text, 1, (size_t)n, stdout);
		}
		if (ended)
			return status;
	}
}

/* Counts what is wrong with the terminal FD, whose modes were BEFORE, for its next user. */
static int count_spoiled(int fd, const struct termios *before)
{
	struct termios after;
	int n = 0, value = 0;

	if (!ioctl(fd, FIONREAD, &value) && value)
		n++, printf("%d bytes typed\n", value);
	if (!ioctl(fd, TIOCGEXCL, &value) && value)
		n++, puts("nobody else may open it");
	if (!ioctl(fd, TIOCGETD, &value) && value != N_TTY)
		n++, puts("another line discipline");
	if (tcgetpgrp(fd) != getpgrp())
		n++, puts("another foreground group");
	if (fcntl(fd, F_GETFL) & O_NONBLOCK)
		n++, puts("reads do not wait");
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	if (write(fd, "", 1) != 1)
		n++, puts("output is stopped");
	if (!tcgetattr(fd, &after) &&
	    (after.c_lflag != before->c_lflag || after.c_iflag != before->c_iflag ||
	     after.c_oflag != before->c_oflag))
		n++, puts("other modes");
	return n;
}

/* The caller's shell, on the terminal: runs the command and looks at what that left. */
static int run_shell(char **args, int out)
{
	struct termios modes;
	pid_t pid;

	/* raw, so that input counts without a newline */
	tcgetattr(STDIN_FILENO, &modes);
	cfmakeraw(&modes);
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	tcgetattr(STDIN_FILENO, &modes);
	pid = fork();
	if (pid == 0) {
		execvp(args[0], args);
		_exit(WRONG_USE);
	}
	waitpid(pid, NULL, 0);
	signal(SIGTTOU, SIG_IGN);
	dup2(out, STDOUT_FILENO);
	return count_spoiled(STDIN_FILENO, &modes) ? OUT : SHUT;
}

/* terminal COMMAND [ARG...]: plays the caller's shell; succeeds if the command typed anything into
 * it, or left the terminal spoiled. */
static int run_terminal(char **args)
{
	int master, slave, status, out = dup(STDOUT_FILENO);
	pid_t pid;

	if (out < 0 || openpty(&master, &slave, NULL, NULL, NULL))
		return WRONG_USE;
	pid = fork();
	if (pid == 0) {
		close(master);
		login_tty(slave);
		exit(run_shell(args, out));
	}
	close(slave);
	status = wait_drained(pid, master);
	return WIFEXITED(status) ? WEXITSTATUS(status) : WRONG_USE;
}

static const struct {
	const char *name;
	int min_args;
	int (*run)(char **args);
} attempts[] = {
	{ "climb", 1, run_climb },
	{ "chroot", 2, run_chroot },
	{ "nested", 1, run_nested },
	{ "host", 0, run_host },
	{ "rights", 0, run_rights },
	{ "look", 1, run_look },
	{ "push", 0, run_push },
	{ "terminal", 1, run_terminal },
	{ "spoil", 0, run_spoil },
	{ "offer", 1, run_offer },
	{ "reach", 1, run_reach },
	{ "calls", 0, run_calls },
	{ "set-id", 1, run_set_id },
	{ "starve", 1, run_starve },
	{ "beyond", 0, run_beyond },
	{ "handed", 1, run_handed },
	{ "budget", 0, run_budget },
	{ "outlive", 3, run_outlive },
	{ "hang", 2, run_hang },
	{ "buffers", 1, run_buffers },
	{ "press", 2, run_press },
	{ "take", 1, run_take },
	{ "outside-x86", 1, run_outside_x86 },
	{ "outside", 2, run_outside },
	{ "watch", 2, run_watch },
	{ "on-demand", 2, run_on_demand },
	{ "swap", 2, run_swap },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (!strcmp(attempts[i].name, argv[1]) && argc - 2 >= attempts[i].min_args)
			return attempts[i].run(argv + 2);
	fputs("attempt: no such attempt, or not its arguments\n", stderr);
	return WRONG_USE;
}
