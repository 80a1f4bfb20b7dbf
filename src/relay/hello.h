/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name in a TLS ClientHello (RFC 8446, RFC 6066). The bytes come from the command: everything
 * is checked, nothing allocated. */
#ifndef PINFOLD_RELAY_HELLO_H
#define PINFOLD_RELAY_HELLO_H

#include <stddef.h>
#include <stdint.h>

enum { HELLO_MOST = 16384, HELLO_NAME_ROOM = 256 };

enum hello {
	HELLO_INCOMPLETE, /* so far it could be one */
	HELLO_NAMED,
	HELLO_NAMELESS,
	HELLO_INVALID,
};

/* Reads the first LEN bytes of a connection, at most HELLO_MOST. For HELLO_NAMED, the name is in
 * RET_NAME, in lower case, without a final dot. */
enum hello hello_read(const uint8_t *bytes, size_t len, char ret_name[HELLO_NAME_ROOM]);

#endif
