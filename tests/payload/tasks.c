// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs whose tasks do what a tracer of tasks can get wrong: each row calls getsid a known
 * number of times, and makes other calls, in its own way. Exit status 0: it went as the payload
 * expects.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self;

static void call(int times)
{
	while (times-- > 0)
		getsid(0);
}

/* calls TIMES: getsid, nothing else. */
static int run_calls(char **args)
{
	call(atoi(args[0]));
	return 0;
}

static void *exec_in_thread(void *unused)
{
	char *argv[] = { self, (char *)"calls", (char *)"3", NULL };

	call(2);
	execv(self, argv);
	return unused;
}

/* exec-thread: one call, two in a thread, which then executes this program, which makes three. */
static int run_exec_thread(char **args)
{
	pthread_t thread;

	(void)args;
	call(1);
	if (pthread_create(&thread, NULL, exec_in_thread, NULL))
		return 1;
	pthread_join(thread, NULL);
	return 1;
}

/* vfork: one call; the child makes two calls in its parent's memory and executes this program,
 * which makes three; the parent makes one more. */
static int run_vfork(char **args)
{
	char *argv[] = { self, (char *)"calls", (char *)"3", NULL };
	int status;
	pid_t pid;

	(void)args;
	call(1);
	pid = vfork();
	if (pid == 0) {
		syscall(SYS_getsid, 0);
		syscall(SYS_getsid, 0);
		execv(self, argv);
		_exit(1);
	}
	call(1);
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

static int make_child(void)
{
	char *argv[] = { self, (char *)"calls", (char *)"1", NULL };
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execv(self, argv);
		_exit(1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : -1;
}

/* children N: N children, one after the other; each executes this program, which makes a call. */
static int run_children(char **args)
{
	for (long i = atol(args[0]); i > 0; i--)
		if (make_child())
			return 1;
	return 0;
}

static int await(const char *fifo, int flags)
{
	char byte = '\n';
	int fd = open(fifo, flags);
	ssize_t n = flags == O_RDONLY ? read(fd, &byte, 1) : write(fd, &byte, 1);

	close(fd);
	return n == 1 ? 0 : -1;
}

/* change GO GONE: writes to GONE, waits for GO; drops its ids, enters new user and pid namespaces,
 * and makes a call after each step; then a child, pid 1 there, makes two. */
static int run_change(char **args)
{
	int status;
	pid_t pid;

	if (await(args[1], O_WRONLY) || await(args[0], O_RDONLY))
		return 1;
	call(1);
	if (setresgid(65533, 65533, 65533) || setresuid(65533, 65533, 65533))
		return 1;
	call(1);
	if (unshare(CLONE_NEWUSER) || unshare(CLONE_NEWPID))
		return 1;
	call(1);
	pid = fork();
	if (pid == 0) {
		call(2);
		_exit(getpid() == 1 ? 0 : 1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

static int interrupted_pipe[2];
static volatile sig_atomic_t interruptions;

static void on_alarm(int sig)
{
	(void)sig;
	if (++interruptions == 3 && write(interrupted_pipe[1], "x", 1) != 1)
		_exit(1);
}

/* restart FLAG: readv from a pipe into which a signal handler writes the third time that it is
 * called. With FLAG 1 the kernel restarts the call after the others, with 0 the program makes it
 * again. */
static int run_restart(char **args)
{
	struct sigaction action = { .sa_handler = on_alarm,
				    .sa_flags = atoi(args[0]) ? SA_RESTART : 0 };
	const struct itimerval often = { { 0, 5000 }, { 0, 5000 } }, never = { { 0, 0 }, { 0, 0 } };
	char byte;
	struct iovec part = { &byte, 1 };
	ssize_t n;

	if (pipe(interrupted_pipe) || sigaction(SIGALRM, &action, NULL) ||
	    setitimer(ITIMER_REAL, &often, NULL))
		return 1;
	do {
		n = readv(interrupted_pipe[0], &part, 1);
	} while (n < 0 && errno == EINTR);
	setitimer(ITIMER_REAL, &never, NULL);
	return n == 1 ? 0 : 1;
}

static void on_signal(int sig)
{
	(void)sig;
}

static int make_listener(void)
{
	struct sock_filter rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(rows) / sizeof(rows[0]), rows };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &prog);
}

static void *ask(void *unused)
{
	call(1);
	return unused;
}

/* listener ANSWER: a thread makes a call that goes to the program's own listener. A signal
 * interrupts it once while it waits; then it fails with the errno ANSWER, or continues with 0. */
static int run_listener(char **args)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	struct seccomp_notif asked;
	struct seccomp_notif_resp answer = { .error = -atoi(args[0]) };
	int listener = make_listener();
	pthread_t thread;

	sigaction(SIGUSR1, &action, NULL);
	if (listener < 0 || pthread_create(&thread, NULL, ask, NULL))
		return 1;
	for (int i = 0; i < 2; i++) {
		memset(&asked, 0, sizeof(asked));
		if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked))
			return 1;
		if (i == 0)
			pthread_kill(thread, SIGUSR1);
	}
	answer.id = asked.id;
	if (!answer.error)
		answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
	if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer))
		return 1;
	pthread_join(thread, NULL);
	return 0;
}

/* lost-stack: makes the call with a stack pointer and a frame pointer that lead nowhere. */
static int run_lost_stack(char **args)
{
	long ret;

	(void)args;
	__asm__ volatile("mov %%rsp, %%r12\n\t"
			 "mov %%rbp, %%r13\n\t"
			 "mov $8, %%rsp\n\t"
			 "mov $8, %%rbp\n\t"
			 "syscall\n\t"
			 "mov %%r12, %%rsp\n\t"
			 "mov %%r13, %%rbp"
			 : "=a"(ret)
			 : "a"((long)SYS_getsid), "D"(0L)
			 : "rcx", "r11", "r12", "r13", "memory");
	return ret < 0 ? 0 : 1;
}

/* A function without a frame, whose return address is at the stack pointer. */
long call_frameless(void);
__asm__(".text\n"
	".type call_frameless, @function\n"
	"call_frameless:\n"
	".cfi_startproc\n"
	"mov $124, %eax\n" /* getsid */
	"xor %edi, %edi\n"
	"syscall\n"
	"ret\n"
	".cfi_endproc\n"
	".size call_frameless, . - call_frameless\n");

/* last-word: makes the call with one word of stack left before the end of memory. */
static int run_last_word(char **args)
{
	long page = sysconf(_SC_PAGESIZE), ret;
	char *stack = mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)args;
	if (stack == MAP_FAILED || mprotect(stack + page, (size_t)page, PROT_NONE))
		return 1;
	__asm__ volatile("mov %%rsp, %%r12\n\t"
			 "mov %1, %%rsp\n\t"
			 "call call_frameless\n\t"
			 "mov %%r12, %%rsp"
			 : "=a"(ret)
			 : "r"(stack + page)
			 : "rcx", "rdi", "r11", "r12", "memory");
	return ret < 0 ? 0 : 1;
}

/* false-frame: makes the call with a frame pointer that leads to something that is not a frame. */
static int run_false_frame(char **args)
{
	static const long data[2] = { 0, 0x123456 };
	long ret;

	(void)args;
	__asm__ volatile("mov %%rsp, %%r12\n\t"
			 "mov %%rbp, %%r13\n\t"
			 "sub $128, %%rsp\n\t" /* past what the compiler may keep there */
			 "mov %1, %%rbp\n\t"
			 "call call_frameless\n\t"
			 "mov %%r12, %%rsp\n\t"
			 "mov %%r13, %%rbp"
			 : "=a"(ret)
			 : "r"(data)
			 : "rcx", "rdi", "r11", "r12", "r13", "memory");
	return ret < 0 ? 0 : 1;
}

static const struct {
	const char *name;
	int n_args;
	int (*run)(char **args);
} payloads[] = {
	{ "calls", 1, run_calls },	   { "exec-thread", 0, run_exec_thread },
	{ "vfork", 0, run_vfork },	   { "children", 1, run_children },
	{ "change", 2, run_change },	   { "restart", 1, run_restart },
	{ "listener", 1, run_listener },   { "lost-stack", 0, run_lost_stack },
	{ "last-word", 0, run_last_word }, { "false-frame", 0, run_false_frame },
};

int main(int argc, char **argv)
{
	self = argv[0];
	for (size_t i = 0; argc > 1 && i < sizeof(payloads) / sizeof(payloads[0]); i++)
		if (!strcmp(payloads[i].name, argv[1]) && argc - 2 == payloads[i].n_args)
			return payloads[i].run(argv + 2);
	fputs("tasks: no such payload, or not its arguments\n", stderr);
	return 99;
}
