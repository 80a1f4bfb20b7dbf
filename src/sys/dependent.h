/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments whose constants another argument decides: a socket's protocol by its domain, fcntl's
 * arg by its cmd. Such an argument has no family of its own, but one for each value of the other.
 */
#ifndef PINFOLD_SYS_DEPENDENT_H
#define PINFOLD_SYS_DEPENDENT_H

#include "sys/syscall.h"

struct dependent {
	const char *calls;    /* names, separated by blanks */
	const char *arg, *by; /* the argument, and the one that decides, by the manual's names */
	const char *values;   /* constants of the latter */
	enum family family;   /* of the former for them */
};

/* Returns the first row for argument INDEX of CALL (NULL: none is known) or, with one of them, the
 * next; NULL behind the last. */
const struct dependent *dependent_first(const struct sys_call *call, unsigned int index);
const struct dependent *dependent_next(const struct dependent *row);

/* Returns the index of the argument of CALL that decides in ROW, or -1. */
int dependent_by(const struct dependent *row, const struct sys_call *call);

/* Returns row I, or NULL behind the last. */
const struct dependent *dependent_row(size_t i);

/* Returns the family that argument INDEX of CALL is written with, its arguments being ARGS. */
enum family dependent_family(const struct sys_call *call, enum arch arch, unsigned int index,
			     const uint64_t args[SYS_ARGS_MAX]);

/*
 * What argument INDEX of a call may be written with, where only some is known of the others: the
 * families for all that may be. FAMILY_NONE is one of them where there is no name.
 */
struct vocabulary {
	enum family v[8];
	size_t n;
	bool is_any; /* there were more: nothing is named */
};

/* Adds what DEPENDENT_FAMILY says. */
void vocabulary_add(struct vocabulary *words, enum family family);

/* Appends VALUE as constant_format() does, where all of WORDS agree on it, else as a number. */
void vocabulary_format(const struct vocabulary *words, struct strbuf *buf, enum arch arch,
		       uint64_t value);

#endif
