// SPDX-License-Identifier: GPL-2.0-or-later
/* A file of lines neither waits for its reader nor grows without bound, and counts what it drops.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "report/line_file.h"

enum { LINES = 300000, LINE = 10, BOUND = 1 << 20 };

struct fixture {
	char folder[32], *path;
	int reader;
	struct line_file file;
};

static int set_up(void **state)
{
	struct fixture *fixture = mem_alloc(sizeof(*fixture));
	struct diags diags = { 0 };

	strcpy(fixture->folder, "/tmp/pinfold-test-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	fixture->path = mem_printf("%s/fifo", fixture->folder);
	assert_int_equal(mkfifo(fixture->path, 0600), 0);
	fixture->reader = open(fixture->path, O_RDONLY | O_NONBLOCK);
	assert_true(fixture->reader >= 0);
	assert_int_equal(line_file_open(fixture->path, &fixture->file, &diags), 0);
	diags_finish(&diags);
	signal(SIGPIPE, SIG_IGN);
	alarm(30); /* a write that waits ends the test */
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	alarm(0);
	line_file_finish(&fixture->file);
	close(fixture->reader);
	unlink(fixture->path);
	rmdir(fixture->folder);
	free(fixture->path);
	free(fixture);
	return 0;
}

static void add_lines(struct line_file *file, int n)
{
	for (int i = 0; i < n; i++) {
		char line[LINE + 1];

		snprintf(line, sizeof(line), "%09d\n", i);
		line_file_add(file, line, LINE);
	}
}

static void read_all(const struct fixture *fixture, struct strbuf *buf)
{
	char block[4096];
	ssize_t n;

	while ((n = read(fixture->reader, block, sizeof(block))) > 0)
		strbuf_add(buf, block, (size_t)n);
}

/* Gives how many lines came through, which must be whole and ascend. */
static uint64_t count_lines(const struct strbuf *buf)
{
	uint64_t n = 0;
	int last = -1;

	for (size_t at = 0; at + LINE <= buf->len; at += LINE) {
		assert_int_equal(buf->text[at + LINE - 1], '\n');
		assert_true(atoi(buf->text + at) > last);
		last = atoi(buf->text + at);
		n++;
	}
	return n;
}

static void what_is_not_read_is_bounded_and_counted(void **state)
{
	struct fixture *fixture = *state;
	struct line_file *file = &fixture->file;
	struct strbuf got = { 0 };

	add_lines(file, LINES);
	assert_int_equal(file->error, 0);
	assert_true(file->pending.len <= BOUND);
	assert_true(file->dropped > 0);
	/* What the pipe holds first, then what was held back, each line whole. */
	read_all(fixture, &got);
	while (file->pending.len) {
		line_file_flush(file);
		read_all(fixture, &got);
	}
	assert_int_equal(got.len % LINE, 0);
	assert_int_equal(count_lines(&got) + file->dropped, LINES);
	strbuf_finish(&got);
}

static void a_reader_that_has_gone_stops_the_writing(void **state)
{
	struct fixture *fixture = *state;

	close(fixture->reader);
	add_lines(&fixture->file, 1000);
	assert_int_equal(fixture->file.error, -EPIPE);
	assert_int_equal(fixture->file.dropped, 1000);
	assert_int_equal(line_file_drain(&fixture->file), -EPIPE);
	fixture->reader = -1;
}

static void a_reader_that_reads_nothing_is_given_up(void **state)
{
	struct fixture *fixture = *state;
	struct strbuf got = { 0 };
	uint64_t before;

	add_lines(&fixture->file, 20000);
	assert_int_equal(fixture->file.dropped, 0);
	before = fixture->file.pending.len / LINE;
	assert_true(before > 0);
	assert_int_equal(line_file_drain(&fixture->file), 0);
	assert_int_equal(fixture->file.pending.len, 0);
	assert_true(fixture->file.dropped >= before);
	/* A line that was written in part is among the dropped. */
	read_all(fixture, &got);
	assert_int_equal(count_lines(&got) + fixture->file.dropped, 20000);
	strbuf_finish(&got);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_read_is_bounded_and_counted),
		TEST(a_reader_that_has_gone_stops_the_writing),
		TEST(a_reader_that_reads_nothing_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
