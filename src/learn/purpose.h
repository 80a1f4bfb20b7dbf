/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a call is for, in a reader's words; internal to this room. */
#ifndef PINFOLD_LEARN_PURPOSE_H
#define PINFOLD_LEARN_PURPOSE_H

#include <stdint.h>

#include "sys/arch.h"

/* In the order in which a policy lists them. */
enum purpose {
	PURPOSE_FILES,
	PURPOSE_INOUT,
	PURPOSE_EVENTS,
	PURPOSE_MEMORY,
	PURPOSE_PROCESSES,
	PURPOSE_SIGNALS,
	PURPOSE_NETWORK,
	PURPOSE_IPC,
	PURPOSE_TIME,
	PURPOSE_IDS,
	PURPOSE_LIMITS,
	PURPOSE_REST,
	PURPOSE_COUNT,
};

enum purpose purpose_of(enum arch arch, uint32_t nr);

/* Returns the heading: "Files". */
const char *purpose_about(enum purpose purpose);

#endif
