/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conditions of libseccomp, which are about registers, as conditions of the language, which are
 * about what the kernel reads of them. Internal to convert/.
 */
#ifndef PINFOLD_CONVERT_OCI_COND_H
#define PINFOLD_CONVERT_OCI_COND_H

#include "convert/oci_rules.h"

enum oci_truth {
	OCI_NEVER,
	OCI_SOMETIMES,
	OCI_ALWAYS,
	OCI_UNSAID, /* the language cannot express it: an address, or not an argument of the call */
};

/*
 * Appends COND for ROW under ARCH, if its outcome depends on the argument. Register bits that the
 * kernel does not read are taken as zero; *ret_is_cut: COND needs some of them set.
 */
enum oci_truth oci_cond_write(const struct oci_cond *cond, const struct sys_call *row,
			      enum arch arch, struct strbuf *buf, bool *ret_is_cut);

/* Returns whether COND holds for a register VALUE. */
bool oci_cond_holds(const struct oci_cond *cond, uint64_t value);

#endif
