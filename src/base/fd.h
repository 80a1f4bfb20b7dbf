/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole reads and writes on file descriptors, and which of them are left. */
#ifndef PINFOLD_BASE_FD_H
#define PINFOLD_BASE_FD_H

#include <stddef.h>
#include <sys/types.h>

/* Writes all LEN bytes; returns 0 or -errno. */
int fd_write_all(int fd, const void *data, size_t len);

/*
 * Reads to the end of FD into *ret_text, terminated, freed by the caller, its length in *ret_len
 * (without the terminator); returns 0, or -EFBIG when there is more than LIMIT bytes, or -errno.
 */
int fd_read_all(int fd, size_t limit, char **ret_text, size_t *ret_len);

/* Opens PATH below DIRFD for reading and reads it as fd_read_all() does. */
int fd_read_file(int dirfd, const char *path, size_t limit, char **ret_text, size_t *ret_len);

/* Writes the string TEXT to the existing file PATH below DIRFD in one write; returns 0 or -errno.
 */
int fd_write_file(int dirfd, const char *path, const char *text);

/* Closes all but the N descriptors KEPT, of which those below 0 are none; does not allocate.
 * Returns 0 or -errno. */
int fd_keep_only(const int *kept, size_t n);

#endif
