/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a statement for the pen exposes to the command: src/lint turns it into findings. */
#ifndef PINFOLD_POLICY_EXPOSURE_H
#define PINFOLD_POLICY_EXPOSURE_H

#include "policy/settings.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_COUNT };

/* A kind of finding. */
struct lint_check {
	const char *id; /* stable across versions */
	enum severity severity;
	const char *reason; /* what is wrong */
	const char *hint;   /* what to do; NULL: it depends */
};

struct exposure {
	const struct lint_check *check;
	char *message; /* owned */
};
struct exposures {
	struct exposure *v;
	size_t n, cap;
};

/* Adds what CHECK finds in a statement, described by FORMAT as in printf(3), and REASON: why it
 * matters; NULL: the check's own. */
void exposure_add(struct exposures *list, const struct lint_check *check, const char *reason,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

void exposures_finish(struct exposures *list);

/* Checks of all paths of the host that a policy shows. */
enum {
	EXPOSED_ROOT,
	EXPOSED_PROCESS,
	EXPOSED_HOME,
	EXPOSED_SECRET,
	EXPOSED_STATE,
	EXPOSED_SOCKET,
	EXPOSED_PARENT,
	EXPOSED_COUNT
};
extern const struct lint_check exposed_checks[EXPOSED_COUNT];

/* exposed_path.c: adds the first thing that is wrong with showing PATH, if anything; VERB says how
 * it is shown. */
void exposure_add_path(struct exposures *list, const char *verb, const char *path);

#endif
