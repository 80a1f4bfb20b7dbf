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
	STDIO_READ_ONLY, /* the file, reopened on a separate read-only mount */
	STDIO_COPIED,	 /* a pipe, and a process that copies */
	STDIO_SHARED,	 /* the same as an earlier one */
};

/* How the command can open it by its name in /dev. */
enum stdio_reopen {
	REOPEN_FREE, /* as without a pen */
	REOPEN_PIPE, /* by bits of the pipe's mode */
	REOPEN_TTY,  /* as /dev/tty */
	REOPEN_SHUT, /* not at all */
};

struct stdio_entry {
	int fd;		    /* its number, for both the caller and the command */
	char name[28];	    /* for messages */
	struct place place; /* of the statement that hands it on; {0}: none needed */
	enum stdio_way way;
	enum stdio_reopen reopen;
	int like;  /* STDIO_SHARED: index of that earlier entry */
	int flags; /* file status flags: O_ACCMODE and the like */
	bool is_device;
	char *path; /* STDIO_READ_ONLY: the file, as the caller sees it */
	dev_t dev;  /* ... and which file must be there */
	ino_t ino;
	off_t start; /* the position in it when it was looked at */
	int pen_end; /* STDIO_COPIED: of the pipe; -1: not open */
	int copier_end;
};

struct stdio {
	bool is_looked_at;
	struct stdio_entry v[STDIO_MOST];
	size_t n;
	int back_pen, back; /* for what pid 1 opened; -1: not needed */
	int control;	    /* of the copier; -1: none */
	pid_t copier;
	const char *note; /* what programs may find missing; NULL: nothing */
};

#endif
