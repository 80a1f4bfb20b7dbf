/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's constants by family: the names that arguments are written with. */
#ifndef PINFOLD_SYS_CONSTANT_H
#define PINFOLD_SYS_CONSTANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "sys/arch.h"
#include "sys/family.h"

struct constant {
	char name[56]; /* in the row: see sys/syscall.h */
	enum family family;
	int64_t value[ARCH_COUNT]; /* ioctl commands encode the size of their type */
};

/* How the values of a family are composed, for printing them. */
struct family_info {
	const char *name;   /* "open flags" */
	uint64_t enum_mask; /* bits that form one value; 0: all are flags; ~0: none is */
	bool is_ambiguous; /* a number has several meanings (socket options): printed as a number */
	bool is_argument_key; /* few values: reports and recordings keep them ("args") */
};

/* Returns the row of FAMILY. */
const struct family_info *family_get(enum family family);

/*
 * Returns the row of NAME, which may be in several families: the one in WANT if there is one, else
 * the first; NULL when there is none.
 */
const struct constant *constant_find(const char *name, enum family want);

/* Returns the constant's value under ARCH. */
int64_t constant_value(const struct constant *constant, enum arch arch);

/* Returns the constant NAME of FAMILY itself, or NULL. */
const struct constant *constant_find_in(const char *name, enum family family);

/* Returns row I of the table, grouped by family, or NULL past its end. */
const struct constant *constant_row(size_t i);

/* The same row's name, for str_nearest(). */
const char *constant_name_row(size_t i, void *unused);

/*
 * Appends VALUE as an expression of FAMILY under ARCH: "O_RDWR|O_CLOEXEC", "AF_INET"; bits and
 * values without a name as 0x..., file permissions as 0o... . The result is a value of the policy
 * language. VALUE must be truncated to the argument's width, as the kernel reads it.
 */
void constant_format(struct strbuf *buf, enum arch arch, enum family family, uint64_t value);

#endif
