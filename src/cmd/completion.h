/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What completes each word of a command line, by the rows of options and the operands of commands.
 */
#ifndef PINFOLD_CMD_COMPLETION_H
#define PINFOLD_CMD_COMPLETION_H

#include <stdio.h>

/*
 * Prints, a line each, what the last of the N WORDS of a command line after "pinfold" may be: a
 * name, with a tab and what it is where that is known; or what the shell itself knows: ":file",
 * ":directory", or ":program I", a command line of another program that starts with word I, counted
 * from 1.
 */
void completion_print(char *const *words, size_t n, FILE *to);

/* Returns the script called NAME ("pinfold.bash"), or NULL; generated from completions/ at build
 * time. */
const char *completion_script(const char *name);

/* Returns the name of script number I, or NULL past the last one. */
const char *completion_script_name(unsigned int i);

#endif
