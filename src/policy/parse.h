/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From texts to a policy. */
#ifndef PINFOLD_POLICY_PARSE_H
#define PINFOLD_POLICY_PARSE_H

#include "base/diag.h"
#include "policy/policy.h"

/* A statement given on the command line: "limit" and "memory 64M" for --limit 'memory 64M'. */
struct policy_option {
	const char *verb;  /* "limit", "bind", "bind rw", "allow" ... */
	const char *words; /* the rest of the statement */
};

/*
 * What to read, in the order in which it decides: options, then files. A file is a path, or the
 * name of a shipped policy in angle brackets: "<default>".
 */
struct policy_source {
	enum policy_use use;
	const struct policy_option *options;
	size_t n_options;
	const char *const *files;
	size_t n_files;
	const char *name, *text; /* and after them this one, by its name in places; NULL: none */
	const char *const *include_dirs; /* where else included files may be */
	size_t n_include_dirs;
	bool is_rules_only; /* files that are not shipped may only hold rules, sets and constants */
	bool can_wait;	    /* rules may be left to policy_read_rules() */
};

/*
 * Reads all of SOURCE into *ret_policy, which the caller frees with policy_destroy(). Returns 0,
 * -EINVAL when a text has errors, all of which are then in DIAGS, or another -errno when a file
 * cannot be read. Warnings are added to DIAGS in any case.
 */
int policy_parse(const struct policy_source *source, struct policy **ret_policy,
		 struct diags *diags);

/*
 * Reads the rules of POLICY if policy_parse() left them, which it does for those of shipped
 * policies alone: they have no errors, and take longer to read than all the rest. Returns 0, or
 * -errno with errors in DIAGS.
 */
int policy_read_rules(struct policy *policy, struct diags *diags);

/* Returns where rule number I of POLICY begins, whether it has been read or not; NULL: there is no
 * such rule. */
const struct place *policy_rule_place(const struct policy *policy, size_t i);

/* Like policy_parse(), for one text; NAME is its name in places. For tests and fuzzing. */
int policy_parse_text(const char *name, const char *text, size_t len, struct policy **ret_policy,
		      struct diags *diags);

/*
 * Returns the built-in rules that apply with LIKE as a separate policy, for every ABI, which allows
 * by default: what remains denied where the rules of LIKE are not consulted. Freed with
 * policy_destroy().
 */
struct policy *policy_read_built_in(const struct policy *like);

#endif
