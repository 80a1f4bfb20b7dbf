/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who called us through sudo(8), if anyone. */
#ifndef PINFOLD_BASE_SUDO_H
#define PINFOLD_BASE_SUDO_H

#include <stdbool.h>
#include <stdint.h>

struct diags;

/* Returns 0, or -EINVAL with an error if SUDO_UID and SUDO_GID are neither absent nor both an id:
 * ignoring such a value would run a command as another user than was meant. */
int sudo_check(struct diags *diags);

/*
 * Returns whether the environment says that sudo started us, and for whom: SUDO_UID and SUDO_GID,
 * each a whole decimal id. Anybody can set them, so they must not give an ordinary user any rights.
 */
bool sudo_find_caller(uint32_t *ret_uid, uint32_t *ret_gid);

#endif
