/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices that the policy names: shared by finding and binding them. Internal to pen/. */
#ifndef PINFOLD_PEN_DEVICE_H
#define PINFOLD_PEN_DEVICE_H

#include <sys/stat.h>

#include "pen/step.h"

static inline bool device_is_node(const struct stat *st)
{
	return S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);
}

/* Opens the source of STEP in the supervisor and checks that it is a device that can be opened.
 * Returns 0, or -errno with an error in DIAGS. */
int device_prepare(struct setup *setup, struct step *step, struct diags *diags);

/* Add the error that PATH is not a device node, a directory without any, or a device of which the
 * pen has its own; return -errno. */
int device_refuse_kind(const struct place *place, const char *path, bool is_folder,
		       struct diags *diags);
int device_refuse_own(const struct place *place, const char *path, struct diags *diags);

#endif
