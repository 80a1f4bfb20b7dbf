// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The message is read strictly: what a server might read differently, such as two names, or lengths
 * that do not add up, is invalid. Must never accept a message before its last byte is there: an
 * extension might follow.
 */
#include "relay/hello.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum {
	RECORD_HEADER = 5,
	RECORD_HANDSHAKE = 22,
	RECORD_MOST = 16384,
	MESSAGE_HEADER = 4,
	MESSAGE_CLIENT_HELLO = 1,
	RANDOM = 32,
	SESSION_MOST = 32,
	EXTENSION_NAME = 0,
	NAME_TYPE_HOST = 0,
};

/* What is left of a part of the message. */
struct part {
	const uint8_t *at;
	size_t left;
};

static bool skip(struct part *part, size_t n)
{
	if (n > part->left)
		return false;
	part->at += n;
	part->left -= n;
	return true;
}

/* Reads a number of N bytes. */
static bool take(struct part *part, size_t n, size_t *ret_number)
{
	const uint8_t *at = part->at;
	size_t number = 0;

	if (!skip(part, n))
		return false;
	for (size_t i = 0; i < n; i++)
		number = number << 8 | at[i];
	*ret_number = number;
	return true;
}

/* Reads what has its length, of N bytes, before it. */
static bool take_part(struct part *part, size_t n, struct part *ret_part)
{
	size_t len;

	if (!take(part, n, &len))
		return false;
	*ret_part = (struct part){ part->at, len };
	return skip(part, len);
}

/* Copies the handshake out of its records into MESSAGE. */
static enum hello unpack(const uint8_t *bytes, size_t len, uint8_t *message, size_t *ret_len)
{
	size_t n = 0;

	while (len) {
		size_t size, here;

		if (bytes[0] != RECORD_HANDSHAKE || (len > 1 && bytes[1] != 3))
			return HELLO_INVALID;
		if (len < RECORD_HEADER)
			break;
		size = (size_t)bytes[3] << 8 | bytes[4];
		if (!size || size > RECORD_MOST)
			return HELLO_INVALID;
		here = len - RECORD_HEADER < size ? len - RECORD_HEADER : size;
		memcpy(message + n, bytes + RECORD_HEADER, here);
		n += here;
		bytes += RECORD_HEADER + here;
		len -= RECORD_HEADER + here;
		if (n >= MESSAGE_HEADER &&
		    n >= MESSAGE_HEADER + ((size_t)message[1] << 16 | (size_t)message[2] << 8 |
					   message[3]))
			break; /* what follows is not part of it */
	}
	*ret_len = n;
	return HELLO_NAMED;
}

static enum hello read_name(struct part list, char ret_name[HELLO_NAME_ROOM])
{
	struct part names, name;
	size_t type;

	if (!take_part(&list, 2, &names) || list.left || !take(&names, 1, &type) ||
	    type != NAME_TYPE_HOST || !take_part(&names, 2, &name) || names.left)
		return HELLO_INVALID;
	if (name.left > 1 && name.at[name.left - 1] == '.')
		name.left--;
	if (!name.left || name.left >= HELLO_NAME_ROOM)
		return HELLO_INVALID;
	for (size_t i = 0; i < name.left; i++) {
		if (name.at[i] <= ' ' || name.at[i] >= 0x7f)
			return HELLO_INVALID;
		ret_name[i] = (char)tolower(name.at[i]);
	}
	ret_name[name.left] = '\0';
	return HELLO_NAMED;
}

static enum hello read_extensions(struct part list, char ret_name[HELLO_NAME_ROOM])
{
	enum hello result = HELLO_NAMELESS;

	while (list.left) {
		struct part content;
		size_t type;

		if (!take(&list, 2, &type) || !take_part(&list, 2, &content))
			return HELLO_INVALID;
		if (type != EXTENSION_NAME)
			continue;
		if (result != HELLO_NAMELESS)
			return HELLO_INVALID;
		result = read_name(content, ret_name);
		if (result != HELLO_NAMED)
			return result;
	}
	return result;
}

static enum hello read_body(struct part body, char ret_name[HELLO_NAME_ROOM])
{
	struct part session, ciphers, compressions, extensions;
	size_t version;

	if (!take(&body, 2, &version) || version >> 8 != 3 || !skip(&body, RANDOM) ||
	    !take_part(&body, 1, &session) || session.left > SESSION_MOST ||
	    !take_part(&body, 2, &ciphers) || !ciphers.left || ciphers.left % 2 ||
	    !take_part(&body, 1, &compressions) || !compressions.left)
		return HELLO_INVALID;
	if (!body.left) /* TLS 1.2 and older */
		return HELLO_NAMELESS;
	if (!take_part(&body, 2, &extensions) || body.left)
		return HELLO_INVALID;
	return read_extensions(extensions, ret_name);
}

enum hello hello_read(const uint8_t *bytes, size_t len, char ret_name[HELLO_NAME_ROOM])
{
	uint8_t message[HELLO_MOST];
	size_t n, size;
	enum hello result;

	if (len > HELLO_MOST)
		return HELLO_INVALID;
	result = unpack(bytes, len, message, &n);
	if (result != HELLO_NAMED)
		return result;
	if (n && message[0] != MESSAGE_CLIENT_HELLO)
		return HELLO_INVALID;
	if (n < MESSAGE_HEADER)
		return HELLO_INCOMPLETE;
	size = (size_t)message[1] << 16 | (size_t)message[2] << 8 | message[3];
	if (size > HELLO_MOST - RECORD_HEADER - MESSAGE_HEADER)
		return HELLO_INVALID;
	if (n < MESSAGE_HEADER + size)
		return HELLO_INCOMPLETE;
	return read_body((struct part){ message + MESSAGE_HEADER, size }, ret_name);
}
