// SPDX-License-Identifier: GPL-2.0-or-later
#include "convert/verdicts.h"

#include <stdlib.h>

#include "base/mem.h"

enum { WORK_MAX = 1 << 25, WORK_UNIT = 16 }; /* comparisons of cubes, some at a time */

/* For what is behind socketcall and ipc, a rule sees only the number. */
static struct cubes cubes_of_mention(const struct mention *mention, bool is_not, enum arch arch)
{
	const struct multiplex *multiplex = &mention->call->multiplex;

	if (mention->is_multiplexed)
		return cubes_of_bits(0, multiplex->mask, multiplex->number, is_not);
	return cubes_of_expr(mention->rule->expr, is_not, mention->call->rows[arch], arch);
}

/* The first rule that applies decides: from the last to the first, each takes precedence over the
 * rest. */
static struct cubes cubes_of_action(const struct numbers *numbers, const struct stretch *stretch,
				    enum arch arch, const struct action *action, uint64_t *work)
{
	struct cubes cubes = cubes_of_expr(NULL, !action_is_same(&stretch->rest.action, action),
					   NULL, arch);

	for (size_t i = stretch->n; i-- > 0 && *work < WORK_MAX && !cubes.is_too_many;) {
		const struct mention *mention = &numbers->mentions.v[stretch->first + i];
		struct cubes other;

		other = cubes_of_mention(mention, true, arch);
		*work += 1 + other.n + cubes.n * other.n * (1 + cubes.n / WORK_UNIT);
		cubes_keep(&cubes, &other);
		if (!action_is_same(&mention->rule->action, action))
			continue;
		other = cubes_of_mention(mention, false, arch);
		cubes_add(&cubes, &other);
	}
	return cubes;
}

static void add_outcome(struct outcomes *outcomes, const struct numbers *numbers,
			const struct stretch *stretch, enum arch arch, const struct action *action,
			uint64_t *work)
{
	struct cubes cubes;

	for (size_t i = 0; i < outcomes->n; i++)
		if (action_is_same(&outcomes->v[i].action, action))
			return;
	cubes = cubes_of_action(numbers, stretch, arch, action, work);
	if (cubes.n || cubes.is_too_many)
		*array_append(outcomes) = (struct outcome){ *action, cubes };
	else
		free(cubes.v);
}

struct outcomes outcomes_of(const struct numbers *numbers, enum arch arch, uint32_t nr,
			    const struct action *but, uint64_t *work)
{
	static const struct action kill = { .kind = ACTION_KILL_PROCESS };
	const struct stretch *stretch = &numbers->stretches.v[numbers_find(numbers, nr)];
	struct outcomes outcomes = { 0 };

	for (size_t i = 0; i < stretch->n; i++) {
		const struct mention *mention = &numbers->mentions.v[stretch->first + i];

		if (!action_is_same(&mention->rule->action, but))
			add_outcome(&outcomes, numbers, stretch, arch, &mention->rule->action,
				    work);
	}
	if (!action_is_same(&stretch->rest.action, but))
		add_outcome(&outcomes, numbers, stretch, arch, &stretch->rest.action, work);
	if (*work >= WORK_MAX) {
		outcomes_finish(&outcomes);
		*array_append(&outcomes) = (struct outcome){ kill, { .is_too_many = true } };
	}
	return outcomes;
}

void outcomes_finish(struct outcomes *outcomes)
{
	for (size_t i = 0; i < outcomes->n; i++)
		free(outcomes->v[i].cubes.v);
	free(outcomes->v);
	*outcomes = (struct outcomes){ 0 };
}

bool outcomes_are_same(const struct outcomes *a, const struct outcomes *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct outcome *x = &a->v[i], *y = &b->v[i];

		if (!action_is_same(&x->action, &y->action) || x->cubes.n != y->cubes.n ||
		    x->cubes.is_too_many || y->cubes.is_too_many)
			return false;
		if (x->cubes.n &&
		    memcmp(x->cubes.v, y->cubes.v, x->cubes.n * sizeof(*x->cubes.v)) != 0)
			return false;
	}
	return true;
}
