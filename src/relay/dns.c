// SPDX-License-Identifier: GPL-2.0-or-later
#include "relay/dns.h"

#include <ctype.h>
#include <string.h>

enum {
	HEADER = 12,
	QR = 0x80,
	OPCODE = 0x78,
	RD = 0x01,
	RA = 0x80,
	LABEL_MOST = 63,
	TYPE_OPT = 41,
	OPT_SIZE = 11,
	UDP_SIZE = 1232, /* what no path fragments; our answers are shorter anyway */
	TTL_S = 60,
};

static uint16_t read_16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint8_t *write_16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static void add_label(struct dns_question *question, size_t *n, const uint8_t *label, size_t len)
{
	if (*n)
		question->name[(*n)++] = '.';
	for (size_t i = 0; i < len; i++) {
		bool is_usual = isalnum(label[i]) || label[i] == '-' || label[i] == '_';

		question->name[(*n)++] = (char)(is_usual ? tolower(label[i]) : '?');
		question->is_odd |= !is_usual;
	}
}

/* Reads the name at *at and moves that behind it; returns whether it is one. A question's name
 * comes first in its message, so there is nothing that it could be compressed with. */
static bool read_name(const uint8_t *message, size_t len, size_t *at, struct dns_question *question)
{
	size_t start = *at, n = 0;

	while (*at < len && message[*at]) {
		size_t label = message[*at];

		if (label > LABEL_MOST || *at + 1 + label >= len ||
		    *at + 1 + label - start >= DNS_NAME_ROOM - 1)
			return false;
		add_label(question, &n, message + *at + 1, label);
		*at += 1 + label;
	}
	if (*at >= len)
		return false;
	(*at)++;
	if (!n)
		question->name[n++] = '.';
	question->name[n] = '\0';
	return true;
}

/* A server that ignores EDNS makes some resolvers try again without it. */
static bool has_edns(const uint8_t *message, size_t len, size_t at)
{
	return read_16(message + 6) == 0 && read_16(message + 8) == 0 &&
	       read_16(message + 10) >= 1 && len >= at + OPT_SIZE && message[at] == 0 &&
	       read_16(message + at + 1) == TYPE_OPT;
}

int dns_read(const uint8_t *message, size_t len, struct dns_question *ret_question)
{
	struct dns_question question = { 0 };
	size_t at = HEADER;

	if (len < HEADER || message[2] & QR)
		return -1;
	if (message[2] & OPCODE)
		return DNS_NOT_IMPLEMENTED;
	if (len > DNS_QUESTION_MOST || read_16(message + 4) != 1 ||
	    !read_name(message, len, &at, &question) || len < at + 4)
		return DNS_BAD_FORMAT;
	question.type = read_16(message + at);
	question.class = read_16(message + at + 2);
	question.end = at + 4;
	question.has_edns = has_edns(message, len, question.end);
	*ret_question = question;
	return DNS_OK;
}

static uint8_t *write_record(uint8_t *at, uint16_t type, const struct dns_answer *answer)
{
	at = write_16(at, 0xc000 | HEADER); /* the name of the question */
	at = write_16(at, type);
	at = write_16(at, DNS_CLASS_IN);
	at = write_16(at, 0);
	at = write_16(at, TTL_S);
	at = write_16(at, (unsigned int)answer->len);
	memcpy(at, answer->data, answer->len);
	return at + answer->len;
}

size_t dns_write(const uint8_t *message, const struct dns_question *question,
		 const struct dns_answer *answer, uint8_t room[DNS_ANSWER_ROOM])
{
	bool has_edns = question && question->has_edns;
	uint8_t *at = room;

	memcpy(at, message, 2); /* the id */
	at[2] = (uint8_t)(QR | (message[2] & (OPCODE | RD)));
	at[3] = (uint8_t)(RA | answer->code);
	at = write_16(at + 4, question != NULL);
	at = write_16(at, question && answer->data);
	at = write_16(at, 0);
	at = write_16(at, has_edns);
	if (!question)
		return HEADER;
	memcpy(at, message + HEADER, question->end - HEADER);
	at += question->end - HEADER;
	if (answer->data)
		at = write_record(at, question->type, answer);
	if (has_edns) {
		memset(at, 0, OPT_SIZE);
		write_16(at + 1, TYPE_OPT);
		write_16(at + 3, UDP_SIZE);
		at += OPT_SIZE;
	}
	return (size_t)(at - room);
}

size_t dns_write_name(const char *name, uint8_t room[DNS_NAME_ROOM])
{
	size_t n = 0;

	while (*name) {
		size_t len = strcspn(name, ".");

		room[n] = (uint8_t)len;
		memcpy(room + n + 1, name, len);
		n += 1 + len;
		name += len + (name[len] == '.');
	}
	room[n] = 0;
	return n + 1;
}
