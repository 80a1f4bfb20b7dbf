/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that code was mapped from, as the tracer reports them; internal to this room. */
#ifndef PINFOLD_SYMBOL_MODULE_H
#define PINFOLD_SYMBOL_MODULE_H

#include <stdint.h>

#include "bpf/event.h"

struct module {
	struct event_module event; /* that reported it */
	/* As this process sees it; until it is open, relative to the root of its file system, and
	 * without its beginning if it is deep. */
	char *path;
	int fd; /* open for reading; -1: not open, or the file no longer exists */
};

/* Initializes MODULE from EVENT, without opening the file. */
void module_init(struct module *module, const struct event_module *event);

/* Opens the file if it is still the one that was mapped, unchanged. An untrusted program chose the
 * path: only a regular file with that inode is ever opened. */
void module_open(struct module *module);

void module_finish(struct module *module);

#endif
