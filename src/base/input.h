/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are read whole: up to a bound, and without waiting for what may never come. */
#ifndef PINFOLD_BASE_INPUT_H
#define PINFOLD_BASE_INPUT_H

#include <stdbool.h>
#include <stddef.h>

/* One text as it was read. */
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
 * Reads the file or pipe PATH, of at most LIMIT bytes; or standard input, to its end and whatever
 * it is but a folder: what it held is given again when it is asked for again. Returns 0 or -errno,
 * which input_error() words: -EFBIG for more bytes, -ETIMEDOUT for a FIFO to which nobody writes,
 * -EISDIR, -ENOTSUP for what is neither file nor pipe.
 */
int input_read(const char *path, size_t limit, struct input *ret_input);

/* As input_read(), of what FD was opened on, which O_PATH must not have done. */
int input_read_fd(int fd, size_t limit, struct input *ret_input);

/* Returns the reason ERR of input_read() in words; valid until the next call. */
const char *input_error(int err, size_t limit);

#endif
