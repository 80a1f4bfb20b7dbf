/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What names a finding from run to run. */
#ifndef PINFOLD_REPORT_FINGERPRINT_H
#define PINFOLD_REPORT_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

enum { FINGERPRINT_ROOM = 65 };

/* Writes the SHA-256 of N texts, each with its NUL, as hex digits; NULL is the empty one. */
void fingerprint_make(const char *const texts[], size_t n, char ret_hex[FINGERPRINT_ROOM]);

struct fingerprint_slot {
	char hex[FINGERPRINT_ROOM]; /* empty: the slot is free */
	uint64_t count;
};

/* Those of one report; {0} is none. */
struct fingerprints {
	struct fingerprint_slot *v; /* a hash table; its size is a power of two */
	size_t n, size;
};

/* Makes HEX differ from all that were made to differ before, alike in each run: number N of the
 * same ones is hashed with N. */
void fingerprint_differ(struct fingerprints *seen, char hex[FINGERPRINT_ROOM]);

void fingerprints_finish(struct fingerprints *seen);

#endif
