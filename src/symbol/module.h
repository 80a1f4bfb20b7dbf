/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that code was mapped from, as the tracer tells them; inside this room only. */
#ifndef PINFOLD_SYMBOL_MODULE_H
#define PINFOLD_SYMBOL_MODULE_H

#include <stdint.h>

#include "bpf/event.h"

struct module {
	struct event_module event; /* by which the tracer told of it */
	/* As this process has it; while it is not open, from the root of its file system, and a
	 * deep one lacks its beginning. */
	char *path;
	int fd; /* open for reading; -1: not, or there is no such file any more */
};

/* Takes what EVENT tells; the file is not opened yet. */
void module_init(struct module *module, const struct event_module *event);

/*
 * Opens the file if it is still the one that was mapped, and as it was then. The path was made by
 * a program that is not trusted: nothing but a regular file of that inode is ever opened.
 */
void module_open(struct module *module);

void module_finish(struct module *module);

#endif
