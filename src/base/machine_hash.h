/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_BASE_MACHINE_HASH_H
#define PINFOLD_BASE_MACHINE_HASH_H

#include "base/diag.h"

/* Room for a hash in hexadecimal. */
enum { MACHINE_HASH_ROOM = 32 + 1 };

/*
 * Returns, in RET_HEX, what stands for the machine whose ID the file PATH has (NULL:
 * /etc/machine-id): the same for every run on it, and of no use to anyone who looks for the ID.
 * Returns 0, or -errno with an error in DIAGS.
 */
int machine_hash(const char *path, char ret_hex[MACHINE_HASH_ROOM], struct diags *diags);

#endif
