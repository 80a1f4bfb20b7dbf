// SPDX-License-Identifier: GPL-2.0-or-later
/* The process that does with files what the supervisor may not. */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "confine/clerk.h"

enum { MAKES, FAILS, STRAYS, CALLS };

static char folder_name[] = "/tmp/pinfold-clerk-XXXXXX";
static int folder;

static int make(const void *data)
{
	int fd = openat(folder, data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : close(fd);
}

static int refuse(const void *data)
{
	(void)data;
	return -EXDEV;
}

/* Writes elsewhere than it announced. */
static int stray(const void *data)
{
	int fd = openat(AT_FDCWD, data, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : close(fd);
}

/* Makes a call that has nothing to do with files. */
static int call(const void *data)
{
	(void)data;
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? -errno : 0;
}

static const struct clerk_task tasks[] = {
	[MAKES] = { .run = make,
		    .data = "made",
		    .gates = { { -1, LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_WRITE_FILE },
			       { -1, 0 } },
		    .fds = { -1, -1, -1 } },
	[FAILS] = { .run = refuse, .gates = { { -1, 0 }, { -1, 0 } }, .fds = { -1, -1, -1 } },
	[STRAYS] = { .run = stray,
		     .data = "/tmp/pinfold-clerk-strayed",
		     .gates = { { -1, 0 }, { -1, 0 } },
		     .fds = { -1, -1, -1 } },
	[CALLS] = { .run = call, .gates = { { -1, 0 }, { -1, 0 } }, .fds = { -1, -1, -1 } },
};

static struct clerk make_clerk(void)
{
	struct clerk clerk = CLERK_NONE;

	for (uint32_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++) {
		struct clerk_task task = tasks[i];

		if (i == MAKES)
			task.gates[0].folder = task.fds[0] = folder;
		assert_int_equal(clerk_add(&clerk, &task), i);
	}
	return clerk;
}

static bool has_file(void)
{
	return unlinkat(folder, "made", 0) == 0;
}

static void a_task_is_done_and_answered(void **state)
{
	struct clerk clerk = make_clerk();

	(void)state;
	assert_int_equal(clerk_start(&clerk), 0);
	assert_int_equal(clerk_do(&clerk, MAKES), 0);
	assert_int_equal(clerk_do(&clerk, MAKES), -EEXIST);
	assert_int_equal(clerk_do(&clerk, FAILS), -EXDEV);
	assert_true(has_file());
	assert_int_equal(clerk_do(&clerk, MAKES), 0);
	assert_true(has_file());
	clerk_finish(&clerk);
}

static void without_a_process_it_is_done_here(void **state)
{
	struct clerk clerk = make_clerk();

	(void)state;
	assert_int_equal(clerk_do(&clerk, MAKES), 0);
	assert_true(has_file());
	clerk_finish(&clerk);
}

static void nothing_else_is_written(void **state)
{
	struct clerk clerk = make_clerk();

	(void)state;
	assert_int_equal(clerk_start(&clerk), 0);
	assert_int_equal(clerk_do(&clerk, STRAYS), -EACCES);
	assert_int_equal(access(tasks[STRAYS].data, F_OK), -1);
	clerk_finish(&clerk);
}

static void another_call_is_its_end(void **state)
{
	struct clerk clerk = make_clerk();

	(void)state;
	assert_int_equal(clerk_start(&clerk), 0);
	assert_int_equal(clerk_do(&clerk, CALLS), -EPIPE);
	assert_int_equal(clerk_do(&clerk, MAKES), -EPIPE);
	assert_false(has_file());
	clerk_finish(&clerk);
}

/* As from a supervisor that has been taken over. */
static void what_is_no_task_ends_it(void **state)
{
	static const struct {
		unsigned char bytes[8];
		size_t len;
	} words[] = {
		{ { 4, 0, 0, 0 }, 4 },
		{ { 255, 255, 255, 255 }, 4 },
		{ { 0, 0, 0, 0, 0, 0, 0, 0 }, 3 },
		{ { 0 }, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct clerk clerk = make_clerk();
		int32_t answer;

		assert_int_equal(clerk_start(&clerk), 0);
		send(clerk.channel, words[i].bytes, words[i].len, MSG_NOSIGNAL);
		assert_true(recv(clerk.channel, &answer, sizeof(answer), 0) <= 0);
		assert_false(has_file());
		clerk_finish(&clerk);
	}
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder_name))
		return -1;
	folder = open(folder_name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return folder < 0;
}

static int remove_folder(void **state)
{
	(void)state;
	close(folder);
	return rmdir(folder_name);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_is_done_and_answered),
		cmocka_unit_test(without_a_process_it_is_done_here),
		cmocka_unit_test(nothing_else_is_written),
		cmocka_unit_test(another_call_is_its_end),
		cmocka_unit_test(what_is_no_task_ends_it),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
