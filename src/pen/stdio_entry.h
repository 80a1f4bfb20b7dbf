/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The descriptors that the command gets, as data. Internal to pen/. */
#ifndef PINFOLD_PEN_STDIO_ENTRY_H
#define PINFOLD_PEN_STDIO_ENTRY_H

#include <stdbool.h>
#include <sys/types.h>

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

#endif
