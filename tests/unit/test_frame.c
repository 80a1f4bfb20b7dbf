// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/width.h"
#include "live/frame.h"

static void add_call(struct frame *frame, const char *name, uint64_t count, uint64_t rate)
{
	struct frame_call *call = array_append(&frame->top);

	*call = (struct frame_call){ .count = count, .rate = rate };
	strncpy(call->name, name, sizeof(call->name) - 1);
}

static struct frame make_frame(void)
{
	struct frame frame = {
		.title = "make 試験 -- a title that is longer than most terminals are wide, and "
			 "then "
			 "some more of it, for those that are not",
		.elapsed_ns = 61500000000U,
		.processes = 1,
		.calls = UINT64_MAX - 1,
		.denied = 12,
		.cpu_ns = 3600000000000U,
		.memory = UINT64_MAX - 1,
		.call_rate = UINT64_MAX,
		.error = "\033[31m",
	};

	add_call(&frame, "rare_but_the_longest_name_there_is", UINT64_MAX, 0);
	add_call(&frame, "openat", 10, 5);
	add_call(&frame, "read", 20, 5);
	frame_sort(&frame);
	for (size_t i = 0; i < 12; i++)
		strbuf_printf(array_append(&frame.denials), "denial 拒否 %zu %050d", i, 0);
	return frame;
}

/* Without the sequences that switch colours. */
static size_t columns_of(const struct strbuf *line)
{
	struct strbuf plain = { 0 };
	size_t columns;

	for (size_t i = 0; i < line->len; i++) {
		if (line->text[i] == '\033')
			i += strcspn(line->text + i, "m");
		else
			strbuf_add(&plain, line->text + i, 1);
	}
	columns = plain.len ? width_text(plain.text, plain.len) : 0;
	strbuf_finish(&plain);
	return columns;
}

static void no_row_is_wider_than_the_screen(void **state)
{
	struct frame frame = make_frame();

	(void)state;
	for (size_t rows = 1; rows < 40; rows++) {
		for (size_t columns = 1; columns < 140; columns++) {
			for (size_t i = 0; i < rows; i++) {
				struct strbuf line = { 0 };

				frame_format_row(&frame, i, rows, columns, &line);
				assert_true(columns_of(&line) <= columns);
				assert_null(memchr(line.text ? line.text : "", '\n', line.len));
				strbuf_finish(&line);
			}
		}
	}
	frame_finish(&frame);
}

static char *row(const struct frame *frame, size_t i, size_t rows, size_t columns)
{
	struct strbuf line = { 0 };

	frame_format_row(frame, i, rows, columns, &line);
	strbuf_puts(&line, "");
	return line.text;
}

static void shows(const struct frame *frame, size_t i, size_t rows, size_t columns,
		  const char *text)
{
	char *line = row(frame, i, rows, columns);

	if (!strstr(line, text))
		fail_msg("no '%s' in '%s'", text, line);
	free(line);
}

static void the_busiest_call_comes_first_and_the_newest_denial_last(void **state)
{
	struct frame frame = make_frame();

	(void)state;
	shows(&frame, 2, 8, 100, "denied, newest last");
	shows(&frame, 3, 8, 100, "read ");
	shows(&frame, 4, 8, 100, "openat ");
	shows(&frame, 5, 8, 100, "rare_but");
	shows(&frame, 3, 8, 100, "denial 拒否 7 ");
	shows(&frame, 7, 8, 100, "denial 拒否 11 ");
	/* One below the other. */
	shows(&frame, 3, 8, 60, "read ");
	shows(&frame, 5, 8, 60, "denied, newest last");
	shows(&frame, 7, 8, 60, "denial 拒否 11 ");
	frame_finish(&frame);
}

static void what_is_not_known_is_not_shown(void **state)
{
	struct frame frame = {
		.title = "x",
		.elapsed_ns = 5200000000U,
		.processes = UINT64_MAX,
		.calls = UINT64_MAX,
		.denied = 1,
		.cpu_ns = UINT64_MAX,
		.memory = UINT64_MAX,
		.error = "",
	};
	struct strbuf line = { 0 };

	(void)state;
	frame_format_line(&frame, 200, &line);
	assert_string_equal(line.text, "pinfold: 5.2 s, 1 denied");
	line.len = 0;
	frame.processes = 2;
	frame.calls = 1;
	frame.call_rate = 0;
	frame.memory = 1536;
	frame_format_line(&frame, 200, &line);
	assert_string_equal(line.text,
			    "pinfold: 5.2 s, 2 processes, 1 call (0/s), 1 denied, memory 1.5 KiB");
	strbuf_finish(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_row_is_wider_than_the_screen),
		cmocka_unit_test(the_busiest_call_comes_first_and_the_newest_denial_last),
		cmocka_unit_test(what_is_not_known_is_not_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
