/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a session that has ended to the policy that fits it. */
#ifndef PINFOLD_CMD_RECORD_POLICY_H
#define PINFOLD_CMD_RECORD_POLICY_H

#include <stdio.h>

#include "cmd/session.h"

/* Writes the policy of what SESSION saw and of its use of the NETWORK (NULL: not known), or, if OLD
 * (that of --merge) is not NULL, OLD followed by what is new. */
void record_write_policy(const struct session *session, const struct network_use *network,
			 const struct policy *old, FILE *to);

#endif
