/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A filter as human-readable text. */
#ifndef PINFOLD_FILTER_DISASM_H
#define PINFOLD_FILTER_DISASM_H

#include <stdio.h>

#include "filter/filter.h"

/*
 * Prints one line for each instruction: its index, the bpf_asm mnemonics with jump targets as
 * indexes, and after ";" the name of what a load reads, or a return's verdict and its place; where
 * the number decides which of several it is, the first two.
 */
void filter_print(const struct filter *filter, const struct policy *policy, FILE *to);

#endif
