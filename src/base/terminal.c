// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_size(FILE *to, struct winsize *ret_size)
{
	int fd = to == stderr ? STDERR_FILENO : to == stdout ? STDOUT_FILENO : -1;

	return fd >= 0 && !ioctl(fd, TIOCGWINSZ, ret_size);
}

size_t terminal_columns(FILE *to, size_t least, size_t most)
{
	struct winsize size;

	if (!terminal_size(to, &size) || size.ws_col == 0 || size.ws_col > most)
		return most;
	return size.ws_col < least ? least : size.ws_col;
}
