// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The child's supplementary groups. As root there are none. Without privilege the caller's stay,
 * even if subordinate ids would allow dropping them: a group may be denied what everybody else has
 * (a file of mode 0604), and leaving it gains that access (CVE-2014-8989, user_namespaces(7)). This
 * includes the caller's own group: if it is left for a subordinate one, it must be kept as a
 * supplementary group.
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "pen/steps.h"
#include "pen/user.h"

static bool has_group(const struct identity *who, gid_t gid)
{
	for (size_t i = 0; i < who->groups.n; i++)
		if (who->groups.v[i] == gid)
			return true;
	return false;
}

static bool are_mapped(const struct identity *who)
{
	for (size_t i = 0; i < who->groups.n; i++)
		if (!subid_has(&who->mapped.gids, who->groups.v[i]))
			return false;
	return true;
}

static int read_groups(struct identity *who, struct diags *diags)
{
	int n = getgroups(0, NULL);
	gid_t *v = n < 0 ? NULL : mem_alloc(((size_t)n + 1) * sizeof(*v));

	n = v ? getgroups(n, v) : n;
	if (n < 0) {
		free(v);
		return diags_fail(diags, -errno, "cannot read the caller's groups: %s",
				  strerror(errno));
	}
	who->groups.v = v;
	who->groups.n = (size_t)n;
	return 0;
}

int groups_choose(const struct settings *settings, struct identity *who, struct diags *diags)
{
	bool may_leave = settings->capabilities.mask >> CAP_SETGID & 1;
	int err;

	if (who->is_privileged) {
		who->groups.way = GROUPS_NONE;
		return 0;
	}
	who->groups.way = GROUPS_STAY;
	if (who->mapped.gids.n < 2)
		return 0;
	err = read_groups(who, diags);
	if (err || has_group(who, getgid()) || (who->gid == getgid() && !may_leave))
		return err;
	if (are_mapped(who) && !may_leave) {
		who->groups.way = GROUPS_WITH_OWN;
		who->groups.v[who->groups.n++] = getgid();
		return 0;
	}
	diags_add(diags, DIAG_ERROR,
		  may_leave ? &settings->capabilities.place : &settings->user.place,
		  "cannot let the command leave the caller's group %u, which may deny it files",
		  getgid());
	if (may_leave)
		diags_hint(diags, "leave out 'capability setgid'");
	else
		diags_hint(diags, "name that group: user %u:%u", who->uid, getgid());
	return -EPERM;
}

bool groups_are_fixed(const struct identity *who)
{
	return who->groups.way == GROUPS_STAY;
}

int groups_become(const struct identity *who)
{
	switch (who->groups.way) {
	case GROUPS_NONE:
		return syscall(SYS_setgroups, 0, NULL) < 0 ? -errno : 0;
	case GROUPS_WITH_OWN:
		return syscall(SYS_setgroups, who->groups.n, who->groups.v) < 0 ? -errno : 0;
	case GROUPS_STAY:
		break;
	}
	return 0;
}
