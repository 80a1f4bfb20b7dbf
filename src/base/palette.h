/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Colours of a terminal, as the sequences that switch them on; empty where nothing is coloured. */
#ifndef PINFOLD_BASE_PALETTE_H
#define PINFOLD_BASE_PALETTE_H

#include <stdio.h>

enum palette_when { PALETTE_AUTO, PALETTE_ALWAYS, PALETTE_NEVER };

struct palette {
	const char *error, *warning, *note; /* the words for them, and what was denied */
	const char *remedy;		    /* what helps */
	const char *strong;		    /* where, and headings */
	const char *end;		    /* back to normal */
};

/*
 * Decides for standard output and standard error, before either is anything else. PALETTE_AUTO: a
 * terminal is coloured, unless TERM is "dumb" or NO_COLOR is set to anything; CLICOLOR_FORCE, set
 * to anything but 0, colours what is not a terminal, too.
 */
void palette_choose(enum palette_when when);

/* Returns the palette of TO. Streams other than those two have no colours. */
const struct palette *palette_of(FILE *to);

#endif
