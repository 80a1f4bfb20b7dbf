/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages between the process that asks and the one that answers; internal to this room. Both
 * sides accept only messages of exactly these sizes. */
#ifndef PINFOLD_CAUSE_ASK_MESSAGE_H
#define PINFOLD_CAUSE_ASK_MESSAGE_H

#include "cause/question.h"

enum ask_kind { ASK_PATH = 1, ASK_ADDRESS, ASK_ABSTRACT };

enum { ABSTRACT_MAX = 107 }; /* unix(7): sun_path without the NUL */

struct ask_question {
	uint32_t kind;
	union {
		char path[PATH_MAX]; /* terminated */
		struct ask_address address;
		struct {
			uint32_t len;
			char name[ABSTRACT_MAX];
		} abstract;
	};
};

struct ask_answer {
	uint32_t kind;
	union {
		struct ask_path path;
		struct ask_net net;
	};
};

/* What the answering process opened while it still could. */
struct ask_tools {
	const struct ask_setup *setup;
	int root;      /* a directory; O_PATH */
	int udp[2];    /* for IPv4 and IPv6; nothing is ever sent */
	int tables[5]; /* of /proc/net: enum ask_table */
};

enum ask_table { TABLE_TCP, TABLE_TCP6, TABLE_UDP, TABLE_UDP6, TABLE_UNIX };

/* ask_walk.c: looks at PATH. */
void ask_walk(const struct ask_tools *tools, const char *path, struct ask_path *ret_path);

/* ask_net.c: looks for a route to ADDRESS, and for a listener there. */
void ask_look_for_address(const struct ask_tools *tools, const struct ask_address *address,
			  struct ask_net *ret_net);
void ask_look_for_abstract(const struct ask_tools *tools, const char *name, size_t len,
			   struct ask_net *ret_net);

#endif
