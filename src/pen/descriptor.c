// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors: the command gets 0, 1 and 2 and no other, and none of these is a folder: a folder
 * is a way out of any root (openat(0, "..")).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pen/steps.h"

static int close_from(unsigned int first, unsigned int last)
{
	return syscall(SYS_close_range, first, last, 0) < 0 ? -errno : 0;
}

/*
 * Should: refuse folders as 0, 1, 2 and open those that are closed on /dev/null, so that no
 * descriptor of ours takes their place.
 */
int descriptor_step_check(struct setup *setup, const struct step *step)
{
	(void)setup;
	(void)step;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0) {
			if (S_ISDIR(st.st_mode))
				return -EISDIR;
			continue;
		}
		if (errno != EBADF)
			return -errno;
		/* The lowest free one is fd itself: those below are open. */
		if (open("/dev/null", O_RDWR) != fd)
			return -EBADF;
	}
	return 0;
}

/* Should: leave pid 1 its channel to the supervisor and 0, 1, 2; and pid 2 until its exec, if it
 * has to hand the listener over: the channel is closed on exec. */
int descriptor_step_close_others(struct setup *setup, const struct step *step)
{
	unsigned int life = (unsigned int)setup->life;
	int err = 0;

	(void)step;
	if (life > 3)
		err = close_from(3, life - 1);
	return err ? err : close_from(life + 1, ~0U);
}

/* Should: leave the command 0, 1, 2. Must not: rely on close-on-exec, which a caller's own
 * descriptors do not carry. */
int descriptor_step_close_all(struct setup *setup, const struct step *step)
{
	(void)setup;
	(void)step;
	return close_from(3, ~0U);
}
