// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A second line of defence after the built-in rules that deny set-user-ID and set-group-ID files:
 * after the run, writable binds are searched for files with such a bit that were created or changed
 * meanwhile. The filter does not see every way to change an existing one, such as a write through a
 * shared mapping, which leaves the bit in place. File capabilities are not searched for: those set
 * from within a user namespace do not apply outside it (Linux 4.14).
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/guard.h"

enum { DEPTH_MAX = 40 };

/* A set-group-ID bit without the right to execute marks mandatory locks, and grants nothing. */
static bool grants_rights(const struct stat *st)
{
	const mode_t set_group = S_ISGID | S_IXGRP;

	return S_ISREG(st->st_mode) &&
	       (st->st_mode & S_ISUID || (st->st_mode & set_group) == set_group);
}

static void look_at_file(const struct guard_set_id *search, const char *folder, int dir,
			 const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !grants_rights(&st) ||
	    !guard_is_newer(&st.st_ctim, search->since))
		return;
	auto_free char *path = mem_printf("%s%s%s", folder, *folder ? "/" : "", name);

	guard_tell(search->changes, GUARD_SET_ID, search->place, path);
}

/* Looks into the directories of a .git, which the search for repositories does not enter. */
static void look_into(const struct guard_set_id *search, const char *name, int depth)
{
	auto_closedir DIR *dir = guard_open_folder(search->place->fd, name);
	struct dirent *entry;

	search->changes->is_partial |= depth > DEPTH_MAX;
	while (dir && depth <= DEPTH_MAX && (entry = readdir(dir))) {
		auto_free char *path = NULL;

		if (guard_is_dots(entry->d_name))
			continue;
		if (entry->d_type == DT_DIR) {
			path = mem_printf("%s/%s", name, entry->d_name);
			look_into(search, path, depth + 1);
		} else {
			look_at_file(search, name, dirfd(dir), entry->d_name);
		}
	}
}

void guard_set_id_look(const struct guard_set_id *search, const char *folder, int dir,
		       const struct dirent *entry)
{
	if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN)
		look_at_file(search, folder, dir, entry->d_name);
	else if (entry->d_type == DT_DIR && !*folder && str_eq(entry->d_name, ".git"))
		look_into(search, ".git", 0);
}
