// SPDX-License-Identifier: GPL-2.0-or-later
/* A command can make thousands of calls that differ only in addresses, so that equal fingerprints
 * are counted, and not looked for one by one. */
#include "report/fingerprint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sha2.h>

#include "base/mem.h"
#include "base/str.h"

enum { LEAST_SLOTS = 64 };

void fingerprint_make(const char *const texts[], size_t n, char ret_hex[FINGERPRINT_ROOM])
{
	SHA2_CTX sha;

	SHA256Init(&sha);
	for (size_t i = 0; i < n; i++) {
		const char *text = texts[i] ? texts[i] : "";

		SHA256Update(&sha, (const uint8_t *)text, strlen(text) + 1);
	}
	SHA256End(&sha, ret_hex);
}

/* Returns the slot that has HEX, or the free one for it: there always is one. */
static struct fingerprint_slot *find(const struct fingerprints *seen, const char *hex)
{
	size_t at = 0;

	/* Digits of a digest are as good as any hash. */
	for (size_t i = 0; i < 2 * sizeof(uint32_t); i++)
		at = at * 31 + (unsigned char)hex[i];
	while (seen->v[at & (seen->size - 1)].hex[0] &&
	       !str_eq(seen->v[at & (seen->size - 1)].hex, hex))
		at++;
	return &seen->v[at & (seen->size - 1)];
}

static void grow(struct fingerprints *seen)
{
	struct fingerprints larger = { .n = seen->n,
				       .size = seen->size ? seen->size * 2 : LEAST_SLOTS };

	larger.v = mem_alloc(larger.size * sizeof(*larger.v));
	for (size_t i = 0; i < seen->size; i++)
		if (seen->v[i].hex[0])
			*find(&larger, seen->v[i].hex) = seen->v[i];
	free(seen->v);
	*seen = larger;
}

void fingerprint_differ(struct fingerprints *seen, char hex[FINGERPRINT_ROOM])
{
	struct fingerprint_slot *slot;
	char number[sizeof("18446744073709551615")];

	if (seen->n * 2 >= seen->size)
		grow(seen);
	slot = find(seen, hex);
	if (!slot->count++) {
		memcpy(slot->hex, hex, sizeof(slot->hex));
		seen->n++;
		return;
	}
	snprintf(number, sizeof(number), "%" PRIu64, slot->count);
	fingerprint_make((const char *const[]){ hex, number }, 2, hex);
}

void fingerprints_finish(struct fingerprints *seen)
{
	free(seen->v);
	*seen = (struct fingerprints){ 0 };
}
