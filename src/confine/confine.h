/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a process or thread of pinfold's gives up before it reads what a hostile program made, or
 * shares its life with one that does. */
#ifndef PINFOLD_CONFINE_CONFINE_H
#define PINFOLD_CONFINE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Confines the calling process, which watches a pen, for good: it loses its capabilities except
 * those in KEPT (bit 1 << CAP_*), the right to gain any, and every system call that the shipped
 * policy <supervisor> does not allow. It keeps its ids, and with them its rights over the pen's
 * user namespace, which it made. Capabilities belong to a thread: other threads must have dropped
 * theirs before (confine_waiter()). Returns 0 or -errno; on an error the process must not go on.
 */
int confine_supervisor(uint64_t kept);

/*
 * Drops the capabilities of the calling thread except those in KEPT, and the right to gain any: for
 * one that waits for the kernel while the process is confined. Returns 0 or -errno; on an error the
 * thread must not go on.
 */
int confine_waiter(uint64_t kept);

/*
 * Confines the calling process, which opens files and then reads them: it loses the capabilities
 * that it does not need for that, the right to gain any, and, by Landlock, every right over files
 * but to read them. It may still be root. Returns 0 or -errno; on an error the process must not go
 * on.
 */
int confine_opener(void);

/*
 * Confines the calling process for good: it loses its ids (as root), its capabilities, the right to
 * gain any, and every system call that the shipped policy <symbols> does not allow. Its CPU time
 * and memory are bounded, too. Returns 0 or -errno; on an error the process must not go on.
 */
int confine_reader(void);

/*
 * Confines the calling process, which moves bytes between the pen and the hosts that it may reach,
 * for good: it keeps its ids, but loses its capabilities, the right to gain any, every file, by
 * Landlock, and every system call that the shipped policy <relay> does not allow. Returns 0 or
 * -errno; on an error the process must not go on.
 */
int confine_relay(void);

/* Whose rights a process has that looks at files for somebody. */
struct confine_user {
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* supplementary ones, where it is another user */
	size_t n_groups;
	bool is_other; /* than this process's own */
};

/* Confines the calling process for good to the ids of USER and the capabilities in RIGHTS, without
 * the right to gain any. Returns 0 or -errno; on an error it must not go on. */
int confine_to_user(const struct confine_user *user, uint64_t rights);

/* Takes from the calling process, after confine_to_user(), the right to open any file, by Landlock,
 * and every system call but the N native CALLS. CPU time, memory and files are bounded as for the
 * reader. Returns 0 or -errno; on an error it must not go on. */
int confine_asker(const int *calls, size_t n);

#endif
