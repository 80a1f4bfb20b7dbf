// SPDX-License-Identifier: GPL-2.0-or-later
/* Error names from libc, signal names from the table of constants. */
#include "sys/name.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/constant.h"

/* The largest errno that a filter may return and libc knows: EHWPOISON. */
enum { ERRNO_MAX = 133 };

const char *errno_name(int number)
{
	return number >= 1 && number <= ERRNO_MAX ? strerrorname_np(number) : NULL;
}

int errno_find(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} second_names[] = {
		{ "EWOULDBLOCK", EWOULDBLOCK },
		{ "EDEADLOCK", EDEADLOCK },
		{ "ENOTSUP", ENOTSUP },
	};

	for (int number = 1; number <= ERRNO_MAX; number++) {
		const char *known = errno_name(number);

		if (known && str_eq(known, name))
			return number;
	}
	for (size_t i = 0; i < ARRAY_SIZE(second_names); i++) {
		if (str_eq(second_names[i].name, name))
			return second_names[i].number;
	}
	return -1;
}

const char *signal_name(int number)
{
	const struct constant *constant;

	for (size_t i = 0; (constant = constant_row(i)); i++) {
		if (constant->family == FAMILY_SIGNAL && constant->value[ARCH_X86_64] == number)
			return constant->name;
	}
	return NULL;
}

int signal_find(const char *name)
{
	const struct constant *constant = constant_find_in(name, FAMILY_SIGNAL);

	return constant ? (int)constant->value[ARCH_X86_64] : -1;
}
