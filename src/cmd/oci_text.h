/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the texts of a policy to an OCI profile, for a container's runtime or for none in
 * particular. */
#ifndef PINFOLD_CMD_OCI_TEXT_H
#define PINFOLD_CMD_OCI_TEXT_H

#include "convert/convert.h"
#include "convert/runtime.h"
#include "policy/parse.h"

/* Appends the profile of SOURCE to TEXT, widened by what RUNTIME needs, and compared with the
 * policy: every difference is in LOSSES. Returns 0, or -errno with an error in DIAGS. */
int oci_text_make(const struct runtime *runtime, const struct policy_source *source,
		  struct strbuf *text, struct losses *losses, struct diags *diags);

#endif
