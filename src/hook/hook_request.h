/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a container's runtime passes to a hook on standard input (OCI runtime specification,
 * "State"), and what the container's annotations request. The runtime is trusted; whoever wrote the
 * annotations is not: with CRI-O, that is the author of a pod.
 */
#ifndef PINFOLD_HOOK_HOOK_REQUEST_H
#define PINFOLD_HOOK_HOOK_REQUEST_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"

/* What is written when the container has ended. */
enum hook_output { HOOK_PROFILE, HOOK_POLICY, HOOK_REPORT, HOOK_OUTPUTS };

struct hook_request {
	char *id;		   /* of the container: a safe file name */
	pid_t pid;		   /* of its first process */
	char *names[HOOK_OUTPUTS]; /* as requested, not checked; NULL: not requested */
	bool is_required;	   /* the container must not start unrecorded */
};

/* Returns the annotation that requests OUTPUT. */
const char *hook_annotation(enum hook_output output);

/*
 * Reads a state from the LEN bytes at TEXT, which it takes over. Returns 0 with *ret_request, whose
 * contents the caller frees with hook_request_finish(), or -EINVAL with an error in DIAGS. Without
 * an annotation of pinfold's, no output is requested.
 */
int hook_request_read(char *text, size_t len, struct hook_request *ret_request,
		      struct diags *diags);

bool hook_request_is_empty(const struct hook_request *request);

void hook_request_finish(struct hook_request *request);

#endif
