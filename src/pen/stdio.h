/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in the place of the descriptors that the command gets where they are plain files, so
 * that it can do with them what they were opened for and no more. Internal to pen/.
 */
#ifndef PINFOLD_PEN_STDIO_H
#define PINFOLD_PEN_STDIO_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"
#include "policy/settings.h"

enum { STDIO_STANDARD = 3, STDIO_MOST = STDIO_STANDARD + FDS_MOST };

enum stdio_way {
	STDIO_KEPT,	 /* the caller's descriptor itself */
	STDIO_READ_ONLY, /* the file opened anew, on a read-only mount of its own */
	STDIO_COPIED,	 /* a pipe, and a process that copies */
	STDIO_SHARED,	 /* the same as an earlier one */
};

/* How the command comes to open it by its name in /dev. */
enum stdio_reopen {
	REOPEN_FREE, /* as without a pen */
	REOPEN_PIPE, /* by bits of the pipe's mode */
	REOPEN_TTY,  /* as /dev/tty */
	REOPEN_SHUT, /* not at all */
};

struct stdio_entry {
	int fd;		    /* its number, for the caller and for the command */
	char name[28];	    /* for messages */
	struct place place; /* of the statement that hands it on; {0}: none has to */
	enum stdio_way way;
	enum stdio_reopen reopen;
	int like;  /* STDIO_SHARED: the entry of that one, which is an earlier one */
	int flags; /* of its open file: O_ACCMODE and the like */
	bool is_device;
	char *path; /* STDIO_READ_ONLY: of the file, for the caller */
	dev_t dev;  /* ... and which file must be found there */
	ino_t ino;
	off_t start; /* the position in it when it was looked at */
	int pen_end; /* STDIO_COPIED: of the pipe; -1: not open */
	int copier_end;
};

struct stdio {
	bool is_looked_at;
	struct stdio_entry v[STDIO_MOST];
	size_t n;
	int back_pen, back; /* a channel on which pid 1 returns what it opened; -1: not needed */
	int control;	    /* of the copier; -1: there is none */
	pid_t copier;
	const char *note; /* what a program may miss; NULL: nothing */
};

struct plan;
struct setup;
struct step;
struct identity;

/* Looks at 0, 1, 2 and what is handed on, fills plan->stdio and adds the supervisor's steps.
 * Returns 0, or -errno with an error in DIAGS. */
int stdio_plan(struct plan *plan, struct diags *diags);

/* Adds the steps of pid 1, which belong before the old root goes. */
void stdio_plan_init(struct plan *plan);

/* stdio_end.c. In the supervisor, once pid 1 has its copies: closes what is the pen's alone. */
void stdio_close_pen_ends(struct stdio *stdio);

/*
 * When the pen is empty: waits until all that it wrote is in its files, and moves the caller's
 * positions to where the command left them. Returns up a second after a signal is readable from
 * SIGNALS, or, where limit time has run out, a second from now.
 * Returns 0, or -errno with an error in DIAGS: then something that the command wrote is lost.
 */
int stdio_complete(struct stdio *stdio, int signals, bool is_out_of_time, struct diags *diags);

/* Ends the copier, if it was not waited for, and frees. */
void stdio_finish(struct stdio *stdio);

/* copier.c: starts the process that copies, with WHO's rights on the host and its limit on the size
 * of files. Returns 0 or -errno. */
int copier_start(struct stdio *stdio, const struct identity *who,
		 const struct rlimit_settings *rlimits);

/* What the copier says at its end: 0 or an errno for each entry. */
struct copier_result {
	int errors[STDIO_MOST];
};

#endif
