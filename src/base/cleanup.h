/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scope-bound ownership: a variable marked auto_* is released when it goes out of scope, and
 * steal() or steal_fd() hands it on instead.
 */
#ifndef PINFOLD_BASE_CLEANUP_H
#define PINFOLD_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define auto_with(release) __attribute__((cleanup(release)))

static inline void cleanup_free(void *ptr)
{
	free(*(void **)ptr);
}

static inline void cleanup_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void cleanup_closedir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define auto_free     auto_with(cleanup_free)
#define auto_close    auto_with(cleanup_close)
#define auto_fclose   auto_with(cleanup_fclose)
#define auto_closedir auto_with(cleanup_closedir)

/* Returns *ptr to the caller and leaves NULL behind. */
#define steal(ptr)                                      \
	({                                              \
		__auto_type steal_ptr_ = (ptr);         \
		__auto_type steal_value_ = *steal_ptr_; \
		*steal_ptr_ = NULL;                     \
		steal_value_;                           \
	})

/* Returns *fd to the caller and leaves -1 behind. */
static inline int steal_fd(int *fd)
{
	int value = *fd;

	*fd = -1;
	return value;
}

#endif
