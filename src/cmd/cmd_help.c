// SPDX-License-Identifier: GPL-2.0-or-later
/* The help of the program, or of one command. */
#include <errno.h>

#include "cmd/help.h"
#include "cmd/options.h"

static int run(const struct options *options)
{
	const struct command *command;
	struct diags diags = { 0 };

	if (!options->n_operands) {
		help_print(stdout);
		return STATUS_OK;
	}
	command = command_find(options->operands[0], &diags);
	if (command)
		help_print_command(command, stdout);
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return command ? STATUS_OK : STATUS_USAGE;
}

const struct command cmd_help = {
	.name = "help",
	.bit = COMMAND_HELP,
	.operands = "[COMMAND]",
	.about = "list the commands, or the options of one",
	.most_operands = 1,
	.run = run,
	.examples = { "pinfold help", "pinfold help run", "pinfold help help" },
};
