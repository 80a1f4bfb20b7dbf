/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of errors and signals. */
#ifndef PINFOLD_SYS_NAME_H
#define PINFOLD_SYS_NAME_H

/* Returns "EPERM" for 1, or NULL for a number without a name. */
const char *errno_name(int number);

/* Returns 1 for "EPERM", or -1. */
int errno_find(const char *name);

/* Returns "SIGTERM" for 15, or NULL (real-time signals have no names). */
const char *signal_name(int number);

/* Returns 15 for "SIGTERM", or -1. */
int signal_find(const char *name);

#endif
