/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How large the terminal is that something is printed on. */
#ifndef PINFOLD_BASE_TERMINAL_H
#define PINFOLD_BASE_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

struct winsize;

/* Whether TO is standard output or error and a terminal, whose size is then in *RET_SIZE. */
bool terminal_size(FILE *to, struct winsize *ret_size);

/* Returns the columns for text on TO: those of the terminal, from LEAST to MOST; MOST if it is
 * none. */
size_t terminal_columns(FILE *to, size_t least, size_t most);

#endif
