// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A policy's filter for other launchers: the program's bytes as struct sock_filter, which bwrap
 * --seccomp and others read, or as text. It has no launch cookie, so a policy must allow the exec
 * of the launcher that installs it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "base/str.h"
#include "cmd/option_row.h"
#include "filter/disasm.h"
#include "filter/filter.h"
#include "policy/print.h"
#include "report/report_file.h"

struct compilation {
	struct policy *policy;
	struct filter *filter;
};

static void write_bytes(const struct compilation *compiled, FILE *to)
{
	fwrite(compiled->filter->prog, sizeof(*compiled->filter->prog), compiled->filter->len, to);
}

static void write_asm(const struct compilation *compiled, FILE *to)
{
	filter_print(compiled->filter, compiled->policy, to);
}

static void write_policy(const struct compilation *compiled, FILE *to)
{
	struct strbuf text = { 0 };

	policy_print(compiled->policy, &text);
	fputs(text.text ? text.text : "", to);
	strbuf_finish(&text);
}

static void write_json(const struct compilation *compiled, FILE *to)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < compiled->filter->len; i++) {
		const struct sock_filter *insn = &compiled->filter->prog[i];
		struct json_object *object = json_object_new_object();

		json_object_object_add(object, "code", json_object_new_int(insn->code));
		json_object_object_add(object, "jt", json_object_new_int(insn->jt));
		json_object_object_add(object, "jf", json_object_new_int(insn->jf));
		json_object_object_add(object, "k", json_object_new_int64(insn->k));
		json_object_array_add(array, object);
	}
	fprintf(to, "%s\n", json_object_to_json_string_ext(array, JSON_C_TO_STRING_PLAIN));
	json_object_put(array);
}

static const struct {
	const char *name;
	void (*write)(const struct compilation *compiled, FILE *to);
	bool is_binary;
} forms[] = {
	{ "bytes", write_bytes, true },
	{ "asm", write_asm, false },
	{ "policy", write_policy, false },
	{ "json", write_json, false },
};

static bool form_word(size_t i, struct choice_word *ret_word)
{
	if (i >= ARRAY_SIZE(forms))
		return false;
	*ret_word = (struct choice_word){ forms[i].name, NULL, (int)i };
	return true;
}

const struct choice compile_forms = { "form", "forms", form_word };

static int write_to_stdout(const struct compilation *compiled, size_t form, struct diags *diags)
{
	if (forms[form].is_binary && isatty(STDOUT_FILENO)) {
		diags_fail(diags, -EINVAL,
			   "the program is binary, but standard output is a terminal");
		diags_hint(diags, "-o FILE writes it to a file, --print asm shows it as text");
		return STATUS_USAGE;
	}
	forms[form].write(compiled, stdout);
	if (fflush(stdout) || ferror(stdout)) {
		diags_fail(diags, -errno, "cannot write: %s", strerror(errno));
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

static int write_to_file(const struct compilation *compiled, size_t form, const char *path,
			 struct diags *diags)
{
	struct report_file file = REPORT_FILE_NONE;
	FILE *stream;
	int err = report_file_announce(path, &file, diags);

	if (!err)
		err = report_file_open(&file, &stream, diags);
	if (!err) {
		forms[form].write(compiled, stream);
		err = report_file_commit(&file, diags);
	}
	report_file_finish(&file);
	return err ? STATUS_FAILED : STATUS_OK;
}

static int compile(const struct options *options, struct compilation *compiled, struct diags *diags)
{
	struct policy_source source = options_source(
		options, (const char *const *)options->operands, options->n_operands);

	source.use = POLICY_AS_FILTER;
	source.options = options->statements.v;
	source.n_options = options->statements.n;
	if (policy_parse(&source, &compiled->policy, diags) ||
	    filter_compile(compiled->policy, 0, &compiled->filter, diags))
		return STATUS_USAGE;
	return filter_prove(compiled->filter, compiled->policy, diags) ? STATUS_FAILED : STATUS_OK;
}

static int run(const struct options *options)
{
	struct compilation compiled = { 0 };
	struct diags diags = { 0 };
	size_t form = (size_t)options->print;
	int status = compile(options, &compiled, &diags);

	if (!status)
		status = options->output ? write_to_file(&compiled, form, options->output, &diags)
					 : write_to_stdout(&compiled, form, &diags);
	diags_print(&diags, stderr);
	diags_finish(&diags);
	filter_destroy(compiled.filter);
	policy_destroy(compiled.policy);
	return status;
}

const struct command cmd_compile = {
	.name = "compile",
	.bit = COMMAND_COMPILE,
	.operands = "POLICY...",
	.about = "write the filter of a policy, as bytes for other launchers or as text",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold compile -o wc.bpf wc.policy",
		"pinfold compile --print asm wc.policy",
		"pinfold compile --print policy '<default>'",
	},
};
