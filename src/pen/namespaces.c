// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps that belong to a namespace as such. The namespaces themselves come from one clone3. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pen/steps.h"

/* Should: name the pen, and not its host. Must not: run in the host's UTS namespace. */
int namespaces_step_hostname(struct setup *setup, const struct step *step)
{
	static const char none[] = "(none)";

	(void)setup;
	if (sethostname(step->source, strlen(step->source)) < 0)
		return -errno;
	return setdomainname(none, sizeof(none) - 1) < 0 ? -errno : 0;
}
