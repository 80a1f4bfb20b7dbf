/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a JSON report (schema pinfold-report/1). */
#ifndef PINFOLD_RECORD_RECORD_READ_H
#define PINFOLD_RECORD_RECORD_READ_H

#include "base/diag.h"
#include "record/record.h"

struct report_rule {
	unsigned int line;
	char *text;
	uint64_t hits;
};

/* What merge and prune need of a report. */
struct report_copy {
	const char *path;     /* owned by the caller */
	struct record record; /* calls with their values, expected denials, losses */
	bool is_complete;
	struct {
		struct report_rule *v;
		size_t n, cap;
	} rules;
};

/*
 * Reads the report PATH; the string must outlive the copy. Returns 0 with *ret_copy, to be freed by
 * report_copy_finish(), or -errno with an error in DIAGS (-EINVAL: it is not a report; -ENODATA:
 * its trace does not have the allowed calls).
 */
int report_read(const char *path, struct report_copy *ret_copy, struct diags *diags);

void report_copy_finish(struct report_copy *copy);

#endif
