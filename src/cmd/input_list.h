/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that the operands of merge stand for. */
#ifndef PINFOLD_CMD_INPUT_LIST_H
#define PINFOLD_CMD_INPUT_LIST_H

#include <sys/types.h>

#include "base/diag.h"

struct input_file {
	char *path;
	dev_t dev;
	ino_t ino; /* 0: it could not be found */
	size_t order;
};

struct input_list {
	struct input_file *v;
	size_t n, cap;
	unsigned int n_failed; /* of what the operands name, with an error each */
};

/*
 * Appends what OPERAND stands for: a directory for the reports in it and below, "-" for the files
 * and directories that standard input lists, one a line or, if it has NUL bytes, each before one;
 * anything else for itself. What cannot be read is counted, with an error in DIAGS.
 */
void input_list_add(struct input_list *list, const char *operand, struct diags *diags);

/* Drops the files that are in the list more than once, except for the first of each. */
void input_list_settle(struct input_list *list);

void input_list_finish(struct input_list *list);

#endif
