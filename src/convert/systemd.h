/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Units of systemd; inside this room only. */
#ifndef PINFOLD_CONVERT_SYSTEMD_H
#define PINFOLD_CONVERT_SYSTEMD_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/str.h"
#include "sys/arch.h"

/* Returns what SystemCallArchitectures= calls ARCH. */
const char *systemd_arch_name(enum arch arch);

/*
 * Appends what the SystemCall*= lines of UNIT mean to a service manager, as a policy; before
 * version 256 it does not let write pass of its own accord. Returns 0, or -EINVAL with an error in
 * DIAGS for a line that is none of those that convert_to_systemd() writes.
 */
int systemd_read(const char *unit, bool is_before_256, struct strbuf *policy, struct diags *diags);

#endif
