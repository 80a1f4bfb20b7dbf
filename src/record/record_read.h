/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON report (schema pinfold-report/1) read back. */
#ifndef PINFOLD_RECORD_RECORD_READ_H
#define PINFOLD_RECORD_RECORD_READ_H

#include "base/diag.h"
#include "record/record.h"

struct report_rule {
	unsigned int line;
	char *text;
	uint64_t hits;
};

/* What merge and prune live on. */
struct report_copy {
	const char *path;     /* the caller's */
	struct record record; /* calls with their values, expected denials, what was lost */
	bool is_complete;
	struct {
		struct report_rule *v;
		size_t n, cap;
	} rules;
};

/*
 * Reads the report of PATH, which must outlive the copy. Returns 0 with RET_COPY, which the caller
 * empties by report_copy_finish(), or -errno with an error in DIAGS (-EINVAL: it is no such report;
 * -ENODATA: its trace knows nothing of allowed calls).
 */
int report_read(const char *path, struct report_copy *ret_copy, struct diags *diags);

void report_copy_finish(struct report_copy *copy);

#endif
