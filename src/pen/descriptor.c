// SPDX-License-Identifier: GPL-2.0-or-later
/* Descriptors: the command gets 0, 1, 2 and those handed on (handed.c), no others, and none of them
 * is a directory: a directory is a way out of any root (openat(0, "..")). */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "pen/steps.h"

/* Should: refuse directories as 0, 1, 2, and open /dev/null for those that are closed, so that no
 * descriptor of ours takes their place. */
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
		/* This gets fd itself, the lowest free one: those below are open. */
		if (open("/dev/null", O_RDWR) != fd)
			return -EBADF;
	}
	return 0;
}

const struct step_kind descriptor_step_check = { .run = take_descriptor_check };

/* Closes everything but the command's descriptors and BESIDES (-1: none). */
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

/* Should: leave pid 1 only its channel to the supervisor and the command's descriptors; pid 2, too,
 * keeps the channel until its exec if it has to hand over the listener: it is close-on-exec. */
static int take_descriptor_close_others(struct setup *setup, const struct step *step)
{
	(void)step;
	return close_but(setup, setup->life);
}

const struct step_kind descriptor_step_close_others = { .run = take_descriptor_close_others,
							.needs = "close_range (Linux 5.9)" };

/* Should: leave the command only its own descriptors. Must not: rely on close-on-exec, which the
 * caller's descriptors do not have. */
static int take_descriptor_close_all(struct setup *setup, const struct step *step)
{
	(void)step;
	return close_but(setup, -1);
}

const struct step_kind descriptor_step_close_all = { .run = take_descriptor_close_all,
						     .needs = "close_range (Linux 5.9)" };
