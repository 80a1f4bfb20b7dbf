/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The failing calls that the pen caused, as text. */
#ifndef PINFOLD_REPORT_FAILURES_H
#define PINFOLD_REPORT_FAILURES_H

#include "report/failure_words.h"
#include "report/page.h"

/* What the pen caused, the likeliest cause of the command's failure first, one for each remedy. */
struct failure_list {
	const struct record_failure **v;
	size_t n;
	size_t more; /* how many did not fit whose remedy is not in the list */
};

/* Returns at most MOST of FAILURES; the caller frees the list's array, but not what it points
 * to. */
struct failure_list failures_choose(const struct record_failures *failures, size_t most);

/* Returns whether one of them is likely to have made the command give up. */
bool failures_have_cause(const struct record_failures *failures);

/* Adds what the pen caused to PAGE; nothing if the command succeeded, unless everything was
 * requested or it is a violation. The caller frees the list's array after page_end(). */
void failures_add(struct page *page, struct failure_list *ret_list);

#endif
