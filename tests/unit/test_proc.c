// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts of /proc as the kernel writes them, with the names that anybody can give to a file. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

static void lines_of_mountinfo_are_read(void **state)
{
	auto_free char *text = mem_strdup(
		"26 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
		"31 26 0:27 /a /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"
		"32 26 0:28 net:[4026531840] /run/netns/x rw shared:3 master:4 - nsfs nsfs rw\n"
		"33 26 0:29 / /mnt rw - tmpfs  rw\n"
		"34 26 1048575:4294967295 / /last rw - tmpfs none rw");
	char *at = text;
	struct proc_mount mount;

	(void)state;
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_int_equal(mount.id, 26);
	assert_int_equal(mount.parent, 1);
	assert_true(mount.device == makedev(8, 1));
	assert_string_equal(mount.root, "/");
	assert_string_equal(mount.point, "/");
	assert_string_equal(mount.type, "ext4");
	assert_string_equal(mount.options, "rw,errors=remount-ro");
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.root, "/a");
	assert_string_equal(mount.point, "/sys/fs/cgroup/cpu,cpuacct");
	assert_string_equal(mount.type, "cgroup");
	assert_true(str_has_word(mount.options, "cpu"));
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.root, "net:[4026531840]");
	assert_string_equal(mount.type, "nsfs");
	/* Mounted from "": its source is nothing between two blanks. */
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.type, "tmpfs");
	assert_string_equal(mount.options, "rw");
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_true(mount.device == makedev(1048575, 4294967295));
	assert_string_equal(mount.point, "/last");
	assert_int_equal(proc_next_mount(&at, &mount), 0);
}

static void hostile_names_are_those_of_the_files(void **state)
{
	auto_free char *text = mem_strdup(
		"7 1 0:9 /a\\040b /x\\012y\\011z rw - tmp\\040fs - rw,name=a\\134b\n"
		"8 1 0:9 /\\134040 /\\040-\\040tmpfs\\040none\\040rw rw - tmpfs none rw\n"
		"9 1 0:9 /\\1 /\\08\\400\\000\\ rw - tmpfs none rw\\\n");
	char *at = text;
	struct proc_mount mount;

	(void)state;
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.root, "/a b");
	assert_string_equal(mount.point, "/x\ny\tz");
	assert_string_equal(mount.type, "tmp fs");
	assert_string_equal(mount.options, "rw,name=a\\b");
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.root, "/\\040");
	assert_string_equal(mount.point, "/ - tmpfs none rw");
	/* What the kernel never writes stays as it is. */
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.root, "/\\1");
	assert_string_equal(mount.point, "/\\08\\400\\000\\");
	assert_string_equal(mount.options, "rw\\");
	assert_int_equal(proc_next_mount(&at, &mount), 0);
}

static void very_long_names_are_read_whole(void **state)
{
	struct strbuf text = { 0 }, want = { 0 };
	struct proc_mount mount;
	char *at;

	(void)state;
	strbuf_puts(&text, "5 1 0:9 / ");
	for (size_t i = 0; i < 5000; i++) {
		strbuf_puts(&text, "/\\040\\012");
		strbuf_puts(&want, "/ \n");
	}
	strbuf_puts(&text, " rw - tmpfs none rw\n6 1 0:9 / /next rw - tmpfs none rw\n");
	at = text.text;
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.point, want.text);
	assert_int_equal(proc_next_mount(&at, &mount), 1);
	assert_string_equal(mount.point, "/next");
	assert_int_equal(proc_next_mount(&at, &mount), 0);
	strbuf_finish(&text);
	strbuf_finish(&want);
}

static void what_is_no_line_of_a_mount_is_an_error_and_passed(void **state)
{
	static const char *const lines[] = {
		"",
		"x",
		"1 2",
		"1 2 0:3 / /a rw",
		"1 2 0:3 / /a rw shared:1",
		"1 2 0:3 / /a rw -",
		"1 2 0:3 / /a rw - tmpfs",
		"1 2 0:3 / /a rw - tmpfs none",
		" 1 2 0:3 / /a rw - tmpfs none rw",
		"-1 2 0:3 / /a rw - tmpfs none rw",
		"1x 2 0:3 / /a rw - tmpfs none rw",
		"18446744073709551616 2 0:3 / /a rw - tmpfs none rw",
		"1 2 0 / /a rw - tmpfs none rw",
		"1 2 0: / /a rw - tmpfs none rw",
		"1 2 0:4294967296 / /a rw - tmpfs none rw",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		auto_free char *text = mem_printf("%s\n5 1 0:9 / /b rw - tmpfs none rw\n",
						  lines[i]);
		struct proc_mount mount = { 0 };
		char *at = text;

		if (proc_next_mount(&at, &mount) != -EINVAL)
			fail_msg("'%s' is taken", lines[i]);
		assert_null(mount.point);
		assert_int_equal(proc_next_mount(&at, &mount), 1);
		assert_string_equal(mount.point, "/b");
	}
}

static void cgroups_are_read_up_to_the_second_colon(void **state)
{
	auto_free char *text = mem_strdup("12:cpu,cpuacct:/a:b c\n"
					  "nonsense\n"
					  "1:no path\n"
					  "x:memory:/\n"
					  "3:name=systemd:/\n"
					  "0::/user.slice/\\x2d (deleted)");
	char *at = text;
	struct proc_cgroup own;

	(void)state;
	assert_true(proc_next_cgroup(&at, &own));
	assert_int_equal(own.hierarchy, 12);
	assert_string_equal(own.controllers, "cpu,cpuacct");
	assert_string_equal(own.path, "/a:b c");
	assert_true(proc_next_cgroup(&at, &own));
	assert_string_equal(own.controllers, "name=systemd");
	assert_true(proc_next_cgroup(&at, &own));
	assert_int_equal(own.hierarchy, 0);
	assert_string_equal(own.controllers, "");
	assert_string_equal(own.path, "/user.slice/\\x2d (deleted)");
	assert_false(proc_next_cgroup(&at, &own));
}

static void a_name_with_brackets_hides_nothing_of_stat(void **state)
{
	char text[] = "4 (a) R 1 (x\n) S 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 4711 0 0 "
		      "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 100 200 300 400 0\n";
	char none[] = "4 (a", cut[] = "4 (a) ";
	struct proc_stat stat;

	(void)state;
	assert_int_equal(proc_parse_stat(text, &stat), 0);
	assert_int_equal(stat.state, 'S');
	assert_int_equal(stat.parent, 17);
	assert_int_equal(stat.start, 4711);
	assert_int_equal(stat.arg_start, 100);
	assert_int_equal(stat.env_end, 400);
	assert_int_equal(proc_parse_stat(none, &stat), -EINVAL);
	assert_int_equal(proc_parse_stat(cut, &stat), -EINVAL);
}

static void numbers_of_status_are_those_of_their_line(void **state)
{
	static const char status[] = "Name:\tTgid:\\n5\nTgid:\t30\nNStgid:\t30\t7\t1\n"
				     "NSpid:\t31\t8\t2\nNSsid:\nThreads:\t1";

	(void)state;
	assert_int_equal(proc_status_number(status, "Tgid"), 30);
	assert_int_equal(proc_status_number(status, "NStgid"), 1);
	assert_int_equal(proc_status_number(status, "NSpid"), 2);
	assert_int_equal(proc_status_number(status, "NSsid"), 0);
	assert_int_equal(proc_status_number(status, "Threads"), 1);
	assert_int_equal(proc_status_number(status, "Thread"), 0);
	assert_int_equal(proc_status_number("", "Tgid"), 0);
}

static void maps_are_read_to_their_end(void **state)
{
	const char *at = "         0       1000          1\n         1     100000 4294967294\n";
	struct proc_ids ids;

	(void)state;
	assert_true(proc_next_ids(&at, &ids));
	assert_int_equal(ids.outside, 1000);
	assert_true(proc_next_ids(&at, &ids));
	assert_int_equal(ids.inside, 1);
	assert_int_equal(ids.count, 4294967294);
	assert_false(proc_next_ids(&at, &ids));
	at = "0 1\n";
	assert_false(proc_next_ids(&at, &ids));
}

static void this_process_is_found(void **state)
{
	auto_free char *mounts = NULL;
	char comm[64], small[4], link[64];
	struct proc_stat stat;
	struct proc_mount mount;
	bool has_root = false;
	int got = 0, ends[2];
	ssize_t len;

	(void)state;
	assert_int_equal(proc_find_stat(getpid(), &stat), 0);
	assert_int_equal(stat.parent, getppid());
	assert_int_equal(proc_own_stat()->start, stat.start);
	assert_true(proc_own_pid_namespace());
	assert_int_equal(proc_read_all(PROC_SELF, "mountinfo", &mounts), 0);
	for (char *at = mounts; (got = proc_next_mount(&at, &mount)) > 0;)
		has_root |= str_eq(mount.point, "/");
	assert_int_equal(got, 0);
	assert_true(has_root);
	len = proc_read(getpid(), "comm", comm, sizeof(comm));
	assert_int_equal(len, strlen(comm));
	assert_int_equal(proc_read(getpid(), "comm", small, sizeof(small)), 3);
	assert_int_equal(small[3], '\0');
	assert_int_equal(proc_read(getpid(), "no such file", comm, sizeof(comm)), -ENOENT);
	assert_true(*proc_own_map(PROC_UID_MAP));
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(proc_read_fd_link(ends[0], link, sizeof(link)) > 0);
	assert_true(str_starts(link, "pipe:["));
	assert_int_equal(proc_read_fd_link(ends[0], small, sizeof(small)), -ENAMETOOLONG);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_mountinfo_are_read),
		cmocka_unit_test(hostile_names_are_those_of_the_files),
		cmocka_unit_test(very_long_names_are_read_whole),
		cmocka_unit_test(what_is_no_line_of_a_mount_is_an_error_and_passed),
		cmocka_unit_test(cgroups_are_read_up_to_the_second_colon),
		cmocka_unit_test(a_name_with_brackets_hides_nothing_of_stat),
		cmocka_unit_test(numbers_of_status_are_those_of_their_line),
		cmocka_unit_test(maps_are_read_to_their_end),
		cmocka_unit_test(this_process_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
