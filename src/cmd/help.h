/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --help prints, for the program and for a command. */
#ifndef PINFOLD_CMD_HELP_H
#define PINFOLD_CMD_HELP_H

#include <stdio.h>

#include "cmd/command.h"

/* Prints what the program is and its commands. */
void help_print(FILE *to);

/* Prints the usage line of COMMAND, what it does, its options in groups, and examples. */
void help_print_command(const struct command *command, FILE *to);

#endif
