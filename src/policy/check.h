/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a test may say about an argument, judged by the types of all calls of its rule. */
#ifndef PINFOLD_POLICY_CHECK_H
#define PINFOLD_POLICY_CHECK_H

#include "policy/parser.h"

/* Returns whether every call of RULE has the argument NAME, and stores what it is written with;
 * otherwise adds an error. */
bool check_argument(struct parser *parser, const struct rule *rule, const struct token *name,
		    struct wording *ret_words);

/* Returns whether TEST makes sense for every call of RULE; otherwise adds an error. Warns about
 * tests whose outcome is always the same. */
bool check_test(struct parser *parser, const struct rule *rule, const struct test *test);

/* agree.c: warns about constants in EXPR, the condition of RULE, that mean something else because
 * of another argument. */
void check_agreement(struct parser *parser, const struct rule *rule, const struct expr *expr);

#endif
