/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a filter does with a call and what in a policy decided it: names for all rooms. */
#ifndef PINFOLD_SYS_ACTION_H
#define PINFOLD_SYS_ACTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From the mildest to the most severe. */
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
	bool is_known; /* "deny EPERM known": the program copes with it; no other verdict */
};

/* All names of one kind of action. */
struct action_row {
	const char *verb, *alias; /* in a policy; alias NULL: none */
	uint32_t ret;		  /* SECCOMP_RET_*, without the action's data */
	const char *json, *oci;	  /* in reports; in profiles */
	const char *outcome;	  /* of a call that was denied so; NULL: none is */
};

const struct action_row *action_row(enum action_kind kind);

/* Looks up the action that the verb VERB of a policy means; returns whether there is one. */
bool action_find(const char *verb, enum action_kind *ret_kind);

/* Return word number I that means an action in a policy, alias or verb, and how many there are. */
const char *action_word(size_t i);
size_t action_n_words(void);

/* Appends the verbs: "allow, log ... or kill". */
struct strbuf;
void action_list(struct strbuf *buf);

/* Returns whether the action stops the call. */
static inline bool action_is_denial(const struct action *action)
{
	return action->kind >= ACTION_ERRNO;
}

/* What decided. */
enum verdict_by {
	VERDICT_RULE,	 /* one of its rules */
	VERDICT_DEFAULT, /* a known call without a rule that decides */
	VERDICT_UNKNOWN, /* a call that the policy does not know */
	VERDICT_ARCH,	 /* an ABI that the policy does not list */
	VERDICT_LAUNCH,	 /* the exec that starts the command (the cookie) */
};

/* What decided, in words. */
struct verdict_by_row {
	const char *name;  /* the statement's verb, if it is one */
	const char *about; /* a sentence */
};

const struct verdict_by_row *verdict_by_row(enum verdict_by by);

#endif
