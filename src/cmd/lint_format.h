/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings as text, JSON and SARIF. */
#ifndef PINFOLD_CMD_LINT_FORMAT_H
#define PINFOLD_CMD_LINT_FORMAT_H

#include "lint/lint.h"

struct lint_format {
	const char *name;
	/* Writes the findings of at least severity LEAST to standard output. */
	void (*print)(const struct findings *findings, enum severity least);
};

/* Returns row I, or NULL past the last one. */
const struct lint_format *lint_format_row(size_t i);

#endif
