/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which failures of the command were caused by the pen. What a failing call named is compared with
 * what the pen shows and grants, and the host is asked whether the call would have worked for the
 * caller (cause/ask.h): the user who would have run the command without pinfold. That is the user
 * who started pinfold; or under sudo, unless the policy names another user, the one who called
 * sudo, as whom the command runs.
 */
#ifndef PINFOLD_CAUSE_CAUSE_H
#define PINFOLD_CAUSE_CAUSE_H

#include "pen/pen.h"
#include "policy/settings.h"
#include "record/enforced.h"
#include "record/record.h"

struct cause; /* opaque */

/*
 * Starts the process that queries the host about the command of PEN, which was made with SETTINGS;
 * both must outlive the cause. Call it while there are rights to give that process the caller's
 * ids. Never returns NULL: if nobody can be asked, verdicts that need it stay unknown. Free it by
 * cause_finish().
 */
struct cause *cause_start(const struct pen *pen, const struct settings *settings);

/* Fills in the cause, the words and the fix of each failure in RECORD, once the run has ended
 * having used USED, which may be NULL. Takes six seconds at most. Call it once. */
void cause_judge(struct cause *cause, const struct resources *used, struct record *record);

/* Tells the process to exit, and frees; NULL is allowed. */
void cause_finish(struct cause *cause);

#endif
