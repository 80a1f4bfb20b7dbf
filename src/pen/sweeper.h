/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that removes a pen's private directory, as data. Internal to pen/. */
#ifndef PINFOLD_PEN_SWEEPER_H
#define PINFOLD_PEN_SWEEPER_H

struct sweeper {
	int pidfd, channel; /* -1: there is none */
};

#define SWEEPER_NONE ((struct sweeper){ -1, -1 })

#endif
