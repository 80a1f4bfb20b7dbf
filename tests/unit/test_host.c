// SPDX-License-Identifier: GPL-2.0-or-later
/* Hosts as connect writes them: each form has one canonical one, and what is not exactly one host
 * is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/mem.h"
#include "policy/host.h"

/* The text, and the canonical hosts and ports; NULL: it is refused. */
static const struct {
	const char *text, *want;
} rows[] = {
	{ "example.org", "example.org:80 example.org:443" },
	{ "Example.ORG.", "example.org:80 example.org:443" },
	{ "a", "a:80 a:443" },
	{ "a_b.x-y.org:1,65535", "a_b.x-y.org:1 a_b.x-y.org:65535" },
	{ "a.org:443,80,443", "a.org:80 a.org:443" },
	{ "10.0.0.5:5432", "10.0.0.5:5432" },
	{ "169.254.169.254:80", "169.254.169.254:80" },
	{ "[2001:DB8:0::1]:443", "[2001:db8::1]:443" },
	{ "2001:db8::1", "[2001:db8::1]:80 [2001:db8::1]:443" },
	{ "[2001:db8::1]", "[2001:db8::1]:80 [2001:db8::1]:443" },
	{ "localhost:5432", "localhost:5432" },
	{ "LOCALHOST:1", "localhost:1" },
	{ "xn--bcher-kva.example:443", "xn--bcher-kva.example:443" },
	{ "1.2.3.4.example:80", "1.2.3.4.example:80" },
	{ "*", "*:80 *:443" },
	{ "203.0.113.0/28:443", "203.0.113.0/28:443" },
	{ "[2001:db8::/64]:443", "[2001:db8::/64]:443" },
	{ "*.Example.org:22", "*.example.org:22" },
	/* no host */
	{ "", NULL },
	{ ".", NULL },
	{ ":443", NULL },
	{ "a..b", NULL },
	{ ".a", NULL },
	{ "-a.org", NULL },
	{ "a-.org", NULL },
	{ "a b", NULL },
	{ "a@b", NULL },
	{ "*.*", NULL },
	{ "**", NULL },
	{ "a.*", NULL },
	{ "*a.org", NULL },
	{ "*.example.*", NULL },
	{ "b\303\274cher.example", NULL },
	{ "http://example.org", NULL },
	{ "example.org/", NULL },
	{ "203.0.113.7/24", NULL },
	{ "203.0.113.0/33", NULL },
	{ "203.0.113.0/", NULL },
	{ "2001:db8::/64:443", NULL },
	/* what another program would take for an address */
	{ "1", NULL },
	{ "1.2.3", NULL },
	{ "0x7f.1", NULL },
	{ "0x7f000001", NULL },
	{ "010.0.0.1", NULL },
	{ "256.1.1.1", NULL },
	{ "2130706433:80", NULL },
	/* addresses of no other host */
	{ "0.0.0.0", NULL },
	{ "127.0.0.1:80", NULL },
	{ "127.9.9.9:80", NULL },
	{ "224.0.0.1", NULL },
	{ "255.255.255.255", NULL },
	{ "::", NULL },
	{ "::1", NULL },
	{ "[::1]:80", NULL },
	{ "::ffff:10.0.0.1", NULL },
	{ "::10.0.0.1", NULL },
	{ "fe80::1", NULL },
	{ "ff02::1", NULL },
	{ "[10.0.0.1]:80", NULL },
	{ "[example.org]:80", NULL },
	{ "[2001:db8::1", NULL },
	{ "[2001:db8::1]80", NULL },
	{ "2001:db8::1%eth0", NULL },
	/* ports */
	{ "localhost", NULL },
	{ "x.localhost:80", NULL },
	{ "a:", NULL },
	{ "a:0", NULL },
	{ "a:65536", NULL },
	{ "a:http", NULL },
	{ "a:80,", NULL },
	{ "a:,80", NULL },
	{ "a:+80", NULL },
	{ "a: 80", NULL },
	{ "a:1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", NULL },
};

static char *canonical(const struct host *host)
{
	struct strbuf text = { 0 };

	for (size_t i = 0; i < host->n_ports; i++) {
		strbuf_puts(&text, i ? " " : "");
		host_print(host->kind, host->name, host->ports[i], &text);
	}
	return text.text;
}

static void a_host_has_one_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *hint, *why;
		struct host host, again;
		char *text;

		why = host_parse(rows[i].text, &host, &hint);
		if (!why != !!rows[i].want)
			fail_msg("'%s' %s", rows[i].text, why ? why : "is a host");
		if (why)
			continue;
		text = canonical(&host);
		assert_string_equal(text, rows[i].want);
		free(text);
		text = mem_printf(strchr(host.name, ':') ? "[%s]:7" : "%s:7", host.name);
		assert_null(host_parse(text, &again, &hint));
		assert_string_equal(again.name, host.name);
		assert_int_equal(again.kind, host.kind);
		free(text);
	}
}

static void a_long_name_is_refused(void **state)
{
	struct host host;
	const char *hint;
	char name[300];

	(void)state;
	for (size_t i = 0; i < sizeof(name) - 1; i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	name[253] = '\0';
	assert_null(host_parse(name, &host, &hint));
	name[253] = 'a';
	name[254] = '\0';
	assert_non_null(host_parse(name, &host, &hint));
	name[254] = 'a';
	name[299] = '\0';
	assert_non_null(host_parse(name, &host, &hint));
	memset(name, 'a', 64);
	name[63] = '\0';
	assert_null(host_parse(name, &host, &hint));
	name[63] = 'a';
	name[64] = '\0';
	assert_non_null(host_parse(name, &host, &hint));
}

static void a_prefix_is_of_hosts(void **state)
{
	static const struct {
		const char *text;
		bool is_prefix;
	} prefixes[] = {
		{ "10.0.0.0/8", true },	  { "10.9.0.0/16", true },   { "10.9.9.9/32", true },
		{ "fd00::/8", true },	  { "2001:db8::/32", true }, { "fd00::1/128", true },
		{ "10.0.0.0/7", false },  { "10.0.0.1/8", false },   { "0.0.0.0/0", false },
		{ "127.0.0.0/8", false }, { "224.0.0.0/8", false },  { "::/0", false },
		{ "fe80::/10", false },	  { "::1/128", false },	     { "::ffff:0:0/96", false },
		{ "10.0.0.0", false },	  { "10.0.0.0/", false },    { "10.0.0.0/33", false },
		{ "10/8", false },	  { "fd00::/129", false },   { "a/8", false },
	};
	static const uint8_t in[] = { 10, 9, 9, 9 }, out[] = { 11, 9, 9, 9 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		struct prefix_setting prefix;
		struct strbuf text = { 0 };

		if (!prefix_parse(prefixes[i].text, &prefix) != prefixes[i].is_prefix)
			fail_msg("%s", prefixes[i].text);
		if (!prefixes[i].is_prefix)
			continue;
		prefix_print(&prefix, &text);
		assert_string_equal(text.text, prefixes[i].text);
		strbuf_finish(&text);
		if (*prefixes[i].text != '1')
			continue;
		assert_true(prefix_has(&prefix, AF_INET, in));
		assert_false(prefix_has(&prefix, AF_INET, out));
		assert_false(prefix_has(&prefix, AF_INET6, in));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_has_one_form),
		cmocka_unit_test(a_long_name_is_refused),
		cmocka_unit_test(a_prefix_is_of_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
