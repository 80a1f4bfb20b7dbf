/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a policy to its canonical text: it reads back as the same policy, and prints the same. */
#ifndef PINFOLD_POLICY_PRINT_H
#define PINFOLD_POLICY_PRINT_H

#include "base/str.h"
#include "policy/expr.h"
#include "policy/policy.h"

/* Appends the whole policy. Sets and the policy's own constants are expanded; defaults are not
 * printed, except for kernel, arch, default and unknown. */
void policy_print(const struct policy *policy, struct strbuf *buf);

/* Appends one rule without a newline; nothing for a rule whose calls are in no arch. */
void rule_print(const struct rule *rule, struct strbuf *buf);

/* Appends a condition in the form that follows "if". */
void expr_print(const struct expr *expr, struct strbuf *buf);

/* Appends a blank and WORD, quoted if necessary. Control characters cannot be written. */
void word_print(const char *word, struct strbuf *buf);

/* Appends a user and its group, in the form that follows "user". */
void user_print(const struct user_setting *user, struct strbuf *buf);

/* Appends the statements for the pen, one on each line. */
void settings_print(const struct settings *settings, struct strbuf *buf);

#endif
