// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs to run in a pen: each row of the tables makes one thing happen that the trace must
 * report correctly. Exit status 0: it went as the payload expects; 1: it did not; what it saw is
 * printed.
 */
#include "tests/payload/payload.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct payload *const tables[] = {
	payload_calls,	 payload_stops, payload_filters, payload_crowds,  payload_results,
	payload_unasked, payload_ends,	payload_halted,	 payload_failing, payload_causes,
};

static const struct payload *find_payload(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct payload *row = tables[i]; row->name; row++)
			if (!strcmp(row->name, name))
				return row;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct payload *payload = argc > 1 ? find_payload(argv[1]) : NULL;

	if (payload && (payload->n_args == ANY_ARGS || argc - 2 == payload->n_args))
		return payload->run(argv + 2);
	fputs("payload: no such payload, or not its arguments\n", stderr);
	return 99;
}
