// SPDX-License-Identifier: GPL-2.0-or-later
/* What the statements for the pen expose, as the row of each says. */
#include "base/cleanup.h"
#include "lint/linter.h"
#include "policy/setting_row.h"

static const struct lint_check *setting_check(size_t i)
{
	const struct setting_row *row;

	for (size_t k = 0; (row = setting_row(k)); k++) {
		if (i < row->n_checks)
			return &row->checks[i];
		i -= row->n_checks;
	}
	return NULL;
}

static void add_exposures(struct linter *linter, const struct setting_row *row, size_t i,
			  const struct place *place)
{
	struct exposures exposures = { 0 };

	row->lint(&linter->policy->settings, i, &exposures);
	for (size_t k = 0; k < exposures.n; k++)
		linter_add(linter, exposures.v[k].check, place, steal(&exposures.v[k].message));
	exposures_finish(&exposures);
}

static void look_at_settings(struct linter *linter)
{
	const struct setting_row *row;
	const struct place *place;

	for (size_t k = 0; (row = setting_row(k)); k++)
		for (size_t i = 0; (place = row->at(&linter->policy->settings, i)); i++)
			if (is_written(place))
				add_exposures(linter, row, i, place);
}

const struct lint_group lint_settings = { look_at_settings, setting_check };
