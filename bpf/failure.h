/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of allowed calls that fail: the layout that both sides share. */
#ifndef PINFOLD_BPF_FAILURE_H
#define PINFOLD_BPF_FAILURE_H

#include "bpf/event.h"

enum {
	FAILURE_KEYS = 4096,   /* distinct ones */
	FAILURE_PLACES = 1024, /* distinct directories that their paths begin in */
	FAILURE_SAMPLES = 128, /* whose first call is reported with its stack */
};

/* The errors that a pen causes: bit 1 << errno, from 0 and from 64 on (asm-generic/errno.h). */
#define FAILURE_ERROR(number) (1ULL << ((number) % 64))
#define FAILURE_ERRORS_LOW                                                 \
	(FAILURE_ERROR(1) /* EPERM */ | FAILURE_ERROR(2) /* ENOENT */ |    \
	 FAILURE_ERROR(6) /* ENXIO */ | FAILURE_ERROR(12) /* ENOMEM */ |   \
	 FAILURE_ERROR(13) /* EACCES */ | FAILURE_ERROR(19) /* ENODEV */ | \
	 FAILURE_ERROR(24) /* EMFILE */ | FAILURE_ERROR(27) /* EFBIG */ |  \
	 FAILURE_ERROR(28) /* ENOSPC */ | FAILURE_ERROR(30) /* EROFS */)
#define FAILURE_ERRORS_HIGH                                                             \
	(FAILURE_ERROR(97) /* EAFNOSUPPORT */ | FAILURE_ERROR(99) /* EADDRNOTAVAIL */ | \
	 FAILURE_ERROR(101) /* ENETUNREACH */ | FAILURE_ERROR(111) /* ECONNREFUSED */ | \
	 FAILURE_ERROR(113) /* EHOSTUNREACH */ | FAILURE_ERROR(122) /* EDQUOT */)

/* What else one of a call's errors says. */
enum failing {
	FAILING_AGAIN = 1,  /* EAGAIN: there are too many processes */
	FAILING_SEARCH = 2, /* ESRCH: it is not there */
	FAILING_BUSY = 8,   /* EBUSY: something is mounted on it */
	FAILING_BEGUN = 4,  /* EINPROGRESS: it may have been refused by now */
	FAILING_REPLY = 16, /* none: what it requested of netlink may have been refused */
};

/* Failing calls that are alike in it are counted together. */
struct failure_key {
	struct place_key place; /* that the text is relative to, or the file of the descriptor */
	__u32 nr;
	__u32 flags; /* those of PATH_FLAGS */
	__u32 first; /* of a second path: the number of the first one's key */
	__u16 error;
	__u16 len; /* of the text */
	__u8 abi;
	__u8 kind; /* enum path_kind */
	__u8 row;  /* of the call's rows */
	__u8 is_cut;
	__u8 refused; /* as in struct task_state, if the error may come from it */
	__u8 zero[3];
	union {
		char text[PATH_TEXT];
		__u64 args[EVENT_ARGS]; /* of a call without a row: those that are kept */
	};
};

struct failure_value {
	__u64 count;
	__u64 at_ns, last_ns;	/* CLOCK_MONOTONIC */
	__u64 args[EVENT_ARGS]; /* of the first */
	__u32 host_pid, pid, tid;
	__u32 number;	     /* of the key, in the run, from 1 on */
	__u32 last_host_pid; /* of the last */
	__u32 zero;
	char comm[EVENT_COMM];
};

_Static_assert(sizeof(struct failure_key) == 48 + PATH_TEXT, "layout");
_Static_assert(sizeof(struct failure_value) == 112, "layout");

#endif
