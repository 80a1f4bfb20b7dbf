// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a filter costs: instructions that the kernel runs for an allowed call and in all, beside
 * libseccomp's filters for the same names, and the time from a policy's text to a proved program.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <seccomp.h>

#include "base/mem.h"
#include "base/str.h"
#include "filter/filter.h"
#include "policy/parse.h"
#include "sys/syscall.h"

enum { NAMES = 300, ROUNDS = 50, CONDITIONS = 500 };

/* Errors come last, behind any number of warnings. */
static _Noreturn void die(const struct diags *diags)
{
	fprintf(stderr, "bench_filter: %s\n", diags->v[diags->n - 1].message);
	exit(1);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The first NAMES calls of the table that x86-64 and libseccomp both have. */
static size_t choose_calls(const struct sys_call *calls[NAMES])
{
	const struct sys_call *call;
	size_t n = 0;

	for (size_t i = 0; n < NAMES && (call = sys_call_row(i)); i++) {
		int nr = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X86_64, call->name);

		if (call->nr[ARCH_X86_64] >= 0 && nr == call->nr[ARCH_X86_64] && nr < 400)
			calls[n++] = call;
	}
	return n;
}

/* Counts instructions as the kernel would run them; jumps and returns only, which is all that
 * either compiler makes for unconditional names. */
static unsigned int count_insns(const struct sock_filter *prog, const struct seccomp_data *data)
{
	unsigned int n = 0;
	uint32_t a = 0;

	for (size_t at = 0;; at++) {
		const struct sock_filter *insn = &prog[at];

		n++;
		switch (insn->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			memcpy(&a, (const char *)data + insn->k, sizeof(a));
			break;
		case BPF_JMP | BPF_JA:
			at += insn->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			at += a == insn->k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			at += a >= insn->k ? insn->jt : insn->jf;
			break;
		case BPF_JMP | BPF_JGT | BPF_K:
			at += a > insn->k ? insn->jt : insn->jf;
			break;
		case BPF_RET | BPF_K:
			return n;
		default:
			fprintf(stderr, "bench_filter: unexpected instruction %#x\n", insn->code);
			exit(1);
		}
	}
}

static void print_cost(const char *what, const struct sock_filter *prog, size_t len,
		       const struct sys_call *const *calls, size_t n)
{
	unsigned int most = 0;
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		struct seccomp_data data = { .nr = calls[i]->nr[ARCH_X86_64],
					     .arch = arch_get(ARCH_X86_64)->audit_arch };
		unsigned int count = count_insns(prog, &data);

		sum += count;
		most = count > most ? count : most;
	}
	printf("  %-28s %8zu %10.1f %8u\n", what, len, sum / (double)n, most);
}

/* Appends rules for the names: one for all, or one each, with a line each. */
static void write_names(struct strbuf *text, const struct sys_call *const *calls, size_t n,
			bool is_line_each)
{
	for (size_t i = 0; i < n; i++)
		strbuf_printf(text, "%s%s",
			      !i	     ? "allow "
			      : is_line_each ? "\nallow "
					     : " ",
			      calls[i]->name);
	strbuf_puts(text, "\n");
}

static void cost_of_pinfold(const char *what, bool is_line_each,
			    const struct sys_call *const *calls, size_t n)
{
	struct strbuf text = { 0 };
	struct diags diags = { 0 };
	struct policy *policy;
	struct filter *filter;

	write_names(&text, calls, n, is_line_each);
	if (policy_parse_text("bench", text.text, text.len, &policy, &diags) ||
	    filter_compile(policy, 0, &filter, &diags))
		die(&diags);
	print_cost(what, filter->prog, filter->len, calls, n);
	filter_destroy(filter);
	policy_destroy(policy);
	diags_finish(&diags);
	strbuf_finish(&text);
}

static void cost_of_libseccomp(const char *what, int optimize, const struct sys_call *const *calls,
			       size_t n)
{
	static struct sock_filter prog[BPF_MAXINSNS];
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(1));
	int fd = memfd_create("bench", MFD_CLOEXEC);
	ssize_t len;

	if (optimize)
		seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; i < n; i++)
		seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i]->nr[ARCH_X86_64], 0);
	if (fd < 0 || seccomp_export_bpf(ctx, fd) || lseek(fd, 0, SEEK_SET) < 0 ||
	    (len = read(fd, prog, sizeof(prog))) < 0) {
		fputs("bench_filter: libseccomp cannot export\n", stderr);
		exit(1);
	}
	print_cost(what, prog, (size_t)len / sizeof(*prog), calls, n);
	close(fd);
	seccomp_release(ctx);
}

struct stage_times {
	double parse[ROUNDS], compile[ROUNDS], prove[ROUNDS], all[ROUNDS];
};

static void time_once(const struct policy_source *source, const char *text, size_t len,
		      struct stage_times *times, size_t round)
{
	struct diags diags = { 0 };
	struct policy *policy = NULL;
	struct filter *filter = NULL;
	double t0 = now_ms(), t1, t2, t3;
	int err = text ? policy_parse_text("bench", text, len, &policy, &diags)
		       : policy_parse(source, &policy, &diags);

	t1 = now_ms();
	err = err ? err : filter_compile(policy, FILTER_LAUNCH_COOKIE, &filter, &diags);
	t2 = now_ms();
	err = err ? err : filter_prove(filter, policy, &diags);
	t3 = now_ms();
	if (err)
		die(&diags);
	times->parse[round] = t1 - t0;
	times->compile[round] = t2 - t1;
	times->prove[round] = t3 - t2;
	times->all[round] = t3 - t0;
	filter_destroy(filter);
	policy_destroy(policy);
	diags_finish(&diags);
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), compare_doubles);
	return v[ROUNDS / 2];
}

/* Returns the median time of all stages; prints that of each if WHAT is not NULL. */
static double time_policy(const char *what, const struct policy_source *source, const char *text,
			  size_t len)
{
	struct stage_times times;
	double all;

	for (size_t round = 0; round < ROUNDS; round++)
		time_once(source, text, len, &times, round);
	all = median(times.all);
	if (what)
		printf("  %-28s %8.3f %8.3f %8.3f %8.3f\n", what, median(times.parse),
		       median(times.compile), median(times.prove), all);
	return all;
}

/* LINES lines: some hundred conditions (more do not fit into the kernel's 4096 instructions),
 * then names and comments, most of which say again what was said. */
static double time_lines(const char *what, size_t lines, const struct sys_call *const *calls,
			 size_t n)
{
	static const char *const rules[] = {
		"allow ioctl if cmd == %zu\n",
		"deny EACCES socket if domain == AF_INET and type == %zu\n",
		"allow prctl if option in %zu\n",
		"allow fcntl if cmd == %zu # a comment\n",
	};
	struct strbuf text = { 0 };
	double all;

	for (size_t i = 0; i < lines; i++) {
		if (i < CONDITIONS)
			strbuf_printf(&text, rules[i % ARRAY_SIZE(rules)], i * 7);
		else if (i % 4)
			strbuf_printf(&text, "# line %zu\n", i);
		else
			strbuf_printf(&text, "allow %s\n", calls[i / 4 % n]->name);
	}
	all = time_policy(what, NULL, text.text, text.len);
	strbuf_finish(&text);
	return all;
}

static void print_tables(const struct sys_call *const *calls, size_t n)
{
	const char *shipped = "<default>";
	const struct policy_source source = { .files = &shipped, .n_files = 1 };
	struct strbuf text = { 0 };
	char what[32];

	printf("%zu unconditional names     %12s %10s %8s\n", n, "length", "average", "worst");
	cost_of_pinfold("pinfold, one rule", false, calls, n);
	cost_of_pinfold("pinfold, a line each", true, calls, n);
	cost_of_libseccomp("libseccomp, binary tree", 1, calls, n);
	cost_of_libseccomp("libseccomp, linear", 0, calls, n);
	printf("median of %d, ms              %8s %8s %8s %8s\n", ROUNDS, "parse", "compile",
	       "prove", "all");
	time_policy("<default>", &source, NULL, 0);
	write_names(&text, calls, n, true);
	time_policy("names, a line each", NULL, text.text, text.len);
	strbuf_finish(&text);
	for (size_t lines = 10; lines <= 1000; lines *= 10) {
		snprintf(what, sizeof(what), "%zu lines", lines);
		time_lines(what, lines, calls, n);
	}
}

/* bench_filter: all tables; bench_filter LINES: the milliseconds for a policy of LINES lines. */
int main(int argc, char **argv)
{
	const struct sys_call *calls[NAMES];
	size_t n = choose_calls(calls);

	if (argc > 1)
		printf("%.4f\n", time_lines(NULL, strtoul(argv[1], NULL, 10), calls, n));
	else
		print_tables(calls, n);
	return 0;
}
