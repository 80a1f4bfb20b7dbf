/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calls behind i386's socketcall and ipc (include/uapi/linux/net.h, ipc.h). */
#ifndef PINFOLD_POLICY_MULTIPLEX_H
#define PINFOLD_POLICY_MULTIPLEX_H

#include "policy/policy.h"

/* Returns whether NAME can also be called through socketcall or ipc, and how. */
bool multiplex_find(const char *name, struct multiplex *ret_multiplex);

#endif
