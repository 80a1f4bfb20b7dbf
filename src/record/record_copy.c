// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/record_copy.h"

#include <stdlib.h>

void record_copy_finish(struct record_copy *copy)
{
	for (size_t i = 0; i < copy->rules.n; i++)
		free(copy->rules.v[i].text);
	free(copy->rules.v);
	free(copy->machine);
	record_finish(&copy->record);
	network_use_finish(&copy->network);
	*copy = (struct record_copy){ 0 };
}
