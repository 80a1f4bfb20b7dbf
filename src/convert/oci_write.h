/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A profile while it is written; inside this room only. */
#ifndef PINFOLD_CONVERT_OCI_WRITE_H
#define PINFOLD_CONVERT_OCI_WRITE_H

#include <json-c/json.h>

#include "convert/loss.h"
#include "convert/verdicts.h"

struct oci_writer {
	const struct policy *policy;
	struct numbers numbers[ARCH_COUNT]; /* of each arch that the policy lists */
	struct json_object *entries;
	struct losses *losses;
	uint64_t work; /* of outcomes_of() */
	size_t n_conditional;
};

/* Adds CALL to the entry of all that get ACTION without condition, or an entry for CUBE. */
void oci_add_entry(struct oci_writer *writer, const char *call, const struct action *action,
		   const struct cube *cube);

/* Returns the names of the calls that get ACTION without condition, or NULL. */
struct json_object *oci_plain_names(const struct oci_writer *writer, const struct action *action);

/* The bits of a register that libseccomp compares under ARCH: x32 is one of 32 bits to it. */
uint64_t oci_register_bits(enum arch arch);

/* What is written of one call: entries for all ABIs at once. */
struct oci_written {
	struct outcomes entries; /* the caller empties them by outcomes_finish() */
	bool is_same;		 /* the policy says the same under each ABI */
	bool is_denied; /* all of it, with HARDEST, for what the policy says cannot be written */
	struct action hardest, mildest;
	bool has_witness;
	struct loss_witness witness; /* of a call that is denied all; its 'after' is not set */
};

void oci_written_init(struct oci_written *call, struct oci_writer *writer, const char *name);

/* Marks the largest of ENTRIES as too many until the kernel loads the profile with them. */
void oci_keep_loadable(const struct oci_writer *writer, struct outcomes *entries);

/* Writes what libseccomp's own rules for i386's socketcall and ipc need to be kept shut: before
 * the entries of the calls behind them. */
void oci_write_multiplexers(struct oci_writer *writer);

/* Adds an entry for each ABI whose entries libseccomp would not find otherwise; after all others.
 */
void oci_write_anchors(struct oci_writer *writer);

/* Writes and tells what becomes of calls that no entry names; after all that are for a call. */
void oci_write_unknown(struct oci_writer *writer);

#endif
