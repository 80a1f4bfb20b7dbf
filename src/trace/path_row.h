/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which calls name files and peers, and what they do with them; inside this room only. */
#ifndef PINFOLD_TRACE_PATH_ROW_H
#define PINFOLD_TRACE_PATH_ROW_H

#include "bpf/path.h"
#include "record/record.h"

/* Fills in which arguments of each call are paths and addresses. */
void path_row_ask(struct path_config *ret_config);

/* Returns what a call does with the path of its row ROW, under the open flags FLAGS. */
enum record_access path_row_access(enum arch arch, uint32_t nr, size_t row, uint32_t flags);

#endif
