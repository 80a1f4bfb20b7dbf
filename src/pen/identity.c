// SPDX-License-Identifier: GPL-2.0-or-later
#include "pen/identity.h"

#include <stdlib.h>

void identity_finish(struct identity *who)
{
	subid_finish(&who->mapped);
	free(who->groups.v);
	who->groups.v = NULL;
}
