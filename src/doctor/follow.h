/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What follows from all rows for this user, in words. Internal to doctor/. */
#ifndef PINFOLD_DOCTOR_FOLLOW_H
#define PINFOLD_DOCTOR_FOLLOW_H

#include "base/str.h"
#include "doctor/doctor.h"

/* Returns the source that counts allowed calls, for record; TRACE_NONE: there is none. */
enum trace_source follow_recorder(const struct doctor *doctor);

/* Each appends a line: which source a trace gets, and a recording, which limits can be set, what a
 * pen has of its own, who the command can be, which networks it can have. */
void follow_trace(const struct doctor *doctor, struct strbuf *text);
void follow_record(const struct doctor *doctor, struct strbuf *text);
void follow_limits(const struct doctor *doctor, struct strbuf *text);
void follow_pen(const struct doctor *doctor, struct strbuf *text);
void follow_users(const struct doctor *doctor, struct strbuf *text);
void follow_nets(const struct doctor *doctor, struct strbuf *text);

/* The limits by name, and the row of each; MACHINE_NONE: it holds wherever there is a pen. */
struct follow_limit {
	const char *name;
	enum machine_row row;
};
enum { FOLLOW_LIMITS = 6 };
extern const struct follow_limit follow_limit_rows[FOLLOW_LIMITS];

/* Returns whether that limit can be set. */
bool follow_has_limit(const struct doctor *doctor, const struct follow_limit *limit);

/* The networks by name, in the order of enum doctor_net. */
extern const char *const follow_net_names[DOCTOR_NETS];

#endif
