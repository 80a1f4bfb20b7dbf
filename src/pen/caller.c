// SPDX-License-Identifier: GPL-2.0-or-later
/* What the caller may do with ids, according to the kernel: uid 0 alone means nothing in a
 * container, in one's own user namespace, or without capabilities. */
#include "pen/user.h"

#include <linux/capability.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/str.h"

enum { OVERFLOW_ID = 65534 };

/* What it takes to map ids other than one's own, including 0 (Linux 5.12), and to become one. */
static bool has_capabilities(void)
{
	const uint32_t needed = 1U << CAP_SETUID | 1U << CAP_SETGID | 1U << CAP_SETFCAP;
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & needed) == needed;
}

/* In a user namespace whose groups were mapped without privilege, setgroups(2) is denied for good,
 * and so in every namespace below it. */
static bool can_set_groups(void)
{
	char text[16];

	return proc_read(PROC_SELF, "setgroups", text, sizeof(text)) < 0 ||
	       str_starts(text, "allow");
}

/* Looks for ID in a map of this process. Returns how many ids are mapped, with ID itself in *ret_id
 * or, if it is not mapped, the last ordinary one of the largest range. */
static uint64_t look_up(enum proc_map which, uint32_t id, uint32_t *ret_id)
{
	const char *at = proc_own_map(which);
	uint64_t total = 0, most = 0;
	struct proc_ids ids;
	uint32_t found = id;
	bool is_known = false;

	while (proc_next_ids(&at, &ids)) {
		const uint32_t last = ids.inside + ids.count - 1;

		total += ids.count;
		is_known |= id >= ids.inside && id - ids.inside < ids.count;
		if (ids.count > most) {
			most = ids.count;
			found = last - (last == OVERFLOW_ID);
		}
	}
	*ret_id = is_known ? id : found;
	return total;
}

bool rights_over_ids(void)
{
	static int has_rights = -1;
	uint32_t id;

	if (has_rights < 0)
		has_rights = geteuid() == 0 && has_capabilities() && can_set_groups() &&
			     look_up(PROC_UID_MAP, 0, &id) > 1 && look_up(PROC_GID_MAP, 0, &id) > 1;
	return has_rights;
}

void rights_choose_ids(uid_t *uid, gid_t *gid)
{
	look_up(PROC_UID_MAP, *uid, uid);
	look_up(PROC_GID_MAP, *gid, gid);
}
