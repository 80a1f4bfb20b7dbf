// SPDX-License-Identifier: GPL-2.0-or-later
#include "confine/fence.h"

#include <errno.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Newer than the headers of Debian 12 (linux/landlock.h). */
enum {
	FIRST_ABI_RIGHTS = 13, /* Linux 5.13: execute to make_sym */
	REFER_ABI = 2,	       /* 5.19 */
	TRUNCATE_ABI = 3,      /* 6.2 */
	IOCTL_DEV_ABI = 5,     /* 6.10 */
};

static uint64_t known_rights(long abi)
{
	return ((1U << FIRST_ABI_RIGHTS) - 1) | (abi >= REFER_ABI ? 1U << 13 : 0) |
	       (abi >= TRUNCATE_ABI ? 1U << 14 : 0) | (abi >= IOCTL_DEV_ABI ? 1U << 15 : 0);
}

int fence_build(const struct fence_gate *gates, size_t n)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr attr = { .handled_access_fs = known_rights(abi) };
	int ruleset, err = 0;

	if (abi < 1)
		return 0;
	ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return -errno;
	for (size_t i = 0; i < n && !err; i++) {
		struct landlock_path_beneath_attr rule = {
			.allowed_access = gates[i].rights & attr.handled_access_fs,
			.parent_fd = gates[i].folder,
		};

		if (gates[i].folder >= 0 && syscall(SYS_landlock_add_rule, ruleset,
						    LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
			err = -errno;
	}
	if (!err && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		err = -errno;
	close(ruleset);
	return err;
}
