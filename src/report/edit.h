/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A remedy (report/advice.h) as edits of the policy's files, for programs that apply it. */
#ifndef PINFOLD_REPORT_EDIT_H
#define PINFOLD_REPORT_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "report/advice.h"

/* A position in a file: line and column count from 1, columns in code points. */
struct edit_at {
	unsigned int line, col;
};

/* TEXT, which may be empty, replaces what is between the two. */
struct file_edit {
	const char *file; /* the policy's string */
	struct edit_at from, to;
	struct strbuf text;
};

struct edits {
	struct file_edit *v;
	size_t n, cap;
};

/* Appends all that ADVICE says about DENIAL. Returns false, and appends nothing, where edits of
 * files do not do it. */
bool edits_add_advice(struct edits *edits, const struct policy *policy,
		      const struct record_denial *denial, const struct advice *advice);

void edits_finish(struct edits *edits);

#endif
