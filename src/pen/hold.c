// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether limits hold against the command itself. With CAP_SYS_ADMIN it can mount cgroup file
 * systems, whose root is then the pen's own cgroup: all that keeps it from lifting a limit there is
 * that the files belong to the user who made the pen. So it must not be that user, nor have a
 * capability that makes up for it. (The v2 mount option nsdelegate does not help: it protects the
 * cgroup at the root of the writer's namespace, and the command can make one further down.)
 */
#include <errno.h>
#include <linux/capability.h>

#include "base/mem.h"
#include "pen/steps.h"
#include "policy/quantity.h"

static bool has(const struct capability_setting *setting, int capability)
{
	return setting->mask >> capability & 1;
}

/* Returns what lets the command write to the caller's files, or NULL if nothing does. */
static const char *find_writer(const struct settings *settings, const struct identity *who)
{
	static const struct {
		int capability;
		const char *name;
	} rows[] = {
		{ CAP_DAC_OVERRIDE, "capability dac_override" },
		{ CAP_CHOWN, "capability chown" },
		{ CAP_FOWNER, "capability fowner" },
		{ CAP_SETUID, "capability setuid" },
	};

	if (!who->is_privileged)
		return "the caller's own user";
	if (who->uid == 0)
		return "user 0";
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (has(&settings->capabilities, rows[i].capability))
			return rows[i].name;
	return NULL;
}

int limit_check_hold(const struct settings *settings, const struct identity *who,
		     struct diags *diags)
{
	static const enum limit_kind kinds[] = { LIMIT_MEMORY, LIMIT_SWAP, LIMIT_PIDS, LIMIT_CPU,
						 LIMIT_CPUTIME };
	const char *writer = find_writer(settings, who);

	if (!writer || !has(&settings->capabilities, CAP_SYS_ADMIN))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct limit_setting *limit = &settings->limits[kinds[i]];

		if (!is_written(&limit->place))
			continue;
		diags_add(diags, DIAG_ERROR, &limit->place,
			  "limit %s would not hold: with capability sys_admin and %s the command "
			  "could lift it in its own cgroup",
			  limit_name(kinds[i]), writer);
		diags_hint(diags, who->is_privileged
					  ? "leave out one of the three; limit time holds"
					  : "leave out one of the two; limit time holds");
		return -EINVAL;
	}
	return 0;
}
