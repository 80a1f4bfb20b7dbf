// SPDX-License-Identifier: GPL-2.0-or-later
/* What the relay reads from the command, and which addresses it connects to. */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "relay/address.h"
#include "relay/dns.h"
#include "relay/hello.h"
#include "relay/listed.h"
#include "relay/relay_state.h"
#include "relay/table.h"

/* Messages being built. */
struct bytes {
	uint8_t v[20000];
	size_t n;
};

static void put(struct bytes *to, const void *data, size_t len)
{
	memcpy(to->v + to->n, data, len);
	to->n += len;
}

static void put_number(struct bytes *to, size_t value, size_t len)
{
	for (size_t i = len; i--;)
		to->v[to->n++] = (uint8_t)(value >> 8 * i);
}

/* A question for NAME, in which "\x3" and the like are the lengths. */
static struct bytes question(const char *name, size_t len, unsigned int type)
{
	struct bytes message = { 0 };

	put(&message, "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
	put(&message, name, len);
	put_number(&message, type, 2);
	put_number(&message, DNS_CLASS_IN, 2);
	return message;
}

#define QUESTION(name, type) question(name, sizeof(name), type)

static void a_question_is_read(void **state)
{
	struct bytes message = QUESTION("\3WwW\7Example\3org", DNS_TYPE_A);
	struct dns_question question;

	(void)state;
	assert_int_equal(dns_read(message.v, message.n, &question), DNS_OK);
	assert_string_equal(question.name, "www.example.org");
	assert_int_equal(question.type, DNS_TYPE_A);
	assert_int_equal(question.class, DNS_CLASS_IN);
	assert_false(question.is_odd);
	assert_false(question.has_edns);
	for (size_t n = 0; n < message.n; n++) {
		/* in memory of exactly that size, for the sanitizer */
		uint8_t *copy = mem_alloc(n + 1);
		int code;

		memcpy(copy, message.v, n);
		copy = mem_realloc(copy, n ? n : 1, 1);
		code = dns_read(copy, n, &question);
		assert_int_equal(code, n < 12 ? -1 : DNS_BAD_FORMAT);
		free(copy);
	}
}

static void odd_questions_are_not_names(void **state)
{
	struct bytes dot = QUESTION("\3a.b\3org", DNS_TYPE_A);
	struct bytes nul = question("\3a\0b\3org", 9, DNS_TYPE_A);
	struct bytes pointer = question("\xc0\x0c", 2, DNS_TYPE_A);
	struct bytes root = question("", 1, DNS_TYPE_A);
	struct bytes reply = QUESTION("\3org", DNS_TYPE_A), two = reply, update = reply;
	struct bytes long_name = { 0 };
	struct dns_question question_read;

	(void)state;
	assert_int_equal(dns_read(dot.v, dot.n, &question_read), DNS_OK);
	assert_true(question_read.is_odd);
	assert_string_equal(question_read.name, "a?b.org");
	assert_int_equal(dns_read(nul.v, nul.n, &question_read), DNS_OK);
	assert_true(question_read.is_odd);
	assert_int_equal(dns_read(root.v, root.n, &question_read), DNS_OK);
	assert_string_equal(question_read.name, ".");
	assert_int_equal(dns_read(pointer.v, pointer.n, &question_read), DNS_BAD_FORMAT);
	reply.v[2] |= 0x80;
	assert_int_equal(dns_read(reply.v, reply.n, &question_read), -1);
	two.v[5] = 2;
	assert_int_equal(dns_read(two.v, two.n, &question_read), DNS_BAD_FORMAT);
	update.v[2] |= 5 << 3;
	assert_int_equal(dns_read(update.v, update.n, &question_read), DNS_NOT_IMPLEMENTED);
	put(&long_name, update.v, 12);
	long_name.v[2] = 1;
	for (int i = 0; i < 5; i++) {
		put_number(&long_name, 63, 1);
		memset(long_name.v + long_name.n, 'a', 63);
		long_name.n += 63;
	}
	put_number(&long_name, 0, 5);
	assert_int_equal(dns_read(long_name.v, long_name.n, &question_read), DNS_BAD_FORMAT);
}

static void an_answer_repeats_its_question(void **state)
{
	static const uint8_t address[] = { 198, 18, 0, 2 };
	static const uint8_t record[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 198, 18, 0, 2 };
	struct bytes message = QUESTION("\3WwW\3org", DNS_TYPE_A);
	struct dns_answer answer = { DNS_OK, address, sizeof(address) };
	uint8_t room[DNS_ANSWER_ROOM];
	struct dns_question question;
	size_t len, end = message.n;

	(void)state;
	message.v[11] = 1;
	put(&message, "\0\0\x29\x10\0\0\0\0\0\0\0", 11);
	assert_int_equal(dns_read(message.v, message.n, &question), DNS_OK);
	assert_true(question.has_edns);
	len = dns_write(message.v, &question, &answer, room);
	assert_int_equal(len, end + sizeof(record) + 11);
	assert_memory_equal(room, "\x12\x34\x81\x80\0\1\0\1\0\0\0\1", 12);
	assert_memory_equal(room + 12, message.v + 12, end - 12);
	assert_memory_equal(room + end, record, sizeof(record));
	answer = (struct dns_answer){ DNS_NO_NAME, NULL, 0 };
	len = dns_write(message.v, &question, &answer, room);
	assert_int_equal(len, end + 11);
	assert_int_equal(room[3], 0x83);
	answer.code = DNS_BAD_FORMAT;
	assert_int_equal(dns_write(message.v, NULL, &answer, room), 12);
	assert_memory_equal(room, "\x12\x34\x81\x81\0\0\0\0\0\0\0\0", 12);
}

/* A ClientHello with the N names of NAMES, in records of at most SIZE bytes. */
static struct bytes hello(const char *const *names, size_t n, size_t padding, size_t size)
{
	struct bytes extensions = { 0 }, body = { 0 }, message = { 0 }, records = { 0 };

	put_number(&extensions, 0x2b, 2);
	put(&extensions, "\0\3\2\3\4", 5);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		put_number(&extensions, 0, 2);
		put_number(&extensions, len + 5, 2);
		put_number(&extensions, len + 3, 2);
		put_number(&extensions, 0, 1);
		put_number(&extensions, len, 2);
		put(&extensions, names[i], len);
	}
	put_number(&extensions, 21, 2);
	put_number(&extensions, padding, 2);
	extensions.n += padding;
	put_number(&body, 0x0303, 2);
	body.n += 32;
	put_number(&body, 0, 1);
	put(&body, "\0\2\x13\1\1\0", 6);
	put_number(&body, extensions.n, 2);
	put(&body, extensions.v, extensions.n);
	put_number(&message, 1, 1);
	put_number(&message, body.n, 3);
	put(&message, body.v, body.n);
	for (size_t at = 0; at < message.n; at += size) {
		size_t here = message.n - at < size ? message.n - at : size;

		put(&records, "\x16\3\1", 3);
		put_number(&records, here, 2);
		put(&records, message.v + at, here);
	}
	return records;
}

/* Reads what a connection has sent so far, ever more of it, in memory of exactly that size. */
static enum hello read_growing(const struct bytes *records, char name[HELLO_NAME_ROOM])
{
	enum hello result = HELLO_INCOMPLETE;

	for (size_t n = 0; n <= records->n; n++) {
		uint8_t *copy = mem_alloc(n ? n : 1);

		memcpy(copy, records->v, n);
		result = hello_read(copy, n, name);
		free(copy);
		if (result != HELLO_INCOMPLETE && n < records->n)
			return HELLO_INVALID; /* before its last byte */
	}
	return result;
}

static void the_name_is_found_in_any_pieces(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 100, 16384 };
	static const char *const names[] = { "Example.ORG" };
	char name[HELLO_NAME_ROOM] = "";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct bytes records = hello(names, 1, 300, sizes[i]);
		struct bytes none = hello(NULL, 0, 10, sizes[i]);

		name[0] = '\0';
		assert_int_equal(read_growing(&records, name), HELLO_NAMED);
		assert_string_equal(name, "example.org");
		assert_int_equal(read_growing(&none, name), HELLO_NAMELESS);
		put(&records, "\x14\3\3\0\1\1", 6); /* what follows does not matter */
		assert_int_equal(hello_read(records.v, records.n, name), HELLO_NAMED);
	}
}

static void what_can_be_read_in_two_ways_is_invalid(void **state)
{
	static const char *const two[] = { "a.org", "b.org" };
	static const char *const blank[] = { "a org" };
	static const char *const empty[] = { "" };
	struct bytes twice = hello(two, 2, 0, 16384), odd = hello(blank, 1, 0, 16384);
	struct bytes nothing = hello(empty, 1, 0, 16384), fine = hello(two, 1, 0, 16384), bad;
	struct bytes large = hello(two, 1, 16000, 4000);
	char name[HELLO_NAME_ROOM];

	(void)state;
	assert_int_equal(hello_read(twice.v, twice.n, name), HELLO_INVALID);
	assert_int_equal(hello_read(odd.v, odd.n, name), HELLO_INVALID);
	assert_int_equal(hello_read(nothing.v, nothing.n, name), HELLO_INVALID);
	assert_int_equal(hello_read(fine.v, fine.n, name), HELLO_NAMED);
	assert_int_equal(hello_read(large.v, large.n, name), HELLO_NAMED);
	assert_int_equal(hello_read((const uint8_t *)"GET / HTTP/1.1\r\n", 16, name),
			 HELLO_INVALID);
	assert_int_equal(hello_read((const uint8_t *)"S", 1, name), HELLO_INVALID);
	assert_int_equal(hello_read((const uint8_t *)"\x16\2", 2, name), HELLO_INVALID);
	assert_int_equal(hello_read((const uint8_t *)"\x16\3\1\0\0", 5, name), HELLO_INVALID);
	assert_int_equal(hello_read((const uint8_t *)"\x16\3\1\0\1\2", 6, name), HELLO_INVALID);
	/* Each byte changed: it may be another name, but never more than is there. */
	for (size_t i = 0; i < fine.n; i++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			bad = fine;
			bad.v[i] ^= (uint8_t)(1 << bit);
			hello_read(bad.v, bad.n, name);
		}
}

static const struct {
	const char *text;
	bool is_public;
} addresses[] = {
	{ "203.0.113.9", true },
	{ "8.8.8.8", true },
	{ "100.63.255.255", true },
	{ "100.128.0.0", true },
	{ "172.15.255.255", true },
	{ "172.32.0.0", true },
	{ "198.17.255.255", true },
	{ "198.20.0.0", true },
	{ "223.255.255.255", true },
	{ "0.1.2.3", false },
	{ "10.255.0.1", false },
	{ "100.64.0.0", false },
	{ "100.127.9.9", false },
	{ "127.0.0.53", false },
	{ "169.254.169.254", false },
	{ "172.16.0.0", false },
	{ "172.31.255.255", false },
	{ "192.168.0.1", false },
	{ "192.0.0.170", false },
	{ "192.88.99.1", false },
	{ "198.18.0.1", false },
	{ "198.19.255.255", false },
	{ "224.0.0.1", false },
	{ "240.0.0.1", false },
	{ "255.255.255.255", false },
	{ "2001:db8::1", true },
	{ "2606:4700::1111", true },
	{ "2001:4860:4860::8888", true },
	{ "::", false },
	{ "::1", false },
	{ "::ffff:8.8.8.8", false },
	{ "::8.8.8.8", false },
	{ "64:ff9b::808:808", false },
	{ "64:ff9b:1::1", false },
	{ "100::1", false },
	{ "2001::1", false },
	{ "2002:a00:1::1", false },
	{ "fc00::1", false },
	{ "fd00:ec2::254", false },
	{ "fe80::1", false },
	{ "fec0::1", false },
	{ "ff02::1", false },
	{ "4000::1", false },
};

static void only_public_addresses_are_public(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		bool is_ipv6 = strchr(addresses[i].text, ':');
		struct address address = { .family = is_ipv6 ? AF_INET6 : AF_INET };

		assert_int_equal(inet_pton(address.family, addresses[i].text, address.ip), 1);
		if (address_is_public(&address) != addresses[i].is_public)
			fail_msg("%s", addresses[i].text);
	}
}

static void the_hosts_own_address_is_not_elsewhere(void **state)
{
	struct address own = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	struct address own6 = { .family = AF_INET6, .ip = { [15] = 1 } };
	int routes;

	(void)state;
	assert_int_equal(address_open_routes(&routes), 0);
	assert_int_equal(address_is_elsewhere(routes, &own), -EADDRINUSE);
	assert_int_not_equal(address_is_elsewhere(routes, &own6), 0);
	close(routes);
}

static void each_host_has_its_own_address(void **state)
{
	struct connect_setting v[] = {
		{ .kind = HOST_NAME, .name = "a.org", .port = 80 },
		{ .kind = HOST_NAME, .name = "b.org", .port = 80 },
		{ .kind = HOST_NAME, .name = "a.org", .port = 443 },
		{ .kind = HOST_IPV4, .name = "10.0.0.5", .address = { 10, 0, 0, 5 }, .port = 7 },
		{ .kind = HOST_LOOPBACK, .name = "localhost", .port = 5432 },
	};
	const struct connect_settings list = { v, ARRAY_SIZE(v), ARRAY_SIZE(v) };
	struct address a, b, again;

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		int family = k ? AF_INET6 : AF_INET;

		assert_true(listed_address(&list, 0, family, &a));
		assert_true(listed_address(&list, 1, family, &b));
		assert_true(listed_address(&list, 2, family, &again));
		assert_memory_equal(&a, &again, sizeof(a));
		assert_memory_not_equal(&a, &b, sizeof(a));
		assert_int_equal(listed_at(&list, &a), 0);
		assert_string_equal(listed_name_of(&list, &b), "b.org");
		assert_true(listed_address(&list, 4, family, &b));
		assert_null(listed_name_of(&list, &b));
	}
	assert_false(listed_address(&list, 3, AF_INET6, &a));
	assert_true(listed_address(&list, 3, AF_INET, &a));
	assert_memory_equal(a.ip, v[3].address, 4);
	assert_int_equal(listed_find_name(&list, "b.org"), 1);
	assert_true(listed_find_name(&list, "localhost") == SIZE_MAX);
	assert_true(listed_find_name(&list, "10.0.0.5") == SIZE_MAX);
}

static struct address parse(const char *text)
{
	struct address address = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	assert_int_equal(inet_pton(address.family, text, address.ip), 1);
	return address;
}

static struct connect_setting statements[] = {
	{ .kind = HOST_NAME, .name = "one.org", .port = 22 },
	{ .kind = HOST_PATTERN, .name = "*.wild.org", .port = 443 },
	{ .kind = HOST_PATTERN,
	  .name = "*.wild.org",
	  .port = 80,
	  .prefix = { AF_INET, { 10 }, 8 } },
	{ .kind = HOST_PATTERN, .name = "*.ssh.wild.org", .port = 443, .is_plain = true },
	{ .kind = HOST_PREFIX,
	  .name = "203.0.113.0/28",
	  .port = 443,
	  .prefix = { AF_INET, { 203, 0, 113 }, 28 } },
	{ .kind = HOST_IPV4, .name = "203.0.113.1", .address = { 203, 0, 113, 1 }, .port = 80 },
};

static const struct connect_settings list_of_statements = { statements, ARRAY_SIZE(statements),
							    ARRAY_SIZE(statements) };

static struct relay_state *new_state(void)
{
	struct relay_state *state = mem_alloc(sizeof(*state));

	state->list = &list_of_statements;
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
		state->hosts[i].name = statements[i].name;
		state->hosts[i].statement = i;
		state->hosts[i].is_literal = statements[i].kind == HOST_IPV4;
		state->hosts[i].v[0] = parse("203.0.113.1");
	}
	return state;
}

static void finish_state(struct relay_state *state)
{
	for (size_t i = 0; i < state->names.n; i++) {
		free((char *)state->names.v[i]->name);
		free(state->names.v[i]);
	}
	free(state);
}

static void only_names_that_were_asked_for_have_addresses(void **unused)
{
	static const char *const none[] = { "wild.org", ".wild.org", "awild.org", "two.org",
					    ".",	"10.0.0.1",  "localhost" };
	struct relay_state *state = new_state();
	struct address at = parse("198.18.0.122");
	struct peer *a, *b;
	int err;

	(void)unused;
	assert_null(target_find(state, &at));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		assert_null(target_find_name(state, none[i], &err));
		assert_int_equal(err, -ENOENT);
	}
	a = target_find_name(state, "a.wild.org", &err);
	b = target_find_name(state, "b.c.wild.org", &err);
	assert_non_null(a);
	assert_true(a == target_find_name(state, "a.wild.org", &err));
	assert_true(a != b);
	for (int i = 0; i < 2; i++) {
		int family = i ? AF_INET6 : AF_INET;
		struct address of_a = target_address(state, a, family);
		struct address of_b = target_address(state, b, family);

		assert_true(target_find(state, &of_a) == a);
		assert_true(target_find(state, &of_b) == b);
		of_b.ip[i ? 13 : 1]++;
		assert_null(target_find(state, &of_b));
	}
	at = parse("203.0.113.9");
	assert_null(target_find_known(state, &at));
	assert_true(target_find(state, &at)->is_literal);
	assert_string_equal(target_find(state, &at)->name, "203.0.113.9");
	/* its number is that of no name */
	at = parse("198.18.0.124");
	assert_null(target_find(state, &at));
	at = parse("203.0.113.16");
	assert_null(target_find(state, &at));
	finish_state(state);
}

static void a_connection_may_what_any_statement_allows(void **unused)
{
	struct relay_state *state = new_state();
	struct address at = parse("203.0.113.1"), own = parse("10.1.2.3"), far = parse("8.8.8.8");
	struct peer *a, *ssh, *literal = target_find(state, &at);
	int err;

	(void)unused;
	a = target_find_name(state, "a.wild.org", &err);
	ssh = target_find_name(state, "x.ssh.wild.org", &err);
	assert_true(target_is_listed(state, a, 443));
	assert_false(target_is_listed(state, a, 22));
	assert_true(target_is_checked(state, a, 443));
	assert_false(target_is_checked(state, a, 80));
	assert_false(target_is_checked(state, ssh, 443));
	assert_true(target_may_lead_to(state, a, 443, &far));
	assert_false(target_may_lead_to(state, a, 443, &own));
	assert_false(target_may_lead_to(state, a, 80, &far));
	assert_true(target_may_lead_to(state, a, 80, &own));
	assert_true(target_may_be_own(state, literal, 80));
	assert_true(target_is_listed(state, literal, 443)); /* by the prefix */
	assert_false(target_may_be_own(state, literal, 443));
	assert_false(target_is_listed(state, literal, 22));
	finish_state(state);
}

static void names_are_bounded(void **unused)
{
	struct relay_state *state = new_state();
	char name[32];
	int err = 0;

	(void)unused;
	for (int i = 0; i < NAMES_MOST; i++) {
		snprintf(name, sizeof(name), "n%d.wild.org", i);
		assert_non_null(target_find_name(state, name, &err));
	}
	assert_null(target_find_name(state, "more.wild.org", &err));
	assert_int_equal(err, -ENOSPC);
	assert_non_null(target_find_name(state, name, &err));
	finish_state(state);
}

static void rows_of_connections_are_bounded(void **state)
{
	struct relay_table *table = mem_alloc(sizeof(*table));
	struct connection_row *row = table_connection(table, "a.org", 80);

	(void)state;
	assert_true(table_connection(table, "a.org", 80) == row);
	assert_true(table_connection(table, "a.org", 81) != row);
	for (uint16_t i = 2; i < TABLE_CONNECTIONS_MOST; i++)
		assert_non_null(table_connection(table, "b.org", i));
	assert_null(table_connection(table, "c.org", 80));
	assert_true(table_connection(table, "a.org", 80) == row);
	free(table);
}

static void refusals_are_counted_by_kind(void **state)
{
	struct relay_table *table = mem_alloc(sizeof(*table));

	(void)state;
	for (int i = 0; i < 3; i++) {
		table_refuse(table, NETWORK_NAME, "a.org", 0, NULL);
		table_refuse(table, NETWORK_TLS, "a.org", 443, "b.org");
	}
	table_refuse(table, NETWORK_TLS, "a.org", 443, "c.org");
	assert_int_equal(table->n_refused, 3);
	assert_int_equal(table->refused[0].count, 3);
	assert_int_equal(table->refused[1].count, 3);
	assert_int_equal(table->refused[2].count, 1);
	for (uint16_t i = 0; i < 2 * TABLE_REFUSED_MOST; i++)
		table_refuse(table, NETWORK_TCP, "10.0.0.1", i, NULL);
	assert_int_equal(table->n_refused, TABLE_REFUSED_MOST);
	assert_int_equal(table->dropped, TABLE_REFUSED_MOST + 3);
	free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_is_read),
		cmocka_unit_test(odd_questions_are_not_names),
		cmocka_unit_test(an_answer_repeats_its_question),
		cmocka_unit_test(the_name_is_found_in_any_pieces),
		cmocka_unit_test(what_can_be_read_in_two_ways_is_invalid),
		cmocka_unit_test(only_public_addresses_are_public),
		cmocka_unit_test(the_hosts_own_address_is_not_elsewhere),
		cmocka_unit_test(each_host_has_its_own_address),
		cmocka_unit_test(only_names_that_were_asked_for_have_addresses),
		cmocka_unit_test(a_connection_may_what_any_statement_allows),
		cmocka_unit_test(names_are_bounded),
		cmocka_unit_test(rows_of_connections_are_bounded),
		cmocka_unit_test(refusals_are_counted_by_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
