// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/network_use.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[NETWORK_REFUSAL_KINDS] = {
	[NETWORK_NAME] = "name",    [NETWORK_TCP] = "tcp",	 [NETWORK_UDP] = "udp",
	[NETWORK_TLS] = "tls-name", [NETWORK_NO_TLS] = "no-tls", [NETWORK_PRIVATE] = "private",
};

const char *network_refusal_name(enum network_refusal_kind kind)
{
	return names[kind];
}

bool network_refusal_find(const char *name, enum network_refusal_kind *ret_kind)
{
	for (enum network_refusal_kind kind = 0; kind < NETWORK_REFUSAL_KINDS; kind++) {
		if (strcmp(names[kind], name) != 0)
			continue;
		*ret_kind = kind;
		return true;
	}
	return false;
}

void network_use_finish(struct network_use *use)
{
	for (size_t i = 0; i < use->n_connections; i++)
		free(use->connections[i].host);
	for (size_t i = 0; i < use->n_refusals; i++) {
		free(use->refusals[i].host);
		free(use->refusals[i].other);
	}
	free(use->connections);
	free(use->refusals);
	*use = (struct network_use){ 0 };
}
