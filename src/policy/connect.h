/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The statements connect of a policy, for those who look them up and compare them. */
#ifndef PINFOLD_POLICY_CONNECT_H
#define PINFOLD_POLICY_CONNECT_H

#include "base/str.h"
#include "policy/change.h"

/* Returns the statement of LIST for PORT of the host NAME, or NULL. */
const struct connect_setting *connect_find(const struct connect_settings *list, const char *name,
					   uint16_t port);

/* Appends the words of the statement, as in "plain example.org:443". */
void connect_print(const struct connect_setting *at, struct strbuf *buf);

/* Returns whether the hosts and ports of OTHER can be listed beside statement number I of SETTINGS:
 * not with another prefix for the same one. */
bool connect_is_joined(const struct settings *settings, size_t i, const struct settings *other);

/* Compares the hosts and ports that two policies list, one statement at a time. */
setting_comparer connect_compare;

#endif
