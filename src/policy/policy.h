/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A policy: what is requested, as data. Read from texts by policy/parse, given a meaning by
 * filter/verdict. The meaning of every part is in pinfold-policy(5).
 */
#ifndef PINFOLD_POLICY_POLICY_H
#define PINFOLD_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/mem.h"
#include "policy/settings.h"
#include "sys/action.h"
#include "sys/syscall.h"

struct expr; /* policy/expr.h: a condition as a tree */

/* In rule_call.numbers: the arch has no such call. */
#define CALL_NONE UINT32_MAX

/*
 * i386 has two multiplexers, socketcall and ipc, whose first argument selects the call. A rule on
 * "bind" decides socketcall(2, ...) too. {0}: none.
 */
struct multiplex {
	uint32_t nr;	       /* the multiplexer, under x86 */
	uint32_t mask, number; /* when its arg0 & mask == number */
};

/* One call that a rule names. */
struct rule_call {
	const char *name; /* NULL: by number */
	uint32_t nr;	  /* by number, for the native arch */
	bool is_from_set; /* named through a set */
	struct place place;
	struct extent word;			 /* that names it: "read", "@mine", "[ 777 ]" */
	uint32_t numbers[ARCH_COUNT];		 /* under each arch of the rule, or CALL_NONE */
	const struct sys_call *rows[ARCH_COUNT]; /* their signatures; NULL: none known */
	struct multiplex multiplex;		 /* if the rule is for x86 */
};

/* The file name of the built-in rules, which apply in every policy (policy/built_in.c). */
#define POLICY_BUILT_IN "<built-in>"

/* What a policy is read for: determines which built-in rules are part of it. */
enum policy_use {
	POLICY_AS_TEXT,	    /* its own rules: to convert, merge, compare or judge */
	POLICY_AS_FILTER,   /* a filter that works without the pen's limits */
	POLICY_IN_PEN,	    /* what applies in a pen */
	POLICY_IN_BARE_PEN, /* in one that has no /proc of its own to turn user namespaces off */
};

struct rule {
	struct place place;
	struct extent lines; /* all its lines, with the end of the last */
	unsigned int last_line;
	const char *text; /* the statement as written, without comment, blanks collapsed */
	size_t index;	  /* its position in the whole policy, from 0 */
	struct action action;
	struct rule_call *calls;
	size_t n_calls;
	uint32_t arches;	 /* bit 1 << enum arch; all of the policy's without "on" */
	bool is_on_arch;	 /* it carries "on" */
	bool is_rest;		 /* a denial some of whose calls earlier rules decide, which is
				    intended, or has been warned about */
	const struct expr *expr; /* NULL: unconditional */
};

struct policy_text {
	const char *name, *text;
	size_t len;
};

struct policy {
	struct arena arena; /* owns every string, rule and tree below */
	enum policy_use use;
	uint16_t kernel; /* major << 8 | minor: newer calls are unknown; the table's newest by
			    default */
	uint32_t arches; /* bit 1 << enum arch */
	struct action default_action, unknown_action;
	struct place default_place, unknown_place, arch_place; /* place.file NULL: not written */
	unsigned int arch_last_line;
	const struct rule **rules; /* in the order in which they decide */
	size_t n_rules;
	const char **files; /* every file read, in order, as named */
	size_t n_files;
	/* Those of them that are files, without links and as named; NULL-terminated. */
	char **paths;
	struct policy_text *texts; /* of all files and options, in order */
	size_t n_texts;
	struct settings settings;
	bool has_definitions;  /* constants or sets that are not shipped */
	struct parser *unread; /* has the rules that policy_read_rules() is to read; NULL: none */
};

/* Returns rule number I of POLICY; NULL if there is none, or POLICY is NULL. */
static inline const struct rule *policy_rule(const struct policy *policy, size_t i)
{
	return policy && i < policy->n_rules ? policy->rules[i] : NULL;
}

/* Frees the policy; NULL is allowed. */
void policy_destroy(struct policy *policy);

/* Writes the SHA-256 of the texts of POLICY, each followed by a NUL, as 64 hex digits and a
 * terminator: it identifies the policy in a report. */
enum { POLICY_HASH_ROOM = 65 };
void policy_hash(const struct policy *policy, char ret_hex[POLICY_HASH_ROOM]);

/* Returns the text of the file or option NAME, which the extents of its rules refer to, or NULL. */
const char *policy_text_of(const struct policy *policy, const char *name);

/* Appends the action as the language writes it: "deny EPERM", "trap 7", "kill". */
struct strbuf;
void action_format(struct strbuf *buf, const struct action *action);

/* Returns whether both mean the same; padding between the members may differ. */
static inline bool action_is_same(const struct action *a, const struct action *b)
{
	return a->kind == b->kind && a->data == b->data;
}

/* Returns whether ACTION is a denial that asks the program to continue without the call or with
 * another one, or that the policy marks as known: it is in force in every mode, and not a
 * violation. */
bool action_is_expected(const struct action *action);

/* Returns whether POLICY knows a call: it is in the arch's table and not newer than the policy's
 * kernel. */
bool policy_knows(const struct policy *policy, enum arch arch, uint32_t nr);

/* Returns whether a rule, or what decides without one, takes an action of KIND. */
bool policy_has_action(const struct policy *policy, enum action_kind kind);

/* Returns the value that a filter returns for ACTION: SECCOMP_RET_* | data. */
uint32_t action_to_ret(const struct action *action);

#endif
