// SPDX-License-Identifier: GPL-2.0-or-later
/* Failures that name nothing, or a process: a limit was reached. */
#include <errno.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "cgroup/cgroup.h"
#include "policy/quantity.h"

enum { ADDRESS_BITS = 47 }; /* of user space by default: not a limit that the pen sets */

/* Whether PID, in the pen, was a process of the run, which has ended since. */
static bool was_in_run(const struct record_processes *ran, int pid)
{
	for (size_t i = 0; i < ran->n; i++)
		if (ran->v[i].pid == pid)
			return true;
	return false;
}

/* Whether the caller may send a signal to a process of OWNER, or only look at it, as the call did.
 */
static bool may_reach(const struct inquiry *inquiry, uid_t owner)
{
	return owner == inquiry->facts->uid || inquiry->facts->rights >> CAP_KILL & 1 ||
	       str_eq(inquiry->call, "pidfd_open");
}

/* Blames the pen, by WHY, if the caller could reach the host's process PID. */
static void inquire_reach(struct inquiry *inquiry, unsigned int pid, const char *why)
{
	auto_free char *path = mem_printf("/proc/%u", pid);
	struct ask_path answer;

	inquiry->host->path(inquiry->host->data, path, &answer);
	if (answer.doubt)
		blame_nobody(inquiry, answer.doubt);
	else if (answer.error || !may_reach(inquiry, answer.uid))
		blame_host(inquiry);
	else
		blame_pen(inquiry, "%s", why);
}

/* For a process that does not exist, or is not the command's. */
void inquire_process(struct inquiry *inquiry)
{
	const struct record_failure *failure = inquiry->failure;
	int pid = (int)failure->args[0];

	/* Where the pen has the host's processes, a wall keeps signals from them. */
	if (failure->error == EPERM && lacks_namespaces(inquiry)) {
		inquire_reach(inquiry, pid < 0 ? 0U - (unsigned int)pid : (unsigned int)pid,
			      "signals reach no process outside the pen");
		return;
	}
	if (failure->error == EPERM && pid == 1) {
		if (inquiry->facts->rights >> CAP_KILL & 1)
			blame_pen(inquiry, "process 1 of the pen is its own init");
		else
			blame_host(inquiry);
		return;
	}
	if (failure->error != ESRCH) {
		inquire_capability(inquiry);
		return;
	}
	if (pid <= 0 || was_in_run(inquiry->facts->ran, pid)) {
		blame_host(inquiry);
		return;
	}
	inquire_reach(inquiry, (unsigned int)pid, "the pen has its own processes");
}

static const struct rlimit_setting *find_rlimit(const struct inquiry *inquiry, int resource)
{
	const struct rlimit_settings *rlimits = &inquiry->facts->settings->rlimits;
	const struct rlimit_setting *found = NULL;

	for (size_t i = 0; i < rlimits->n; i++)
		if (rlimits->v[i].resource == resource)
			found = &rlimits->v[i];
	return found;
}

/* Blames the limit RESOURCE if the pen set it below the caller's. Returns whether it did. */
static bool blame_rlimit(struct inquiry *inquiry, int resource)
{
	const struct rlimit_setting *rlimit = find_rlimit(inquiry, resource);
	const char *name = rlimit_name(resource);
	uint64_t own = inquiry->facts->rlimits[resource], more;
	auto_free char *word = NULL;

	if (!rlimit || !name || rlimit->soft >= own)
		return false;
	more = rlimit->soft > own / 2 ? own : rlimit->soft ? 2 * rlimit->soft : 1;
	word = more == RLIM_INFINITY ? mem_printf("%s unlimited", name)
				     : mem_printf("%s %" PRIu64, name, more);
	blame_pen(inquiry, "the limit of %s is %" PRIu64, name, rlimit->soft);
	fix_with_words(inquiry, "--rlimit", word);
	return true;
}

/* Returns the limit of the pen's cgroup; its value is 0 if there is none. */
static struct enforced_limit find_limit(const struct inquiry *inquiry, enum limit_kind kind)
{
	const struct enforced *enforced = inquiry->facts->enforced;

	for (size_t i = 0; i < enforced->n_limits; i++)
		if (str_eq(enforced->limits[i].name, limit_name(kind)))
			return enforced->limits[i];
	return (struct enforced_limit){ 0 };
}

/* Whether USED reached LIMIT of the pen's cgroup. */
static bool is_reached(uint64_t used, const struct enforced_limit *limit)
{
	uint64_t most = limit->most ? limit->most : limit->value;

	return used != UINT64_MAX && used >= most - most / 32;
}

/* Blames the limit of processes that the command inherited from the caller, if the caller's user
 * and rights are beyond it (copy_process() in the kernel). Returns whether that is so. */
static bool blame_inherited_nproc(struct inquiry *inquiry)
{
	const struct cause_facts *facts = inquiry->facts;
	uint64_t limit = facts->rlimits[RLIMIT_NPROC], more = 2 * limit;
	auto_free char *word = mem_printf("nproc %" PRIu64, more);

	if (limit == RLIM_INFINITY ||
	    (facts->uid && !(facts->rights & (1ULL << CAP_SYS_RESOURCE | 1ULL << CAP_SYS_ADMIN))))
		return false;
	blame_pen(inquiry, "the limit of nproc is %" PRIu64 ", from which the caller is exempt",
		  limit);
	if (more <= facts->most_processes)
		fix_with_words(inquiry, "--rlimit", word);
	return true;
}

/* Blames the limit of processes that every pen has that no cgroup bounds. Returns whether it does.
 */
static bool blame_default_nproc(struct inquiry *inquiry)
{
	auto_free char *word = mem_printf("nproc %d", 2 * CGROUP_DEFAULT_PIDS);

	if (find_limit(inquiry, LIMIT_PIDS).value || find_rlimit(inquiry, RLIMIT_NPROC) ||
	    inquiry->facts->rlimits[RLIMIT_NPROC] <= CGROUP_DEFAULT_PIDS)
		return false;
	blame_pen(inquiry, "the limit of nproc is %d", CGROUP_DEFAULT_PIDS);
	if (2 * CGROUP_DEFAULT_PIDS <= inquiry->facts->most_processes)
		fix_with_words(inquiry, "--rlimit", word);
	return true;
}

void inquire_processes(struct inquiry *inquiry)
{
	const struct resources *used = inquiry->facts->used;
	struct enforced_limit limit = find_limit(inquiry, LIMIT_PIDS);
	auto_free char *word = mem_printf("pids %" PRIu64, 2 * limit.value);

	if (limit.value &&
	    (!used || used->pids_peak == UINT64_MAX || is_reached(used->pids_peak, &limit))) {
		blame_pen(inquiry, "the pen allows %" PRIu64 " processes", limit.value);
		fix_with_words(inquiry, "-l", word);
	} else if (!blame_rlimit(inquiry, RLIMIT_NPROC) && !blame_default_nproc(inquiry) &&
		   !blame_inherited_nproc(inquiry)) {
		blame_host(inquiry);
	}
}

static char *size_text(uint64_t bytes)
{
	if (bytes % (1 << 20) == 0)
		return mem_printf("%" PRIu64 "M", bytes >> 20);
	return mem_printf("%" PRIu64 "K", (bytes + 1023) >> 10);
}

void inquire_memory(struct inquiry *inquiry)
{
	static const char *const locks[] = { "mlock", "mlock2", "mlockall", NULL };
	static const char *const maps[] = { "mmap", "mmap2", "mremap", "brk", NULL };
	const struct resources *used = inquiry->facts->used;
	struct enforced_limit limit = find_limit(inquiry, LIMIT_MEMORY);
	bool is_map = is_call(inquiry, maps);

	if (is_call(inquiry, locks)) {
		if (!blame_rlimit(inquiry, RLIMIT_MEMLOCK))
			blame_host(inquiry);
		return;
	}
	if (is_map && inquiry->failure->args[1] >> ADDRESS_BITS && !str_eq(inquiry->call, "brk")) {
		blame_host(inquiry);
		return;
	}
	if (blame_rlimit(inquiry, RLIMIT_AS) || blame_rlimit(inquiry, RLIMIT_DATA))
		return;
	/* A cgroup charges memory when it is used, not when it is mapped. */
	if (!is_map && limit.value && used && is_reached(used->memory_peak, &limit)) {
		auto_free char *now = size_text(limit.value);
		auto_free char *more = size_text(2 * limit.value);
		auto_free char *word = mem_printf("memory %s", more);

		blame_pen(inquiry, "the pen has %s of memory", now);
		fix_with_words(inquiry, "-l", word);
	} else {
		blame_host(inquiry);
	}
}

void inquire_descriptors(struct inquiry *inquiry)
{
	if (!blame_rlimit(inquiry, RLIMIT_NOFILE))
		blame_host(inquiry);
}

void inquire_file_size(struct inquiry *inquiry)
{
	if (!blame_rlimit(inquiry, RLIMIT_FSIZE))
		blame_host(inquiry);
}
