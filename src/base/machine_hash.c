// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machine-id(5) asks for the ID to be kept confidential: what leaves the machine is its HMAC-SHA256
 * of an ID of ours, as sd_id128_get_machine_app_specific(3) makes it. libsystemd would be one more
 * library to load at every start, and libmd, whose SHA-256 is linked anyway, has no HMAC: RFC 2104
 * is the few lines here.
 */
#include "base/machine_hash.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sha2.h>

#include "base/cleanup.h"
#include "base/input.h"

enum { ID_SIZE = 16, ID_DIGITS = 2 * ID_SIZE, FILE_MAX = 4096 };

/* pinfold's own, made by systemd-id128 new. It must never change: hashes of one machine would
 * differ. */
static const uint8_t application[ID_SIZE] = {
	0x09, 0xd6, 0xb2, 0xab, 0x01, 0x40, 0x43, 0x7d,
	0xb0, 0x6e, 0x41, 0x73, 0x33, 0x5c, 0x11, 0x67,
};

/* KEY is at most a block long. */
static void hmac(const uint8_t key[ID_SIZE], const uint8_t text[ID_SIZE],
		 uint8_t ret_hash[SHA256_DIGEST_LENGTH])
{
	uint8_t inner[SHA256_BLOCK_LENGTH], outer[SHA256_BLOCK_LENGTH];
	SHA2_CTX sha;

	memset(inner, 0x36, sizeof(inner));
	memset(outer, 0x5c, sizeof(outer));
	for (size_t i = 0; i < ID_SIZE; i++) {
		inner[i] ^= key[i];
		outer[i] ^= key[i];
	}
	SHA256Init(&sha);
	SHA256Update(&sha, inner, sizeof(inner));
	SHA256Update(&sha, text, ID_SIZE);
	SHA256Final(ret_hash, &sha);
	SHA256Init(&sha);
	SHA256Update(&sha, outer, sizeof(outer));
	SHA256Update(&sha, ret_hash, SHA256_DIGEST_LENGTH);
	SHA256Final(ret_hash, &sha);
}

/* Returns whether TEXT is an ID, and not "uninitialized", empty or all zero. */
static bool read_id(const char *text, uint8_t ret_id[ID_SIZE])
{
	static const uint8_t none[ID_SIZE];

	if (strspn(text, "0123456789abcdef") != ID_DIGITS ||
	    text[ID_DIGITS + strspn(text + ID_DIGITS, "\n")])
		return false;
	for (size_t i = 0; i < ID_SIZE; i++) {
		const char digits[] = { text[2 * i], text[2 * i + 1], '\0' };

		ret_id[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return memcmp(ret_id, none, ID_SIZE);
}

int machine_hash(const char *path, char ret_hex[MACHINE_HASH_ROOM], struct diags *diags)
{
	const char *name = path ? path : "/etc/machine-id";
	uint8_t id[ID_SIZE], hash[SHA256_DIGEST_LENGTH];
	struct input input = { 0 };
	int err = input_read(name, FILE_MAX, &input);
	auto_free char *text = input.text;

	if (err)
		return diags_fail(diags, err, "cannot read '%s': %s", name,
				  input_error(err, FILE_MAX));
	if (!read_id(text, id)) {
		diags_fail(diags, -ENOMEDIUM, "'%s' has no machine ID", name);
		diags_hint(diags,
			   "systemd-machine-id-setup makes one; so does dbus-uuidgen --ensure");
		return -ENOMEDIUM;
	}
	hmac(id, application, hash);
	/* As sd_id128_get_machine_app_specific() does: a UUID of version 4 and variant DCE. */
	hash[6] = (hash[6] & 0x0f) | 0x40;
	hash[8] = (hash[8] & 0x3f) | 0x80;
	for (size_t i = 0; i < ID_SIZE; i++)
		snprintf(ret_hex + 2 * i, 3, "%02x", hash[i]);
	return 0;
}
