// SPDX-License-Identifier: GPL-2.0-or-later
/* A file of lines neither waits for its reader nor grows without bound, and counts what it
 * drops. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
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

/* Returns how many lines came through, which must be whole and ascending. */
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
	assert_int_equal(line_file_end(&fixture->file), -EPIPE);
	fixture->reader = -1;
}

static void a_reader_that_reads_nothing_is_given_up(void **state)
{
	struct fixture *fixture = *state;
	struct strbuf got = { 0 };
	uint64_t before;
	char block[LINE * 409]; /* a page of them: it fits exactly */

	add_lines(&fixture->file, 20000);
	assert_int_equal(read(fixture->reader, block, sizeof(block)), sizeof(block));
	strbuf_add(&got, block, sizeof(block));
	assert_int_equal(fixture->file.dropped, 0);
	before = fixture->file.pending.len / LINE;
	assert_true(before > 0);
	line_file_drain(&fixture->file);
	assert_int_equal(fixture->file.pending.len, 0);
	assert_in_range(fixture->file.dropped, before - 409, before);
	read_all(fixture, &got);
	assert_int_equal(got.len % LINE, 0);
	assert_int_equal(count_lines(&got) + fixture->file.dropped, 20000);
	strbuf_finish(&got);
}

/* Longer than what a pipe takes whole. */
static void add_long_lines(struct line_file *file, size_t len, int n)
{
	char *line = mem_alloc(len);

	memset(line, 'x', len);
	line[len - 1] = '\n';
	while (n-- > 0)
		line_file_add(file, line, len);
	free(line);
}

static void a_reader_that_stalls_and_comes_back_finds_whole_lines(void **state)
{
	enum { LONG = 5 * PIPE_BUF / 2 };
	struct fixture *fixture = *state;
	struct line_file *file = &fixture->file;
	struct strbuf got = { 0 };

	add_long_lines(file, LONG, 10);
	line_file_drain(file);
	assert_true(file->dropped > 0);
	line_file_add(file, "end\n", 4);
	read_all(fixture, &got);
	assert_int_not_equal(got.len % LONG, 0); /* a line was started */
	assert_int_equal(line_file_end(file), 0);
	read_all(fixture, &got);
	assert_int_equal((got.len - 4) % LONG, 0);
	assert_int_equal((got.len - 4) / LONG + file->dropped, 10);
	assert_memory_equal(got.text + got.len - 5, "\nend\n", 5);
	strbuf_finish(&got);
}

static void what_is_never_taken_is_counted_to_the_last_line(void **state)
{
	enum { LONG = 5 * PIPE_BUF / 2 };
	struct fixture *fixture = *state;
	struct strbuf got = { 0 };

	add_long_lines(&fixture->file, LONG, 10);
	assert_int_equal(line_file_end(&fixture->file), 0);
	assert_int_equal(fixture->file.pending.len, 0);
	read_all(fixture, &got);
	assert_int_equal(got.len / LONG + fixture->file.dropped, 10);
	strbuf_finish(&got);
}

/* What others also write to may block: a pipe that is full by now, a socket. */
static void a_descriptor_that_may_block_is_not_waited_on(void **state)
{
	struct line_file file = LINE_FILE_NONE;
	char block[4096];
	int pair[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(i ? socketpair(AF_UNIX, SOCK_STREAM, 0, pair) : pipe(pair), 0);
		file.fd = pair[1];
		add_lines(&file, LINES);
		assert_int_equal(file.error, 0);
		assert_true(file.dropped > 0);
		/* There is room for less than is held back. */
		assert_true(read(pair[0], block, sizeof(block)) > 0);
		assert_int_equal(line_file_end(&file), 0);
		line_file_finish(&file);
		close(pair[0]);
	}
}

/* A master of a terminal that nobody reads, and the terminal. */
static int open_terminal(char name[64])
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	assert_true(master >= 0);
	assert_int_equal(grantpt(master) || unlockpt(master) || ptsname_r(master, name, 64), 0);
	return master;
}

/* It takes part of a write and waits for room for the rest. */
static void a_terminal_is_not_waited_on(void **state)
{
	struct line_file file = LINE_FILE_NONE;
	struct diags diags = { 0 };
	char name[64];
	int master = open_terminal(name);

	(void)state;
	assert_int_equal(line_file_open(name, &file, &diags), 0);
	add_lines(&file, LINES);
	assert_true(file.dropped > 0);
	line_file_finish(&file);
	close(master);
}

static void standard_output_is_not_waited_on_and_keeps_its_flags(void **state)
{
	struct line_file file = LINE_FILE_NONE;
	struct diags diags = { 0 };
	char name[64];
	int master = open_terminal(name), before = dup(STDOUT_FILENO), flags;
	int terminal = open(name, O_WRONLY | O_NOCTTY);

	(void)state;
	dup2(terminal, STDOUT_FILENO);
	flags = fcntl(STDOUT_FILENO, F_GETFL);
	if (!line_file_open("-", &file, &diags))
		add_lines(&file, LINES);
	flags ^= fcntl(STDOUT_FILENO, F_GETFL);
	dup2(before, STDOUT_FILENO);
	assert_int_equal(flags, 0);
	assert_true(file.dropped > 0);
	line_file_finish(&file);
	close(master);
	close(terminal);
	close(before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_read_is_bounded_and_counted),
		TEST(a_reader_that_has_gone_stops_the_writing),
		TEST(a_reader_that_reads_nothing_is_given_up),
		TEST(a_reader_that_stalls_and_comes_back_finds_whole_lines),
		TEST(what_is_never_taken_is_counted_to_the_last_line),
		TEST(a_descriptor_that_may_block_is_not_waited_on),
		TEST(a_terminal_is_not_waited_on),
		TEST(standard_output_is_not_waited_on_and_keeps_its_flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
