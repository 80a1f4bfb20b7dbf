/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a filter does with a call, and what of a policy says so: names for all rooms. */
#ifndef PINFOLD_SYS_ACTION_H
#define PINFOLD_SYS_ACTION_H

#include <stdbool.h>
#include <stdint.h>

/* From the mildest to the hardest. */
enum action_kind {
	ACTION_ALLOW,
	ACTION_LOG,
	ACTION_ERRNO, /* the verb "deny" */
	ACTION_TRAP,
	ACTION_KILL_THREAD,
	ACTION_KILL_PROCESS, /* the verb "kill" */
};

struct action {
	enum action_kind kind;
	uint16_t data; /* the errno, or si_errno of a trap */
	bool is_known; /* "deny EPERM known": the program does without; no other verdict */
};

/* All names of one kind of action. */
struct action_row {
	const char *verb, *alias; /* in a policy; alias NULL: none */
	uint32_t ret;		  /* SECCOMP_RET_*, without the action's data */
	const char *json, *oci;	  /* in reports; in profiles */
};

const struct action_row *action_row(enum action_kind kind);

/* Stores in *ret_kind which action the word VERB of a policy means; returns whether it is one. */
bool action_find(const char *verb, enum action_kind *ret_kind);

/* Returns whether the action stops the call. */
static inline bool action_is_denial(const struct action *action)
{
	return action->kind >= ACTION_ERRNO;
}

/* What decided. */
enum verdict_by {
	VERDICT_RULE,	 /* a rule of it */
	VERDICT_DEFAULT, /* a known call that no rule decides */
	VERDICT_UNKNOWN, /* a call that is not known */
	VERDICT_ARCH,	 /* an ABI that the policy does not list */
	VERDICT_LAUNCH,	 /* the exec that starts the command (the cookie) */
};

#endif
