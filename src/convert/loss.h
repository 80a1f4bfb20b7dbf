/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a conversion changes. A loss has a grade, which the caller may accept or not, and, where
 * possible, a call whose verdict changes.
 */
#ifndef PINFOLD_CONVERT_LOSS_H
#define PINFOLD_CONVERT_LOSS_H

#include "base/diag.h"
#include "policy/policy.h"

enum loss_grade {
	LOSS_WIDER,    /* lets a call through that was denied, or denies it more mildly */
	LOSS_NARROWER, /* denies a call that was let through, or denies it more severely */
	LOSS_OTHER,    /* neither: another errno, no longer logged */
	LOSS_NOTE,     /* for information; never prevents the output */
	LOSS_GRADES,
};

/* A call, and what becomes of it. */
struct loss_witness {
	enum arch arch;
	uint32_t nr;
	uint64_t args[SYS_ARGS_MAX];
	struct action before, after;
};

struct loss {
	enum loss_grade grade;
	char *file; /* NULL: no place */
	unsigned int line, col;
	char *message;
	char *hint; /* NULL: none */
	bool has_witness;
	struct loss_witness witness;
};

/* A list of losses; {0} is an empty one. */
struct losses {
	struct loss *v;
	size_t n, cap;
};

/*
 * Appends a loss; PLACE is where the input says what is lost, or NULL. The message does not name
 * the grade. The pointer is valid until the next append, for loss_set_witness() and
 * loss_set_hint().
 */
struct loss *loss_add(struct losses *losses, enum loss_grade grade, const struct place *place,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

void loss_set_witness(struct loss *loss, const struct loss_witness *witness);

void loss_set_hint(struct loss *loss, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Notes POLICY's statements for the pen, which a format that covers only calls leaves out. */
void loss_note_settings(const struct policy *policy, struct losses *losses);

/* Returns the grade of changing a call's action from BEFORE to AFTER, which must differ. */
enum loss_grade loss_grade_of(const struct action *before, const struct action *after);

/* Returns "wider", "narrower", "other" or "note". */
const char *loss_grade_name(enum loss_grade grade);

/* Returns the grades in LOSSES, except notes, each as 1 << grade. */
unsigned int losses_grades(const struct losses *losses);

void losses_finish(struct losses *losses);

#endif
