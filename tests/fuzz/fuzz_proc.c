// SPDX-License-Identifier: GPL-2.0-or-later
/* Any text is read as a table of mounts, as cgroups, as stat and as status, to its end: names of
 * files in them are whatever somebody called a file. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/proc.h"

static void read_mounts(char *text)
{
	const char *end = text + strlen(text);
	struct proc_mount mount;
	int got;

	for (char *at = text; (got = proc_next_mount(&at, &mount));) {
		if (at > end)
			abort();
		if (got == -EINVAL)
			continue;
		if (got != 1 || mount.root + strlen(mount.root) > mount.point ||
		    mount.options + strlen(mount.options) > end)
			abort();
	}
}

static void read_cgroups(char *text)
{
	const char *end = text + strlen(text);
	struct proc_cgroup own;

	for (char *at = text; proc_next_cgroup(&at, &own);)
		if (at > end || own.path + strlen(own.path) > end)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_alloc(size + 1), *copy;
	const char *at = text;
	struct proc_stat stat;
	struct proc_ids ids;

	memcpy(text, data, size);
	text[size] = '\0';
	proc_status_number(text, "NSpid");
	while (proc_next_ids(&at, &ids))
		;
	copy = mem_strdup(text);
	read_mounts(copy);
	free(copy);
	copy = mem_strdup(text);
	read_cgroups(copy);
	free(copy);
	proc_parse_stat(text, &stat);
	free(text);
	return 0;
}
