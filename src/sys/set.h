/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The built-in sets of calls, with systemd's names and members. */
#ifndef PINFOLD_SYS_SET_H
#define PINFOLD_SYS_SET_H

#include <stddef.h>

struct sys_set {
	const char *name;	    /* with its "@" */
	const char *about;	    /* what it is for, in a few words */
	const char *const *members; /* names of calls and other sets ("@..."), NULL-terminated */
};

/* Returns the set called NAME (with its "@"), or NULL. */
const struct sys_set *sys_set_find(const char *name);

/* Returns row I of the table, or NULL past its end. */
const struct sys_set *sys_set_row(size_t i);

#endif
