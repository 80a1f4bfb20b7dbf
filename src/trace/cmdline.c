// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/cmdline.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"

bool cmdline_is_known(void)
{
	static const char first[] = "pid:[4026531836]"; /* linux/proc_ns.h: PROC_PID_INIT_INO */
	char name[64] = "";

	return readlink("/proc/self/ns/pid", name, sizeof(name) - 1) > 0 && str_eq(name, first);
}

char *cmdline_read(pid_t pid, size_t *ret_len)
{
	char path[32];
	auto_close int fd = -1;
	char *text;
	size_t len = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = mem_alloc(CMDLINE_MAX);
	while (len < CMDLINE_MAX && (n = read(fd, text + len, CMDLINE_MAX - len)) > 0)
		len += (size_t)n;
	if (!len) {
		free(text);
		return NULL;
	}
	*ret_len = len;
	return text;
}
