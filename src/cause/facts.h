/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a verdict is based on: the caller, the pen of the run, and who answers for the host. */
#ifndef PINFOLD_CAUSE_FACTS_H
#define PINFOLD_CAUSE_FACTS_H

#include <sys/resource.h>

#include "cause/question.h"
#include "pen/pen_view.h"
#include "policy/settings.h"
#include "record/enforced.h"
#include "record/record.h"

/* The caller, and the pen of the run. */
struct cause_facts {
	const struct settings *settings;
	const struct pen_view *view;
	const struct enforced *enforced;
	const struct resources *used;	    /* NULL: not known */
	const struct record_processes *ran; /* those of the run */
	uid_t uid;			    /* of the caller */
	uint64_t rights;		    /* capabilities of the caller, 1 << CAP_* */
	bool has_terminal;		    /* the caller has one */
	const char *home;		    /* of the caller; NULL: not known */
	const char *net_user_lacks;	    /* as pen_lacks_for_net_user() says */
	uint64_t rlimits[RLIMIT_NLIMITS];   /* the caller's soft limits */
	uint64_t most_processes;	    /* the caller's hard limit of RLIMIT_NPROC */
};

/* Answers for the host; each always fills what it returns. */
struct cause_host {
	void *data;
	void (*path)(void *data, const char *path, struct ask_path *ret_path);
	void (*address)(void *data, const struct ask_address *address, struct ask_net *ret_net);
	void (*abstract)(void *data, const char *name, size_t len, struct ask_net *ret_net);
};

#endif
