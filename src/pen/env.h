/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command's environment. Internal to pen/. */
#ifndef PINFOLD_PEN_ENV_H
#define PINFOLD_PEN_ENV_H

#include <stdint.h>

#include "policy/settings.h"

/* Returns a new environment made from HOST as the settings say, freed by env_free(). */
char **env_make(const struct env_settings *settings, char *const *host);

/* Returns a copy of the NULL-terminated list V, freed by env_free(). */
char **env_copy(char *const *v);

void env_free(char **v);

/* Returns the value of NAME, or NULL. */
const char *env_get(char *const *env, const char *name);

/* Sets NAME in *ENV to VALUE, or removes it if VALUE is NULL. */
void env_replace(char ***env, const char *name, const char *value);

/* Finds the memory that the kernel shows to others as this process's arguments and environment.
 * Returns 0 or -errno. */
int env_find_area(uint64_t *ret_start, uint64_t *ret_end);

#endif
