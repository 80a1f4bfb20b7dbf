// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/adopt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "trace/cmdline.h"

/* As far as /proc says, which is nothing for a process that has just exited. */
static const struct record_process *describe(struct process_table *table, pid_t pid)
{
	auto_close int folder = -1;
	char path[32], exe[EVENT_PATH] = "";
	struct proc_stat stat = { 0 };
	auto_free char *args = NULL;
	size_t len = 0;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	if (cmdline_is_known())
		folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder >= 0)
		args = cmdline_read(pid, &len);
	if (folder >= 0 && readlinkat(folder, "exe", exe, sizeof(exe) - 1) < 0)
		exe[0] = '\0';
	if (folder < 0 || proc_read_stat(folder, &stat))
		stat.parent = 0;
	return process_table_adopt(table, pid, stat.parent, exe, args, len);
}

/* A process is reported once all its threads are traced. */
static void add_process(struct process_table *table, const struct live *live, pid_t pid)
{
	const struct record_process *process;

	if (process_table_has(table, pid))
		return;
	process = describe(table, pid);
	if (live->observer.take)
		live_tell_found(live, process);
}

int adopt_targets(const struct ebpf_extra *extra, struct process_table *table,
		  const struct live *live)
{
	struct strbuf all = { 0 };
	const struct found_task *tasks;
	ssize_t n;

	/* A thread created by one that was not reached yet is found by the next walk. */
	do {
		struct found_task *found = NULL;

		n = ebpf_extra_walk(extra, "adopt_tasks", &found);
		if (n > 0)
			strbuf_add(&all, (const char *)found, (size_t)n * sizeof(*found));
		free(found);
	} while (n > 0);
	tasks = (const struct found_task *)(const void *)all.text;
	for (size_t i = 0; i < all.len / sizeof(*tasks); i++)
		add_process(table, live, (pid_t)tasks[i].host_pid);
	strbuf_finish(&all);
	return (int)n;
}
