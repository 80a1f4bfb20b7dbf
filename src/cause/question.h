/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the host is asked, on whose behalf, and what it answers: plain data. */
#ifndef PINFOLD_CAUSE_QUESTION_H
#define PINFOLD_CAUSE_QUESTION_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Why there is no answer to a question. */
enum ask_doubt {
	DOUBT_NONE,
	DOUBT_LINK,  /* a link on the way is in a directory that others may write to */
	DOUBT_MOUNT, /* something is mounted there on demand */
	DOUBT_PROC,  /* it is another file for each process */
	DOUBT_NAME,  /* it is not a path, or too long */
	DOUBT_LATE,  /* the time is up, or nobody answers */
};

/* What there is for the caller at a path. Errors are errno values, 0 for none. */
struct ask_path {
	enum ask_doubt doubt; /* if none, the rest is valid */
	int error;	      /* of looking it up: what open(2) would fail with at least */
	int read, write, execute;
	int remove;    /* of removing it from its directory */
	uint32_t mode; /* as stat(2) has it */
	uint32_t uid;  /* of its owner */
	bool has_dir;  /* the directory that it is, or would be, in exists */
	int make;      /* of creating something in that directory */
	/* Free of links: the path itself, or where it would be; "" if not known. */
	char real[PATH_MAX];
};

/* An internet address. */
struct ask_address {
	int family;	      /* AF_INET or AF_INET6 */
	unsigned char ip[16]; /* in network byte order */
	uint16_t port;
	bool is_stream;
};

/* What the caller's network has for it. */
struct ask_net {
	enum ask_doubt doubt;
	int route;	  /* errno of finding a route there */
	bool is_own;	  /* the address is this machine's */
	bool is_listened; /* somebody listens there; only for this machine's addresses */
};

/* A directory or file on the host that the command could write to. */
struct ask_writable {
	char *path; /* absolute, normalized */
	uint64_t device, inode, mount;
	uid_t uid; /* of its owner */
};

/* On whose behalf, and about which run. */
struct ask_setup {
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* if it is another user than this process's */
	size_t n_groups;
	bool is_other;	 /* it is another user */
	uint64_t rights; /* capabilities over files that the caller has, 1 << CAP_* */
	uid_t pen_uid;	 /* of the command, on the host */
	struct {
		struct ask_writable *v;
		size_t n, cap;
	} writables;
};

/* Adds PATH on the host to what the command could write to. */
void ask_add_writable(struct ask_setup *setup, const char *path);

void ask_setup_finish(struct ask_setup *setup);

#endif
