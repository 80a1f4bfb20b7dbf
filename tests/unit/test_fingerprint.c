// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/fingerprint.h"

enum { MANY = 5000 };

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, FINGERPRINT_ROOM);
}

static void texts_are_told_apart_by_their_ends(void **state)
{
	char a[FINGERPRINT_ROOM], b[FINGERPRINT_ROOM];

	(void)state;
	fingerprint_make((const char *const[]){ "abc" }, 1, a);
	/* sha256sum of "abc" and a NUL */
	assert_string_equal(a, "dc1114cd074914bd872cc1f9a23ec910ea2203bc79779ab2e17da25782a624fc");
	fingerprint_make((const char *const[]){ "ab", "c" }, 2, a);
	fingerprint_make((const char *const[]){ "a", "bc" }, 2, b);
	assert_string_not_equal(a, b);
	fingerprint_make((const char *const[]){ NULL }, 1, a);
	fingerprint_make((const char *const[]){ "" }, 1, b);
	assert_string_equal(a, b);
}

/* Half of them are the same, the others differ. */
static void fill(char (*all)[FINGERPRINT_ROOM])
{
	struct fingerprints seen = { 0 };

	for (int i = 0; i < MANY; i++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", i % 2 ? i : 0);
		fingerprint_make((const char *const[]){ text }, 1, all[i]);
		fingerprint_differ(&seen, all[i]);
	}
	fingerprints_finish(&seen);
}

static void equal_ones_are_made_to_differ_alike_each_time(void **state)
{
	char(*first)[FINGERPRINT_ROOM] = calloc(MANY, sizeof(*first));
	char(*second)[FINGERPRINT_ROOM] = calloc(MANY, sizeof(*second));

	(void)state;
	assert_non_null(first);
	assert_non_null(second);
	fill(first);
	fill(second);
	assert_memory_equal(first, second, MANY * sizeof(*first));
	qsort(first, MANY, sizeof(*first), compare);
	for (int i = 1; i < MANY; i++)
		assert_string_not_equal(first[i - 1], first[i]);
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_told_apart_by_their_ends),
		cmocka_unit_test(equal_ones_are_made_to_differ_alike_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
