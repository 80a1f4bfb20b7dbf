// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the statements for the pen share when two policies are compared. Each knows what is wider:
 * by itself, or by the value in the other policy, which is the default if it has none. There is no
 * order only if it takes more than two policies to know: what is in a directory, what a caller may
 * have.
 */
#include "policy/change.h"

static enum change mirror(enum change change)
{
	switch (change) {
	case CHANGE_WIDER:
		return CHANGE_NARROWER;
	case CHANGE_NARROWER:
		return CHANGE_WIDER;
	default:
		return change;
	}
}

const struct settings *change_own(const struct setting_question *question)
{
	return question->is_added ? question->after : question->before;
}

const struct settings *change_other(const struct setting_question *question)
{
	return question->is_added ? question->before : question->after;
}

enum change change_turn(const struct setting_question *question, enum change change)
{
	return question->is_added ? change : mirror(change);
}

enum change change_by_size(uint64_t before, uint64_t after)
{
	if (before == after)
		return CHANGE_OTHER;
	return before < after ? CHANGE_WIDER : CHANGE_NARROWER;
}

enum change change_both(enum change a, enum change b, const char **ret_why)
{
	if (a == CHANGE_OTHER || a == b)
		return b;
	if (b == CHANGE_OTHER)
		return a;
	*ret_why = "it is wider in one way, and narrower in another";
	return CHANGE_UNCLEAR;
}

enum change change_is_wider(const struct setting_question *question, const char **ret_why)
{
	(void)ret_why;
	return change_turn(question, CHANGE_WIDER);
}

enum change change_is_narrower(const struct setting_question *question, const char **ret_why)
{
	(void)ret_why;
	return change_turn(question, CHANGE_NARROWER);
}

enum change change_is_neutral(const struct setting_question *question, const char **ret_why)
{
	(void)question;
	(void)ret_why;
	return CHANGE_OTHER;
}
