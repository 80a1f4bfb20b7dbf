// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sudo.h"

#include <errno.h>
#include <stdlib.h>

/* The highest value is not an id, but "no change" to chown(2) and the like. */
static bool parse_id(const char *text, uint32_t *ret_id)
{
	unsigned long value;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || value >= UINT32_MAX)
		return false;
	*ret_id = (uint32_t)value;
	return true;
}

bool sudo_find_caller(uint32_t *ret_uid, uint32_t *ret_gid)
{
	uint32_t uid, gid;

	if (!parse_id(getenv("SUDO_UID"), &uid) || !parse_id(getenv("SUDO_GID"), &gid))
		return false;
	*ret_uid = uid;
	*ret_gid = gid;
	return true;
}
