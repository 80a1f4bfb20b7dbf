/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes between who asks and who answers; inside this room only. Both sides take a message of
 * exactly the size of these for one, and nothing else. */
#ifndef PINFOLD_CAUSE_ASK_MESSAGE_H
#define PINFOLD_CAUSE_ASK_MESSAGE_H

#include "cause/question.h"

enum ask_kind { ASK_PATH = 1, ASK_ADDRESS, ASK_ABSTRACT };

enum { ABSTRACT_MAX = 107 }; /* unix(7): sun_path without the zero */

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

/* What the process that answers has opened, before it could open nothing any more. */
struct ask_tools {
	const struct ask_setup *setup;
	int root;      /* folder; O_PATH */
	int udp[2];    /* sockets of IPv4 and IPv6, which send nothing */
	int tables[5]; /* of /proc/net: enum ask_table */
};

enum ask_table { TABLE_TCP, TABLE_TCP6, TABLE_UDP, TABLE_UDP6, TABLE_UNIX };

/* ask_walk.c: looks at PATH. */
void ask_walk(const struct ask_tools *tools, const char *path, struct ask_path *ret_path);

/* ask_net.c: looks for a way to ADDRESS, and for who listens there. */
void ask_look_for_address(const struct ask_tools *tools, const struct ask_address *address,
			  struct ask_net *ret_net);
void ask_look_for_abstract(const struct ask_tools *tools, const char *name, size_t len,
			   struct ask_net *ret_net);

#endif
