/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sizes, times and ids as statements for the pen write them. Each parser returns false if it is not
 * one. */
#ifndef PINFOLD_POLICY_QUANTITY_H
#define PINFOLD_POLICY_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "policy/settings.h"

/* "64M", "1.5G": bytes; K M G T are powers of 1024. Fractions of a byte are dropped. */
bool parse_size(const char *text, uint64_t *ret_bytes);

/* "30s", "0.5s": nanoseconds; ms s m h, and a bare number is seconds. Fractions of a ms are
 * dropped. */
bool parse_time(const char *text, uint64_t *ret_ns);

/* "150%": percent of one CPU, at least 1. */
bool parse_percent(const char *text, uint64_t *ret_percent);

/* Append a blank and a size or a time, with the largest unit that it is whole in. */
void size_print(uint64_t bytes, struct strbuf *buf);
void time_print(uint64_t ns, struct strbuf *buf);

/* Returns the name of a kind of limit as the language writes it. */
const char *limit_name(enum limit_kind kind);

/* Returns the name of a namespace that can be shared. */
const char *share_name(enum share_kind kind);

/* Stores "cap_net_admin" for CAP_NET_ADMIN in ROOM and returns it. */
enum { CAPABILITY_NAME_ROOM = 32 };
const char *capability_name(int value, char room[CAPABILITY_NAME_ROOM]);

/* Return the name of RLIMIT_* as the language writes it, or NULL; the number of a name, or -1. */
const char *rlimit_name(int resource);
int rlimit_find(const char *name);

/* Parses a plain decimal number up to MAX. */
bool parse_count(const char *text, uint64_t max, uint64_t *ret_count);

#endif
