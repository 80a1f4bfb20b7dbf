// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks up system calls in the table that tools/sys/make-syscalls.py generates. The table is sorted
 * by name, and an index finds the first row of a name; numbers are found through an index that is
 * built once. Nothing here may ask the running kernel or libc: a policy must mean the same on every
 * machine.
 */
#include "sys/syscall.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>

#include "base/mem.h"
#include "sys/name_hash.h"

#define SINCE(major, minor) ((major) << 8 | (minor))
#define X32(nr)		    ((int32_t)(SYS_X32_BIT | (nr)))

static const struct sys_call calls[] = {
#include "sys/syscall_table.inc"
};

/* A name's slot holds its row number plus 1, at the name's hash or in one of the slots after it,
 * rows of the same name in table order; 0 ends the search. */
enum { PLACES = 2048 };
#define P(place, row) [place] = (row),
static const uint16_t by_name[PLACES] = {
#include "sys/syscall_index.inc"
};
#undef P

static_assert(ARRAY_SIZE(calls) < PLACES / 2, "free slots remain between the rows");

const uint16_t sys_newest_kernel = SINCE(6, 18);

/* Row + 1 for each number; 0: none. */
static uint16_t rows_by_nr[ARCH_COUNT][SYS_NR_END];
static pthread_once_t rows_by_nr_once = PTHREAD_ONCE_INIT;

static void fill_rows_by_nr(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			uint32_t nr = (uint32_t)calls[i].nr[arch];

			if (calls[i].nr[arch] != -1)
				rows_by_nr[arch][nr & ~SYS_X32_BIT] = (uint16_t)(i + 1);
		}
	}
}

/* Returns the first row of NAME, or NULL. */
static const struct sys_call *find_first(const char *name)
{
	for (size_t place = name_hash(name, PLACES); by_name[place]; place = (place + 1) % PLACES) {
		const struct sys_call *call = &calls[by_name[place] - 1];

		if (str_eq(call->name, name))
			return call;
	}
	return NULL;
}

const struct sys_call *sys_call_find(enum arch arch, const char *name)
{
	const struct sys_call *call = find_first(name);

	if (!call)
		return NULL;
	for (; call < calls + ARRAY_SIZE(calls) && str_eq(call->name, name); call++) {
		if (call->nr[arch] != -1)
			return call;
	}
	return NULL;
}

bool sys_call_exists(const char *name)
{
	return find_first(name) != NULL;
}

const struct sys_call *sys_call_by_nr(enum arch arch, uint32_t nr)
{
	uint32_t bit = arch == ARCH_X32 ? SYS_X32_BIT : 0;
	uint16_t row;

	if ((nr & SYS_X32_BIT) != bit || (nr ^ bit) >= SYS_NR_END)
		return NULL;
	pthread_once(&rows_by_nr_once, fill_rows_by_nr);
	row = rows_by_nr[arch][nr ^ bit];
	return row ? &calls[row - 1] : NULL;
}

bool sys_call_is_exempt(const char *name)
{
	return str_eq(name, "uretprobe") || str_eq(name, "uprobe");
}

const char *sys_call_name(enum arch arch, uint32_t nr)
{
	const struct sys_call *call = sys_call_by_nr(arch, nr);

	return call ? call->name : NULL;
}

const struct sys_call *sys_call_row(size_t i)
{
	return i < ARRAY_SIZE(calls) ? &calls[i] : NULL;
}

const char *sys_call_name_row(size_t i, void *unused)
{
	(void)unused;
	return i < ARRAY_SIZE(calls) ? calls[i].name : NULL;
}

const char *sys_arg_label(const struct sys_arg *arg)
{
	return arg->alias[0] ? arg->alias : arg->name;
}

int sys_call_arg(const struct sys_call *call, const char *name)
{
	for (int i = 0; i < call->n_args; i++) {
		const struct sys_arg *arg = &call->args[i];

		if (str_eq(arg->name, name) || (arg->alias[0] && str_eq(arg->alias, name)))
			return i;
	}
	if (str_starts(name, "arg") && name[3] >= '0' && name[3] < '0' + call->n_args && !name[4])
		return name[3] - '0';
	return -1;
}

unsigned int sys_arg_width(enum arch arch, enum arg_type kind)
{
	switch (kind) {
	case ARG_USHORT:
		return 16;
	case ARG_INT:
	case ARG_UINT:
		return 32;
	default:
		return arch_get(arch)->is_32bit ? 32 : 64;
	}
}

uint64_t sys_arg_bits(enum arch arch, enum arg_type kind, uint64_t value)
{
	return value & (UINT64_MAX >> (64 - sys_arg_width(arch, kind)));
}

bool sys_arg_is_signed(enum arg_type kind)
{
	return kind == ARG_INT || kind == ARG_LONG || kind == ARG_S64;
}
