/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that makes sure a pen ends, whatever happens in it and to pinfold. Internal to
 * pen/. */
#ifndef PINFOLD_PEN_KEEPER_H
#define PINFOLD_PEN_KEEPER_H

#include <sys/types.h>

#include "pen/keeper_rights.h"

struct keeper {
	pid_t pid;   /* kept to the end, to recognize what it has sent */
	int pidfd;   /* -1: there is none */
	int channel; /* to it; when that closes, for whatever reason, the keeper kills the pen */
};

#define KEEPER_NONE ((struct keeper){ 0, -1, -1 })

/* Everything that is ever sent to it: one byte. */
enum keeper_word {
	KEEPER_START = 's',	/* the command starts now */
	KEEPER_END = 'e',	/* kill the pen */
	KEEPER_GONE = 'g',	/* the pen has ended: remove its cgroup, and exit */
	KEEPER_INTERRUPT = 'i', /* send the caller's group SIGINT */
	KEEPER_QUIT = 'q',	/* SIGQUIT */
};

/* Forks the keeper of PEN. Returns 0 with *ret_keeper, for keeper_finish(), or -errno. */
int keeper_start(const struct kept_pen *pen, struct keeper *ret_keeper);

void keeper_tell(const struct keeper *keeper, enum keeper_word word);

/* Once the pen is empty: has the keeper remove the cgroup, and waits for it to exit. Returns 0, or
 * -ECHILD if there was no keeper, or it did not get that far. */
int keeper_finish(struct keeper *keeper);

#endif
