/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who called sudo(8), if that started us. */
#ifndef PINFOLD_BASE_SUDO_H
#define PINFOLD_BASE_SUDO_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Returns whether the environment says that sudo started us, and by whom: SUDO_UID and SUDO_GID,
 * each a whole decimal number of an id. Anybody can set them: they give no right to who is not
 * root.
 */
bool sudo_find_caller(uint32_t *ret_uid, uint32_t *ret_gid);

#endif
