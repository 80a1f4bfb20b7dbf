// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a policy to a program: first the arch, then the number by a balanced search over ranges with
 * one verdict, then, only where a rule has a condition, the arguments. Where the number alone
 * decides, the verdict for a range is what the kernel is told, whichever rules say so: that of each
 * number is kept beside the program. The path to an unconditional "allow" loads only number and
 * arch: the kernel then answers such calls from a bitmap without running the program (since 5.11).
 * The x32 calls are the numbers 0x40000000 to -2 of x86_64.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "filter/emit.h"
#include "filter/filter.h"
#include "filter/sites.h"
#include "policy/parse.h"

/* Numbers from first on (up to the next span), and what decides them. */
struct span {
	uint32_t first;
	struct verdict verdict;	  /* without a chain */
	const struct site *chain; /* sites of one number that depend on arguments */
	size_t n_chain;
	enum arch arch;
	size_t launch; /* of a launch call: its index plus 1; tested first */
};

/* How many instructions a call takes, for the error message. */
struct cost {
	enum arch arch;
	uint32_t nr;
	size_t insns;
};

struct compiler {
	const struct policy *policy;
	unsigned int flags; /* enum filter_flags */
	struct assembler assembler;
	struct filter_cookie cookies[FILTER_LAUNCH_CALLS]; /* labels */
	uint32_t launches[FILTER_LAUNCH_CALLS];		   /* their native numbers */
	size_t n_launches;
	struct sites sites[ARCH_COUNT];
	struct filter_numbers numbers[ARCH_COUNT]; /* of the filter */
	struct {
		struct span *v;
		size_t n, cap;
	} spans;
	struct {
		struct cost *v;
		size_t n, cap;
	} costs;
};

static const struct verdict foreign = { .action = { .kind = ACTION_KILL_PROCESS },
					.by = VERDICT_ARCH };

/* Returns whether the numbers of both return the same to the kernel, whatever the arguments. */
static bool is_same_span(const struct span *a, const struct span *b, unsigned int flags)
{
	return !a->n_chain && !b->n_chain && !a->launch && !b->launch &&
	       filter_return(&a->verdict, flags) == filter_return(&b->verdict, flags);
}

static void add_number(struct filter_numbers *numbers, uint32_t first,
		       const struct verdict *verdict)
{
	size_t n = numbers->n;

	if (n && numbers->v[n - 1].first == first)
		numbers->n = --n;
	if (n && verdict_is_same(&numbers->v[n - 1].verdict, verdict))
		return;
	*array_append(numbers) = (struct filter_number){ first, *verdict };
}

/* Adds the numbers from SPAN on to those of ARCH, which has number 0 under its AUDIT_ARCH. */
static void add_span(struct compiler *compiler, enum arch arch, struct span span)
{
	size_t n = compiler->spans.n;

	add_number(&compiler->numbers[arch], span.first, &span.verdict);
	if (n && compiler->spans.v[n - 1].first == span.first)
		compiler->spans.n = --n;
	if (n && is_same_span(&compiler->spans.v[n - 1], &span, compiler->flags))
		return;
	*array_append(&compiler->spans) = span;
}

static struct verdict unruled(const struct compiler *compiler, enum arch arch, uint32_t nr)
{
	const struct policy *policy = compiler->policy;

	if (!(policy->arches & 1U << arch))
		return foreign;
	if (policy_knows(policy, arch, nr))
		return (struct verdict){ .action = policy->default_action, .by = VERDICT_DEFAULT };
	return (struct verdict){ .action = policy->unknown_action, .by = VERDICT_UNKNOWN };
}

static bool is_unconditional(const struct site *site)
{
	return !site->multiplex && !site->rule->expr;
}

/* Returns how many sites of one call matter: up to the first without a condition. */
static size_t chain_length(const struct site *sites, size_t n)
{
	size_t i = 0;

	while (i < n && sites[i].rule) {
		if (is_unconditional(&sites[i]))
			return i + 1;
		i++;
	}
	return i;
}

static struct span make_span(const struct compiler *compiler, enum arch arch,
			     const struct site *sites, size_t n)
{
	struct span span = { .first = sites->nr, .arch = arch };
	size_t length;

	/* The row of the known number has order 0 and comes first. */
	if (!sites->rule) {
		sites++;
		n--;
	}
	span.verdict = unruled(compiler, arch, span.first);
	length = chain_length(sites, n);
	if (length && is_unconditional(&sites[length - 1]))
		span.verdict = (struct verdict){ .action = sites[length - 1].rule->action,
						 .by = VERDICT_RULE,
						 .rule = sites[length - 1].rule };
	while (length && is_unconditional(&sites[length - 1]))
		length--;
	span.verdict.is_quiet = compiler->flags & FILTER_CALLS && filter_is_quiet(arch, span.first);
	span.chain = sites;
	span.n_chain = length;
	return span;
}

/* Returns the index of a call among the launch calls plus 1, or 0. */
static size_t find_launch(const struct compiler *compiler, enum arch arch, uint32_t nr)
{
	for (size_t i = 0; arch == arch_native() && i < compiler->n_launches; i++)
		if (nr == compiler->launches[i])
			return i + 1;
	return 0;
}

static void add_launches(struct compiler *compiler)
{
	enum arch arch = arch_native();
	const char *name;

	for (size_t i = 0; (name = filter_launch_call(compiler->flags, i)); i++)
		compiler->launches[compiler->n_launches++] =
			(uint32_t)sys_call_find(arch, name)->nr[arch];
}

/* Adds the spans of ARCH, whose numbers start at FIRST, to those of TO. */
static void add_arch(struct compiler *compiler, enum arch to, enum arch arch, uint32_t first)
{
	const struct sites *sites = &compiler->sites[arch];
	bool is_listed = compiler->policy->arches & 1U << arch;
	size_t n;

	add_span(compiler, to,
		 (struct span){ .first = first, .verdict = unruled(compiler, arch, UINT32_MAX) });
	/* sites is empty when the arch is neither listed nor that of the launch calls. */
	for (size_t i = 0; i < sites->n; i += n) {
		uint32_t nr = sites->v[i].nr;
		struct span span;

		for (n = 1; i + n < sites->n && sites->v[i + n].nr == nr; n++)
			continue;
		size_t launch = find_launch(compiler, arch, nr);

		if (!is_listed && !launch)
			continue;
		span = make_span(compiler, arch, &sites->v[i], n);
		span.launch = launch;
		add_span(compiler, to, span);
		add_span(compiler, to,
			 (struct span){ .first = nr + 1,
					.verdict = unruled(compiler, arch, UINT32_MAX) });
	}
}

/* The launch, recognized by the cookie in the sixth argument. */
static size_t emit_cookie(struct compiler *compiler, struct filter_cookie *cookie, size_t unless)
{
	static const struct verdict launch = { .action = { .kind = ACTION_ALLOW },
					       .by = VERDICT_LAUNCH };
	struct assembler *assembler = &compiler->assembler;
	uint32_t offset = offsetof(struct seccomp_data, args) + 5 * sizeof(uint64_t);
	size_t allow = assembler_return(assembler, &launch);
	size_t high = assembler_jump(assembler, BPF_JEQ, 0, allow, unless), low;

	cookie->hi = high;
	high = assembler_add(assembler, BPF_LD | BPF_W | BPF_ABS, offset + 4);
	low = assembler_jump(assembler, BPF_JEQ, 0, high, unless);
	cookie->lo = low;
	return assembler_add(assembler, BPF_LD | BPF_W | BPF_ABS, offset);
}

static size_t emit_site_of(struct compiler *compiler, const struct site *site,
			   const struct span *span, size_t unless)
{
	struct emit_site where = { site->call, span->arch };
	struct verdict verdict = { .action = site->rule->action,
				   .by = VERDICT_RULE,
				   .rule = site->rule,
				   .is_quiet = span->verdict.is_quiet };
	struct assembler *assembler = &compiler->assembler;
	size_t when = assembler_return(assembler, &verdict);

	if (site->multiplex)
		return emit_equal(assembler, offsetof(struct seccomp_data, args),
				  site->multiplex->mask, site->multiplex->number, when, unless);
	return emit_expr(assembler, &where, site->rule->expr, when, unless);
}

static size_t emit_span(struct compiler *compiler, const struct span *span)
{
	size_t before = compiler->assembler.insns.n;
	size_t at = assembler_return_by_number(&compiler->assembler, &span->verdict);

	for (size_t i = span->n_chain; i > 0; i--)
		at = emit_site_of(compiler, &span->chain[i - 1], span, at);
	if (span->launch)
		at = emit_cookie(compiler, &compiler->cookies[span->launch - 1], at);
	if (span->n_chain)
		*array_append(&compiler->costs) = (struct cost){
			span->arch, span->first, compiler->assembler.insns.n - before
		};
	return at;
}

/* A single number between equal neighbours takes just one comparison. */
static bool is_island(const struct span *spans, unsigned int flags)
{
	return spans[2].first == spans[1].first + 1 && is_same_span(&spans[0], &spans[2], flags);
}

static size_t emit_spans(struct compiler *compiler, const struct span *spans, size_t n)
{
	size_t middle = n / 2, left, right;

	if (n == 1)
		return emit_span(compiler, spans);
	if (n == 3 && is_island(spans, compiler->flags)) {
		left = emit_span(compiler, &spans[0]);
		right = emit_span(compiler, &spans[1]);
		return assembler_jump(&compiler->assembler, BPF_JEQ, spans[1].first, right, left);
	}
	right = emit_spans(compiler, spans + middle, n - middle);
	left = emit_spans(compiler, spans, middle);
	return assembler_jump(&compiler->assembler, BPF_JGE, spans[middle].first, right, left);
}

/* Writes the search for the numbers of one AUDIT_ARCH; returns its label. */
static size_t emit_numbers(struct compiler *compiler, enum arch arch)
{
	struct assembler *assembler = &compiler->assembler;
	size_t root;

	compiler->spans.n = 0;
	add_arch(compiler, arch, arch, 0);
	if (arch == ARCH_X86_64) {
		add_arch(compiler, arch, ARCH_X32, SYS_X32_BIT);
		add_span(compiler, arch,
			 (struct span){ .first = UINT32_MAX,
					.verdict = unruled(compiler, arch, UINT32_MAX) });
	}
	root = emit_spans(compiler, compiler->spans.v, compiler->spans.n);
	if (compiler->spans.n == 1)
		return root;
	assembler_fall_into(assembler, root);
	return assembler_add(assembler, BPF_LD | BPF_W | BPF_ABS,
			     offsetof(struct seccomp_data, nr));
}

static bool has_numbers(const struct compiler *compiler, enum arch arch)
{
	uint32_t arches = compiler->policy->arches;

	if (arch == ARCH_X32)
		return false;
	if (arch == ARCH_X86_64 && arches & 1U << ARCH_X32)
		return true;
	return arches & 1U << arch ||
	       (compiler->flags & FILTER_LAUNCH_COOKIE && arch == arch_native());
}

static void emit_program(struct compiler *compiler)
{
	struct assembler *assembler = &compiler->assembler;
	size_t labels[ARCH_COUNT] = { 0 }, next;

	for (enum arch arch = ARCH_COUNT; arch-- > 0;)
		if (has_numbers(compiler, arch))
			labels[arch] = emit_numbers(compiler, arch);
	next = assembler_return_by_number(assembler, &foreign);
	for (enum arch arch = ARCH_COUNT; arch-- > 0;)
		if (has_numbers(compiler, arch))
			next = assembler_jump(assembler, BPF_JEQ, arch_get(arch)->audit_arch,
					      labels[arch], next);
	assembler_fall_into(assembler, next);
	assembler_add(assembler, BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
}

static int compare_costs(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return (x->insns < y->insns) - (x->insns > y->insns);
}

static int too_large(struct compiler *compiler, struct diags *diags)
{
	struct strbuf largest = { 0 };

	if (compiler->costs.n)
		qsort(compiler->costs.v, compiler->costs.n, sizeof(*compiler->costs.v),
		      compare_costs);
	for (size_t i = 0; i < compiler->costs.n && i < 3; i++) {
		const struct cost *cost = &compiler->costs.v[i];
		const char *name = sys_call_name(cost->arch, cost->nr);

		strbuf_printf(&largest, "%s", i ? ", " : "");
		if (name)
			strbuf_puts(&largest, name);
		else
			strbuf_printf(&largest, "[%u]", cost->nr);
		strbuf_printf(&largest, " %zu", cost->insns);
	}
	diags_fail(diags, 0,
		   "this policy compiles to %s%zu instructions, but the kernel takes at most %d",
		   compiler->assembler.is_full ? "more than " : "", compiler->assembler.insns.n,
		   BPF_MAXINSNS);
	if (largest.len)
		diags_hint(diags, "the largest calls: %s", largest.text);
	strbuf_finish(&largest);
	return -E2BIG;
}

/* Reverses the program, which was written from its end. */
static struct filter *make_filter(struct compiler *compiler)
{
	struct filter *filter = mem_alloc(sizeof(*filter));
	size_t n = compiler->assembler.insns.n;

	filter->len = n;
	filter->prog = mem_alloc(n * sizeof(*filter->prog));
	filter->returns = mem_alloc(n * sizeof(*filter->returns));
	for (size_t i = 0; i < n; i++) {
		filter->prog[i] = compiler->assembler.insns.v[n - 1 - i];
		filter->returns[i] = compiler->assembler.outcomes.v[n - 1 - i];
	}
	memcpy(filter->numbers, compiler->numbers, sizeof(filter->numbers));
	memset(compiler->numbers, 0, sizeof(compiler->numbers));
	filter->flags = compiler->flags;
	if (compiler->flags & FILTER_COMPLAIN)
		filter->built_in = policy_read_built_in(compiler->policy);
	for (size_t i = 0; filter_launch_call(filter->flags, i); i++) {
		filter->cookies[i].lo = n - 1 - compiler->cookies[i].lo;
		filter->cookies[i].hi = n - 1 - compiler->cookies[i].hi;
	}
	return filter;
}

int filter_compile(const struct policy *policy, unsigned int flags, struct filter **ret_filter,
		   struct diags *diags)
{
	struct compiler compiler = { .policy = policy, .flags = flags, .assembler.flags = flags };
	int err = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (policy->arches & 1U << arch || has_numbers(&compiler, arch))
			sites_init(&compiler.sites[arch], policy, arch);
	add_launches(&compiler);
	emit_program(&compiler);
	if (compiler.assembler.insns.n > BPF_MAXINSNS)
		err = too_large(&compiler, diags);
	else
		*ret_filter = make_filter(&compiler);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		sites_finish(&compiler.sites[arch]);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		free(compiler.numbers[arch].v);
	assembler_finish(&compiler.assembler);
	free(compiler.spans.v);
	free(compiler.costs.v);
	return err;
}
