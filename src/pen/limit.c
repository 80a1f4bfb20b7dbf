// SPDX-License-Identifier: GPL-2.0-or-later
/* Per-process limits (setrlimit), and the clock for limit time; those of the whole pen are in
 * cgroup.c. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cgroup/cgroup.h"
#include "pen/steps.h"
#include "policy/quantity.h"

/* One byte: no core file fits, and the kernel starts no core handler on the host. */
enum { CORE_LIMIT = 1 };

/* Should: set one limit of the command. Must not: run before steps that the limit could break. */
static int take_limit_rlimit(struct setup *setup, const struct step *step)
{
	const struct rlimit64 limit = { .rlim_cur = step->number, .rlim_max = step->number2 };

	(void)setup;
	return syscall(SYS_prlimit64, 0, (int)step->attributes, &limit, NULL) < 0 ? -errno : 0;
}

const struct step_kind limit_step_rlimit = { .run = take_limit_rlimit };

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

/* Should: limit the processes of a pen whose cgroup does not: the kernel counts those of a user per
 * user namespace. Must not: raise the caller's limit. */
static int take_limit_nproc(struct setup *setup, const struct step *step)
{
	struct rlimit64 limit;

	if (cgroup_has_limit(setup->cgroup, LIMIT_PIDS))
		return 0;
	if (syscall(SYS_prlimit64, 0, RLIMIT_NPROC, NULL, &limit) < 0)
		return -errno;
	limit.rlim_max = limit.rlim_max < step->number ? limit.rlim_max : step->number;
	limit.rlim_cur = limit.rlim_cur < limit.rlim_max ? limit.rlim_cur : limit.rlim_max;
	return syscall(SYS_prlimit64, 0, RLIMIT_NPROC, &limit, NULL) < 0 ? -errno : 0;
}

const struct step_kind limit_step_nproc = { .run = take_limit_nproc };

static const char *rlimit_text(uint64_t value, char room[24])
{
	if (value == UINT64_MAX)
		return "unlimited";
	snprintf(room, 24, "%" PRIu64, value);
	return room;
}

static void add_rlimit(struct plan *plan, const struct place *place, int resource, uint64_t soft,
		       uint64_t hard)
{
	char low[24], high[24];
	struct step *step = plan_add(plan, BY_COMMAND, &limit_step_rlimit, "set rlimit %s to %s:%s",
				     rlimit_name(resource), rlimit_text(soft, low),
				     rlimit_text(hard, high));

	step->place = *place;
	step->attributes = (uint64_t)resource;
	step->number = soft;
	step->number2 = hard;
	step->hint = "limits can only be lowered: compare with ulimit -H -a";
	step->row = MACHINE_RLIMITS;
}

/* limit cputime is for the whole pen; this keeps any single process from exceeding it even if the
 * supervisor is stopped. One second more, so that it does not strike first. */
static void add_cpu_rlimit(struct plan *plan)
{
	const struct limit_setting *limit = &plan->request->settings->limits[LIMIT_CPUTIME];
	uint64_t seconds = (limit->value + 999999999U) / 1000000000U + 1;
	struct rlimit own;

	if (!is_written(&limit->place))
		return;
	/* The caller's own may be tighter. */
	if (getrlimit(RLIMIT_CPU, &own) == 0 && own.rlim_max < seconds)
		return;
	add_rlimit(plan, &limit->place, RLIMIT_CPU, seconds, seconds);
}

/* The limit does not stop the kernel from starting a core handler, unless it is 1. */
static char *note_core(uint64_t limit)
{
	auto_close int fd = open("/proc/sys/kernel/core_pattern", O_RDONLY | O_CLOEXEC);
	char first = '\0';

	if (fd < 0 || read(fd, &first, 1) != 1)
		return NULL;
	if (first == '@')
		return mem_strdup("a crash reaches the host's core handler: kernel.core_pattern "
				  "is a socket, which no limit prevents");
	if (first == '|' && limit != CORE_LIMIT)
		return mem_strdup("a crash starts the host's core handler: the caller's hard "
				  "limit on core files is 0, and only 1 prevents it");
	return NULL;
}

/* A hard limit of 0, as sudo sets it, is raised to 1 if possible, which takes CAP_SYS_RESOURCE. */
static int prepare_core(struct setup *setup, struct step *step, struct diags *diags)
{
	struct rlimit own;

	(void)diags;
	if (getrlimit(RLIMIT_CORE, &own) == 0 && own.rlim_max < CORE_LIMIT) {
		own.rlim_max = CORE_LIMIT;
		if (setrlimit(RLIMIT_CORE, &own) < 0)
			step->number = step->number2 = 0;
	}
	setup->plan->core_note = note_core(step->number);
	return 0;
}

static void add_core_rlimit(struct plan *plan, const struct place *place)
{
	add_rlimit(plan, place, RLIMIT_CORE, CORE_LIMIT, CORE_LIMIT);
	plan->v[plan->n - 1].prepare = prepare_core;
}

/* Resources counted for all processes of the caller's user: the pen gets a share. */
static const struct {
	int resource;
	rlim_t otherwise; /* if the caller has no limit */
} shares[] = { { RLIMIT_SIGPENDING, 16384 }, { RLIMIT_MSGQUEUE, 1 << 18 } };

static void add_share(struct plan *plan, size_t i)
{
	const struct rlimit_settings *rlimits = &plan->request->settings->rlimits;
	struct rlimit own;
	rlim_t hard;

	for (size_t k = 0; k < rlimits->n; k++)
		if (rlimits->v[k].resource == shares[i].resource)
			return;
	if (getrlimit((unsigned int)shares[i].resource, &own) < 0)
		return;
	hard = own.rlim_max == RLIM_INFINITY ? shares[i].otherwise : own.rlim_max / 4;
	add_rlimit(plan, &(struct place){ 0 }, shares[i].resource,
		   own.rlim_cur < hard ? own.rlim_cur : hard, hard);
}

/* What lets a process run before all others, including those that kill the pen: even if the caller
 * may (limits.conf(5) for audio), the command may not. */
static const struct {
	int resource;
	rlim_t most;
} ranks[] = { { RLIMIT_RTPRIO, 0 }, { RLIMIT_NICE, 20 } };

static void add_rank(struct plan *plan, size_t i)
{
	const struct rlimit_settings *rlimits = &plan->request->settings->rlimits;
	rlim_t most = ranks[i].most;
	struct rlimit own;

	for (size_t k = 0; k < rlimits->n; k++)
		if (rlimits->v[k].resource == ranks[i].resource)
			return;
	if (getrlimit((unsigned int)ranks[i].resource, &own) < 0 || own.rlim_max <= most)
		return;
	add_rlimit(plan, &(struct place){ 0 }, ranks[i].resource,
		   own.rlim_cur < most ? own.rlim_cur : most, most);
}

/* Before Linux 5.14 the limit counts all processes of the user on the host. */
static bool counts_by_namespace(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	return uname(&name) == 0 && sscanf(name.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 14));
}

static void add_nproc(struct plan *plan)
{
	const struct rlimit_settings *rlimits = &plan->request->settings->rlimits;
	bool is_free = !is_written(&plan->request->settings->limits[LIMIT_PIDS].place);

	for (size_t i = 0; i < rlimits->n; i++)
		is_free &= rlimits->v[i].resource != RLIMIT_NPROC;
	if (is_free && counts_by_namespace() && plan->kind == PEN_NAMESPACES)
		plan_add(plan, BY_COMMAND, &limit_step_nproc,
			 "set rlimit nproc to %d where no cgroup bounds processes",
			 CGROUP_DEFAULT_PIDS)
			->number = CGROUP_DEFAULT_PIDS;
}

void limit_plan(struct plan *plan)
{
	const struct rlimit_settings *rlimits = &plan->request->settings->rlimits;
	bool is_core_shut = settings_shut_core(plan->request->settings), has_cpu = false;
	struct place core = { 0 };

	for (size_t i = 0; i < rlimits->n; i++) {
		const struct rlimit_setting *rlimit = &rlimits->v[i];

		has_cpu |= rlimit->resource == RLIMIT_CPU;
		if (rlimit->resource == RLIMIT_CORE && is_core_shut)
			core = rlimit->place;
		else
			add_rlimit(plan, &rlimit->place, rlimit->resource, rlimit->soft,
				   rlimit->hard);
	}
	if (!has_cpu)
		add_cpu_rlimit(plan);
	for (size_t i = 0; i < ARRAY_SIZE(shares); i++)
		add_share(plan, i);
	for (size_t i = 0; i < ARRAY_SIZE(ranks); i++)
		add_rank(plan, i);
	add_nproc(plan);
	if (is_core_shut)
		add_core_rlimit(plan, &core);
}
