/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diagnostics as values: library code says what is wrong, where and what to do, and never prints;
 * a command prints the list once.
 */
#ifndef PINFOLD_BASE_DIAG_H
#define PINFOLD_BASE_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/machine_row.h"

/* A position in a text; line and col count from 1. {0}: nowhere. */
struct place {
	const char *file;
	unsigned int line, col;
};

/* Bytes of a text: from FROM up to but not including TO. */
struct extent {
	size_t from, to;
};

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
	enum diag_level level;
	char *file; /* NULL: no place */
	unsigned int line, col;
	char *message;
	char *source;	      /* the line itself, for the caret; NULL: none */
	char *hint;	      /* NULL: none */
	enum machine_row row; /* what of the machine is the reason; MACHINE_NONE: nothing */
	bool is_plain;	      /* the message quotes nothing from the input */
};

/* A list of diagnostics; {0} is an empty one. */
struct diags {
	struct diag *v;
	size_t n, cap;
};

/*
 * Appends a diagnostic; PLACE may be NULL. The message has no full stop and names the act, not the
 * function: "cannot enter the mount namespace: Operation not permitted". The pointer is valid until
 * the next append, for diag_set_hint() and diag_set_source().
 */
struct diag *diags_add(struct diags *diags, enum diag_level level, const struct place *place,
		       const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Appends an error without a place and returns ERR: return diags_fail(diags, -EPERM, ...). */
int diags_fail(struct diags *diags, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void diag_set_hint(struct diag *diag, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Sets the hint of the last diagnostic in the list. */
void diags_hint(struct diags *diags, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hints at the name that NEXT returns, as for str_nearest(), and that is closest to NAME; returns
 * whether there is one. */
bool diags_hint_nearest(struct diags *diags, const char *name,
			const char *(*next)(size_t i, void *data), void *data);

/* Has the hint of the last diagnostic, or its lack, refer to the row of 'pinfold doctor' that tries
 * what is missing. */
void diags_refer(struct diags *diags, enum machine_row row);

/* Keeps a copy of the line, LEN bytes, that the diagnostic is about. */
void diag_set_source(struct diag *diag, const char *line, size_t len);

bool diags_has_error(const struct diags *diags);

/* Prints all diagnostics as FILE:LINE:COL: error: message, with the line, a caret and the hint;
 * those without a place begin with "pinfold: ". */
void diags_print(const struct diags *diags, FILE *to);

/* Frees the parts of DIAG and leaves it an empty error. */
void diag_finish(struct diag *diag);

void diags_finish(struct diags *diags);

#endif
