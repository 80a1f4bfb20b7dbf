// SPDX-License-Identifier: GPL-2.0-or-later
/* What keeps a report from saying whether its policy was violated is never known, because it may
 * hide what is new; and a budget has an amount of its own. */
#include "report/baseline.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

void baseline_add(struct baseline *baseline, const struct known_violation *known)
{
	struct known_violation *copy = array_append(&baseline->known);

	*copy = *known;
	copy->text = mem_strdup(known->text);
}

static int compare_known(const void *a, const void *b)
{
	const struct known_violation *x = a, *y = b;
	int order = strcmp(x->identity, y->identity);

	/* Of several alike the first is kept, whichever order they were read in. */
	return order ? order : strcmp(x->text, y->text);
}

void baseline_sort(struct baseline *baseline)
{
	struct known_violation *v = baseline->known.v;
	size_t n = 0;

	if (baseline->known.n)
		qsort(v, baseline->known.n, sizeof(*v), compare_known);
	for (size_t i = 0; i < baseline->known.n; i++) {
		if (n && str_eq(v[n - 1].identity, v[i].identity))
			free(v[i].text);
		else
			v[n++] = v[i];
	}
	baseline->known.n = n;
}

static int compare_identity(const void *key, const void *element)
{
	return strcmp(key, ((const struct known_violation *)element)->identity);
}

long baseline_find(const struct baseline *baseline, const char *identity)
{
	const struct known_violation *found = NULL;

	if (baseline->known.n)
		found = bsearch(identity, baseline->known.v, baseline->known.n, sizeof(*found),
				compare_identity);
	return found ? found - baseline->known.v : BASELINE_NONE;
}

void baseline_finish(struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->known.n; i++)
		free(baseline->known.v[i].text);
	for (size_t i = 0; i < baseline->files.n; i++)
		free(baseline->files.v[i]);
	free(baseline->known.v);
	free(baseline->files.v);
	*baseline = (struct baseline){ 0 };
}
