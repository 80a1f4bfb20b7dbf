// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON is read with its places, and invalid JSON is refused at the point where it becomes
 * invalid. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json_text.h"
#include "base/str.h"

/* Parses TEXT; DIAGS gets what is wrong with it. */
static int read_text(const char *text, size_t len, struct json_text *ret_text, struct diags *diags)
{
	static char path[32];
	int fd = memfd_create("json", MFD_CLOEXEC);
	int err;

	assert_int_equal(write(fd, text, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = json_text_read(path, 4096, ret_text, diags);
	close(fd);
	return err;
}

static void test_a_fault_has_its_place(void **state)
{
	static const struct {
		const char *text;
		unsigned int line, col;
		const char *what;
	} rows[] = {
		{ "", 1, 1, "expected a value" },
		{ " \n\t", 2, 2, "expected a value" },
		{ "{", 1, 2, "expected a key in double quotes" },
		{ "{\"a\"", 1, 5, "expected ':' after the key" },
		{ "{\"a\":", 1, 6, "expected a value" },
		{ "{\"a\":1", 1, 7, "expected ',' or '}'" },
		{ "{'a':1}", 1, 2, "expected a key in double quotes" },
		{ "{\"a\":1,}", 1, 8, "expected a key in double quotes" },
		{ "[1,]", 1, 4, "expected a value" },
		{ "[1 2]", 1, 4, "expected ',' or ']'" },
		{ "[1]]", 1, 4, "unexpected text after the end" },
		{ "nul", 1, 1, "expected a value" },
		{ "True", 1, 1, "expected a value" },
		{ "NaN", 1, 1, "expected a value" },
		{ "// a\n1", 1, 1, "expected a value" },
		{ "\xef\xbb\xbf{}", 1, 1, "expected a value" },
		{ "01", 1, 2, "unexpected text after the end" },
		{ "-", 1, 1, "invalid number" },
		{ "1.", 1, 1, "invalid number" },
		{ "1e", 1, 1, "invalid number" },
		{ "+1", 1, 1, "expected a value" },
		{ "\"a", 1, 1, "unterminated string" },
		{ "\"a\\\"", 1, 1, "unterminated string" },
		{ "[\n \"a\tb\"]", 2, 4, "control character in a string" },
		{ "\"\\x41\"", 1, 2, "invalid escape" },
		{ "\"a\\u00\"", 1, 3, "invalid escape" },
		{ "\"\\u0000\"", 1, 2, "invalid escape" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct diags diags = { 0 };
		struct json_text text;
		char want[128];

		if (read_text(rows[i].text, strlen(rows[i].text), &text, &diags) != -EINVAL)
			fail_msg("%s", rows[i].text);
		assert_int_equal(diags.n, 1);
		snprintf(want, sizeof(want), "not valid JSON: %s", rows[i].what);
		assert_string_equal(diags.v[0].message, want);
		assert_int_equal(diags.v[0].line, rows[i].line);
		assert_int_equal(diags.v[0].col, rows[i].col);
		diags_finish(&diags);
		json_text_finish(&text);
	}
}

static void test_strings_are_what_they_stand_for(void **state)
{
	static const struct {
		const char *text, *string;
	} rows[] = {
		{ "\"\"", "" },
		{ "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\b\f\n\r\t" },
		{ "\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac" },
		{ "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" },
		{ "\"\\ud83dx\\ude00\"", "\xef\xbf\xbdx\xef\xbf\xbd" },
		{ "\"\\ud83d\\u0041\"", "\xef\xbf\xbd\x41" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct diags diags = { 0 };
		struct json_text text;

		assert_int_equal(read_text(rows[i].text, strlen(rows[i].text), &text, &diags), 0);
		assert_int_equal(text.value->kind, JSON_STRING);
		assert_string_equal(text.value->text, rows[i].string);
		json_text_finish(&text);
	}
}

static void test_members_stay_as_they_stand(void **state)
{
	static const char json[] = "{\"a\": 1,\n \"A\": [null, true, -1.5e3],\n \"a\": {}}";
	struct diags diags = { 0 };
	struct json_text text;
	const struct json_value *member;

	(void)state;
	assert_int_equal(read_text(json, sizeof(json) - 1, &text, &diags), 0);
	member = text.value->first;
	assert_string_equal(member->key, "a");
	assert_string_equal(member->text, "1");
	assert_int_equal(member->key_place.col, 2);
	assert_int_equal(member->place.col, 7);
	member = member->next;
	assert_string_equal(member->key, "A");
	assert_int_equal(member->key_place.line, 2);
	assert_int_equal(member->first->kind, JSON_NULL);
	assert_int_equal(member->first->next->kind, JSON_BOOL);
	assert_string_equal(member->first->next->next->text, "-1.5e3");
	member = member->next;
	assert_string_equal(member->key, "a");
	assert_int_equal(member->kind, JSON_OBJECT);
	assert_null(member->next);
	json_text_finish(&text);
}

static void test_nesting_and_size_are_bounded(void **state)
{
	struct diags diags = { 0 };
	struct json_text text;
	char deep[5000];

	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_int_equal(read_text(deep, 40, &text, &diags), -EINVAL);
	assert_string_equal(diags.v[0].message, "not valid JSON: nested too deeply");
	assert_int_equal(diags.v[0].col, 33);
	json_text_finish(&text);
	assert_int_equal(read_text(deep, sizeof(deep), &text, &diags), -EINVAL);
	json_text_finish(&text);
	diags_finish(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_fault_has_its_place),
		cmocka_unit_test(test_strings_are_what_they_stand_for),
		cmocka_unit_test(test_members_stay_as_they_stand),
		cmocka_unit_test(test_nesting_and_size_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
