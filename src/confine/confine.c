// SPDX-License-Identifier: GPL-2.0-or-later
#include "confine/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
#include "confine/built_filter.h"
#include "confine/fence.h"
#include "confine/own_filter.h"
#include "confine/rights.h"

enum {
	OVERFLOW_ID =
		65534,	 /* owns nothing: Documentation/admin-guide/sysctl/fs.rst, overflowuid */
	CPU_SECONDS = 2, /* of the reader, for all stacks together */
};
/* Of a process that reads, on top of what it was forked with. libelf reads in parts what it cannot
 * map. */
#define MEMORY_BYTES (96UL << 20)

/* Returns the size of this process's address space in bytes, or an upper bound when it cannot be
 * read. */
static rlim_t own_size(void)
{
	char text[256];
	rlim_t pages = 0;

	if (proc_read(PROC_SELF, "statm", text, sizeof(text)) > 0)
		pages = strtoul(text, NULL, 10);
	return pages ? pages * (rlim_t)sysconf(_SC_PAGESIZE) : 4 * MEMORY_BYTES;
}

static int bound_resources(rlim_t cpu_seconds)
{
	const struct {
		int resource;
		rlim_t limit;
	} rows[] = {
		{ RLIMIT_CPU, cpu_seconds },
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
		{ RLIMIT_AS, own_size() + MEMORY_BYTES },
#endif
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_CORE, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rlimit limit;

		if (getrlimit((unsigned int)rows[i].resource, &limit) < 0)
			return -errno;
		if (limit.rlim_max > rows[i].limit)
			limit.rlim_max = rows[i].limit;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit((unsigned int)rows[i].resource, &limit) < 0)
			return -errno;
	}
	return 0;
}

static int drop_privileges(void)
{
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) || setresgid(OVERFLOW_ID, OVERFLOW_ID, OVERFLOW_ID) ||
	     setresuid(OVERFLOW_ID, OVERFLOW_ID, OVERFLOW_ID)))
		return -errno;
	return rights_keep_hidden(0);
}

/* Installs the filter of the shipped policy NAME for all threads. */
static int install(const char *name)
{
	const struct built_filter *filter = built_filter_find(name, 0);
	struct sock_fprog prog;
	long ret;

	if (!filter)
		return -ENOENT;
	prog = (struct sock_fprog){ (unsigned short)filter->len,
				    (struct sock_filter *)filter->prog };
	ret = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog);
	if (ret > 0) /* the id of a thread that could not be synchronized */
		return -EBUSY;
	return ret ? -errno : 0;
}

/* It stays dumpable: its ids, and nothing else, keep its rights over the pen. */
static int keep_rights(uint64_t kept)
{
	int err = rights_keep(kept);

	return !err && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : err;
}

int confine_supervisor(uint64_t kept)
{
	int err = keep_rights(kept);

	return err ? err : install("supervisor");
}

int confine_waiter(uint64_t kept)
{
	return keep_rights(kept);
}

/* The only right over files that is left is to read them. */
static int hold_to_reading(void)
{
	auto_close int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const struct fence_gate gate = {
		root,
		LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	};

	return root < 0 ? -errno : fence_build(&gate, 1);
}

int confine_opener(void)
{
	int err = rights_keep_hidden(1ULL << CAP_SETUID | 1ULL << CAP_SETGID |
				     1ULL << CAP_DAC_READ_SEARCH);

	return err ? err : hold_to_reading();
}

int confine_reader(void)
{
	int err = bound_resources(CPU_SECONDS);

	if (!err)
		err = drop_privileges();
	return err ? err : install("symbols");
}

int confine_relay(void)
{
	int err = bound_resources(RLIM_INFINITY);

	if (!err)
		err = rights_keep_hidden(0);
	if (!err)
		err = fence_build(NULL, 0);
	return err ? err : install("relay");
}

int confine_to_user(const struct confine_user *user, uint64_t rights)
{
	if (user->is_other && (setgroups(user->n_groups, user->groups) ||
			       setresgid(user->gid, user->gid, user->gid) ||
			       setresuid(user->uid, user->uid, user->uid)))
		return -errno;
	return rights_keep_hidden(rights);
}

int confine_asker(const int *calls, size_t n)
{
	int err = bound_resources(CPU_SECONDS);

	if (!err)
		err = fence_build(NULL, 0);
	return err ? err : own_filter_install(calls, n);
}
