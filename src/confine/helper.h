/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small process of pinfold's own that stands by a run: what it does before anything else. None of
 * these allocates or takes a lock of libc's: pinfold may have threads, which a bare clone leaves
 * behind in whatever they did.
 */
#ifndef PINFOLD_CONFINE_HELPER_H
#define PINFOLD_CONFINE_HELPER_H

#include <stddef.h>

/* Sets every signal to its default action, for what is executed next. */
void helper_reset_signals(void);

/* Blocks every signal that can be, and resets the actions of all. */
void helper_block_signals(void);

/*
 * Blocks signals, leaves the caller's session, so that no signal for its process group comes here,
 * takes NAME (of at most 15 bytes), and closes every descriptor but the N that are KEPT: whoever
 * waits for the end of an output must not wait for this process. Returns 0 or -errno.
 */
int helper_settle(const char *name, const int *kept, size_t n);

/*
 * Makes a process with one channel to it, on which messages keep their bounds. Returns 0 in the new
 * process, else its pid, or -errno. Both own *ret_channel; the maker owns *ret_pidfd.
 */
int helper_fork(int *ret_channel, int *ret_pidfd);

/* Waits for the end of the process of PIDFD. Returns 0 if it exited with status 0, else -ECHILD. */
int helper_wait(int pidfd);

/* Ends this process as one that failed, whatever a filter says. */
_Noreturn void helper_die(void);

#endif
