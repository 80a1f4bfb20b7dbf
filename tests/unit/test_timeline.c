// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "record/timeline.h"

enum { LONG_RUN = 100 * RECORD_SAMPLES_MAX };

/* At each tick that is left after thinning, as the caller takes them. */
static void take_all(struct record_samples *samples)
{
	uint64_t step = 1;

	for (uint64_t at = step; at <= LONG_RUN; at += step) {
		const struct record_sample sample = { .at_ns = at, .calls = 10 * at };

		if (record_add_sample(samples, &sample))
			step *= 2;
		assert_true(samples->n < RECORD_SAMPLES_MAX);
	}
}

static void a_long_run_is_thinned_evenly(void **state)
{
	struct record_samples samples = { 0 };
	uint64_t step;

	(void)state;
	take_all(&samples);
	assert_true(samples.n >= RECORD_SAMPLES_MAX / 2);
	step = samples.v[1].at_ns - samples.v[0].at_ns;
	for (size_t i = 0; i < samples.n; i++) {
		assert_int_equal(samples.v[i].at_ns, (i + 1) * step);
		assert_int_equal(samples.v[i].calls, 10 * samples.v[i].at_ns);
	}
	assert_true(LONG_RUN - samples.v[samples.n - 1].at_ns < step);
	free(samples.v);
}

static void the_last_one_fits_and_none_exceeds_it(void **state)
{
	const struct record_sample early = { 1, 5, UINT64_MAX, 9, 7, 8 };
	const struct record_sample late = { 9, 50, 20, 90, 70, 80 };
	const struct record_sample last = { 8, 40, 10, UINT64_MAX, 1, 2 };
	struct record_samples samples = { 0 };

	(void)state;
	for (size_t i = 0; i < RECORD_SAMPLES_MAX; i++)
		record_add_sample(&samples, i % 2 ? &late : &early);
	record_end_samples(&samples, &last);
	assert_int_equal(samples.n, RECORD_SAMPLES_MAX / 2 + 1);
	assert_memory_equal(&samples.v[samples.n - 1], &last, sizeof(last));
	for (size_t i = 0; i < samples.n; i++) {
		assert_true(samples.v[i].at_ns <= last.at_ns);
		assert_true(samples.v[i].calls <= last.calls);
		assert_true(samples.v[i].denied <= last.denied);
		assert_true(samples.v[i].cpu_ns <= last.cpu_ns);
	}
	assert_int_equal(samples.v[0].memory, late.memory);
	free(samples.v);
}

static void what_is_not_known_stays_so(void **state)
{
	const struct record_sample unknown = { 1,	   UINT64_MAX, UINT64_MAX,
					       UINT64_MAX, UINT64_MAX, UINT64_MAX };
	const struct record_sample last = { 2, 3, 4, 5, 6, 7 };
	struct record_samples samples = { 0 };

	(void)state;
	record_add_sample(&samples, &unknown);
	record_end_samples(&samples, &last);
	assert_memory_equal(&samples.v[0], &unknown, sizeof(unknown));
	free(samples.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_run_is_thinned_evenly),
		cmocka_unit_test(the_last_one_fits_and_none_exceeds_it),
		cmocka_unit_test(what_is_not_known_stays_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
