/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls that a container's runtime makes itself once its filter is on. */
#ifndef PINFOLD_CONVERT_RUNTIME_H
#define PINFOLD_CONVERT_RUNTIME_H

#include "base/str.h"
#include "convert/loss.h"
#include "policy/parse.h"

/* For whom a profile is written. */
struct runtime {
	unsigned int kinds; /* of runtime_find(); 0: nobody in particular */
	bool has_no_new_privileges;
};

/* The calls that were added for a runtime; {0}: none. The names are not owned. */
struct runtime_added {
	const char **v;
	size_t n, cap;
};

/* Returns what stands for the runtime NAME in struct runtime's kinds, or 0: there is none such. */
unsigned int runtime_find(const char *name);

/* Returns the name in row I of the table of runtimes, or NULL past the last. */
const char *runtime_name(size_t i);

/*
 * Replaces *POLICY, which was read from SOURCE, by one that lets through what RUNTIME needs, where
 * it denies that. Each addition is a note in LOSSES and stands in ADDED, whose v the caller frees.
 * Returns 0 or a negative error with the reason in DIAGS; *POLICY is as it was then.
 */
int runtime_widen(const struct runtime *runtime, const struct policy_source *source,
		  struct policy **policy, struct runtime_added *added, struct losses *losses,
		  struct diags *diags);

/* Adds a note for each runtime that could start no container under POLICY as it is. */
void runtime_tell_lack(const struct policy *policy, struct losses *losses);

/* Returns the entries for calls of ADDED in PROFILE, a text of convert_to_oci(), a comment that
 * says so. */
void runtime_mark(const struct runtime_added *added, struct strbuf *profile);

#endif
