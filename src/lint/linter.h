/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the checks share; internal to this room. */
#ifndef PINFOLD_LINT_LINTER_H
#define PINFOLD_LINT_LINTER_H

#include "base/mem.h"
#include "base/str.h"
#include "filter/meaning.h"
#include "lint/lint.h"

struct linter {
	const struct policy *policy;
	const struct diags *warnings;
	struct findings *findings;
	struct region region; /* empty between questions */
	struct numbers numbers[ARCH_COUNT];
	size_t n_numbers;
	bool is_exhausted; /* some query was not answered */
};

/* Adds a finding with MESSAGE, which it takes over. The pointer is valid until the next call. */
struct finding *linter_add(struct linter *linter, const struct lint_check *check,
			   const struct place *place, char *message);

/* Returns the place of what decided, or the policy's file if it was not written anywhere. */
struct place linter_place(const struct linter *linter, const struct verdict *verdict);

/* Returns the stretch of NAME under ARCH, and its numbers, or NULL if there is no such call. */
const struct stretch *linter_stretch(const struct linter *linter, enum arch arch, const char *name,
				     const struct numbers **ret_numbers);

/* Restricts REGION to the calls of STRETCH under AUDIT_ARCH. */
void linter_push_call(struct region *region, const struct stretch *stretch, uint32_t audit_arch);

/* Makes REGION all calls. */
void linter_clear(struct region *region);

/* Walks a list of names in one string, separated by spaces: stores the next one from AT on in NAME
 * and returns where to continue; NULL when there is none. */
const char *next_name(const char *at, char *name, size_t size);

/* Appends NAME to a list for people, unless it is already there. */
void add_name(struct strbuf *list, const char *name);

/* Checks of one kind, one file each. */
struct lint_group {
	void (*look)(struct linter *linter);
	const struct lint_check *(*check)(size_t i); /* number I, or NULL past the last one */
};

extern const struct lint_group lint_risks, lint_gaps, lint_rules, lint_settings;

#endif
