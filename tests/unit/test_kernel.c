// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel agrees: for random policies with every operator and width, a child under the filter
 * makes calls with chosen registers, through syscall and int 0x80. So that no call runs, whatever
 * the policy says, every return of the program is first replaced by an errno that is its own index:
 * the child learns from it which instruction the kernel reached. It must be the one that the
 * simulator reached, and the verdict behind it the policy's.
 */
#include "random_policy.h"

#include <errno.h>
#include <linux/audit.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POLICIES = 60, CALLS = 4000, ERRNO_MAX = 4095, NOTHING = -1 };

struct trial {
	struct seccomp_data data;
	int insn; /* that the kernel reached */
};

struct trials {
	struct trial v[CALLS];
	int n_made;
};

static long call_x86_64(const struct seccomp_data *data)
{
	register uint64_t r10 __asm__("r10") = data->args[3];
	register uint64_t r8 __asm__("r8") = data->args[4];
	register uint64_t r9 __asm__("r9") = data->args[5];
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"((long)data->nr), "D"(data->args[0]), "S"(data->args[1]),
			   "d"(data->args[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* The high halves of the registers are not 0, and the kernel ignores them. */
static long call_x86(const struct seccomp_data *data)
{
	uint64_t args[6];
	register uint64_t *from __asm__("r12") = args;
	long ret;

	for (size_t i = 0; i < 6; i++)
		args[i] = 0x5a5a5a5a00000000 | (uint32_t)data->args[i];
	/* rbx and rbp cannot be named as operands everywhere; the red zone is skipped. */
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\t"
			 "push %%rbp\n\t"
			 "push %%rbx\n\t"
			 "mov 0(%%r12), %%rbx\n\t"
			 "mov 8(%%r12), %%rcx\n\t"
			 "mov 16(%%r12), %%rdx\n\t"
			 "mov 24(%%r12), %%rsi\n\t"
			 "mov 32(%%r12), %%rdi\n\t"
			 "mov 40(%%r12), %%rbp\n\t"
			 "int $0x80\n\t"
			 "pop %%rbx\n\t"
			 "pop %%rbp\n\t"
			 "lea 128(%%rsp), %%rsp"
			 : "=a"(ret)
			 : "a"((long)data->nr), "r"(from)
			 : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
	return (int)ret;
}

/* Every return says where it is; instruction 0 is never one. */
static void tell_places(const struct filter *filter, struct sock_filter *prog)
{
	memcpy(prog, filter->prog, filter->len * sizeof(*prog));
	for (size_t i = 0; i < filter->len; i++)
		if (BPF_CLASS(prog[i].code) == BPF_RET)
			prog[i].k = SECCOMP_RET_ERRNO | (uint32_t)i;
}

/* In the child. Nothing may be called once the filter is installed; it ends with an illegal
 * instruction. */
static void make_calls(const struct sock_filter *prog, size_t len, struct trials *trials)
{
	struct sock_fprog fprog = { .len = (unsigned short)len, .filter = (void *)prog };

	signal(SIGILL, SIG_DFL); /* cmocka handles it */
	signal(SIGSEGV, SIG_DFL);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &fprog, 0, 0))
		_exit(1);
	for (; trials->n_made < CALLS; trials->n_made++) {
		struct trial *trial = &trials->v[trials->n_made];
		long ret = trial->data.arch == AUDIT_ARCH_X86_64 ? call_x86_64(&trial->data)
								 : call_x86(&trial->data);

		trial->insn = (int)-ret;
	}
	__builtin_trap();
}

/* Numbers of the policy, of other calls, at the edges of the table, with and without x32's bit. */
static uint32_t random_nr(const struct policy *policy, enum arch arch)
{
	static const uint32_t odd[] = { 777,	    599,	0x3fffffff, 0x40000000,
					0x40000001, 0x7fffffff, 0x80000000, 0xbfffffff,
					0xc0000000, 0xfffffffe, 0xffffffff };
	uint32_t bit = arch == ARCH_X86_64 && random_below(8) == 0 ? SYS_X32_BIT : 0;
	const struct rule *rule = policy->rules[random_below((uint32_t)policy->n_rules)];
	const struct rule_call *call;

	switch (rule->n_calls ? random_below(6) : random_below(2)) {
	case 0:
		return odd[random_below(ARRAY_SIZE(odd))];
	case 1:
		return random_below(600) | bit;
	default:
		call = &rule->calls[random_below((uint32_t)rule->n_calls)];
		if (arch == ARCH_X86 && call->multiplex.nr && random_below(2))
			return call->multiplex.nr;
		return call->numbers[arch] == CALL_NONE ? bit : call->numbers[arch] | bit;
	}
}

/* Around the constants of the policies, with every high half. */
static uint64_t random_register(void)
{
	static const uint64_t near[] = { 0,	      1,	   3,		7,
					 16,	      0x7fffffff,  0x80000000,	0xffffffff,
					 0x100000000, 0x200000005, 0x300000000, 0x7ffffffff,
					 1ULL << 62,  1ULL << 63,  7ULL << 60 };
	uint64_t value = near[random_below(ARRAY_SIZE(near))] + random_below(3) - 1;

	if (random_below(3) == 0)
		value ^= (uint64_t)random_below(UINT32_MAX) << 32;
	return value;
}

static void choose_calls(const struct policy *policy, struct trials *trials, bool has_x86)
{
	for (size_t i = 0; i < CALLS; i++) {
		bool is_x86 = has_x86 && random_below(4) == 0;
		struct seccomp_data data = {
			.arch = is_x86 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
			.nr = (int)random_nr(policy, is_x86 ? ARCH_X86 : ARCH_X86_64),
		};

		for (size_t k = 0; k < 6; k++)
			data.args[k] = is_x86 ? (uint32_t)random_register() : random_register();
		/* The kernel exempts uretprobe and uprobe from every filter, and they fault. */
		if (!is_x86 && (data.nr == 335 || data.nr == 336))
			data.nr = 39;
		trials->v[i] = (struct trial){ data, NOTHING };
	}
}

static void compare(const char *text, const struct policy *policy, const struct filter *filter,
		    const struct trial *trial)
{
	const struct seccomp_data *data = &trial->data;
	struct verdict want = policy_verdict(policy, data), is;
	size_t insn = 0;

	assert_int_equal(filter_simulate(filter->prog, filter->len, data, NULL, &insn), 0);
	is = filter_verdict_at(filter, insn, data);
	if (trial->insn == (int)insn && verdict_is_same(&want, &is))
		return;
	fail_msg("arch %x nr %d (%llx, %llx, %llx, %llx, %llx, %llx): kernel %d, simulator %zu\n%s",
		 data->arch, data->nr, data->args[0], data->args[1], data->args[2], data->args[3],
		 data->args[4], data->args[5], trial->insn, insn, text);
}

static struct trials *share_trials(void)
{
	struct trials *trials = mmap(NULL, sizeof(*trials), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(trials, MAP_FAILED);
	return trials;
}

static void run_calls(const struct filter *filter, struct trials *trials)
{
	struct sock_filter prog[BPF_MAXINSNS];
	int status;
	pid_t pid;

	assert_true(filter->len <= ERRNO_MAX);
	tell_places(filter, prog);
	trials->n_made = 0;
	pid = fork();
	if (pid == 0)
		make_calls(prog, filter->len, trials);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGILL);
	assert_int_equal(trials->n_made, CALLS);
}

/* Without i386 in the kernel, int 0x80 is a fault. */
static bool kernel_runs_x86(void)
{
	struct seccomp_data data = { .nr = 20 };
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL);
		_exit(call_x86(&data) != getpid());
	}
	return waitpid(pid, &status, 0) == pid && !status;
}

static void check_policy(const char *text, struct trials *trials, bool has_x86)
{
	struct policy *policy = read_policy(text);
	struct filter *filter = compile_policy(policy, 0);

	choose_calls(policy, trials, has_x86);
	run_calls(filter, trials);
	for (size_t i = 0; i < CALLS; i++)
		compare(text, policy, filter, &trials->v[i]);
	filter_destroy(filter);
	policy_destroy(policy);
}

static void the_kernel_does_what_the_simulator_says(void **state)
{
	bool has_x86 = kernel_runs_x86();
	struct trials *trials = share_trials();

	(void)state;
	for (unsigned int i = 0; i < POLICIES; i++) {
		char *text;

		random_state = 0x9e3779b97f4a7c15ULL * (i + 1);
		text = random_policy();
		check_policy(text, trials, has_x86);
		free(text);
	}
	check_policy("arch x86 x86_64 x32\ninclude <default>\n", trials, has_x86);
	munmap(trials, sizeof(*trials));
}

static void the_kernel_does_so_for_multiplexed_and_other_calls(void **state)
{
	static const char *const texts[] = {
		"arch x86 x86_64\ndeny EIO socket if domain == 1\nallow socketcall shmget\n"
		"deny EACCES bind connect\nlog ipc\nallow read write lseek kill\n",
		"arch x86_64\nallow [777] [599] if arg0 & 7 in 1..3 or not arg5 > 0x100000000\n"
		"deny EIO read if fd >= 0 and fd < 3\nallow read on x86_64 if fd == 7\nlog openat "
		"if dfd < -1 or dfd == 7\n",
		"default allow\nunknown deny ENOSYS\nkernel 5.4\narch x86_64 aarch64\n"
		"deny EIO lseek if offset in -5..5 0x7ffffffe..0x100000001\ntrap 9 tgkill\n",
		"arch x86_64 x86\nallow chmod if mode < 7 or mode in 0x100..0x7fff\n"
		"deny EIO mkdir if not mode & 0xf0 only 0x30\nlog creat if mode has 0x8001\n"
		"trap 3 setuid on x86 if uid >= 0x7fff\nallow setgid on x86 if gid == 0xffff\n",
		"arch x86\nallow read if fd only 7\nlog write if count any 0x80000001\n"
		"deny 7 lseek if offset < 0 or whence != 0\n",
		"arch x32\nallow read write if fd & 0xff in 1 3 7..0x10\nlog lseek if offset <= "
		"-1\n",
	};
	bool has_x86 = kernel_runs_x86();
	struct trials *trials = share_trials();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check_policy(texts[i], trials, has_x86);
	munmap(trials, sizeof(*trials));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_kernel_does_what_the_simulator_says),
		cmocka_unit_test(the_kernel_does_so_for_multiplexed_and_other_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
