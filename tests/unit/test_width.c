// SPDX-License-Identifier: GPL-2.0-or-later
/* The oracle is wcwidth(3), where there is a locale for it. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/width.h"

/* Where glibc 2.36 does not do as Unicode 14 says. */
static const struct {
	uint32_t first, last;
} differing[] = {
	{ 0x0600, 0x0605 }, /* signs that enclose the digits after them */
	{ 0x06dd, 0x06dd },   { 0x070f, 0x070f },   { 0x0890, 0x0891 },
	{ 0x08e2, 0x08e2 },   { 0x3248, 0x324f }, /* numbers in black squares: ambiguous */
	{ 0x4dc0, 0x4dff },			  /* hexagrams: wide since Unicode 16 */
	{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd },
};

static bool may_differ(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(differing); i++)
		if (c >= differing[i].first && c <= differing[i].last)
			return true;
	return false;
}

static void every_character_is_as_wide_as_libc_says(void **state)
{
	unsigned int compared = 0;

	(void)state;
	/* Other versions of libc know other versions of Unicode. */
	if (!setlocale(LC_CTYPE, "C.UTF-8") || __GLIBC__ != 2 || __GLIBC_MINOR__ != 36)
		skip();
	for (uint32_t c = 0x20; c <= 0x10ffff; c++) {
		int width = wcwidth((wchar_t)c);

		if (width < 0 || may_differ(c))
			continue;
		compared++;
		if (width_char(c) != (unsigned int)width)
			fail_msg("U+%04X: %u, not %d", c, width_char(c), width);
	}
	setlocale(LC_CTYPE, "C");
	assert_true(compared > 100000);
}

static void text_takes_the_columns_of_its_characters(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} rows[] = {
		{ "", 0 },
		{ "plain", 5 },
		{ "\xc3\xa4", 1 },			       /* a letter with its mark */
		{ "a\xcc\x88", 1 },			       /* a letter and a mark */
		{ "\xe6\x97\xa5\xe6\x9c\xac", 4 },	       /* two ideographs */
		{ "\xed\x95\x9c", 2 },			       /* a syllable of Hangul */
		{ "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2 }, /* the same in three letters */
		{ "\xf0\x9f\x98\x80", 2 },		       /* an emoji */
		{ "\xef\xbc\xa1", 2 },			       /* a fullwidth letter */
		{ "\xff", 1 },				       /* no character */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(width_text(rows[i].text, strlen(rows[i].text)), rows[i].columns);
}

static void wide_text_is_left_out_of_in_its_middle(void **state)
{
	static const struct {
		const char *text;
		size_t most;
		const char *out;
	} rows[] = {
		{ "abcdef", 6, "abcdef" },
		{ "abcdefg", 6, "abc[1 byte left out]efg" },
		/* What joins a character stays with it; half a character is none. */
		{ "a\xcc\x88"
		  "bcdefg",
		  2, "a\xcc\x88[5 bytes left out]g" },
		{ "\xe6\x97\xa5\xe6\x97\xa5\xe6\x97\xa5", 3, "[6 bytes left out]\xe6\x97\xa5" },
		/* The words count as well. */
		{ "0123456789012345678901234567890123456789012345678901234567890123456789", 60,
		  "012345678901234567[34 bytes left out]234567890123456789" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct strbuf buf = { 0 };

		width_shorten(&buf, rows[i].text, strlen(rows[i].text), rows[i].most);
		assert_string_equal(buf.text, rows[i].out);
		strbuf_finish(&buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_is_as_wide_as_libc_says),
		cmocka_unit_test(text_takes_the_columns_of_its_characters),
		cmocka_unit_test(wide_text_is_left_out_of_in_its_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
