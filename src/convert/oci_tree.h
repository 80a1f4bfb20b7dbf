/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order in which libseccomp tests the conditions of one call, which is not that of the profile.
 * Internal to convert/.
 */
#ifndef PINFOLD_CONVERT_OCI_TREE_H
#define PINFOLD_CONVERT_OCI_TREE_H

#include "convert/oci_rules.h"

/*
 * Replaces CALL's rules, if their own order would give another result, by rules of which the first
 * that holds decides as libseccomp does; adds the cost to *work. Returns 0; -EEXIST, with the rule
 * that libseccomp refuses in *ret_rule; or -E2BIG when it is too much work.
 */
int oci_tree_order(struct oci_call *call, size_t *work, const struct oci_rule **ret_rule);

/* Returns whether A and B, of one call, have the same action whatever the arguments; also false if
 * that would take too long to try. In oci_equal.c. */
bool oci_call_is_same(const struct oci_call *a, const struct oci_call *b);

#endif
