/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions about the host, asked after a run: would what failed in the pen have worked for the
 * caller? A process with only the caller's ids, groups and rights looks at what it is asked about
 * and never opens it: for a device, a FIFO or a socket it uses just stat(2) and access(2). Links
 * are followed only in directories that the pen could not write to, magic links in /proc never;
 * nothing is mounted, created or waited for. The questions come from a hostile program; the answers
 * are numbers and one path, without links.
 */
#ifndef PINFOLD_CAUSE_ASK_H
#define PINFOLD_CAUSE_ASK_H

#include <stddef.h>
#include <stdint.h>

#include "cause/question.h"
#include "confine/responder.h"

struct asker {
	struct responder responder;
	int64_t end; /* deadline for all questions together; 0: none was asked yet */
};

#define ASKER_NONE ((struct asker){ .responder = RESPONDER_NONE })

/* Forks the process, while this one may still give it the ids. If there can be none, every question
 * is answered with DOUBT_LATE. */
void asker_start(struct asker *asker, const struct ask_setup *setup);

/* Asks what there is for the caller at the absolute path PATH. Always fills *ret_path. */
void ask_path(struct asker *asker, const char *path, struct ask_path *ret_path);

/* Asks what is at ADDRESS. Always fills *ret_net. */
void ask_address(struct asker *asker, const struct ask_address *address, struct ask_net *ret_net);

/* Asks whether a Unix socket listens under the abstract NAME of LEN bytes, without the leading NUL.
 * Always fills *ret_net; is_listened is the answer. */
void ask_abstract(struct asker *asker, const char *name, size_t len, struct ask_net *ret_net);

/* Tells the process to exit: nothing more is asked. */
void asker_dismiss(struct asker *asker);

/* The same, and waits for it. */
void asker_finish(struct asker *asker);

#endif
