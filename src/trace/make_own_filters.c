// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make_own_filters: a program of the build alone. Compiles and proves the shipped policies that
 * pinfold's own processes are held to, and writes their programs as a C file to standard output,
 * so that no start has to. Must never write a program that is not proved.
 */
#include <stdio.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "filter/filter.h"
#include "policy/parse.h"

/* What looks for leaks at the end lists its threads and traces them from one more. */
static const struct policy_option checkers[] = { { "allow", "ptrace getdents" } };
#ifdef __SANITIZE_ADDRESS__
enum { N_CHECKERS = ARRAY_SIZE(checkers) };
#else
enum { N_CHECKERS = 0 };
#endif

static const char *const names[] = { "supervisor", "symbols" };

static void write_program(const char *name, const struct filter *filter)
{
	printf("static const struct sock_filter %s_program[] = {\n", name);
	for (size_t i = 0; i < filter->len; i++) {
		const struct sock_filter *at = &filter->prog[i];

		printf("\t{ 0x%02x, %u, %u, 0x%08x },\n", at->code, at->jt, at->jf, at->k);
	}
	printf("};\n\n");
}

static int make(const char *name, struct diags *diags)
{
	auto_free char *file = mem_printf("<%s>", name);
	const char *files[] = { file };
	const struct policy_source source = {
		.files = files,
		.n_files = ARRAY_SIZE(files),
		.options = checkers,
		.n_options = N_CHECKERS,
	};
	struct policy *policy = NULL;
	struct filter *filter = NULL;
	int err = policy_parse(&source, &policy, diags);

	if (!err)
		err = filter_compile(policy, 0, &filter, diags);
	if (!err)
		err = filter_prove(filter, policy, diags);
	if (!err)
		write_program(name, filter);
	filter_destroy(filter);
	policy_destroy(policy);
	return err;
}

int main(void)
{
	struct diags diags = { 0 };
	int err = 0;

	puts("/* Made from policies/ at build. */\n#include \"trace/own_filter.h\"\n");
	for (size_t i = 0; !err && i < ARRAY_SIZE(names); i++)
		err = make(names[i], &diags);
	puts("const struct own_filter own_filters[] = {");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		printf("\t{ \"%s\", %s_program, sizeof(%s_program) / sizeof(struct sock_filter) "
		       "},\n",
		       names[i], names[i], names[i]);
	puts("\t{ 0 },\n};");
	for (size_t i = 0; i < diags.n; i++)
		fprintf(stderr, "%s\n", diags.v[i].message);
	diags_finish(&diags);
	return err || fflush(stdout) || ferror(stdout);
}
