/* SPDX-License-Identifier: GPL-2.0-or-later */
/* systemd units; internal to this room. */
#ifndef PINFOLD_CONVERT_SYSTEMD_H
#define PINFOLD_CONVERT_SYSTEMD_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/str.h"
#include "sys/arch.h"

/* Returns the name of ARCH in SystemCallArchitectures=. */
const char *systemd_arch_name(enum arch arch);

/*
 * Appends what the SystemCall*= lines of UNIT mean to a service manager, as a policy; before
 * version 256 it does not allow write on its own. Returns 0, or -EINVAL with an error in DIAGS for
 * a line that convert_to_systemd() never writes.
 */
int systemd_read(const char *unit, bool is_before_256, struct strbuf *policy, struct diags *diags);

#endif
