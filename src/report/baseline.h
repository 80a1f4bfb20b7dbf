/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The violations of older runs, which those who check know of: only what is new fails. */
#ifndef PINFOLD_REPORT_BASELINE_H
#define PINFOLD_REPORT_BASELINE_H

#include <stddef.h>

#include "base/diag.h"
#include "report/fingerprint.h"
#include "report/violation_kind.h"

struct known_violation {
	char identity[FINGERPRINT_ROOM], fingerprint[FINGERPRINT_ROOM];
	enum violation_kind kind;
	char *text;
	uint64_t count;
};

struct baseline {
	struct {
		char **v;
		size_t n, cap;
	} files; /* that it was read from */
	struct {
		struct known_violation *v;
		size_t n, cap;
	} known; /* by identity */
};

enum { BASELINE_NONE = -1 };

/* Adds the violations of the report PATH. Returns 0, or -EINVAL with an error in DIAGS. */
int baseline_read(struct baseline *baseline, const char *path, struct diags *diags);

/* Adds a violation; baseline_sort() must be called after the last one. */
void baseline_add(struct baseline *baseline, const struct known_violation *known);
void baseline_sort(struct baseline *baseline);

/* Returns the index of the known violation of IDENTITY, or BASELINE_NONE. */
long baseline_find(const struct baseline *baseline, const char *identity);

void baseline_finish(struct baseline *baseline);

#endif
