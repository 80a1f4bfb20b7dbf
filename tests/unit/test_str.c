// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

static void escape_makes_any_bytes_harmless(void **state)
{
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} rows[] = {
		{ "plain", 5, "plain" },
		{ "a\\b", 3, "a\\\\b" },
		{ "\033[31m", 5, "\\x1b[31m" },
		{ "tab\tnl\n\r", 8, "tab\\tnl\\n\\r" },
		{ "nul\0x", 5, "nul\\x00x" },
		{ "\xc3\xa4", 2, "\xc3\xa4" },
		{ "\xc3", 1, "\\xc3" },
		{ "\xc0\xaf", 2, "\\xc0\\xaf" },
		{ "\xed\xa0\x80", 3, "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80", 4, "\\xf4\\x90\\x80\\x80" },
		{ "\xc2\x9b", 2, "\\xc2\\x9b" },
		{ "\xe2\x80\xae", 3, "\\xe2\\x80\\xae" },
		{ "\x7f", 1, "\\x7f" },
		{ "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf buf = { 0 };

		strbuf_puts(&buf, "");
		strbuf_escape(&buf, rows[i].in, rows[i].len);
		assert_string_equal(buf.text, rows[i].out);
		strbuf_finish(&buf);
	}
}

static void every_byte_is_escaped_so_that_it_can_be_read_back(void **state)
{
	char text[3] = { 0 };

	(void)state;
	for (unsigned int pair = 0; pair < 0x10000; pair++) {
		struct strbuf escaped = { 0 }, back = { 0 };

		text[0] = (char)(pair >> 8);
		text[1] = (char)pair;
		if (!text[0] || !text[1])
			continue;
		strbuf_escape(&escaped, text, 2);
		strbuf_unescape(&back, escaped.text, escaped.len);
		assert_string_equal(back.text, text);
		strbuf_finish(&escaped);
		strbuf_finish(&back);
	}
}

static void what_is_no_escape_stays_as_it_is(void **state)
{
	static const char text[] = "\\q \\x0 \\x00 \\xAB \\xg0 \\";
	struct strbuf buf = { 0 };

	(void)state;
	strbuf_unescape(&buf, text, strlen(text));
	assert_string_equal(buf.text, text);
	strbuf_finish(&buf);
}

static void distance_counts_single_edits(void **state)
{
	(void)state;
	assert_int_equal(str_distance("openat", "openat", 3), 0);
	assert_int_equal(str_distance("opneat", "openat", 3), 1);
	assert_int_equal(str_distance("opena", "openat", 3), 1);
	assert_int_equal(str_distance("xopenat", "openat", 3), 1);
	assert_int_equal(str_distance("brk", "openat", 3), 4);
	assert_int_equal(str_distance("", "abc", 3), 3);
}

static const char *name_row(size_t i, void *data)
{
	static const char *const names[] = {
		"root", "report", "rlimit", "@network-io", "read", "x"
	};

	(void)data;
	return i < ARRAY_SIZE(names) ? names[i] : NULL;
}

static void the_nearest_is_close_or_starts_with_the_name(void **state)
{
	static const struct {
		const char *name, *nearest;
	} rows[] = {
		{ "rot", "root" },  { "reoprt", "report" },
		{ "ro", "root" },   { "re", NULL },
		{ "rea", "read" },  { "@network", "@network-io" },
		{ "rl", "rlimit" }, { "r", "x" },
		{ "@", "x" },	    { "nothing-like-it", NULL },
		{ "", "x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *nearest = str_nearest(rows[i].name, name_row, NULL);

		assert_true(!nearest == !rows[i].nearest);
		if (nearest)
			assert_string_equal(nearest, rows[i].nearest);
	}
}

static void a_quoted_word_is_one_word_of_a_shell(void **state)
{
	static const struct {
		const char *word, *quoted;
	} rows[] = {
		{ "plain-1.0/x=@%+:,", "plain-1.0/x=@%+:," },
		{ "", "''" },
		{ "a b", "'a b'" },
		{ "it's", "'it'\"'\"'s'" },
		{ "$x`y\"\\", "'$x`y\"\\'" },
		{ "~", "'~'" },
		{ "\xc3\xa4", "'\xc3\xa4'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf buf = { 0 };

		strbuf_quote(&buf, rows[i].word);
		assert_string_equal(buf.text, rows[i].quoted);
		strbuf_finish(&buf);
	}
}

static void arrays_grow_and_keep_their_elements(void **state)
{
	struct {
		int *v;
		size_t n, cap;
	} numbers = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		*array_append(&numbers) = i;
	assert_int_equal(numbers.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(numbers.v[i], i);
	free(numbers.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escape_makes_any_bytes_harmless),
		cmocka_unit_test(every_byte_is_escaped_so_that_it_can_be_read_back),
		cmocka_unit_test(what_is_no_escape_stays_as_it_is),
		cmocka_unit_test(distance_counts_single_edits),
		cmocka_unit_test(the_nearest_is_close_or_starts_with_the_name),
		cmocka_unit_test(a_quoted_word_is_one_word_of_a_shell),
		cmocka_unit_test(arrays_grow_and_keep_their_elements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
