/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PINFOLD_BASE_FORK_H
#define PINFOLD_BASE_FORK_H

#include <stdbool.h>
#include <sys/types.h>

struct clone_args;

/* Returns whether this process cannot call clone3: an old kernel's, or a filter's doing. */
bool fork_lacks_clone3(void);

/*
 * As clone3(2) without a stack, so as fork(2), but without what libc does at a fork; of ARGS only
 * flags, pidfd, exit_signal and cgroup may be set. A filter around this process may hide clone3, as
 * those of containers do: then clone(2) does it, or -1 with ENOSYS if ARGS ask for what clone
 * cannot do, such as CLONE_INTO_CGROUP. Otherwise returns what clone3 does.
 */
pid_t fork_clone(const struct clone_args *args);

#endif
