/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which failure of the command was caused by the pen. What a failing call named is put beside what
 * the pen shows and gives, and the host is asked whether it would have worked for the caller
 * (cause/ask.h): who would have run the command without pinfold. That is whoever started pinfold;
 * under sudo, unless the policy names another user, who called sudo, as whom the command runs.
 */
#ifndef PINFOLD_CAUSE_CAUSE_H
#define PINFOLD_CAUSE_CAUSE_H

#include "pen/pen.h"
#include "policy/settings.h"
#include "record/enforced.h"
#include "record/failure.h"

struct cause; /* opaque */

/*
 * Makes the process that asks the host about the command of PEN, which was made with SETTINGS;
 * both outlive the cause. To be called while there are rights to give it the caller's ids. Never
 * NULL: where nobody can be asked, verdicts that need it stay unknown.
 */
struct cause *cause_start(const struct pen *pen, const struct settings *settings);

/* Fills in the cause, the words and the fix of each of FAILURES, once the run has ended with USED,
 * which may be NULL. Asks for two seconds at most. To be called once. */
void cause_judge(struct cause *cause, const struct resources *used,
		 struct record_failures *failures);

/* Lets the process end; NULL is allowed. */
void cause_finish(struct cause *cause);

#endif
