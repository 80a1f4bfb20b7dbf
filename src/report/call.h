/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls as text. */
#ifndef PINFOLD_REPORT_CALL_H
#define PINFOLD_REPORT_CALL_H

#include "base/str.h"
#include "policy/policy.h"
#include "record/record.h"

/* Appends the name of NR: "openat", "openat [x86]" if not native, "syscall_777" if unknown. */
void call_format_name(struct strbuf *buf, enum arch arch, uint32_t nr);

/* Appends the call with its arguments: "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)". */
void call_format(struct strbuf *buf, enum arch arch, uint32_t nr,
		 const uint64_t args[SYS_ARGS_MAX]);

/* Appends the first call of DENIAL, with what its pointers pointed to: "open("/etc/shadow",
 * ...)". */
void call_format_denied(struct strbuf *buf, const struct record_denial *denial);

/* Appends what stopped DENIAL as a result: "EPERM", "trap 7", "killed". */
void call_format_action(struct strbuf *buf, const struct record_denial *denial);

/* Appends what would allow DENIAL, decided by POLICY: a rule ("allow socket if domain == AF_INET")
 * or a statement that lifts a built-in rule. Appends nothing if there is none, or the denial was
 * not the policy's. */
void call_format_fix(struct strbuf *buf, const struct policy *policy,
		     const struct record_denial *denial);

/* Returns whether DENIAL would have created a user namespace, which fails in a pen even if the
 * filter lets it through (pen/watch_budget.c). */
bool call_makes_user_namespace(const struct record_denial *denial);

/* Returns what programs fall back to where the kernel lacks the denied call; NULL: nothing. */
const char *call_older(const struct record_denial *denial);

/* Returns whether a built-in rule decided: the statement that lifts it may be anywhere in a
 * policy. */
bool call_is_built_in(const struct record_denial *denial);

/* Returns whether after the fix nothing of the call is left for the deciding rule to deny. */
bool call_fix_covers_rule(const struct policy *policy, const struct record_denial *denial);

/* Returns the word in RULE that names the denied call and nothing else, or NULL if there is none:
 * the rule does not name the call, or names it through a set, or for another ABI as well. */
const struct rule_call *call_find_word(const struct rule *rule, const struct record_denial *denial);

/* Appends that word; returns false if there is none. */
bool call_format_word(struct strbuf *buf, const struct rule *rule,
		      const struct record_denial *denial);

/* Appends where DENIAL was decided: "app.policy:12", "the default of app.policy". */
void call_format_origin(struct strbuf *buf, const struct record_denial *denial);

#endif
