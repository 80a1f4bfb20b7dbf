/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In which order libseccomp asks the conditions of one call, which is not that of the profile.
 * Internal to convert/.
 */
#ifndef PINFOLD_CONVERT_OCI_TREE_H
#define PINFOLD_CONVERT_OCI_TREE_H

#include "convert/oci_rules.h"

/*
 * Puts in place of CALL's rules those that the first that holds decides as libseccomp does, where
 * its own rules in their order would not; *work counts what that costs. Returns 0; -EEXIST, with
 * *ret_rule what libseccomp refuses; or -E2BIG when it is too much.
 */
int oci_tree_order(struct oci_call *call, size_t *work, const struct oci_rule **ret_rule);

/* Returns whether A and B, of one call, have the same action whatever the arguments are; false also
 * where that would take too long to try. oci_equal.c */
bool oci_call_is_same(const struct oci_call *a, const struct oci_call *b);

#endif
