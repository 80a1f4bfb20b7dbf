/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The policy being written: lines, and the conditions of calls. Shared by oci_read.c, oci_line.c
 * and oci_condition.c. */
#ifndef PINFOLD_CONVERT_OCI_LINE_H
#define PINFOLD_CONVERT_OCI_LINE_H

#include "convert/convert.h"
#include "convert/oci_cond.h"

struct policy_writer {
	const struct oci_profile *profile;
	const struct oci_machine *machine;
	struct oci_rules rules;
	struct strbuf *buf;
	struct losses *losses;
	size_t line_start;
};

/* Starts a rule for calls. IS_REST: earlier rules decide some of them, or some of their cases, on
 * purpose. */
void oci_start_line(struct policy_writer *writer, const struct action *action, bool is_rest);

/* Appends a word to the line, which continues after a backslash when it gets too long. */
void oci_put_word(struct policy_writer *writer, const char *word);

/* Appends the ABIs ON; 0: wherever the calls exist. */
void oci_put_arches(struct policy_writer *writer, uint32_t on);

/* Adds a loss about the call NAME, which replaces the %s in WHAT. */
struct loss *oci_tell(struct policy_writer *writer, const struct place *place,
		      const struct action *before, const struct action *after, const char *what,
		      const char *name);

/* Returns the ABIs of the policy that have a call NAME. */
uint32_t oci_arches_with(const struct policy_writer *writer, const char *name);

/* Returns whether what NAME is through socketcall or ipc has been written. */
bool oci_is_multiplexed(const struct policy_writer *writer, const char *name);

/* Writes all rules of a call, in order; returns whether they decide it in all cases. */
enum oci_truth oci_write_rules(struct policy_writer *writer, const struct oci_call *call,
			       const char *name);

/* Writes ENTRY's conditional rules for NAME, once for all ABIs that read them the same way. */
void oci_write_conditional(struct policy_writer *writer, const struct oci_entry *entry,
			   const char *name);

/* Writes all rules of NAME, for a call whose rules libseccomp tests in another order than that of
 * the entries. */
void oci_write_ordered(struct policy_writer *writer, const char *name);

#endif
