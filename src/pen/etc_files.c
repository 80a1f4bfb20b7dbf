// SPDX-License-Identifier: GPL-2.0-or-later
#include "pen/etc_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/str.h"

void etc_finish(struct etc *etc)
{
	for (size_t i = 0; i < etc->n; i++)
		free(etc->v[i].text);
	etc->n = 0;
}

size_t etc_size(const struct etc *etc)
{
	const size_t page = 4096;
	size_t size = 0;

	for (size_t i = 0; i < etc->n; i++)
		size += (strlen(etc->v[i].text) / page + 1) * page;
	return size;
}

bool etc_has(const struct etc *etc, const char *name)
{
	for (size_t i = 0; i < etc->n; i++)
		if (str_eq(etc->v[i].name, name))
			return true;
	return false;
}

/* The caller's file size limit is meant for the command, not for files shown to it: lift it as far
 * as possible. */
static int write_unlimited(int fd, const char *text)
{
	struct rlimit limit, raised;
	int err;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0)
		return -errno;
	raised = (struct rlimit){ limit.rlim_max, limit.rlim_max };
	if (setrlimit(RLIMIT_FSIZE, &raised) < 0)
		return -errno;
	err = fd_write_all(fd, text, strlen(text));
	return setrlimit(RLIMIT_FSIZE, &limit) < 0 ? -errno : err;
}

int etc_write_file(int folder, const char *name, const char *text)
{
	auto_close int fd = openat(folder, name,
				   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	int err = fd < 0 ? -errno : write_unlimited(fd, text);

	if (err == -EFBIG && unlinkat(folder, name, 0) < 0)
		return -errno;
	return err;
}

int etc_write(const struct etc *etc, int folder)
{
	int err = 0;

	for (size_t i = 0; !err && i < etc->n; i++) {
		err = etc_write_file(folder, etc->v[i].name, etc->v[i].text);
		if (err == -EFBIG)
			err = 0; /* the host's file is shown */
	}
	return err;
}
