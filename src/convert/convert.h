/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Policies in the forms of other programs, and out of them. What the other form cannot say is in
 * LOSSES, each saying what stands in its place: none of them but notes, and both say the same.
 */
#ifndef PINFOLD_CONVERT_CONVERT_H
#define PINFOLD_CONVERT_CONVERT_H

#include "base/diag.h"
#include "base/str.h"
#include "convert/loss.h"
#include "policy/policy.h"

/* Appends POLICY's rules as the seccomp object of the OCI runtime specification. */
void convert_to_oci(const struct policy *policy, struct strbuf *buf, struct losses *losses);

/* Reads PROFILE back, which convert_to_oci() made of POLICY, as a runtime takes it, and adds what
 * is different and not in LOSSES yet; where it cannot be read back, a loss of each grade. */
void convert_check_oci(const struct policy *policy, const char *profile, struct losses *losses);

/*
 * Appends POLICY's rules as lines of a systemd unit's [Service]. Returns 0, or -EINVAL with an
 * error in DIAGS when what was written cannot be read back.
 */
int convert_to_systemd(const struct policy *policy, struct strbuf *buf, struct losses *losses,
		       struct diags *diags);

/* What moby's "includes" and "excludes" ask for. */
struct oci_machine {
	enum arch arch;
	uint16_t kernel;	  /* major << 8 | minor */
	const char *capabilities; /* names between blanks, each with CAP_; NULL: none */
};

/* Returns whether NAME is a capability as profiles have it: "CAP_SYS_ADMIN". */
bool convert_is_capability(const char *name);

/*
 * Appends the policy of the seccomp profile in the file PATH: that of the runtime specification, a
 * whole config.json, or moby's. Returns 0, or -EINVAL with an error in DIAGS.
 */
int convert_from_oci(const char *path, const struct oci_machine *machine, struct strbuf *buf,
		     struct losses *losses, struct diags *diags);

/* The same of a profile in TEXT; NAME stands in places. */
int convert_from_oci_text(const char *name, const char *text, const struct oci_machine *machine,
			  struct strbuf *buf, struct losses *losses, struct diags *diags);

#endif
