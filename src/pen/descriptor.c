// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors: the command gets 0, 1, 2 and what is handed on (handed.c) and no other, and none of
 * these is a folder: a folder is a way out of any root (openat(0, "..")).
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "pen/steps.h"

/*
 * Should: refuse folders as 0, 1, 2 and open those that are closed on /dev/null, so that no
 * descriptor of ours takes their place.
 */
static int take_descriptor_check(struct setup *setup, const struct step *step)
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

const struct step_kind descriptor_step_check = { .run = take_descriptor_check };

/* Closes all but what the command gets, and BESIDES; -1: nothing besides. */
static int close_but(const struct setup *setup, int besides)
{
	const struct stdio *stdio = &setup->plan->stdio;
	int kept[STDIO_MOST + 1];
	size_t n = 0;

	kept[n++] = besides;
	for (size_t i = 0; i < stdio->n; i++)
		kept[n++] = stdio->v[i].fd;
	return fd_keep_only(kept, n);
}

/* Should: leave pid 1 its channel to the supervisor and what is the command's; and pid 2 until its
 * exec, if it has to hand the listener over: the channel is closed on exec. */
static int take_descriptor_close_others(struct setup *setup, const struct step *step)
{
	(void)step;
	return close_but(setup, setup->life);
}

const struct step_kind descriptor_step_close_others = { .run = take_descriptor_close_others,
							.needs = "close_range (Linux 5.9)" };

/* Should: leave the command what it gets. Must not: rely on close-on-exec, which a caller's own
 * descriptors do not carry. */
static int take_descriptor_close_all(struct setup *setup, const struct step *step)
{
	(void)step;
	return close_but(setup, -1);
}

const struct step_kind descriptor_step_close_all = { .run = take_descriptor_close_all,
						     .needs = "close_range (Linux 5.9)" };
