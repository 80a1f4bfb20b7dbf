/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The recording of one container, from the attached tracer to the files. */
#ifndef PINFOLD_CMD_HOOK_JOB_H
#define PINFOLD_CMD_HOOK_JOB_H

#include "convert/runtime.h"
#include "hook/container.h"
#include "hook/hook_request.h"

struct hook_job {
	const struct hook_request *request;
	const struct container *container;
	const char *const *paths; /* for each enum hook_output; NULL: not requested */
	struct runtime runtime;	  /* that the profile must be able to start a container under */
	int ready;		  /* gets one byte once the tracer is attached */
	int log;		  /* for what is said after that; -1: nobody */
};

/* Records until the last process of the container has ended, and writes what was requested. What
 * goes wrong before the tracer is attached is printed to standard error. Returns the exit status.
 */
int hook_job_run(const struct hook_job *job);

/* Says in LOG what became of the container ID: nothing if LOG is negative or DIAGS is empty. */
void hook_job_log(int log, const char *id, const struct diags *diags);

#endif
