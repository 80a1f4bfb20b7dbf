/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments whose constants depend on another argument: a socket's protocol on its domain, fcntl's
 * arg on its cmd. Such an argument has no family of its own, but one for each value of the other.
 */
#ifndef PINFOLD_SYS_DEPENDENT_H
#define PINFOLD_SYS_DEPENDENT_H

#include "sys/syscall.h"

struct dependent {
	const char *calls;    /* names, separated by spaces */
	const char *arg, *by; /* the argument and the one that decides, as named in the manual */
	const char *values;   /* constants of the latter */
	enum family family;   /* of the former for these values */
};

/* Returns the first row for argument INDEX of CALL (NULL: an unknown call); dependent_next()
 * returns the one after ROW. NULL: there is none. */
const struct dependent *dependent_first(const struct sys_call *call, unsigned int index);
const struct dependent *dependent_next(const struct dependent *row);

/* Returns the index of the argument of CALL that decides in ROW, or -1. */
int dependent_by(const struct dependent *row, const struct sys_call *call);

/* Returns row I, or NULL past the last one. */
const struct dependent *dependent_row(size_t i);

/* Returns the family that argument INDEX of CALL is written with when its arguments are ARGS. */
enum family dependent_family(const struct sys_call *call, enum arch arch, unsigned int index,
			     const uint64_t args[SYS_ARGS_MAX]);

/*
 * What argument INDEX of a call may be written with when the others are only partly known: the
 * families of all possible values. FAMILY_NONE is among them where no name applies.
 */
struct vocabulary {
	enum family v[8];
	size_t n;
	bool is_any; /* too many: nothing is named */
};

/* Adds a family that dependent_family() returned. */
void vocabulary_add(struct vocabulary *words, enum family family);

/* Appends VALUE as constant_format() does if all of WORDS agree on the text, else as a number. */
void vocabulary_format(const struct vocabulary *words, struct strbuf *buf, enum arch arch,
		       uint64_t value);

#endif
