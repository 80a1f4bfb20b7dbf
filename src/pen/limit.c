// SPDX-License-Identifier: GPL-2.0-or-later
/* The limits that a process carries itself (setrlimit); those of the whole pen are in cgroup.c. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pen/steps.h"

/* Should: set one limit of the command. Must not: run before the steps that it could hinder. */
int limit_step_rlimit(struct setup *setup, const struct step *step)
{
	const struct rlimit64 limit = { .rlim_cur = step->number, .rlim_max = step->number2 };

	(void)setup;
	return syscall(SYS_prlimit64, 0, (int)step->attributes, &limit, NULL) < 0 ? -errno : 0;
}
