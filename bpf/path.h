/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept about the files and peers of allowed calls: the layout that both sides share. */
#ifndef PINFOLD_BPF_PATH_H
#define PINFOLD_BPF_PATH_H

#include "bpf/event.h"

enum {
	PATH_KEYS = 16384, /* distinct ones */
	PLACE_KEYS = 4096, /* distinct directories */
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

_Static_assert(sizeof(struct path_key) == 40 + PATH_TEXT, "layout");
_Static_assert(sizeof(struct path_losses) == 8, "layout");

#endif
