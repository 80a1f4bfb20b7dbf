/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls as text. */
#ifndef PINFOLD_REPORT_CALL_H
#define PINFOLD_REPORT_CALL_H

#include "base/str.h"
#include "policy/policy.h"
#include "record/record.h"

/* Appends the name of NR: "openat", "openat [x86]" for a foreign ABI, "syscall_777". */
void call_format_name(struct strbuf *buf, enum arch arch, uint32_t nr);

/* Appends the call with its arguments: "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)". */
void call_format(struct strbuf *buf, enum arch arch, uint32_t nr,
		 const uint64_t args[SYS_ARGS_MAX]);

/* The same of the first call of DENIAL, with what its pointers led to: "open("/etc/shadow", ...)".
 */
void call_format_denied(struct strbuf *buf, const struct record_denial *denial);

/* Appends what stopped DENIAL as a result: "EPERM", "trap 7", "killed". */
void call_format_action(struct strbuf *buf, const struct record_denial *denial);

/* Appends what would allow DENIAL, which POLICY decided, a rule ("allow socket if domain ==
 * AF_INET") or a statement that takes a built-in rule down; nothing where there is none, or it was
 * not the policy's. */
void call_format_fix(struct strbuf *buf, const struct policy *policy,
		     const struct record_denial *denial);

/* Returns whether DENIAL would have made a user namespace, which fails in a pen also where the
 * filter lets it through (pen/watch_budget.c). */
bool call_makes_user_namespace(const struct record_denial *denial);

/* Returns whether a built-in rule decided: what takes that down may stand anywhere in a policy. */
bool call_is_built_in(const struct record_denial *denial);

/* Returns whether behind the fix the deciding rule denies nothing more of the call. */
bool call_fix_covers_rule(const struct policy *policy, const struct record_denial *denial);

/* Appends the word by which RULE alone names the denied call. Returns false where it has none: it
 * does not name the call, or by a set, or for another ABI, too. */
bool call_format_word(struct strbuf *buf, const struct rule *rule,
		      const struct record_denial *denial);

/* Appends where DENIAL was decided: "app.policy:12", "the default of app.policy". */
void call_format_origin(struct strbuf *buf, const struct record_denial *denial);

#endif
