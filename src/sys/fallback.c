// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calls after which glibc or musl falls back to an older one when the kernel returns ENOSYS, and
 * only then: any other error is passed to the program, or ends it.
 */
#include "sys/fallback.h"

#include "base/mem.h"

static const struct sys_fallback rows[] = {
	{ "clone3", "clone" },
	{ "faccessat2", "faccessat" },
	{ "fchmodat2", "fchmodat" },
	/* i386 */
	{ "statx", "fstatat64" },
	{ "clock_gettime64", "clock_gettime" },
	{ "clock_settime64", "clock_settime" },
	{ "clock_adjtime64", "clock_adjtime" },
	{ "clock_getres_time64", "clock_getres" },
	{ "clock_nanosleep_time64", "clock_nanosleep" },
	{ "timer_gettime64", "timer_gettime" },
	{ "timer_settime64", "timer_settime" },
	{ "timerfd_gettime64", "timerfd_gettime" },
	{ "timerfd_settime64", "timerfd_settime" },
	{ "utimensat_time64", "utimensat" },
	{ "pselect6_time64", "pselect6" },
	{ "ppoll_time64", "ppoll" },
	{ "recvmmsg_time64", "recvmmsg" },
	{ "mq_timedsend_time64", "mq_timedsend" },
	{ "mq_timedreceive_time64", "mq_timedreceive" },
	{ "rt_sigtimedwait_time64", "rt_sigtimedwait" },
	{ "futex_time64", "futex" },
	{ "sched_rr_get_interval_time64", "sched_rr_get_interval" },
};

const struct sys_fallback *sys_fallback_row(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}
