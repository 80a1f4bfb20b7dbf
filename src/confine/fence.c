// SPDX-License-Identifier: GPL-2.0-or-later
#include "confine/fence.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"

enum { FIRST_RIGHTS = 13 }; /* of version 1: execute to make_sym */

/* struct landlock_ruleset_attr as of version 6. */
struct attributes {
	uint64_t files, net, scopes;
};

int fence_version(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi < 1 ? FENCE_ABI_NONE : (int)abi;
}

uint64_t fence_all_rights(int abi)
{
	return ((1U << FIRST_RIGHTS) - 1) | (abi >= FENCE_ABI_REFER ? FENCE_RIGHT_REFER : 0) |
	       (abi >= FENCE_ABI_TRUNCATE ? FENCE_RIGHT_TRUNCATE : 0) |
	       (abi >= FENCE_ABI_IOCTL ? FENCE_RIGHT_IOCTL : 0);
}

uint64_t fence_read_rights(void)
{
	return LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
	       LANDLOCK_ACCESS_FS_READ_DIR;
}

uint64_t fence_file_rights(void)
{
	return LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
	       LANDLOCK_ACCESS_FS_WRITE_FILE | FENCE_RIGHT_TRUNCATE | FENCE_RIGHT_IOCTL;
}

int fence_create(uint64_t rights, uint64_t scopes)
{
	const struct attributes attributes = { .files = rights, .scopes = scopes };
	/* An older kernel knows only the beginning. */
	size_t size = scopes ? sizeof(attributes) : sizeof(attributes.files);
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);

	return rules < 0 ? -errno : rules;
}

int fence_allow(int rules, int fd, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights, .parent_fd = fd };
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISDIR(st.st_mode))
		rule.allowed_access &= fence_file_rights();
	if (!rule.allowed_access ||
	    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0)
		return 0;
	/* A pipe, a socket: Landlock restricts none. */
	return errno == EBADFD ? 0 : -errno;
}

int fence_enter(int rules)
{
	return syscall(SYS_landlock_restrict_self, rules, 0) < 0 ? -errno : 0;
}

int fence_build(const struct fence_gate *gates, size_t n)
{
	const int abi = fence_version();
	const uint64_t all = fence_all_rights(abi);
	auto_close int rules = -1;
	int err = 0;

	if (!abi)
		return 0;
	rules = fence_create(all, 0);
	if (rules < 0)
		return rules;
	for (size_t i = 0; i < n && !err; i++)
		if (gates[i].folder >= 0)
			err = fence_allow(rules, gates[i].folder, gates[i].rights & all);
	return err ? err : fence_enter(rules);
}
