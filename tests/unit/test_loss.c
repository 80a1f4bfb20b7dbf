// SPDX-License-Identifier: GPL-2.0-or-later
/* Each kind of loss in the report, in the first line of the text, and in what complete says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "policy/parse.h"
#include "report/report.h"

static const char first_line[] = "pinfold: the trace is not complete\n";

struct loss {
	const char *member; /* of the report's lost */
	size_t at;	    /* in struct record */
	bool is_complete;   /* nevertheless */
	const char *text;   /* NULL: told with -v only */
};

static const struct loss losses[] = {
#define LOST(name) #name, offsetof(struct record, lost.name)
	{ LOST(events), false, "  3 process events did not fit in the buffer\n" },
	{ LOST(map_full), false, "  3 calls did not fit in a map\n" },
	{ LOST(missed_runs), false, "  3 runs of the tracer were skipped by the kernel\n" },
	{ LOST(tasks), false, "  3 tasks could not be traced\n" },
	{ LOST(missed_exits), false, "  3 exits of calls were missed\n" },
	{ LOST(starts), false,
	  "  3 calls were in progress when the trace began, and may have been denied\n" },
	{ LOST(stacks), true, NULL },
	{ LOST(lines), true, "pinfold: 3 lines of the stream dropped\n" },
	{ "let_through", offsetof(struct record, let_through), false,
	  "  3 calls ran that the policy denies: please report this\n" },
};

static char *write_report(const struct report_format *format, const struct record *record)
{
	static char *const command[] = { NULL };
	struct diags diags = { 0 };
	struct policy *policy = NULL;
	struct report report = { .command = command, .record = record };
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	assert_int_equal(policy_parse_text("test", "default allow\n", 14, &policy, &diags), 0);
	report.policy = policy;
	format->write(&report, to);
	fclose(to);
	policy_destroy(policy);
	diags_finish(&diags);
	return text;
}

static void a_loss_is_the_first_thing_that_is_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(losses); i++) {
		const struct loss *loss = &losses[i];
		struct record record = { .source = TRACE_EBPF };
		char *text, *json, *member;

		*(uint64_t *)(void *)((char *)&record + loss->at) = 3;
		print_message("%s\n", loss->member);
		assert_int_equal(record_is_complete(&record), loss->is_complete);
		text = write_report(&report_text, &record);
		assert_int_equal(!strncmp(text, first_line, strlen(first_line)),
				 !loss->is_complete);
		if (loss->text)
			assert_non_null(strstr(text, loss->text));
		else
			assert_string_equal(text, "");
		json = write_report(&report_json, &record);
		member = mem_printf("\"%s\": 3", loss->member);
		assert_non_null(strstr(json, member));
		assert_non_null(strstr(json, loss->is_complete ? "\"complete\": true"
							       : "\"complete\": false"));
		free(member);
		free(json);
		free(text);
	}
}

static void without_a_loss_nothing_is_said(void **state)
{
	const struct record record = { .source = TRACE_EBPF };
	char *text = write_report(&report_text, &record);

	(void)state;
	assert_true(record_is_complete(&record));
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loss_is_the_first_thing_that_is_said),
		cmocka_unit_test(without_a_loss_nothing_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
