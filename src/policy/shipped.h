/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The policies that are part of the program; generated from policies/ at build time. */
#ifndef PINFOLD_POLICY_SHIPPED_H
#define PINFOLD_POLICY_SHIPPED_H

/* Returns the text of the policy NAME ("default"), or NULL. */
const char *policy_shipped(const char *name);

/* Returns the name of shipped policy number I, or NULL past the last one. */
const char *policy_shipped_name(unsigned int i);

#endif
