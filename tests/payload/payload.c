// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs to put into a pen: each row makes one thing happen that the trace must tell truly.
 * Exit status 0: it went as the payload expects; 1: not; what it saw is printed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { X86_IOCTL = 54, X86_GETPPID = 64, X86_SETUID32 = 213 };

/* A call of the i386 ABI from a 64-bit process; pointers would have to be below 4 GiB. */
static long call_x86(long nr, long a, long b)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "a"(nr), "b"(a), "c"(b)
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

static long getppid_native(void)
{
	long ret = syscall(SYS_getppid);

	return ret < 0 ? -errno : ret;
}

static long getppid_x86(void)
{
	return call_x86(X86_GETPPID, 0, 0);
}

typedef long (*caller)(void);

static caller find_abi(const char *name)
{
	return strcmp(name, "x86") ? getppid_native : getppid_x86;
}

/* getppid ABI TIMES: makes the call, prints the last result. */
static int run_getppid(char **args)
{
	caller call = find_abi(args[0]);
	long ret = 0;

	for (int i = atoi(args[1]); i > 0; i--)
		ret = call();
	printf("%ld\n", ret);
	return 0;
}

static volatile sig_atomic_t trap_code, trap_errno, trap_nr;
static volatile unsigned int trap_arch;

static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	trap_code = info->si_code;
	trap_errno = info->si_errno;
	trap_nr = info->si_syscall;
	trap_arch = info->si_arch;
}

static void catch_sigsys(void)
{
	struct sigaction action = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO };

	sigaction(SIGSYS, &action, NULL);
}

/* trap ABI: handles the SIGSYS of one call and prints what it was told. */
static int run_trap(char **args)
{
	catch_sigsys();
	find_abi(args[0])();
	printf("code %d errno %d nr %d arch %x\n", (int)trap_code, (int)trap_errno, (int)trap_nr,
	       trap_arch);
	return trap_code == 1 ? 0 : 1;
}

static void *call_in_thread(void *call)
{
	((caller)call)();
	return call;
}

/* thread ABI: makes the call in a thread while the first one waits for it. */
static int run_thread(char **args)
{
	pthread_t thread;
	void *result = NULL;

	if (pthread_create(&thread, NULL, call_in_thread, (void *)find_abi(args[0])))
		return 1;
	pthread_join(thread, &result);
	puts("the first thread lives");
	return 0;
}

/* setuid ABI: fails with EPERM for the kernel's own reason. */
static int run_setuid(char **args)
{
	long ret;

	if (!strcmp(args[0], "x86"))
		ret = call_x86(X86_SETUID32, 0, 0);
	else
		ret = syscall(SYS_setuid, 0) ? -errno : 0;
	printf("%ld\n", ret);
	return ret == -EPERM ? 0 : 1;
}

/* own-filter: denies itself getppid with ERRNO. */
static int run_own_filter(char **args)
{
	struct sock_filter rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned int)atoi(args[0])),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(rows) / sizeof(rows[0]), rows };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return 1;
	printf("%ld\n", getppid_native());
	return 0;
}

/* forge: sends itself a SIGSYS that looks like the kernel's, from within a call. */
static int run_forge(char **args)
{
	siginfo_t info;

	(void)args;
	catch_sigsys();
	memset(&info, 0, sizeof(info));
	info.si_signo = SIGSYS;
	info.si_code = 1;
	info.si_errno = 7;
	if (syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid(), SIGSYS, &info))
		return 1;
	printf("code %d errno %d\n", (int)trap_code, (int)trap_errno);
	return 0;
}

/* suicide: dies of a SIGSYS that it sends itself. */
static int run_suicide(char **args)
{
	(void)args;
	raise(SIGSYS);
	return 1;
}

static int wait_stop(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);
}

static pid_t fork_traced(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		getppid_native();
		_exit(0);
	}
	return wait_stop(pid) ? pid : -1;
}

/* sysemu: runs a child under PTRACE_SYSEMU, whose getppid never runs. */
static int run_sysemu(char **args)
{
	pid_t pid = fork_traced();
	struct user_regs_struct regs;

	(void)args;
	if (pid < 0)
		return 1;
	do {
		if (ptrace(PTRACE_SYSEMU, pid, NULL, NULL) || !wait_stop(pid) ||
		    ptrace(PTRACE_GETREGS, pid, NULL, &regs))
			return 1;
	} while (regs.orig_rax != SYS_getppid);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* tracer: runs a child under PTRACE_SYSCALL and changes nothing. */
static int run_tracer(char **args)
{
	pid_t pid = fork_traced();
	int status;

	(void)args;
	if (pid < 0)
		return 1;
	while (!ptrace(PTRACE_SYSCALL, pid, NULL, NULL) && waitpid(pid, &status, 0) == pid)
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
	return 1;
}

/* number NR: makes a call by its number, prints the result. */
static int run_number(char **args)
{
	long ret = syscall(strtol(args[0], NULL, 0));

	printf("%ld\n", ret < 0 ? -(long)errno : ret);
	return 0;
}

/* ioctl COMMAND: on standard input, with all 64 bits of the command; prints the result. */
static int run_ioctl(char **args)
{
	char byte = 'x';
	long ret = syscall(SYS_ioctl, 0, strtoull(args[0], NULL, 0), &byte);

	printf("%ld\n", ret < 0 ? -(long)errno : ret);
	return 0;
}

/* ioctl-x86 COMMAND: the same as a call of the i386 ABI. */
static int run_ioctl_x86(char **args)
{
	printf("%ld\n", call_x86(X86_IOCTL, 0, strtol(args[0], NULL, 0)));
	return 0;
}

static void *count_in_thread(void *times)
{
	for (long i = *(long *)times; i > 0; i--)
		getppid_native();
	return NULL;
}

enum { MOST_THREADS = 1024 };

/* Runs N threads and waits for them. Gives 0 or 1. */
static int run_in_threads(int n, void *(*body)(void *), void *data)
{
	static pthread_t threads[MOST_THREADS];

	for (int i = 0; i < n; i++)
		if (n > MOST_THREADS || pthread_create(&threads[i], NULL, body, data))
			return 1;
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

/* threads N TIMES: as many calls in each of N threads, all denied or all allowed. */
static int run_threads(char **args)
{
	long times = atol(args[1]);

	return run_in_threads(atoi(args[0]), count_in_thread, &times);
}

static void *mix_in_thread(void *times)
{
	for (long i = *(long *)times; i > 0; i--)
		i % 10 ? getppid_native() : getsid(0);
	return NULL;
}

/* mixed N TIMES: as threads, but each tenth call is getsid. */
static int run_mixed(char **args)
{
	long times = atol(args[1]);

	return run_in_threads(atoi(args[0]), mix_in_thread, &times);
}

/* hog MIB: touches memory until it has MIB or is ended. */
static int run_hog(char **args)
{
	size_t mib = (size_t)atoi(args[0]);

	for (size_t i = 0; i < mib; i++) {
		char *block = malloc(1 << 20);

		if (!block)
			return 1;
		memset(block, 1, 1 << 20);
	}
	return 0;
}

/* forks N: forks N children that wait; exits 0 when all came to be, prints how many did. */
static int run_forks(char **args)
{
	int wish = atoi(args[0]), n = 0, hold[2];

	if (pipe(hold))
		return 1;
	for (; n < wish; n++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0) {
			char byte;

			close(hold[1]);
			_exit(read(hold[0], &byte, 1) != 0);
		}
	}
	printf("%d\n", n);
	return n == wish ? 0 : 1;
}

/* numbers FIRST N: makes N calls that do not exist, each of another number. */
static int run_numbers(char **args)
{
	long first = atol(args[0]), n = atol(args[1]);

	for (long i = 0; i < n; i++)
		if (syscall(first + i) >= 0)
			return 1;
	return 0;
}

/* calls NR...: makes each of these calls, without arguments. */
static int run_calls(char **args)
{
	for (; *args; args++)
		syscall(strtol(*args, NULL, 0), 0, 0, 0, 0, 0, 0);
	return 0;
}

/* Waits for a line from the FIFO, or writes one. */
static int meet(const char *fifo, int flags)
{
	char byte = '\n';
	int fd = open(fifo, flags);
	ssize_t n = flags == O_RDONLY ? read(fd, &byte, 1) : write(fd, &byte, 1);

	close(fd);
	return n == 1 ? 0 : -1;
}

/*
 * flood GO GONE CALLS CHILDREN: waits for GO, tells GONE that it runs, waits for GO again, makes
 * getsid as often as CALLS says, then as many children that exit at once, and tells GONE again.
 */
static int run_flood(char **args)
{
	long calls = atol(args[2]), children = atol(args[3]);

	if (meet(args[0], O_RDONLY) || meet(args[1], O_WRONLY) || meet(args[0], O_RDONLY))
		return 1;
	while (calls-- > 0)
		getsid(0);
	while (children-- > 0) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	return meet(args[1], O_WRONLY) ? 1 : 0;
}

static pthread_barrier_t crowd_gate;

static void *call_at_gate(void *times)
{
	pthread_barrier_wait(&crowd_gate);
	for (long i = *(long *)times; i > 0; i--)
		getsid(0);
	return NULL;
}

/*
 * crowd THREADS TIMES GO GONE: tells GONE that its threads wait, waits for GO, then each thread and
 * a child make getsid as often as TIMES says; the first thread makes no such call.
 */
static int run_crowd(char **args)
{
	int n = atoi(args[0]);
	long times = atol(args[1]);
	pthread_t threads[64];
	pid_t pid;

	pthread_barrier_init(&crowd_gate, NULL, (unsigned int)n + 1);
	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, call_at_gate, &times))
			return 1;
	if (meet(args[3], O_WRONLY) || meet(args[2], O_RDONLY))
		return 1;
	pthread_barrier_wait(&crowd_gate);
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	pid = fork();
	if (pid == 0) {
		for (; times > 0; times--)
			getsid(0);
		_exit(3);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : 1;
}

/* spin FILE GONE: tells GONE, then makes no call until the first byte of FILE is 1, then getsid. */
static int run_spin(char **args)
{
	int fd = open(args[0], O_RDONLY);
	volatile const char *byte = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);

	if (byte == MAP_FAILED || meet(args[1], O_WRONLY))
		return 1;
	while (*byte != '1')
		continue;
	getsid(0);
	return 0;
}

/* values N: fcntl with N commands, most of which do not exist. */
static int run_values(char **args)
{
	for (long i = atol(args[0]); i > 0; i--)
		syscall(SYS_fcntl, -1, 5000 + i, 0);
	return 0;
}

/* twice: a child makes a call that kills it, then so does the first process. */
static int run_twice(char **args)
{
	pid_t pid = fork();

	(void)args;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	getppid_native();
	return 1;
}

static void call_on_sigsys(int sig)
{
	(void)sig;
	getppid_native();
}

/* vsyscall: calls time through the vsyscall page, and getppid from the handler of its SIGSYS. */
static int run_vsyscall(char **args)
{
	(void)args;
	signal(SIGSYS, call_on_sigsys);
	((long (*)(long *))0xffffffffff600400)(NULL);
	return 0;
}

/* feint: handles the SIGSYS of one call, then dies of one that it sends itself. */
static int run_feint(char **args)
{
	(void)args;
	catch_sigsys();
	getppid_native();
	signal(SIGSYS, SIG_DFL);
	raise(SIGSYS);
	return 1;
}

/* call NAME A B: a call with two registers as they are given; prints the result. */
static int run_call(char **args)
{
	static const struct {
		const char *name;
		long nr;
	} calls[] = { { "fcntl", SYS_fcntl }, { "kill", SYS_kill }, { "clone", SYS_clone } };
	long ret;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, args[0]))
			continue;
		ret = syscall(calls[i].nr, strtoull(args[1], NULL, 0), strtoull(args[2], NULL, 0),
			      0, 0, 0);
		if (calls[i].nr == SYS_clone && ret == 0)
			_exit(0);
		printf("%ld\n", ret < 0 ? -(long)errno : ret);
		return 0;
	}
	return 1;
}

/* exec PATH GUESS: tries to execute PATH by both calls, with GUESS as sixth register. */
static int run_exec(char **args)
{
	char *argv[] = { args[0], NULL }, *envp[] = { NULL };
	int by_path = execve(args[0], argv, envp) ? -errno : 0;
	long by_at = syscall(SYS_execveat, -100, args[0], argv, envp, 0,
			     strtoull(args[1], NULL, 0));

	printf("execve %d execveat %ld\n", by_path, by_at ? -(long)errno : 0);
	return 0;
}

static void *execute(void *args)
{
	execv(*(char **)args, args);
	return NULL;
}

/* thread-exec PATH [ARG...]: executes PATH from a thread that is not the first. */
static int run_thread_exec(char **args)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, execute, args))
		pthread_join(thread, NULL);
	return 1;
}

/* under FILE COMMAND [ARG...]: executes COMMAND under the filter in FILE, made by compile. */
static int run_under(char **args)
{
	static struct sock_filter rows[4096];
	struct sock_fprog prog = { .filter = rows };
	FILE *file = fopen(args[0], "r");

	if (!file)
		return 1;
	prog.len = (unsigned short)fread(rows, sizeof(rows[0]), 4096, file);
	fclose(file);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0))
		return 1;
	execvp(args[1], args + 1);
	return 1;
}

/* Three functions, of which the innermost has the name that a C++ compiler gives to
 * stable::horse(int). */
__attribute__((noinline)) int deep_three(int nr) __asm__("_ZN6stable5horseEi");
__attribute__((noinline)) int deep_two(int nr);
__attribute__((noinline)) int deep_one(int nr);

int deep_three(int nr)
{
	return (int)syscall(nr) + 3;
}

int deep_two(int nr)
{
	return deep_three(nr) + 2;
}

int deep_one(int nr)
{
	return deep_two(nr) + 1;
}

/* deep NR: makes a call three functions deep; it is expected to be denied. */
static int run_deep(char **args)
{
	return deep_one(atoi(args[0])) == -1 + 3 + 2 + 1 ? 0 : 1;
}

static volatile sig_atomic_t n_alarms;

static void count_alarm(int sig)
{
	(void)sig;
	n_alarms++;
}

struct tally {
	long times, refused, interrupted;
};

static void *make_calls(void *data)
{
	struct tally *tally = data;

	for (long i = tally->times; i > 0; i--) {
		long ret = getppid_native();

		tally->refused += ret == -EACCES;
		tally->interrupted += ret == -EINTR;
	}
	return NULL;
}

static void *call_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		getppid_native();
}

/* rush: several threads make calls while the process ends. */
static int run_rush(char **args)
{
	pthread_t thread;

	(void)args;
	for (int i = 0; i < 8; i++)
		if (pthread_create(&thread, NULL, call_for_ever, NULL))
			return 1;
	for (int i = 0; i < 100; i++)
		getppid_native();
	_exit(0);
}

/* storm N TIMES restart|break: as many calls in each of N threads, amid signals whose handler
 * restarts calls or does not; prints how many got EACCES, and how many EINTR. It is a storm only if
 * some signals came. */
static int run_storm(char **args)
{
	const struct itimerval often = { { 0, 100 }, { 0, 100 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = count_alarm,
				    .sa_flags = strcmp(args[2], "restart") ? 0 : SA_RESTART };
	long n = atol(args[0]), refused = 0, interrupted = 0;
	struct tally tallies[64] = { 0 };
	pthread_t threads[64];

	if (n > 64 || sigaction(SIGALRM, &action, NULL) || setitimer(ITIMER_REAL, &often, NULL))
		return 1;
	for (long i = 0; i < n; i++) {
		tallies[i].times = atol(args[1]);
		if (pthread_create(&threads[i], NULL, make_calls, &tallies[i]))
			return 1;
	}
	for (long i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		refused += tallies[i].refused;
		interrupted += tallies[i].interrupted;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	printf("%ld %ld\n", refused, interrupted);
	return n_alarms ? 0 : 1;
}

/* Gives a listener for a filter that allows everything, or -1. */
static int make_listener(void)
{
	static struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { 1, &allow };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &program);
}

/* under-listener COMMAND [ARG...]: executes COMMAND with a listener that stays open. */
static int run_under_listener(char **args)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || dup(make_listener()) < 0)
		return 1;
	execvp(args[0], args);
	return 1;
}

/* listener: asks for a seccomp listener of its own; prints the error, or 0. */
static int run_listener(char **args)
{
	(void)args;
	printf("%d\n", make_listener() < 0 ? errno : 0);
	return 0;
}

enum { ANY_ARGS = -1 };

static const struct {
	const char *name;
	int n_args;
	int (*run)(char **args);
} payloads[] = {
	{ "getppid", 2, run_getppid },
	{ "trap", 1, run_trap },
	{ "thread", 1, run_thread },
	{ "setuid", 1, run_setuid },
	{ "own-filter", 1, run_own_filter },
	{ "forge", 0, run_forge },
	{ "suicide", 0, run_suicide },
	{ "sysemu", 0, run_sysemu },
	{ "tracer", 0, run_tracer },
	{ "number", 1, run_number },
	{ "numbers", 2, run_numbers },
	{ "calls", ANY_ARGS, run_calls },
	{ "twice", 0, run_twice },
	{ "flood", 4, run_flood },
	{ "values", 1, run_values },
	{ "crowd", 4, run_crowd },
	{ "spin", 2, run_spin },
	{ "vsyscall", 0, run_vsyscall },
	{ "feint", 0, run_feint },
	{ "threads", 2, run_threads },
	{ "mixed", 2, run_mixed },
	{ "ioctl", 1, run_ioctl },
	{ "ioctl-x86", 1, run_ioctl_x86 },
	{ "hog", 1, run_hog },
	{ "forks", 1, run_forks },
	{ "call", 3, run_call },
	{ "exec", 2, run_exec },
	{ "thread-exec", ANY_ARGS, run_thread_exec },
	{ "deep", 1, run_deep },
	{ "rush", 0, run_rush },
	{ "storm", 3, run_storm },
	{ "listener", 0, run_listener },
	{ "under-listener", ANY_ARGS, run_under_listener },
	{ "under", ANY_ARGS, run_under },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(payloads) / sizeof(payloads[0]); i++)
		if (!strcmp(payloads[i].name, argv[1]) &&
		    (payloads[i].n_args == ANY_ARGS || argc - 2 == payloads[i].n_args))
			return payloads[i].run(argv + 2);
	fputs("payload: no such payload, or not its arguments\n", stderr);
	return 99;
}
