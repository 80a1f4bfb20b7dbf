/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of policies and filters share. */
#ifndef PINFOLD_TESTS_POLICY_HELPER_H
#define PINFOLD_TESTS_POLICY_HELPER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "filter/diff.h"
#include "filter/filter.h"
#include "policy/parse.h"

/* Returns all of DIAGS as "LINE:COL: error: message | hint\n". */
static inline char *diags_text(const struct diags *diags)
{
	struct strbuf buf = { 0 };

	strbuf_puts(&buf, "");
	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *diag = &diags->v[i];

		strbuf_printf(&buf, "%u:%u: %s: %s", diag->line, diag->col,
			      diag->level == DIAG_ERROR ? "error" : "warning", diag->message);
		if (diag->hint)
			strbuf_printf(&buf, " | %s", diag->hint);
		strbuf_puts(&buf, "\n");
	}
	return buf.text;
}

/* Parses TEXT, which has no errors. */
static inline struct policy *read_policy(const char *text)
{
	struct policy *policy = NULL;
	struct diags diags = { 0 };

	if (policy_parse_text("p", text, strlen(text), &policy, &diags))
		fail_msg("%s: %s", text, diags_text(&diags));
	diags_finish(&diags);
	return policy;
}

static inline struct filter *compile_policy(const struct policy *policy, unsigned int flags)
{
	struct filter *filter = NULL;
	struct diags diags = { 0 };

	if (filter_compile(policy, flags, &filter, &diags))
		fail_msg("%s", diags_text(&diags));
	return filter;
}

/* Returns how the policies differ: bits 1 << enum change. */
static inline unsigned int changes(const char *before, const char *after)
{
	struct policy *x = read_policy(before), *y = read_policy(after);
	struct policy_diff diff;
	struct diags diags = { 0 };
	unsigned int found = 0;

	if (policy_diff(x, y, &diff, &diags))
		fail_msg("%s\n%s\n%s", before, after, diags_text(&diags));
	for (size_t i = 0; i < diff.calls.n; i++)
		found |= 1U << diff.calls.v[i].change;
	for (size_t i = 0; i < diff.settings.n; i++)
		found |= 1U << diff.settings.v[i].change;
	policy_diff_finish(&diff);
	policy_destroy(x);
	policy_destroy(y);
	return found;
}

#endif
