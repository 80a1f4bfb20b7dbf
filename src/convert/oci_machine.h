/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a profile that depend on the machine. Internal to convert/. */
#ifndef PINFOLD_CONVERT_OCI_MACHINE_H
#define PINFOLD_CONVERT_OCI_MACHINE_H

#include "convert/convert.h"
#include "convert/oci_profile.h"

/* Returns whether ENTRY applies to MACHINE, by its "includes" and "excludes". */
bool oci_entry_holds(const struct oci_entry *entry, const struct oci_machine *machine);

/* Notes which names in the "includes" and "excludes" of PROFILE are not capabilities or
 * architectures, and so never match. */
void oci_filters_check(const struct oci_profile *profile, struct losses *losses);

/*
 * Stores in *ret_arches the ABIs of MACHINE that PROFILE lets in, each as 1 << enum arch; the
 * native one always is. Returns 0, or -EINVAL with an error in DIAGS.
 */
int oci_arches_find(const struct oci_profile *profile, const struct oci_machine *machine,
		    uint32_t *ret_arches, struct losses *losses, struct diags *diags);

#endif
