/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept about the files and peers of allowed calls: the layout that both sides share. */
#ifndef PINFOLD_BPF_PATH_H
#define PINFOLD_BPF_PATH_H

#include "bpf/event.h"

enum {
	PATH_ROWS = 2,	   /* in a call: rename(2) has two paths */
	PATH_TEXT = 256,   /* bytes of one, with its terminator */
	PATH_KEYS = 16384, /* distinct ones */
	PLACE_KEYS = 4096, /* distinct directories */
	PLACE_DEPTH = 20,  /* names up to the root */
	PLACE_NAME = 80,   /* for one of them, with its terminator */
	PATH_ARG_NONE = 7, /* instead of a directory's descriptor: the working directory */
};

/* The open flags that are kept (asm-generic/fcntl.h): O_ACCMODE, O_CREAT, O_TRUNC, O_PATH and
 * O_TMPFILE, with which the path is a directory's. */
#define PATH_TMPFILE 020000000U
#define PATH_FLAGS   (3U | 0100U | 01000U | 010000000U | PATH_TMPFILE)

enum path_kind {
	PATH_NONE,
	PATH_NAMED,    /* by a call: the directory if it succeeded, else the whole text */
	PATH_OPENED,   /* the directory that an open really led to, after links */
	PATH_EXECUTED, /* the directory of a program */
	PATH_ADDRESS,  /* of a socket */
};

/* Where a call has a path or an address, and its open flags. */
struct path_row {
	__u8 kind; /* enum path_kind: PATH_NAMED or PATH_ADDRESS; 0: no such row */
	__u8 arg;
	__u8 dir_arg;	/* PATH_ARG_NONE: none */
	__u8 flags_arg; /* PATH_ARG_NONE: none */
	__u8 is_behind; /* the flags are what that argument points to */
	__u8 is_open;	/* the call returns a descriptor of what it opened */
	__u8 is_chdir;	/* the call makes it the working directory */
	__u8 zero;
};

struct path_config {
	struct path_row rows[SLOTS][PATH_ROWS];
};

/* A directory as it is mounted; all 0: none. */
struct place_key {
	__u64 inode;
	__u32 device, generation;
	__u32 mount, zero;
};

/* Its names up to the root that its first user had. */
struct place_names {
	__u32 depth;
	__u32 is_whole; /* the root was reached, and no name was truncated */
	char names[PLACE_DEPTH][PLACE_NAME];
};

struct path_key {
	struct place_key place; /* that the text is relative to, or that was used */
	__u32 nr;
	__u32 flags; /* those in PATH_FLAGS */
	__u8 abi;
	__u8 kind;   /* enum path_kind */
	__u8 row;    /* index among the call's rows */
	__u8 is_cut; /* the text did not fit, or was not readable */
	__u16 error; /* errno; 0: the call succeeded */
	__u16 len;   /* of the text */
	char text[PATH_TEXT];
};

struct path_losses {
	__u64 paths; /* calls whose key did not fit */
};

_Static_assert(sizeof(struct path_row) == 8, "layout");
_Static_assert(sizeof(struct place_key) == 24, "layout");
_Static_assert(sizeof(struct place_names) == 8 + PLACE_DEPTH * PLACE_NAME, "layout");
_Static_assert(sizeof(struct path_key) == 40 + PATH_TEXT, "layout");
_Static_assert(sizeof(struct path_losses) == 8, "layout");

#endif
