// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sudo.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/mem.h"

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

int sudo_check(struct diags *diags)
{
	static const struct {
		const char *name, *other, *what;
	} rows[] = { { "SUDO_UID", "SUDO_GID", "user" }, { "SUDO_GID", "SUDO_UID", "group" } };
	uint32_t id;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *text = getenv(rows[i].name);

		if (text ? parse_id(text, &id) : !getenv(rows[i].other))
			continue;
		if (text)
			diags_fail(diags, 0, "%s is '%s', which is not the ID of a %s",
				   rows[i].name, text, rows[i].what);
		else
			diags_fail(diags, 0, "%s is set, but not %s", rows[i].other, rows[i].name);
		diags_hint(diags, "sudo sets both; otherwise: env -u SUDO_UID -u SUDO_GID "
				  "pinfold ...");
		return -EINVAL;
	}
	return 0;
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
