/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of a policy when another takes its place; and how a statement for the pen answers
 * that.
 */
#ifndef PINFOLD_POLICY_CHANGE_H
#define PINFOLD_POLICY_CHANGE_H

#include "policy/settings.h"

enum change {
	CHANGE_WIDER,
	CHANGE_UNCLEAR, /* of a setting that has no order */
	CHANGE_OTHER,	/* as mild as before, and yet another action: another errno, or known */
	CHANGE_NARROWER,
	CHANGE_COUNT,
};

/* A statement for the pen that one of two policies has and the other has not. */
struct setting_question {
	const struct settings *before, *after;
	size_t index; /* among those of its kind in the policy that has it */
	bool is_added;
};

/*
 * Returns what the statement changes. Of one that both policies have with other values the answer
 * is the same for both statements. *RET_WHY is why there is no order, where the answer is
 * CHANGE_UNCLEAR.
 */
typedef enum change setting_comparer(const struct setting_question *question, const char **ret_why);

/* Where a statement means the same in any policy: it makes the pen wider, it makes it narrower, or
 * nothing is wider. */
setting_comparer change_is_wider, change_is_narrower, change_is_neutral;

/* Return the policy that has the statement, and the one that has it not. */
const struct settings *change_own(const struct setting_question *question);
const struct settings *change_other(const struct setting_question *question);

/* Returns what CHANGE, that of adding the statement, is where it may have been taken away. */
enum change change_turn(const struct setting_question *question, enum change change);

/* Returns what becomes of the pen when what it may have goes from BEFORE to AFTER. */
enum change change_by_size(uint64_t before, uint64_t after);

/* Returns what two changes of one statement are together; CHANGE_OTHER is none. */
enum change change_both(enum change a, enum change b, const char **ret_why);

#endif
