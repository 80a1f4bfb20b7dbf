/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a runtime makes of a profile: for each call of each ABI one action, or conditions with one
 * each. Follows the newest runc with libseccomp. Internal to convert/.
 */
#ifndef PINFOLD_CONVERT_OCI_RULES_H
#define PINFOLD_CONVERT_OCI_RULES_H

#include "convert/convert.h"
#include "convert/oci_profile.h"
#include "policy/multiplex.h"

/* (argument & mask) OP value, on the register as libseccomp reads it: 32 or 64 bits. Its op is
 * OCI_MASKED_EQ if the profile says so; OCI_EQ means the same. */
struct oci_cond {
	unsigned int index;
	enum oci_op op;
	uint64_t mask, value;
};

/* A path through libseccomp's tests tests each half of an argument up to three times. */
enum { OCI_CONDS_MAX = 3 * SYS_ARGS_MAX };

/* One rule of libseccomp: all of its conditions must hold. */
struct oci_rule {
	const struct oci_entry *entry;
	const struct oci_word *name;
	struct action action;
	struct oci_cond conds[OCI_CONDS_MAX]; /* by argument */
	size_t n_conds;
};

/* What the profile says about one call under one ABI. */
struct oci_call {
	enum arch arch;
	const struct sys_call *row;
	const struct oci_entry *whole; /* decides whatever the arguments; NULL: the rules do */
	struct oci_rule *v;
	size_t n, cap;
	/* Set by the writer: the last entries for which it wrote a rule, without and with
	 * conditions. */
	const struct oci_entry *said_whole, *said_conditional;
	bool is_ordered; /* the rules are not in entry order */
	bool is_written; /* set by the writer: all of it is in the policy */
	bool is_beyond;	 /* runc answers ENOSYS: above the largest named number */
};

struct oci_rules {
	uint32_t arches; /* bit 1 << enum arch */
	struct action default_action;
	/* By ABI: the largest number of a call that the profile names; 0: none, and then runc never
	 * answers ENOSYS. */
	uint32_t largest[ARCH_COUNT];
	bool has_enosys;		    /* runc answers ENOSYS beyond that number */
	struct oci_call *calls[ARCH_COUNT]; /* SYS_NR_END of each, by number without SYS_X32_BIT */
};

/*
 * Fills *ret_rules with what PROFILE means on MACHINE. Returns 0, or -EINVAL with an error in
 * DIAGS. The caller finishes *ret_rules in both cases.
 */
int oci_rules_make(const struct oci_profile *profile, const struct oci_machine *machine,
		   struct oci_rules *ret_rules, struct losses *losses, struct diags *diags);

/* Returns the call NAME under ARCH, or NULL if there is none. */
struct oci_call *oci_rules_find(const struct oci_rules *rules, enum arch arch, const char *name);

/* Returns our action for a runtime's; one without a verb in the language is denied. */
struct action oci_action_of(const struct oci_action *action);

void oci_rules_finish(struct oci_rules *rules);

#endif
