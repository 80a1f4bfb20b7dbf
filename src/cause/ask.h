/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about the host, asked after a run: would what failed in the pen have worked for the
 * caller? A process with the caller's ids, groups and rights, and no others, looks at what it is
 * asked about and never opens it: of a device, a FIFO or a socket it reads what stat(2) and
 * access(2) tell. Links are followed only in folders that the pen could not write to, magic links
 * of /proc not at all; nothing is mounted, made or waited for. What it is asked comes from a
 * hostile program; what it answers are numbers and one path, without links.
 */
#ifndef PINFOLD_CAUSE_ASK_H
#define PINFOLD_CAUSE_ASK_H

#include <stddef.h>
#include <stdint.h>

#include "cause/question.h"
#include "confine/responder.h"

struct asker {
	struct responder responder;
	int64_t end; /* of the time for all questions together; 0: none was asked yet */
};

#define ASKER_NONE ((struct asker){ .responder = RESPONDER_NONE })

/* Makes the process, while this one may still give it the ids. Where there can be none, every
 * question is answered with DOUBT_LATE. */
void asker_start(struct asker *asker, const struct ask_setup *setup);

/* Asks what the caller has at the absolute path PATH. Always fills *ret_path. */
void ask_path(struct asker *asker, const char *path, struct ask_path *ret_path);

/* Asks what is at ADDRESS. Always fills *ret_net. */
void ask_address(struct asker *asker, const struct ask_address *address, struct ask_net *ret_net);

/* Asks whether a Unix socket listens under the abstract NAME of LEN bytes, without the zero before
 * it. Always fills *ret_net, of which is_listened tells. */
void ask_abstract(struct asker *asker, const char *name, size_t len, struct ask_net *ret_net);

/* Lets the process end. */
void asker_finish(struct asker *asker);

#endif
