// SPDX-License-Identifier: GPL-2.0-or-later
/* The completion of command lines in shells: a script for each shell asks this command for the
 * words. */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/completion.h"
#include "cmd/options.h"

static int refuse(const char *word)
{
	struct diags diags = { 0 };

	diags_fail(&diags, 0, "unknown shell '%s'", word);
	diags_hint(&diags, "shells: bash, zsh, fish");
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return STATUS_USAGE;
}

static int run(const struct options *options)
{
	const char *word = options->operands[0];
	auto_free char *name = mem_printf("pinfold.%s", word);
	const char *script = completion_script(name);

	if (str_eq(word, "words"))
		completion_print(options->operands + 1, options->n_operands - 1, stdout);
	else if (script && options->n_operands == 1)
		fputs(script, stdout);
	else
		return refuse(options->n_operands > 1 && script ? options->operands[1] : word);
	return STATUS_OK;
}

const struct command cmd_completion = {
	.name = "completion",
	.bit = COMMAND_COMPLETION,
	.operands = "bash|zsh|fish | -- words WORD...",
	.about = "print the script that completes command lines in a shell",
	.least_operands = 1,
	.run = run,
	.examples = {
		"pinfold completion bash >pinfold.bash",
		"pinfold completion zsh >_pinfold",
		"pinfold completion -- words run --st",
	},
};
