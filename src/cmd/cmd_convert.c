// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies to and from the formats of other programs. Nothing is written if the meaning would
 * change in a way that was not accepted, and every change is listed whether accepted or not. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/input.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/oci_text.h"
#include "cmd/option_row.h"
#include "cmd/text.h"
#include "convert/convert.h"
#include "convert/runtime.h"
#include "convert/spo.h"
#include "policy/parse.h"
#include "report/call.h"

static int to_oci(const struct options *options, struct strbuf *text, struct losses *losses,
		  struct diags *diags)
{
	const struct policy_source source =
		options_source(options, (const char *const *)options->operands, 1);

	return oci_text_make(&options->runtime, &source, text, losses, diags);
}

static int to_spo(const struct options *options, struct strbuf *text, struct losses *losses,
		  struct diags *diags)
{
	auto_free char *name = spo_name(input_name(options->operands[0]));
	struct strbuf profile = { 0 };
	int err = to_oci(options, &profile, losses, diags);

	if (!err)
		err = convert_to_spo(name, profile.text, text, losses, diags);
	strbuf_finish(&profile);
	return err;
}

static int to_systemd(const struct options *options, struct strbuf *text, struct losses *losses,
		      struct diags *diags)
{
	const struct policy_source source =
		options_source(options, (const char *const *)options->operands, 1);
	struct policy *policy;
	int err = policy_parse(&source, &policy, diags);

	if (err)
		return err;
	err = convert_to_systemd(policy, text, losses, diags);
	policy_destroy(policy);
	return err;
}

static int to_policy(const struct options *options, struct strbuf *text, struct losses *losses,
		     struct diags *diags)
{
	struct oci_machine machine = { .arch = options->arch,
				       .kernel = sys_newest_kernel,
				       .capabilities = options->capabilities };
	const char *path = options->operands[0];
	struct diags faults = { 0 }; /* about lines of the text, which nobody has seen */
	struct policy *policy = NULL;
	int err = convert_from_oci(path, &machine, text, losses, diags);

	if (err)
		return err;
	/* The output is a valid policy, or there is none. */
	err = policy_parse_text("policy", text->text, text->len, &policy, &faults);
	if (err)
		diags_fail(diags, err, "'%s' does not translate to a valid policy: %s",
			   input_name(path), faults.n ? faults.v[0].message : "it does not parse");
	policy_destroy(policy);
	diags_finish(&faults);
	return err;
}

/* Options that not every format takes. */
enum {
	TAKES_RUNTIME = 1, /* --runtime, --no-new-privileges */
	TAKES_MACHINE = 2, /* --arch, --capability */
};

static const struct converter {
	const char *name, *about;
	int (*convert)(const struct options *options, struct strbuf *text, struct losses *losses,
		       struct diags *diags);
	unsigned int takes;
} converters[] = {
	{ "oci", "a profile for containers", to_oci, TAKES_RUNTIME },
	{ "spo", "an object for Kubernetes", to_spo, TAKES_RUNTIME },
	{ "systemd", "settings of a unit", to_systemd, 0 },
	{ "policy", "from an OCI profile in JSON", to_policy, TAKES_MACHINE },
};

static bool format_word(size_t i, struct choice_word *ret_word)
{
	if (i >= ARRAY_SIZE(converters))
		return false;
	*ret_word = (struct choice_word){ converters[i].name, converters[i].about, (int)i };
	return true;
}

const struct choice convert_formats = { "format", "formats", format_word };

static void format_witness(const struct loss_witness *witness, struct strbuf *buf)
{
	strbuf_puts(buf, "\n");
	call_format(buf, witness->arch, witness->nr, witness->args);
	strbuf_puts(buf, ": ");
	action_format(buf, &witness->before);
	strbuf_puts(buf, " -> ");
	action_format(buf, &witness->after);
}

static void print_losses(const struct losses *losses)
{
	struct diags diags = { 0 };

	for (size_t i = 0; i < losses->n; i++) {
		const struct loss *loss = &losses->v[i];
		const struct place place = { loss->file, loss->line, loss->col };
		bool is_note = loss->grade == LOSS_NOTE;
		struct strbuf text = { 0 };
		struct diag *diag;

		if (!is_note)
			strbuf_printf(&text, "%s: ", loss_grade_name(loss->grade));
		strbuf_puts(&text, loss->message);
		if (loss->has_witness)
			format_witness(&loss->witness, &text);
		diag = diags_add(&diags, is_note ? DIAG_NOTE : DIAG_WARNING, &place, "%s",
				 text.text);
		if (loss->hint)
			diag_set_hint(diag, "%s", loss->hint);
		strbuf_finish(&text);
	}
	diags_print(&diags, stderr);
	diags_finish(&diags);
}

/* Names the option that accepts GRADES. */
static void refuse(unsigned int grades, struct diags *diags)
{
	struct strbuf names = { 0 };

	for (enum loss_grade grade = 0; grade < LOSS_NOTE; grade++)
		if (grades >> grade & 1)
			strbuf_printf(&names, "%s%s", names.len ? "," : "", loss_grade_name(grade));
	diags_fail(diags, 0, "nothing was written: not everything can be expressed");
	diags_hint(diags, "--accept %s writes it anyway", names.text);
	strbuf_finish(&names);
}

static int convert(const struct options *options, const struct converter *converter,
		   struct diags *diags)
{
	struct strbuf text = { 0 };
	struct losses losses = { 0 };
	unsigned int grades;
	int status = STATUS_OK;

	if (converter->convert(options, &text, &losses, diags))
		status = STATUS_USAGE;
	grades = losses_grades(&losses);
	if (status == STATUS_OK && grades & ~options->accepted)
		status = STATUS_FOUND;
	else if (status == STATUS_OK && text_write(options->output, text.text, diags))
		status = STATUS_FAILED;
	print_losses(&losses);
	if (status == STATUS_FOUND)
		refuse(grades, diags);
	losses_finish(&losses);
	strbuf_finish(&text);
	return status;
}

/* A misspelled capability would be treated as one that the container does not have. */
static int check_capabilities(const char *names, struct diags *diags)
{
	auto_free char *words = mem_strdup(names);
	char *rest = NULL;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (convert_is_capability(word))
			continue;
		diags_fail(diags, -EINVAL, "unknown capability '%s'", word);
		diags_hint(diags, "write them as \"CAP_CHOWN CAP_SYS_ADMIN\"");
		return -EINVAL;
	}
	return 0;
}

/* Names the formats that take OPTION, which the requested one does not. */
static int refuse_option(const char *option, unsigned int taken, struct diags *diags)
{
	struct strbuf names = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(converters); i++)
		if (converters[i].takes & taken)
			strbuf_printf(&names, "%s%s", names.len ? ", " : "", converters[i].name);
	diags_fail(diags, -EINVAL, "%s is for --to %s", option, names.text);
	strbuf_finish(&names);
	return -EINVAL;
}

static int check_options(const struct options *options, const struct converter *converter,
			 struct diags *diags)
{
	const struct {
		bool is_given;
		const char *name;
		unsigned int taken;
	} rows[] = {
		{ options->runtime.kinds || options->runtime.has_no_new_privileges, "--runtime",
		  TAKES_RUNTIME },
		{ options->capabilities, "--capability", TAKES_MACHINE },
		{ options->arch != arch_native(), "--arch", TAKES_MACHINE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].is_given && !(converter->takes & rows[i].taken))
			return refuse_option(rows[i].name, rows[i].taken, diags);
	if (options->runtime.has_no_new_privileges && !options->runtime.kinds) {
		diags_fail(diags, -EINVAL, "--no-new-privileges needs --runtime");
		choice_hint(&option_runtimes, ", with commas between", diags);
		return -EINVAL;
	}
	return options->capabilities ? check_capabilities(options->capabilities, diags) : 0;
}

static int run(const struct options *options)
{
	const struct converter *converter = options->to == CHOICE_NONE ? NULL
								       : &converters[options->to];
	struct diags diags = { 0 };
	int status = STATUS_USAGE;

	if (!converter) {
		diags_fail(&diags, -EINVAL, "convert needs --to FORMAT");
		choice_hint(&convert_formats, "", &diags);
	} else if (!check_options(options, converter, &diags)) {
		status = convert(options, converter, &diags);
	}
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return status;
}

const struct command cmd_convert = {
	.name = "convert",
	.bit = COMMAND_CONVERT,
	.operands = "--to FORMAT INPUT",
	.about = "write a policy as an OCI profile or for systemd, or read an OCI profile",
	.least_operands = 1,
	.most_operands = 1,
	.run = run,
	.examples = {
		"pinfold convert --to oci --runtime runc -o wc.oci.json wc.policy",
		"pinfold convert --to systemd --lossy wc.policy",
		"pinfold convert --to policy -o back.policy wc.oci.json",
	},
};
