/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What somebody used to another language probably meant. */
#ifndef PINFOLD_POLICY_HINT_H
#define PINFOLD_POLICY_HINT_H

enum hint_kind {
	HINT_SIGN,	 /* a sign that the language does not have */
	HINT_STATEMENT,	 /* the verb of a statement */
	HINT_ARCH,	 /* the name of an ABI */
	HINT_COMPARISON, /* what comes between an argument and a value */
};

/* Returns what to do instead of TEXT, or NULL. A sign is looked for at the start of TEXT. */
const char *hint_find(enum hint_kind kind, const char *text);

#endif
