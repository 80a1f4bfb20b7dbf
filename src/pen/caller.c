// SPDX-License-Identifier: GPL-2.0-or-later
/* What the caller may do with ids, according to the kernel: uid 0 alone means nothing in a
 * container, in one's own user namespace, or without capabilities. */
#include "pen/user.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"

enum { MAP_LIMIT = 65536, OVERFLOW_ID = 65534 };

enum id_map { MAP_UIDS, MAP_GIDS };

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
	auto_free char *text = NULL;
	size_t len;

	if (fd_read_file(AT_FDCWD, "/proc/self/setgroups", MAP_LIMIT, &text, &len))
		return true;
	return str_starts(text, "allow");
}

/* The maps do not change while this program runs, and reading a file in /proc costs more than most
 * of a start. */
static const char *read_map(enum id_map which)
{
	static const char *const paths[] = { "/proc/self/uid_map", "/proc/self/gid_map" };
	static char *texts[ARRAY_SIZE(paths)];
	size_t len;

	if (!texts[which] && fd_read_file(AT_FDCWD, paths[which], MAP_LIMIT, &texts[which], &len))
		texts[which] = mem_strdup("");
	return texts[which];
}

/* Looks for ID in a map of this process. Returns how many ids are mapped, with ID itself in *ret_id
 * or, if it is not mapped, the last ordinary one of the largest range. */
static uint64_t look_up(enum id_map which, uint32_t id, uint32_t *ret_id)
{
	uint64_t total = 0, most = 0;
	uint32_t found = id;
	bool is_known = false;

	for (const char *line = read_map(which); *line; line += *line == '\n') {
		unsigned int inside, outside, count;

		if (sscanf(line, "%u %u %u", &inside, &outside, &count) != 3)
			break;
		total += count;
		is_known |= id >= inside && id - inside < count;
		if (count > most) {
			most = count;
			found = inside + count - 1 - (inside + count - 1 == OVERFLOW_ID);
		}
		line += strcspn(line, "\n");
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
			     look_up(MAP_UIDS, 0, &id) > 1 && look_up(MAP_GIDS, 0, &id) > 1;
	return has_rights;
}

void rights_choose_ids(uid_t *uid, gid_t *gid)
{
	look_up(MAP_UIDS, *uid, uid);
	look_up(MAP_GIDS, *gid, gid);
}
