/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls of Linux as data: numbers by arch, the kernel version that introduced them, and
 * the kernel's own signature.
 */
#ifndef PINFOLD_SYS_SYSCALL_H
#define PINFOLD_SYS_SYSCALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/arch.h"
#include "sys/constant.h"

/* All known numbers of any ABI, without the x32 bit, are below SYS_NR_END. */
enum { SYS_ARGS_MAX = 6, SYS_NR_END = 600 };

/*
 * How the kernel reads an argument's register: the C type, except for a few arguments that the
 * kernel narrows at once (clone's flags are unsigned long, but only 32 bits of them are used).
 */
enum arg_type {
	ARG_NONE,
	ARG_INT,     /* signed, 32 bits: int, pid_t, key_t, clockid_t ... */
	ARG_UINT,    /* unsigned, 32 bits: unsigned int, uid_t, u32 ... */
	ARG_USHORT,  /* unsigned, 16 bits: umode_t, and the ids of the old x86 calls */
	ARG_LONG,    /* signed, as wide as a pointer: long, off_t, ssize_t */
	ARG_ULONG,   /* unsigned, as wide as a pointer: unsigned long, size_t */
	ARG_S64,     /* signed, 64 bits in one register (64-bit ABIs only): loff_t */
	ARG_U64,     /* unsigned, 64 bits in one register (64-bit ABIs only) */
	ARG_POINTER, /* anything __user *: only NULL can be compared */
	ARG_STRING,  /* a pointer to a terminated string: a path or a name */
};

/* Text is stored in the rows: a pointer to each would mean relocations at every start. */
struct sys_arg {
	char name[20];	/* as in the kernel's signature */
	char alias[16]; /* as in the manual page where that differs, else empty */
	char type[40];	/* as the kernel writes it: "unsigned int", "const char *" */
	enum arg_type kind;
	enum family family; /* the constants it is written with; FAMILY_NONE: plain numbers */
};

/* One row: a call with one signature. A name whose signature differs between ABIs (mmap on x86)
 * has several rows with disjoint arches. */
struct sys_call {
	char name[32];
	int32_t nr[ARCH_COUNT]; /* -1: not in that ABI; x32 with SYS_X32_BIT set */
	uint16_t since; /* kernel that introduced it, major << 8 | minor; 0: older than 5.1 */
	uint8_t n_args;
	struct sys_arg args[SYS_ARGS_MAX];
};

/* The newest kernel whose calls are in the table, major << 8 | minor. */
extern const uint16_t sys_newest_kernel;

/* Returns the row of NAME that has a number under ARCH, or NULL. */
const struct sys_call *sys_call_find(enum arch arch, const char *name);

/* Returns whether any ARCH has a call of this name. */
bool sys_call_exists(const char *name);

/* Returns the row of NR under ARCH (x32 with SYS_X32_BIT), or NULL. */
const struct sys_call *sys_call_by_nr(enum arch arch, uint32_t nr);

/* Returns whether the kernel exempts NAME from every filter, so that no policy can cover it. */
bool sys_call_is_exempt(const char *name);

/* Returns the name of NR under ARCH, or NULL when it is in no table. */
const char *sys_call_name(enum arch arch, uint32_t nr);

/* Returns row I of the table, sorted by name, or NULL past its end. */
const struct sys_call *sys_call_row(size_t i);

/* The same row's name, for str_nearest(). */
const char *sys_call_name_row(size_t i, void *unused);

/* Returns the name to print for ARG: the manual page's if it differs, else the kernel's. */
const char *sys_arg_label(const struct sys_arg *arg);

/* Returns the index of the argument called NAME, by either name or as "arg0" to "arg5", or -1. */
int sys_call_arg(const struct sys_call *call, const char *name);

/*
 * Return how a register is read for an argument of KIND under ARCH: the low 16, 32 or 64 bits;
 * whether signed. x32 enters the kernel's 64-bit functions, so its longs and pointers are read
 * whole.
 */
unsigned int sys_arg_width(enum arch arch, enum arg_type kind);
bool sys_arg_is_signed(enum arg_type kind);

/* Returns the bits of the register VALUE that the kernel reads for an argument of KIND. */
uint64_t sys_arg_bits(enum arch arch, enum arg_type kind, uint64_t value);

#endif
