/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter as text, for people. */
#ifndef PINFOLD_FILTER_DISASM_H
#define PINFOLD_FILTER_DISASM_H

#include <stdio.h>

#include "filter/filter.h"

/*
 * Prints one line an instruction: its index, the mnemonics of bpf_asm with jumps as indexes, and
 * behind ";" the register's name for a load, the verdict and its place for a return.
 */
void filter_print(const struct filter *filter, const struct policy *policy, FILE *to);

#endif
