/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process by which a pen ends whatever happens in it, and to pinfold. Internal to pen/. */
#ifndef PINFOLD_PEN_KEEPER_H
#define PINFOLD_PEN_KEEPER_H

#include <sys/types.h>

#include "pen/keeper_rights.h"

struct keeper {
	pid_t pid;   /* known to the end, by what it has sent */
	int pidfd;   /* -1: there is none */
	int channel; /* to it; when it closes, whatever closed it, the keeper ends the pen */
};

#define KEEPER_NONE ((struct keeper){ 0, -1, -1 })

/* All that is ever said to it: one byte. */
enum keeper_word {
	KEEPER_START = 's',	/* the command starts now */
	KEEPER_END = 'e',	/* end the pen */
	KEEPER_GONE = 'g',	/* the pen has ended: remove its cgroup, and end */
	KEEPER_INTERRUPT = 'i', /* send the caller's group SIGINT */
	KEEPER_QUIT = 'q',	/* SIGQUIT */
};

/* Makes the keeper of PEN in *ret_keeper, for keeper_finish(). Returns 0 or -errno. */
int keeper_start(const struct kept_pen *pen, struct keeper *ret_keeper);

void keeper_tell(const struct keeper *keeper, enum keeper_word word);

/* Once the pen is empty: has the keeper remove the cgroup, and waits for its end. Returns 0, or
 * -ECHILD where there was none, or it did not get to that. */
int keeper_finish(struct keeper *keeper);

#endif
