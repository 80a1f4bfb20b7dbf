/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a call has its paths and addresses, and how the directory is kept that one starts in: the
 * layout that both sides share.
 */
#ifndef PINFOLD_BPF_PLACE_H
#define PINFOLD_BPF_PLACE_H

#include <linux/types.h>

enum {
	PATH_ROWS = 2,	    /* in a call: rename(2) has two paths */
	PATH_TEXT = 256,    /* bytes of one, with its terminator */
	PATH_ARG_NONE = 7,  /* instead of a directory's descriptor: the working directory */
	PLACE_NAME = 256,   /* linux/limits.h: NAME_MAX, with a terminator */
	PLACE_BYTES = 1016, /* names up to the root */
};

/* The open flags that are kept (asm-generic/fcntl.h): O_ACCMODE, O_CREAT, O_TRUNC, O_PATH and
 * O_TMPFILE, with which the path is a directory's. */
#define PATH_TMPFILE 020000000U
#define PATH_FLAGS   (3U | 0100U | 01000U | 010000000U | PATH_TMPFILE)

enum path_kind {
	PATH_NONE,
	PATH_NAMED,	 /* by a call: the directory if it succeeded, else the whole text */
	PATH_OPENED,	 /* the directory that an open really led to, after links */
	PATH_EXECUTED,	 /* the directory of a program */
	PATH_ADDRESS,	 /* of a socket */
	PATH_DESCRIPTOR, /* of an open file, which a call that fails names */
};

/* Where the address of a call is. */
enum address_form {
	ADDRESS_PLAIN,	   /* in the argument; its length is in the next one */
	ADDRESS_MESSAGE,   /* in the struct msghdr that the argument points to */
	ADDRESS_MULTIPLEX, /* where the call that socketcall(2) stands for has it */
};

/* Where a call has a path or an address, and its open flags. */
struct path_row {
	__u8 kind; /* enum path_kind: named, address or descriptor; 0: no such row */
	__u8 arg;
	__u8 dir_arg;	/* PATH_ARG_NONE: none */
	__u8 flags_arg; /* PATH_ARG_NONE: none */
	__u8 is_behind; /* the flags are what that argument points to */
	__u8 is_open;	/* the call returns a descriptor of what it opened */
	__u8 is_chdir;	/* the call makes it the working directory */
	__u8 form;	/* enum address_form */
};

/* A directory as it is mounted; all 0: none. */
struct place_key {
	__u64 inode;
	__u32 device, generation;
	__u32 mount, zero;
};

/* Its names up to the root that its first user had, the deepest first, each terminated. */
struct place_names {
	__u32 len;
	__u32 is_whole; /* the root was reached, and no name was truncated */
	char text[PLACE_BYTES];
};

_Static_assert(sizeof(struct path_row) == 8, "layout");
_Static_assert(sizeof(struct place_key) == 24, "layout");
_Static_assert(sizeof(struct place_names) == 8 + PLACE_BYTES, "layout");

#endif
