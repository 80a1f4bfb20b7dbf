// SPDX-License-Identifier: GPL-2.0-or-later
#include "lint/lint.h"

#include <errno.h>
#include <stdlib.h>

#include "lint/linter.h"

enum { WORK_MAX = 1 << 24 };

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {
		[SEVERITY_NOTE] = "note",
		[SEVERITY_WARNING] = "warning",
		[SEVERITY_ERROR] = "error",
	};

	return names[severity];
}

static const struct lint_group *const groups[] = {
	&lint_risks,
	&lint_gaps,
	&lint_rules,
	&lint_settings,
};

const struct lint_check *lint_check_row(size_t i)
{
	for (size_t k = 0; k < ARRAY_SIZE(groups); k++) {
		size_t n = 0;

		while (groups[k]->check(n))
			n++;
		if (i < n)
			return groups[k]->check(i);
		i -= n;
	}
	return NULL;
}

struct finding *linter_add(struct linter *linter, const struct lint_check *check,
			   const struct place *place, char *message)
{
	struct finding *finding = array_append(linter->findings);

	*finding = (struct finding){ .check = check,
				     .severity = check->severity,
				     .place = *place,
				     .message = message,
				     .hint = mem_strdup(check->hint) };
	return finding;
}

struct place linter_place(const struct linter *linter, const struct verdict *verdict)
{
	struct place place = verdict_place(linter->policy, verdict);

	if (!place.file && linter->policy->n_files)
		place.file = linter->policy->files[0];
	return place;
}

const struct stretch *linter_stretch(const struct linter *linter, enum arch arch, const char *name,
				     const struct numbers **ret_numbers)
{
	const struct sys_call *call = sys_call_find(arch, name);
	uint32_t audit_arch = arch_get(arch)->audit_arch;

	for (size_t i = 0; call && i < linter->n_numbers; i++) {
		const struct numbers *numbers = &linter->numbers[i];

		if (numbers->audit_arch != audit_arch)
			continue;
		*ret_numbers = numbers;
		return &numbers->stretches.v[numbers_find(numbers, (uint32_t)call->nr[arch])];
	}
	return NULL;
}

void linter_push_call(struct region *region, const struct stretch *stretch, uint32_t audit_arch)
{
	struct fact arch = { WORD_ARCH, false, UINT32_MAX, audit_arch, audit_arch };
	struct fact nr = { WORD_NR, false, UINT32_MAX, stretch->low, stretch->high };

	region_push(region, &arch);
	region_push(region, &nr);
}

void linter_clear(struct region *region)
{
	for (unsigned int i = 0; i < REGION_WORDS; i++) {
		region->facts[i].n = 0;
		region_refresh(region, i);
	}
}

const char *next_name(const char *at, char *name, size_t size)
{
	size_t len;

	at += strspn(at, " ");
	len = strcspn(at, " ");
	if (!len || len >= size)
		return NULL;
	memcpy(name, at, len);
	name[len] = '\0';
	return at + len;
}

void add_name(struct strbuf *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = list->text; at; at = strstr(at, ", ") ? strstr(at, ", ") + 2 : NULL)
		if (str_starts(at, name) && (!at[len] || at[len] == ','))
			return;
	strbuf_printf(list, "%s%s", list->len ? ", " : "", name);
}

/* By place; findings at the same place in the order of the checks. */
static int compare_findings(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int files = strcmp(x->place.file ? x->place.file : "", y->place.file ? y->place.file : "");

	if (files)
		return files;
	if (x->place.line != y->place.line)
		return x->place.line < y->place.line ? -1 : 1;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	return strcmp(x->message, y->message);
}

int lint_policy(const struct policy *policy, const struct diags *warnings,
		struct findings *findings, struct diags *diags)
{
	struct linter linter = { .policy = policy,
				 .warnings = warnings,
				 .findings = findings,
				 .region.work_max = WORK_MAX };
	size_t first = findings->n;
	uint32_t arches[ARCH_COUNT];

	linter.n_numbers = numbers_list_arches(arches);
	for (size_t i = 0; i < linter.n_numbers; i++)
		numbers_init(&linter.numbers[i], policy, arches[i]);
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		groups[i]->look(&linter);
	for (size_t i = 0; i < linter.n_numbers; i++)
		numbers_finish(&linter.numbers[i]);
	linter.is_exhausted |= linter.region.is_exhausted;
	region_finish(&linter.region);
	if (linter.is_exhausted) {
		diags_fail(diags, -E2BIG, "the policy is too intricate to be checked");
		diags_hint(diags, "write fewer or simpler conditions");
		return -E2BIG;
	}
	if (findings->n > first)
		qsort(findings->v + first, findings->n - first, sizeof(*findings->v),
		      compare_findings);
	return 0;
}

void findings_finish(struct findings *findings)
{
	for (size_t i = 0; i < findings->n; i++) {
		free(findings->v[i].message);
		free(findings->v[i].hint);
	}
	free(findings->v);
	*findings = (struct findings){ 0 };
}
