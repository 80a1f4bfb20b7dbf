/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where members of kernel types are; internal to this room. */
#ifndef PINFOLD_EBPF_MEMBER_H
#define PINFOLD_EBPF_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_member {
	const char *type, *name; /* of a struct, and its member */
	uint32_t offset;	 /* in bytes */
};

/* Fills in the offsets of N members as the running kernel has them. Returns whether all of them
 * were found. Does not allocate. */
bool kernel_find_members(struct kernel_member *members, size_t n);

#endif
