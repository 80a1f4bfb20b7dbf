/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened, from outside of the pen or by the command, to what is guarded in writable
 * directories. */
#ifndef PINFOLD_RECORD_GUARD_CHANGE_H
#define PINFOLD_RECORD_GUARD_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum guard_change_kind { GUARD_MADE, GUARD_CHANGED, GUARD_GONE, GUARD_SET_ID };

struct guard_change {
	enum guard_change_kind kind;
	char *path; /* on the host */
};

enum { GUARD_CHANGES_MAX = 64 };

enum guard_state {
	GUARD_UNUSED,  /* no directory is writable */
	GUARD_UNKNOWN, /* they could not be compared */
	GUARD_COMPARED
};

struct guard_changes {
	enum guard_state state;
	struct guard_change *v;
	size_t n, cap;
	uint64_t more;	 /* besides these */
	bool is_partial; /* there was more than is looked at */
};

/* Returns "made", "changed" or "gone". */
const char *guard_change_name(enum guard_change_kind kind);

void guard_changes_finish(struct guard_changes *changes);

#endif
