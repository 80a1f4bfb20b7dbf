/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256 (FIPS 180-4), to name a policy by its texts. */
#ifndef PINFOLD_POLICY_SHA256_H
#define PINFOLD_POLICY_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t state[8];
	uint64_t len; /* bytes so far */
	uint8_t block[64];
};

void sha256_init(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *data, size_t len);

/* Writes the digest as 64 hex digits and a terminator; HASH is used up. */
void sha256_finish(struct sha256 *hash, char ret_hex[65]);

#endif
