/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small process of pinfold's own that accompanies a run: what it does before anything else. None
 * of these functions allocates or takes a lock in libc: pinfold may have threads, and a bare clone
 * leaves their locks in whatever state they were.
 */
#ifndef PINFOLD_CONFINE_HELPER_H
#define PINFOLD_CONFINE_HELPER_H

#include <stddef.h>

/* Resets every signal to its default action, for the program executed next. */
void helper_reset_signals(void);

/* Blocks every signal that can be blocked, and resets the actions of all. */
void helper_block_signals(void);

/*
 * Blocks signals, leaves the caller's session so that no signal for its process group arrives here,
 * takes NAME (at most 15 bytes), and closes every descriptor but the N in KEPT: a reader that waits
 * for the end of an output must not wait for this process. Returns 0 or -errno.
 */
int helper_settle(const char *name, const int *kept, size_t n);

/*
 * Forks a process with a channel to it that preserves message boundaries. Returns 0 in the new
 * process, its pid in the calling one, or -errno. Each owns its *ret_channel; the caller owns
 * *ret_pidfd.
 */
int helper_fork(int *ret_channel, int *ret_pidfd);

/* Waits for the process of PIDFD to exit. Returns 0 if its status is 0, otherwise -ECHILD. */
int helper_wait(int pidfd);

/* Ends this process as one that failed, whatever a filter says. */
_Noreturn void helper_die(void);

#endif
