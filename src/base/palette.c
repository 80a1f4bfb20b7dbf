// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/palette.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"

static const struct palette plain = { "", "", "", "", "", "" };

/* As compilers have them: red, magenta, cyan, green and bold. */
static const struct palette coloured = {
	.error = "\033[1;31m",
	.warning = "\033[1;35m",
	.note = "\033[1;36m",
	.remedy = "\033[32m",
	.strong = "\033[1m",
	.end = "\033[0m",
};

/* Of the process, as its standard streams are. */
static bool is_coloured[STDERR_FILENO + 1];

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

static bool has_colours(int fd)
{
	const char *terminal = getenv("TERM");

	if (is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && !str_eq(getenv("CLICOLOR_FORCE"), "0"))
		return true;
	return terminal && !str_eq(terminal, "dumb") && isatty(fd);
}

void palette_choose(enum palette_when when)
{
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		is_coloured[fd] = when == PALETTE_ALWAYS ||
				  (when == PALETTE_AUTO && has_colours(fd));
}

const struct palette *palette_of(FILE *to)
{
	if ((to == stdout && is_coloured[STDOUT_FILENO]) ||
	    (to == stderr && is_coloured[STDERR_FILENO]))
		return &coloured;
	return &plain;
}
