/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers as the language writes them. */
#ifndef PINFOLD_POLICY_NUMBER_H
#define PINFOLD_POLICY_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Parses decimal, 0x and 0o; returns false if TEXT is not a number or has more than 64 bits. */
bool parse_number(const char *text, uint64_t *ret_number);

#endif
