/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SeccompProfile objects of the security-profiles-operator of Kubernetes. */
#ifndef PINFOLD_CONVERT_SPO_H
#define PINFOLD_CONVERT_SPO_H

#include "base/diag.h"
#include "base/str.h"
#include "convert/loss.h"

/* Returns a name for the object of the policy in the file PATH that Kubernetes accepts; the caller
 * frees it. */
char *spo_name(const char *path);

/*
 * Appends PROFILE, a text from convert_to_oci(), as the object NAME, in JSON. What the operator
 * cannot express is in LOSSES. Returns 0, or -errno with an error in DIAGS: -E2BIG or -EFBIG for
 * more than an OCI artifact may hold.
 */
int convert_to_spo(const char *name, const char *profile, struct strbuf *text,
		   struct losses *losses, struct diags *diags);

#endif
