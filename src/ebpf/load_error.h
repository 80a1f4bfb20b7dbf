/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why the kernel does not take the tracer, in words. */
#ifndef PINFOLD_EBPF_LOAD_ERROR_H
#define PINFOLD_EBPF_LOAD_ERROR_H

#include "base/diag.h"

/* Adds the load error ERR (a positive errno), with a hint, to DIAGS. Returns -ERR. */
int ebpf_explain_load(int err, struct diags *diags);

#endif
