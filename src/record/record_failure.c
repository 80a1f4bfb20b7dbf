// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/record_failure.h"

#include <stdlib.h>

void record_finish_stack(struct record_stack *stack)
{
	for (size_t i = 0; i < stack->n; i++) {
		free(stack->v[i].module);
		free(stack->v[i].symbol);
	}
	free(stack->v);
	*stack = (struct record_stack){ 0 };
}

bool record_is_refused(const struct record_failure *failure)
{
	return failure->refusal == REFUSAL_INSIDE || failure->refusal == REFUSAL_OUTSIDE;
}

void record_finish_failure(struct record_failure *failure)
{
	record_finish_stack(&failure->stack);
	free(failure->text);
	free(failure->second);
	free(failure->named);
	free(failure->base);
	free(failure->exe);
	free(failure->words);
	free(failure->fix);
	free(failure->statement);
}

void record_finish_failures(struct record_failures *failures)
{
	for (size_t i = 0; i < failures->n; i++)
		record_finish_failure(&failures->v[i]);
	free(failures->v);
	*failures = (struct record_failures){ 0 };
}

uint64_t record_pen_failures(const struct record_failures *failures)
{
	uint64_t count = 0;

	for (size_t i = 0; i < failures->n; i++)
		if (failures->v[i].cause == RECORD_CAUSE_PEN)
			count += failures->v[i].count;
	return count;
}
