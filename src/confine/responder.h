/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process of pinfold's own that answers questions about what a hostile program made or named. It
 * is made while there are rights that it needs, and gives up of them what it does not. Whoever asks
 * may have no rights over it by then: it ends by itself, in time, and when nobody asks any more.
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
 * Makes the process, in which RUN gets the other end of the channel, on which messages keep their
 * bounds, and DATA, and must not return. What is sent to it is waited for PATIENCE_S seconds at
 * most. Where there can be no process, RESPONDER stays none.
 */
void responder_start(struct responder *responder, unsigned int patience_s,
		     void (*run)(int channel, void *data), void *data);

/*
 * In the process: takes NAME (of at most 15 bytes), blocks signals, and closes all descriptors but
 * the N that are KEPT and CHANNEL; in the place of the first three is nothing to read or write.
 * Returns 0 or -errno.
 */
int responder_settle(const char *name, int channel, const int *kept, size_t n);

/*
 * In the process: has it end SECONDS from now. Once it has given up its ids, its maker, who has no
 * capabilities, cannot end it, and the end of that is no signal to it any more (commit_creds() in
 * the kernel).
 */
void responder_end_in(unsigned int seconds);

/* Returns when what is asked from now on has been waited for long enough, for responder_hears(). */
int64_t responder_deadline(unsigned int seconds);

/* Waits for an answer until the deadline END. Returns whether there is one, or the end. */
bool responder_hears(const struct responder *responder, int64_t end);

/* Sends LEN bytes of DATA as one message; returns whether that went. */
bool responder_tell(const struct responder *responder, const void *data, size_t len);

/* Lets the process end, and waits for that, but not where it is stuck in a file system that hangs:
 * whoever adopts it waits for it then. */
void responder_finish(struct responder *responder);

#endif
