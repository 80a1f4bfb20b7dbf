/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names in profiles that are not calls of any of our ABIs. Internal to convert/. */
#ifndef PINFOLD_CONVERT_OCI_NAME_H
#define PINFOLD_CONVERT_OCI_NAME_H

#include <stdbool.h>

/* Returns whether NAME is a call of machines that pinfold does not run on. */
bool oci_name_is_foreign(const char *name);

/* Returns whether libseccomp 2.6.1 knows NAME, which is newer than our table. */
bool oci_name_is_newer(const char *name);

#endif
