/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ids that an unprivileged caller may map: its own and its subordinate ones (subuid(5)).
 * Internal to pen/. */
#ifndef PINFOLD_PEN_SUBID_H
#define PINFOLD_PEN_SUBID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/str.h"

struct id_range {
	uint32_t first, count;
};

/* Ranges that do not overlap, each mapped onto itself; the first is the caller's own id. */
struct id_ranges {
	struct id_range *v;
	size_t n, cap;
};

struct subids {
	struct id_ranges uids, gids;
	const char *why_none; /* why there are no subordinate ids; NULL: there are */
};

/* Finds what the caller may map. Without newuidmap(1) and newgidmap(1), or if they would gain no
 * rights, that is only its own ids. */
void subid_find(struct subids *ret_ids);

void subid_finish(struct subids *ids);

bool subid_has(const struct id_ranges *ranges, uint32_t id);

/* Appends the ranges as text: "1000, 100000..165535". */
void subid_describe(const struct id_ranges *ranges, struct strbuf *text);

/* Returns why newuidmap(1) and newgidmap(1) cannot map anything, or NULL if they can. */
const char *subid_find_obstacle(void);

/* Has newuidmap and newgidmap map the ids of the child PID onto themselves, each of them only if it
 * has subordinate ids to map. Returns 0, or -errno with an error in DIAGS. */
int subid_map(pid_t pid, const struct subids *ids, struct diags *diags);

#endif
