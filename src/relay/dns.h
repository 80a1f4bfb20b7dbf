/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS messages (RFC 1035), as far as a server needs them that knows a few names: questions are
 * read, answers written. They come from the command: everything is checked, nothing allocated. */
#ifndef PINFOLD_RELAY_DNS_H
#define PINFOLD_RELAY_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DNS_NAME_ROOM = 256,
	DNS_QUESTION_MOST = 512, /* a question that is longer is not read */
	DNS_ANSWER_ROOM = 1024,	 /* enough for an answer to such a question */
	DNS_TYPE_A = 1,
	DNS_TYPE_PTR = 12,
	DNS_TYPE_AAAA = 28,
	DNS_CLASS_IN = 1,
	DNS_OK = 0,
	DNS_BAD_FORMAT = 1,
	DNS_SERVER_FAILED = 2,
	DNS_NO_NAME = 3,
	DNS_NOT_IMPLEMENTED = 4,
};

struct dns_question {
	char name[DNS_NAME_ROOM]; /* in lower case, without the final dot; "." is the root */
	bool is_odd;		  /* it has bytes that no host name has, shown as '?' */
	uint16_t type, class;
	size_t end; /* of the question in the message */
	bool has_edns;
};

/* Reads the LEN bytes of MESSAGE. Returns DNS_OK, or the code of the error to answer with; -1: it
 * must not be answered. */
int dns_read(const uint8_t *message, size_t len, struct dns_question *ret_question);

/* What to answer: at most one record. */
struct dns_answer {
	int code;	     /* DNS_OK, or an error */
	const uint8_t *data; /* of a record of the type that was asked for; NULL: none */
	size_t len;
};

/*
 * Writes the answer to MESSAGE, which dns_read() has read, into ROOM; QUESTION is NULL if that was
 * an error. Returns its length.
 */
size_t dns_write(const uint8_t *message, const struct dns_question *question,
		 const struct dns_answer *answer, uint8_t room[DNS_ANSWER_ROOM]);

/* Writes NAME, which is a host name, as a record has it, into ROOM. Returns its length. */
size_t dns_write_name(const char *name, uint8_t room[DNS_NAME_ROOM]);

#endif
