/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A profile being written; internal to this room. */
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

/* Adds CALL to the entry of all calls that get ACTION unconditionally, or an entry for CUBE. */
void oci_add_entry(struct oci_writer *writer, const char *call, const struct action *action,
		   const struct cube *cube);

/* Returns the names of the calls that get ACTION unconditionally, or NULL. */
struct json_object *oci_plain_names(const struct oci_writer *writer, const struct action *action);

/* Returns the bits of a register that libseccomp compares under ARCH: it takes x32 for 32-bit. */
uint64_t oci_register_bits(enum arch arch);

/* What is written for one call: entries for all ABIs at once. */
struct oci_written {
	struct outcomes entries; /* the caller finishes them with outcomes_finish() */
	bool is_same;		 /* the policy says the same for each ABI */
	bool is_denied; /* all of it, with HARDEST, because the policy's rules cannot be written */
	struct action hardest, mildest;
	bool has_witness;
	struct loss_witness witness; /* if all of the call is denied; its 'after' is not set */
};

void oci_written_init(struct oci_written *call, struct oci_writer *writer, const char *name);

/* Marks the largest of ENTRIES as too many, until the kernel can load the profile with the rest. */
void oci_keep_loadable(const struct oci_writer *writer, struct outcomes *entries);

/* Writes what it takes to keep libseccomp's own rules for i386's socketcall and ipc closed: before
 * the entries of the calls behind them. */
void oci_write_multiplexers(struct oci_writer *writer);

/* Adds an entry for each ABI whose entries libseccomp would not find otherwise; must come after all
 * others. */
void oci_write_anchors(struct oci_writer *writer);

/* Writes and reports what becomes of calls that no entry names; must come after all entries for
 * calls. */
void oci_write_unknown(struct oci_writer *writer);

#endif
