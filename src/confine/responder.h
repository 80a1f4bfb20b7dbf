/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process of pinfold's own that answers questions about what a hostile program made or named. It
 * is forked while pinfold has the rights that it needs, and drops those that it does not need. The
 * process that asks may have no rights over it by then: it exits by itself, after a time limit or
 * once nobody asks any more.
 */
#ifndef PINFOLD_CONFINE_RESPONDER_H
#define PINFOLD_CONFINE_RESPONDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct responder {
	int channel, pidfd; /* -1: there is none */
};

#define RESPONDER_NONE ((struct responder){ -1, -1 })

/*
 * Forks the process, which calls RUN with DATA and its end of the channel, which preserves message
 * boundaries; RUN must not return. Sending to it blocks for at most PATIENCE_S seconds. If there
 * can be no process, RESPONDER stays RESPONDER_NONE.
 */
void responder_start(struct responder *responder, unsigned int patience_s,
		     void (*run)(int channel, void *data), void *data);

/*
 * In the process: takes NAME (at most 15 bytes), blocks signals, and closes all descriptors except
 * CHANNEL; puts a /dev/null that can be neither read nor written in place of the
 * first three. Returns 0 or -errno.
 */
int responder_settle(const char *name, int channel);

/*
 * In the process: makes it exit SECONDS from now. Once it has given up its ids, its parent, which
 * has no capabilities, cannot kill it, and it no longer gets a signal when the parent dies
 * (commit_creds() in the kernel clears that).
 */
void responder_end_in(unsigned int seconds);

/* Returns the deadline for responder_hears() that is SECONDS from now. */
int64_t responder_deadline(unsigned int seconds);

/* Waits until the deadline END for an answer or the end of the channel. Returns whether either
 * came. */
bool responder_hears(const struct responder *responder, int64_t end);

/* Sends LEN bytes of DATA as one message; returns whether it was sent. */
bool responder_tell(const struct responder *responder, const void *data, size_t len);

/* Tells the process to exit, and does not wait for it. */
void responder_dismiss(struct responder *responder);

/* Tells the process to exit, and waits for it, unless it is stuck in a file system that hangs: then
 * the process that adopts it reaps it. */
void responder_finish(struct responder *responder);

#endif
