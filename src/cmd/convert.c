// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies into and out of the forms of other programs. Nothing is written when something could not
 * be said, unless that is asked for. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/options.h"
#include "cmd/text.h"
#include "convert/convert.h"
#include "policy/parse.h"

static int convert_policy(const struct options *options,
			  void (*write)(const struct policy *, struct strbuf *, struct diags *),
			  struct strbuf *text, struct diags *losses, struct diags *diags)
{
	const struct policy_source source =
		options_source(options, (const char *const *)options->operands, 1);
	struct policy *policy;
	int err = policy_parse(&source, &policy, diags);

	if (err)
		return err;
	write(policy, text, losses);
	policy_destroy(policy);
	return 0;
}

static int to_oci(const struct options *options, struct strbuf *text, struct diags *losses,
		  struct diags *diags)
{
	return convert_policy(options, convert_to_oci, text, losses, diags);
}

static int to_systemd(const struct options *options, struct strbuf *text, struct diags *losses,
		      struct diags *diags)
{
	return convert_policy(options, convert_to_systemd, text, losses, diags);
}

static int to_policy(const struct options *options, struct strbuf *text, struct diags *losses,
		     struct diags *diags)
{
	struct oci_machine machine = { .arch = options->arch,
				       .kernel = sys_newest_kernel,
				       .capabilities = options->capabilities };
	struct policy *policy = NULL;
	int err = convert_from_oci(options->operands[0], &machine, text, losses, diags);

	/* What is written is a policy, or nothing is written. */
	if (!err)
		err = policy_parse_text(options->operands[0], text->text, text->len, &policy,
					diags);
	policy_destroy(policy);
	return err;
}

static const struct {
	const char *name;
	int (*convert)(const struct options *options, struct strbuf *text, struct diags *losses,
		       struct diags *diags);
} formats[] = {
	{ "oci", to_oci },
	{ "systemd", to_systemd },
	{ "policy", to_policy },
};

static int convert(const struct options *options, size_t format, struct diags *diags)
{
	struct strbuf text = { 0 };
	struct diags losses = { 0 };
	int status = STATUS_OK;

	if (formats[format].convert(options, &text, &losses, diags))
		status = STATUS_USAGE;
	else if (losses.n && !options->is_lossy)
		status = STATUS_FOUND;
	else if (text_write(options->output, text.text, diags))
		status = STATUS_FAILED;
	diags_print(&losses, stderr);
	if (status == STATUS_FOUND) {
		diags_fail(diags, 0, "nothing is written: not all can be expressed");
		diags_hint(diags, "--lossy writes what can be");
	}
	diags_finish(&losses);
	strbuf_finish(&text);
	return status;
}

static int run(const struct options *options)
{
	struct diags diags = { 0 };
	size_t format = 0;
	int status = STATUS_USAGE;

	while (format < ARRAY_SIZE(formats) && options->to &&
	       !str_eq(formats[format].name, options->to))
		format++;
	if (!options->to || format == ARRAY_SIZE(formats)) {
		if (options->to)
			diags_fail(&diags, -EINVAL, "unknown format '%s'", options->to);
		else
			diags_fail(&diags, -EINVAL, "--to FORMAT is missing");
		diags_hint(&diags, "formats: oci, systemd; policy, from a profile in JSON");
	} else {
		status = convert(options, format, &diags);
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
};
