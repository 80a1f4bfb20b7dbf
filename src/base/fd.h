/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole reads and writes on file descriptors, and closing all but a few. */
#ifndef PINFOLD_BASE_FD_H
#define PINFOLD_BASE_FD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Writes all LEN bytes; returns 0 or -errno. */
int fd_write_all(int fd, const void *data, size_t len);

/*
 * Reads FD to its end into *ret_text, which is terminated and freed by the caller, with its length
 * (without the terminator) in *ret_len. Returns 0, -EFBIG when there are more than LIMIT bytes, or
 * another -errno.
 */
int fd_read_all(int fd, size_t limit, char **ret_text, size_t *ret_len);

/* Opens PATH below DIRFD for reading and reads it as fd_read_all() does. */
int fd_read_file(int dirfd, const char *path, size_t limit, char **ret_text, size_t *ret_len);

/*
 * Opens PATH below DIRFD with openat2(2)'s RESOLVE flags, closed on exec; returns a descriptor or
 * -errno. Needs Linux 5.6.
 */
int fd_open_resolved(int dirfd, const char *path, uint64_t flags, uint64_t resolve);

/* Writes the string TEXT to the existing file PATH below DIRFD in one write; returns 0 or -errno.
 */
int fd_write_file(int dirfd, const char *path, const char *text);

/* Closes all descriptors except the N in KEPT, where negative ones are ignored; does not allocate.
 * Returns 0 or -errno. */
int fd_keep_only(const int *kept, size_t n);

/* A message of one byte that carries a descriptor, over a socket. */
struct fd_message {
	unsigned char word;
	struct iovec part;
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr header; /* points into it: for sendmsg(2) */
};

/* Makes MESSAGE one that carries FD with WORD; allocates nothing. */
void fd_message_fill(struct fd_message *message, unsigned char word, int fd);

/* Receives from CHANNEL, without waiting, a word in *ret_word, and in *ret_fd what it carries,
 * close-on-exec, or -1. Returns 0 or -errno; -EPIPE: there is nothing more to come. */
int fd_receive(int channel, unsigned char *ret_word, int *ret_fd);

#endif
