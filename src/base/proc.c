// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"

/* Fields after the name, counted from 0: field 3 of the manual page is 0 here. */
enum { PARENT = 1, START = 19, ARG_START = 45, ENV_END = 48, FIELDS };
enum { STAT_LIMIT = 4096 };

int proc_read_stat(int dir, struct proc_stat *ret)
{
	uint64_t fields[FIELDS] = { 0 };
	auto_free char *text = NULL;
	char *at, *save = NULL;
	size_t len, n = 0;
	int err = fd_read_file(dir, "stat", STAT_LIMIT, &text, &len);

	if (err)
		return err;
	at = strrchr(text, ')'); /* the name may contain anything */
	if (!at || at[1] != ' ' || !at[2])
		return -EINVAL;
	*ret = (struct proc_stat){ .state = at[2] };
	for (char *word = strtok_r(at + 1, " \n", &save); word && n < FIELDS;
	     word = strtok_r(NULL, " \n", &save))
		fields[n++] = strtoull(word, NULL, 10);
	ret->parent = (pid_t)fields[PARENT];
	ret->start = fields[START];
	ret->arg_start = fields[ARG_START];
	ret->env_end = fields[ENV_END];
	return 0;
}

static int read_below(const char *folder, struct proc_stat *ret)
{
	auto_close int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return dir < 0 ? -errno : proc_read_stat(dir, ret);
}

int proc_find_stat(pid_t pid, struct proc_stat *ret)
{
	char path[24];

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	return read_below(path, ret);
}

const struct proc_stat *proc_own_stat(void)
{
	static struct proc_stat stat;
	static pid_t pid;

	if (pid == getpid())
		return &stat;
	pid = getpid();
	/* Not by pid: this /proc may belong to another pid namespace. */
	if (read_below("/proc/self", &stat))
		stat = (struct proc_stat){ 0 };
	return &stat;
}
