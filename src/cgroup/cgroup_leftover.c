// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Removes what runs left behind whose keeper was killed with them. A cgroup's name carries its
 * owner's pid and start time, so the next run knows whether the owner is dead. Must never touch a
 * name that is not pinfold's, or walk the hierarchies when nothing was left.
 */
#include "cgroup/cgroup_leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

enum { STEPS_MAX = 20000 };

static const char name_prefix[] = "pinfold-";

/* The hierarchies in which a pen may have a cgroup; NULL: version 2. */
static const char *const controllers[] = { "memory", "cpu", "cpuacct", "pids", NULL };

/* The owner of a cgroup, as encoded in its name. */
struct owner {
	unsigned int pid;
	uint64_t start, namespace;
};

/* Returns this process. */
static const struct owner *self(void)
{
	static struct owner owner;

	if (owner.pid != (unsigned int)getpid())
		owner = (struct owner){ .pid = (unsigned int)getpid(),
					.start = proc_own_stat()->start,
					.namespace = proc_own_pid_namespace() };
	return &owner;
}

char *cgroup_name(void)
{
	static unsigned int runs;
	const struct owner *owner = self();

	return mem_printf("%s%u-%" PRIu64 "-%" PRIu64 "-%u", name_prefix, owner->pid, owner->start,
			  owner->namespace, runs++);
}

static bool is_leftover(const char *name)
{
	struct owner owner;
	unsigned int run;
	struct proc_stat stat = { 0 };

	if (!str_starts(name, name_prefix) ||
	    sscanf(name + strlen(name_prefix), "%u-%" SCNu64 "-%" SCNu64 "-%u", &owner.pid,
		   &owner.start, &owner.namespace, &run) != 4)
		return false;
	/* Pids of another namespace mean nothing here. */
	if (!owner.namespace || owner.namespace != self()->namespace)
		return false;
	if (owner.pid == self()->pid)
		return owner.start != self()->start;
	proc_find_stat((pid_t)owner.pid, &stat);
	return stat.start != owner.start;
}

/* Stores the name of the first directory in DIR in NAME; returns whether there is one. */
static bool find_below(int dir, char name[NAME_MAX + 1])
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		if (entry->d_type != DT_DIR || str_eq(entry->d_name, ".") ||
		    str_eq(entry->d_name, ".."))
			continue;
		strcpy(name, entry->d_name);
		return true;
	}
	return false;
}

/* Removes one directory below NAME, or NAME itself, that has no other in it, taking at most *STEPS
 * steps down. */
static bool remove_deepest(int folder, const char *name, int *steps)
{
	auto_close int above = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	char at[NAME_MAX + 1], below[NAME_MAX + 1];

	if (strlen(name) >= sizeof(at))
		return false;
	strcpy(at, name);
	while ((*steps)-- > 0) {
		int fd = openat(above, at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (fd < 0)
			return false;
		if (!find_below(fd, below)) {
			close(fd);
			return unlinkat(above, at, AT_REMOVEDIR) == 0;
		}
		close(above);
		above = fd;
		strcpy(at, below);
	}
	return false;
}

/* A command that the policy lets mount (capability sys_admin) can have made cgroups inside the
 * pen's: so many that some are left for later runs. */
static bool remove_all(int folder, const char *name)
{
	int steps = STEPS_MAX;

	while (unlinkat(folder, name, AT_REMOVEDIR) < 0)
		if (errno != EBUSY || !remove_deepest(folder, name, &steps))
			return false;
	return true;
}

/* Counts the leftovers in FOLDER, removing them first if IS_REMOVING. Returns how many remain:
 * those that are not empty stay. */
static size_t count(int folder, bool is_removing)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_closedir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	size_t n = 0;

	while (dir && (entry = readdir(dir)))
		n += is_leftover(entry->d_name) &&
		     !(is_removing && remove_all(folder, entry->d_name));
	return n;
}

static size_t count_at(const char *path)
{
	auto_close int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return folder < 0 ? 0 : count(folder, true);
}

static size_t remove_in(const struct cgroup_tables *tables, const char *controller)
{
	auto_free char *own = NULL, *top = NULL;
	size_t n = 0;

	if (cgroup_tree_find_folder(tables, controller, false, &own) == 0)
		n += count_at(own);
	if (!controller && cgroup_tree_find_folder(tables, NULL, true, &top) == 0) {
		auto_free char *shared = mem_printf("%s/pinfold", top);

		n += count_at(shared);
	}
	return n;
}

static bool is_same(int folder, const struct cgroup_tables *tables, const char *controller)
{
	auto_free char *own = NULL;
	struct stat a, b;

	return cgroup_tree_find_folder(tables, controller, false, &own) == 0 &&
	       stat(own, &a) == 0 && fstat(folder, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

void cgroup_leftover_sweep(const struct cgroup_tables *tables, int first)
{
	size_t n = 0;

	if (!count(first, false))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(controllers); i++)
		if (!is_same(first, tables, controllers[i]))
			n += remove_in(tables, controllers[i]);
	/* As long as there are others, it leads the next run to them. */
	if (!n)
		count(first, true);
}
