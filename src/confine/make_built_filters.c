// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make_built_filters: a program for the build only. Compiles and proves the shipped policies that
 * confine pinfold's own processes and that it runs commands under by default, and writes their
 * programs to standard output as a C file, which saves doing so at every start. Must never write a
 * program that is not proved.
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "confine/built_filter.h"
#include "filter/filter.h"
#include "policy/parse.h"

struct build_request {
	const char *name;
	unsigned int flags;
	bool is_own; /* confines one of our processes */
};

static const struct build_request requests[] = {
	{ "supervisor", 0, true },
	{ "symbols", 0, true },
	{ "relay", 0, true },
	{ "default", FILTER_LAUNCH_COOKIE, false },
	{ "default", FILTER_LAUNCH_COOKIE | FILTER_NOTIFY, false },
};

static const struct policy_option checkers[] = { LEAK_CHECKER_RULES };
#ifdef __SANITIZE_ADDRESS__
enum { N_CHECKERS = ARRAY_SIZE(checkers) };
#else
enum { N_CHECKERS = 0 };
#endif

static void write_program(const char *name, const struct filter *filter)
{
	printf("static const struct sock_filter %s_%u_program[] = {\n", name, filter->flags);
	for (size_t i = 0; i < filter->len; i++) {
		const struct sock_filter *at = &filter->prog[i];

		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", at->code, at->jt, at->jf, at->k);
	}
	puts("};\n");
}

static void write_rules(const char *name, unsigned int flags, const struct policy *policy)
{
	printf("static const struct place %s_%u_rules[] = {\n", name, flags);
	for (size_t i = 0; i < policy->n_rules; i++) {
		const struct place *place = &policy->rules[i]->place;

		printf("\t{ \"%s\", %u, %u },\n", place->file, place->line, place->col);
	}
	puts("};\n");
}

static void write_verdict(const struct verdict *verdict)
{
	printf("{ %d, %zu, { (enum action_kind)%d, %u, %d } }", verdict->by,
	       verdict->rule ? verdict->rule->index : 0, verdict->action.kind, verdict->action.data,
	       verdict->action.is_known);
}

/* Returns how many there are. */
static size_t write_returns(const char *name, const struct filter *filter)
{
	size_t n = 0;

	printf("static const struct built_return %s_%u_returns[] = {\n", name, filter->flags);
	for (size_t i = 0; i < filter->len; i++) {
		const struct filter_outcome *outcome = &filter->returns[i];

		if (BPF_CLASS(filter->prog[i].code) != BPF_RET)
			continue;
		printf("\t{ %zu, %d, ", i, outcome->is_by_number);
		write_verdict(&outcome->verdict);
		puts(" },");
		n++;
	}
	puts("};\n");
	return n;
}

/* The same for its numbers. */
static size_t write_numbers(const char *name, const struct filter *filter)
{
	size_t n = 0;

	printf("static const struct built_number %s_%u_numbers[] = {\n", name, filter->flags);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		for (size_t i = 0; i < filter->numbers[arch].n; i++, n++) {
			const struct filter_number *row = &filter->numbers[arch].v[i];

			printf("\t{ %uU, %d, ", row->first, arch);
			write_verdict(&row->verdict);
			puts(" },");
		}
	}
	puts("};\n");
	return n;
}

static void write_row(struct strbuf *rows, const char *name, const struct policy *policy,
		      const struct filter *filter, size_t n_returns, size_t n_numbers)
{
	const struct action *actions[] = { &policy->default_action, &policy->unknown_action };

	strbuf_printf(rows, "\t{ \"%s\", %s_%u_program, %zu, %u, {", name, name, filter->flags,
		      filter->len, filter->flags);
	for (size_t i = 0; i < FILTER_LAUNCH_CALLS; i++)
		strbuf_printf(rows, " { %zu, %zu },", filter->cookies[i].lo, filter->cookies[i].hi);
	strbuf_printf(rows, " },\n\t  %s_%u_rules, %zu, %s_%u_returns, %zu, %s_%u_numbers, %zu",
		      name, filter->flags, policy->n_rules, name, filter->flags, n_returns, name,
		      filter->flags, n_numbers);
	strbuf_printf(rows, ", %u, %u", policy->kernel, policy->arches);
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		strbuf_printf(rows, ", { .kind = (enum action_kind)%d, .data = %u }",
			      actions[i]->kind, actions[i]->data);
	strbuf_puts(rows, " },\n");
}

static int make(const struct build_request *request, struct strbuf *rows, struct diags *diags)
{
	auto_free char *file = mem_printf("<%s>", request->name);
	const char *files[] = { file };
	const struct policy_source source = {
		.use = request->is_own ? POLICY_AS_TEXT : POLICY_IN_PEN,
		.files = files,
		.n_files = ARRAY_SIZE(files),
		.options = checkers,
		.n_options = request->is_own ? N_CHECKERS : 0,
	};
	struct policy *policy = NULL;
	struct filter *filter = NULL;
	size_t n_returns;
	int err = policy_parse(&source, &policy, diags);

	if (!err)
		err = filter_compile(policy, request->flags, &filter, diags);
	if (!err)
		err = filter_prove(filter, policy, diags);
	if (!err) {
		write_program(request->name, filter);
		write_rules(request->name, filter->flags, policy);
		n_returns = write_returns(request->name, filter);
		write_row(rows, request->name, policy, filter, n_returns,
			  write_numbers(request->name, filter));
	}
	filter_destroy(filter);
	policy_destroy(policy);
	return err;
}

int main(void)
{
	struct strbuf rows = { 0 };
	struct diags diags = { 0 };
	int err = 0;

	puts("/* Made from policies/ at build. */\n#include \"confine/built_filter.h\"\n");
	for (size_t i = 0; !err && i < ARRAY_SIZE(requests); i++)
		err = make(&requests[i], &rows, &diags);
	printf("const struct built_filter built_filters[] = {\n%s\t{ 0 },\n};\n", rows.text);
	for (size_t i = 0; i < diags.n; i++)
		fprintf(stderr, "%s\n", diags.v[i].message);
	strbuf_finish(&rows);
	/* A warning would have to be printed at each start. */
	err = err || diags.n;
	diags_finish(&diags);
	return err || fflush(stdout) || ferror(stdout);
}
