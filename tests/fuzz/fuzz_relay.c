// SPDX-License-Identifier: GPL-2.0-or-later
/* What the relay reads from the command: DNS questions, if the first byte is 'd', and the first
 * messages of TLS connections. An answer must fit its room and repeat its question; a message must
 * not be complete before its last byte. */
#include <stdlib.h>
#include <string.h>

#include "relay/dns.h"
#include "relay/hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_dns(const uint8_t *data, size_t size)
{
	static const uint8_t address[16] = { 198, 18, 0, 2 };
	const struct dns_answer answers[] = { { DNS_OK, address, sizeof(address) },
					      { DNS_NO_NAME, NULL, 0 } };
	uint8_t room[DNS_ANSWER_ROOM], name[DNS_NAME_ROOM];
	struct dns_question question;
	struct dns_answer error = { 0 };

	error.code = dns_read(data, size, &question);
	if (error.code < 0)
		return;
	if (error.code) {
		dns_write(data, NULL, &error, room);
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		size_t len = dns_write(data, &question, &answers[i], room);

		if (len > sizeof(room) || len < question.end ||
		    memcmp(room + 12, data + 12, question.end - 12) != 0)
			abort();
	}
	if (!question.is_odd && strcmp(question.name, ".") != 0 &&
	    (dns_write_name(question.name, name) != question.end - 16))
		abort();
}

static void fuzz_hello(const uint8_t *data, size_t size)
{
	char name[HELLO_NAME_ROOM], again[HELLO_NAME_ROOM];
	enum hello result = hello_read(data, size, name);

	if (size > HELLO_MOST)
		return;
	for (size_t n = size > 8 ? size - 8 : 0; n < size; n++) {
		enum hello before = hello_read(data, n, again);

		/* Once it is decided, more bytes change nothing. */
		if (before != HELLO_INCOMPLETE && before != result)
			abort();
		if (before == HELLO_NAMED && strcmp(name, again) != 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && *data == 'd')
		fuzz_dns(data + 1, size - 1);
	else
		fuzz_hello(data, size);
	return 0;
}
