/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a policy to its canonical text: it reads back as the same policy, and prints the same. */
#ifndef PINFOLD_POLICY_PRINT_H
#define PINFOLD_POLICY_PRINT_H

#include "base/str.h"
#include "policy/expr.h"
#include "policy/policy.h"

/* Appends the whole policy. Sets and the policy's own constants are written out; what was not
 * written is not, but for kernel, arch, default and unknown. */
void policy_print(const struct policy *policy, struct strbuf *buf);

/* Appends one rule without a line's end; nothing for a rule whose calls are in no arch. */
void rule_print(const struct rule *rule, struct strbuf *buf);

/* Appends a condition as it stands after "if". */
void expr_print(const struct expr *expr, struct strbuf *buf);

/* Appends a blank and WORD, in quotes where it needs them. Control characters have no form. */
void word_print(const char *word, struct strbuf *buf);

/* Appends a user and its group, as they stand after "user". */
void user_print(const struct user_setting *user, struct strbuf *buf);

/* Appends the statements for the pen, a line each. */
void settings_print(const struct settings *settings, struct strbuf *buf);

#endif
