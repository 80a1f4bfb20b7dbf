/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies to and from the formats of other programs. What the other format cannot express is in
 * LOSSES, each of which says what it becomes instead: if there are only notes, both mean the same.
 */
#ifndef PINFOLD_CONVERT_CONVERT_H
#define PINFOLD_CONVERT_CONVERT_H

#include "base/diag.h"
#include "base/str.h"
#include "convert/loss.h"
#include "policy/policy.h"

/* Appends POLICY's rules as the seccomp object of the OCI runtime specification. */
void convert_to_oci(const struct policy *policy, struct strbuf *buf, struct losses *losses);

/* Reads PROFILE, which convert_to_oci() wrote from POLICY, back as a runtime would, and adds each
 * difference that is not in LOSSES yet; if it cannot be read back, a loss of each grade. */
void convert_check_oci(const struct policy *policy, const char *profile, struct losses *losses);

/*
 * Appends POLICY's rules as lines of a systemd unit's [Service] section. Returns 0, or -EINVAL with
 * an error in DIAGS when the output cannot be read back.
 */
int convert_to_systemd(const struct policy *policy, struct strbuf *buf, struct losses *losses,
		       struct diags *diags);

/* What moby's "includes" and "excludes" depend on. */
struct oci_machine {
	enum arch arch;
	uint16_t kernel;	  /* major << 8 | minor */
	const char *capabilities; /* names with CAP_, separated by spaces; NULL: none */
};

/* Returns whether NAME is a capability as profiles spell it: "CAP_SYS_ADMIN". */
bool convert_is_capability(const char *name);

/*
 * Appends the policy that the seccomp profile in the file PATH amounts to: one of the runtime
 * specification, a whole config.json, or one of moby's. Returns 0, or -EINVAL with an error in
 * DIAGS.
 */
int convert_from_oci(const char *path, const struct oci_machine *machine, struct strbuf *buf,
		     struct losses *losses, struct diags *diags);

/* The same for a profile in TEXT; NAME is the file name in places. */
int convert_from_oci_text(const char *name, const char *text, const struct oci_machine *machine,
			  struct strbuf *buf, struct losses *losses, struct diags *diags);

#endif
