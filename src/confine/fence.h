/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Landlock: what pinfold's own processes may do with files, and what a pen's command may. */
#ifndef PINFOLD_CONFINE_FENCE_H
#define PINFOLD_CONFINE_FENCE_H

#include <stddef.h>
#include <stdint.h>

/* Versions of the kernel's interface, and what each brought. */
enum fence_abi {
	FENCE_ABI_NONE = 0,
	FENCE_ABI_REFER = 2,	/* Linux 5.19: link and rename between directories */
	FENCE_ABI_TRUNCATE = 3, /* 6.2 */
	FENCE_ABI_IOCTL = 5,	/* 6.10: ioctl(2) on devices */
	FENCE_ABI_SCOPE = 6,	/* 6.12: signals and abstract sockets */
};

/* Newer than the headers of Debian 12 (linux/landlock.h). */
enum { FENCE_RIGHT_REFER = 1 << 13, FENCE_RIGHT_TRUNCATE = 1 << 14, FENCE_RIGHT_IOCTL = 1 << 15 };
enum { FENCE_SCOPE_SOCKETS = 1 << 0, FENCE_SCOPE_SIGNALS = 1 << 1 };

/* Leaves RIGHTS (LANDLOCK_ACCESS_FS_*) at and below FOLDER (-1: none). */
struct fence_gate {
	int folder;
	uint64_t rights;
};

/* Returns the version of the interface, or 0 if the kernel has none, or it is switched off. */
int fence_version(void);

/* Returns all rights over files that the version ABI knows; those that suffice to read and execute;
 * and those that apply to a file that is no directory. */
uint64_t fence_all_rights(int abi);
uint64_t fence_read_rights(void);
uint64_t fence_file_rights(void);

/* Makes a set of rules that takes RIGHTS from whoever enters it, and confines to itself what SCOPES
 * name. Returns a descriptor, owned by the caller, or -errno. */
int fence_create(uint64_t rights, uint64_t scopes);

/* Lets RULES leave RIGHTS at and below the open FD, as far as they apply to its type. Returns 0,
 * also for what has no rights because it is on no file system, or -errno. */
int fence_allow(int rules, int fd, uint64_t rights);

/* Makes the calling process, which has no_new_privs, enter RULES. Returns 0 or -errno. */
int fence_enter(int rules);

/*
 * Removes from the calling process, which has no_new_privs, every right over files that this
 * kernel's Landlock (5.13) knows, except those that the N GATES leave. Open descriptors keep
 * working. Does not allocate. Returns 0, even if there is no Landlock, or -errno.
 */
int fence_build(const struct fence_gate *gates, size_t n);

#endif
