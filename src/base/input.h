/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are read whole: up to a size limit, and without waiting for what may never come. */
#ifndef PINFOLD_BASE_INPUT_H
#define PINFOLD_BASE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/* A text as it was read. */
struct input {
	char *text; /* terminated; the caller frees it */
	size_t len;
	bool is_pipe; /* it cannot be read again */
};

/* Returns whether PATH stands for standard input: it is "-". */
bool input_is_stdin(const char *path);

/* Returns PATH as messages name it: "<stdin>" for standard input. */
const char *input_name(const char *path);

/*
 * Reads the file or pipe PATH, of at most LIMIT bytes. Standard input is read to its end, whatever
 * it is except a directory, and the same text is returned when it is requested again. Returns 0 or
 * -errno, which input_error() puts into words: -EFBIG for more bytes, -ETIMEDOUT for a FIFO that
 * nobody writes to, -EISDIR, -ENOTSUP for what is neither a file nor a pipe.
 */
int input_read(const char *path, size_t limit, struct input *ret_input);

/* Like input_read(), for the file that FD refers to; FD must not be an O_PATH descriptor. */
int input_read_fd(int fd, size_t limit, struct input *ret_input);

/* Returns the words for ERR of input_read(); valid until the next call. */
const char *input_error(int err, size_t limit);

#endif
