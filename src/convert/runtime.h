/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls that a container's runtime itself makes once its filter is installed. */
#ifndef PINFOLD_CONVERT_RUNTIME_H
#define PINFOLD_CONVERT_RUNTIME_H

#include "base/str.h"
#include "convert/loss.h"
#include "policy/parse.h"

/* The runtimes that a profile is written for. */
struct runtime {
	unsigned int kinds; /* from runtime_find(); 0: none in particular */
	bool has_no_new_privileges;
};

/* The calls that were added for a runtime; {0}: none. The names are not owned. */
struct runtime_added {
	const char **v;
	size_t n, cap;
};

/* Returns the bits in struct runtime's kinds for the runtime NAME, or 0 if there is none. */
unsigned int runtime_find(const char *name);

/* Returns the name in row I of the table of runtimes, or NULL past the last one. */
const char *runtime_name(size_t i);

/*
 * Replaces *POLICY, which was read from SOURCE, by one that lets through what RUNTIME needs, if it
 * denies that. Each addition is a note in LOSSES and an item of ADDED, whose v the caller frees.
 * Returns 0, or -errno with the reason in DIAGS and *POLICY unchanged.
 */
int runtime_widen(const struct runtime *runtime, const struct policy_source *source,
		  struct policy **policy, struct runtime_added *added, struct losses *losses,
		  struct diags *diags);

/* Adds a note for each runtime that cannot start a container under POLICY as it is. */
void runtime_tell_lack(const struct policy *policy, struct losses *losses);

/* Moves the calls of ADDED in PROFILE, a text from convert_to_oci(), into entries with a comment
 * that says so. */
void runtime_mark(const struct runtime_added *added, struct strbuf *profile);

#endif
