/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What replacing one policy by another changes, and how a statement for the pen answers that. */
#ifndef PINFOLD_POLICY_CHANGE_H
#define PINFOLD_POLICY_CHANGE_H

#include "policy/settings.h"

enum change {
	CHANGE_WIDER,
	CHANGE_UNCLEAR, /* of a setting without an order */
	CHANGE_OTHER,	/* as mild as before, but a different action: another errno, or known */
	CHANGE_NARROWER,
	CHANGE_COUNT,
};

/* A statement for the pen that one of two policies has and the other does not. */
struct setting_question {
	const struct settings *before, *after;
	size_t index; /* among its kind in the policy that has it */
	bool is_added;
};

/*
 * Returns what the statement changes. If both policies have it with different values, the answer is
 * the same for both statements. *RET_WHY is why there is no order, if the answer is CHANGE_UNCLEAR.
 */
typedef enum change setting_comparer(const struct setting_question *question, const char **ret_why);

/* For a statement that means the same in any policy: it makes the pen wider, narrower, or
 * neither. */
setting_comparer change_is_wider, change_is_narrower, change_is_neutral;

/* Return the policy that has the statement, and the one that does not. */
const struct settings *change_own(const struct setting_question *question);
const struct settings *change_other(const struct setting_question *question);

/* Returns CHANGE, that of adding the statement, reversed if the statement was removed instead. */
enum change change_turn(const struct setting_question *question, enum change change);

/* Returns what changes for the pen when a quantity it may use goes from BEFORE to AFTER. */
enum change change_by_size(uint64_t before, uint64_t after);

/* Returns what two changes of one statement amount to together; CHANGE_OTHER is no change. */
enum change change_both(enum change a, enum change b, const char **ret_why);

#endif
