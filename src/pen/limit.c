// SPDX-License-Identifier: GPL-2.0-or-later
/* The limits that a process carries itself (setrlimit), and the clock of limit time; those of the
 * whole pen are in cgroup.c. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "pen/steps.h"

/* Should: set one limit of the command. Must not: run before the steps that it could hinder. */
int limit_step_rlimit(struct setup *setup, const struct step *step)
{
	const struct rlimit64 limit = { .rlim_cur = step->number, .rlim_max = step->number2 };

	(void)setup;
	return syscall(SYS_prlimit64, 0, (int)step->attributes, &limit, NULL) < 0 ? -errno : 0;
}

uint64_t limit_grace(const struct limit_setting *limit)
{
	return limit->grace ? limit->grace : 2000000000U;
}

int limit_arm(int timer, uint64_t ns)
{
	const struct itimerspec when = {
		.it_value = { .tv_sec = (time_t)(ns / 1000000000U),
			      .tv_nsec = (long)(ns % 1000000000U) },
	};

	return timerfd_settime(timer, 0, &when, NULL) < 0 ? -errno : 0;
}
