/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which calls name files and peers, and what they do with them; internal to this room. */
#ifndef PINFOLD_TRACE_PATH_ROW_H
#define PINFOLD_TRACE_PATH_ROW_H

#include "bpf/event.h"
#include "record/record.h"

/* What a call does with a path. */
struct path_use {
	enum record_access access;
	bool is_executed;
	bool is_made;
};

/* Fills in which arguments of each call are paths and addresses, and what else its errors say. */
void path_row_ask(struct call_table *table);

/* Returns what a call does with the path of its row ROW, under the open flags FLAGS. */
struct path_use path_row_use(enum arch arch, uint32_t nr, size_t row, uint32_t flags);

/* Returns whether a call has two paths. */
bool path_row_has_second(enum arch arch, uint32_t nr);

/* Returns what else the errors of a call say: enum failing. */
unsigned int path_row_failing(enum arch arch, uint32_t nr);

#endif
