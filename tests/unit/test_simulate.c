// SPDX-License-Identifier: GPL-2.0-or-later
/* The simulator runs and refuses what the kernel runs and refuses. */
#include "policy_helper.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STMT(code, k)	      BPF_STMT(code, k)
#define JUMP(code, k, jt, jf) BPF_JUMP(code, k, jt, jf)
#define LOAD(offset)	      STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define RETURN(k)	      STMT(BPF_RET | BPF_K, k)

enum { PROG_MAX = 8 };

/* A program on nr 7, args[0] 0x123456789abcdef0; -1: refused. */
static const struct {
	struct sock_filter prog[PROG_MAX];
	size_t len;
	int64_t value;
} rows[] = {
	{ { RETURN(5) }, 1, 5 },
	{ { LOAD(0), STMT(BPF_RET | BPF_A, 0) }, 2, 7 },
	{ { LOAD(16), STMT(BPF_RET | BPF_A, 0) }, 2, 0x9abcdef0 },
	{ { LOAD(20), STMT(BPF_RET | BPF_A, 0) }, 2, 0x12345678 },
	{ { STMT(BPF_LD | BPF_W | BPF_LEN, 0), STMT(BPF_RET | BPF_A, 0) }, 2, 64 },
	{ { LOAD(0), JUMP(BPF_JMP | BPF_JEQ | BPF_K, 7, 0, 1), RETURN(1), RETURN(2) }, 4, 1 },
	{ { LOAD(0), JUMP(BPF_JMP | BPF_JGT | BPF_K, 7, 0, 1), RETURN(1), RETURN(2) }, 4, 2 },
	{ { LOAD(0), JUMP(BPF_JMP | BPF_JGE | BPF_K, 7, 0, 1), RETURN(1), RETURN(2) }, 4, 1 },
	{ { LOAD(0), JUMP(BPF_JMP | BPF_JSET | BPF_K, 8, 0, 1), RETURN(1), RETURN(2) }, 4, 2 },
	{ { LOAD(20), JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x92345678, 0, 1), RETURN(1), RETURN(2) },
	  4,
	  2 },
	{ { STMT(BPF_JMP | BPF_JA, 1), RETURN(1), RETURN(2) }, 3, 2 },
	{ { LOAD(0), STMT(BPF_ALU | BPF_AND | BPF_K, 6), STMT(BPF_RET | BPF_A, 0) }, 3, 6 },
	{ { LOAD(0), STMT(BPF_ALU | BPF_NEG, 0), STMT(BPF_RET | BPF_A, 0) }, 3, 0xfffffff9 },
	{ { LOAD(0), STMT(BPF_ST, 3), STMT(BPF_LDX | BPF_MEM, 3), STMT(BPF_MISC | BPF_TXA, 0),
	    STMT(BPF_RET | BPF_A, 0) },
	  5,
	  7 },
	{ { STMT(BPF_LDX | BPF_IMM, 0), LOAD(0), STMT(BPF_ALU | BPF_DIV | BPF_X, 0), RETURN(9) },
	  4,
	  0 },
	/* refused */
	{ { LOAD(0) }, 1, -1 },
	{ { RETURN(5) }, 0, -1 },
	{ { LOAD(64), RETURN(5) }, 2, -1 },
	{ { LOAD(2), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_LD | BPF_B | BPF_ABS, 0), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_LD | BPF_W | BPF_IND, 0), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_JMP | BPF_JA, 1), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_JMP | BPF_JA, 0xffffffff), RETURN(5) }, 2, -1 },
	{ { JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_ALU | BPF_LSH | BPF_K, 32), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_ALU | BPF_MOD | BPF_K, 3), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_LD | BPF_MEM, 0), RETURN(5) }, 2, -1 },
	{ { STMT(BPF_ST, 16), RETURN(5) }, 2, -1 },
	{ { STMT(0xffff, 0), RETURN(5) }, 2, -1 },
};

static void programs_run_or_are_refused(void **state)
{
	struct seccomp_data data = { .nr = 7, .args = { 0x123456789abcdef0 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint32_t value = 0;
		int err = filter_simulate(rows[i].prog, rows[i].len, &data, &value, NULL);

		assert_int_equal(err, rows[i].value < 0 ? -EINVAL : 0);
		if (!err)
			assert_int_equal(value, rows[i].value);
	}
}

/* Installs the program in a child, which the program never lets do more than exit. */
static bool kernel_accepts(const struct sock_filter *prog, size_t len)
{
	struct sock_fprog fprog = { .len = (unsigned short)len, .filter = (void *)prog };
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &fprog, 0, 0) && errno == EINVAL)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

static void the_kernel_agrees_on_what_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(kernel_accepts(rows[i].prog, rows[i].len), rows[i].value >= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_run_or_are_refused),
		cmocka_unit_test(the_kernel_agrees_on_what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
