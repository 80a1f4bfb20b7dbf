// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel counts for the maker of the pen's user namespace: inotify instances and watches,
 * fanotify groups and marks. A pen that takes all of them leaves none to the caller's own programs,
 * so its namespace gets a share of what the caller may have. The kernel checks both limits, so a
 * low limit of the caller still applies. No process in the pen can raise its share, or create user
 * namespaces, which would start a new count.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "pen/steps.h"

enum { NUMBER_ROOM = 64 };

/* Below /proc/sys/user. */
static const struct {
	const char *name;
	unsigned int divisor; /* of the caller's; 0: none at all */
} rows[] = {
	{ "max_user_namespaces", 0 }, { "max_inotify_instances", 4 }, { "max_inotify_watches", 2 },
	{ "max_fanotify_groups", 4 }, { "max_fanotify_marks", 2 },
};

static_assert(ARRAY_SIZE(rows) == BUDGETS, "the plan has room for them");

/* Should: read what the caller may have. Must not: fail if this kernel does not count it. */
int budget_prepare(struct setup *setup, struct step *step, struct diags *diags)
{
	(void)step;
	(void)diags;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		auto_free char *path = mem_printf("/proc/sys/user/%s", rows[i].name);
		auto_free char *text = NULL;
		size_t len;

		setup->plan->budgets[i] = -1;
		if (!rows[i].divisor)
			setup->plan->budgets[i] = 0;
		else if (fd_read_file(AT_FDCWD, path, NUMBER_ROOM, &text, &len) == 0)
			setup->plan->budgets[i] = atol(text) / rows[i].divisor;
	}
	return 0;
}

int budget_write(const struct setup *setup, int proc)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char path[NUMBER_ROOM], text[NUMBER_ROOM];
		auto_close int fd = -1;
		int len;

		if (setup->plan->budgets[i] < 0)
			continue;
		snprintf(path, sizeof(path), "sys/user/%s", rows[i].name);
		len = snprintf(text, sizeof(text), "%ld", setup->plan->budgets[i]);
		fd = openat(proc, path, O_WRONLY | O_CLOEXEC);
		if (fd < 0 || write(fd, text, (size_t)len) != len)
			return fd < 0 ? -errno : -EIO;
	}
	return 0;
}
