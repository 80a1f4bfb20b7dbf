// SPDX-License-Identifier: GPL-2.0-or-later
/* What a hook reads and where it may write: both come from strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "hook/hook_request.h"
#include "hook/hook_store.h"

static int read_state(const char *text, struct hook_request *ret_request, struct diags *diags)
{
	return hook_request_read(mem_strdup(text), strlen(text), ret_request, diags);
}

static void test_annotations_choose_outputs(void **state)
{
	const char *text = "{\"ociVersion\": \"1.0.2\", \"id\": \"a1\", \"status\": \"creating\", "
			   "\"pid\": 42, \"bundle\": \"/b\", \"annotations\": {\"other\": \"x\", "
			   "\"io.pinfold.record\": \"p.json\", \"io.pinfold.required\": \"true\"}}";
	struct hook_request request;
	struct diags diags = { 0 };

	(void)state;
	assert_int_equal(read_state(text, &request, &diags), 0);
	assert_string_equal(request.id, "a1");
	assert_int_equal(request.pid, 42);
	assert_string_equal(request.names[HOOK_PROFILE], "p.json");
	assert_null(request.names[HOOK_POLICY]);
	assert_true(request.is_required);
	assert_false(hook_request_is_empty(&request));
	hook_request_finish(&request);
	assert_int_equal(read_state("{\"id\": \"a\", \"pid\": 1}", &request, &diags), 0);
	assert_true(hook_request_is_empty(&request));
	hook_request_finish(&request);
	assert_int_equal(diags.n, 0);
}

static void test_what_is_no_state_is_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "", "" },
		{ "[]", "it is not an object" },
		{ "{}", "'id' is missing" },
		{ "{\"id\": 1, \"pid\": 1}", "'id' is missing or invalid" },
		{ "{\"id\": \"\", \"pid\": 1}", "'id' is missing or invalid" },
		{ "{\"id\": \"../x\", \"pid\": 1}", "'id' is missing or invalid" },
		{ "{\"id\": \".x\", \"pid\": 1}", "'id' is missing or invalid" },
		{ "{\"id\": \"a b\", \"pid\": 1}", "'id' is missing or invalid" },
		{ "{\"id\": \"a\"}", "'pid' is missing" },
		{ "{\"id\": \"a\", \"pid\": 0}", "'pid' is not a process id" },
		{ "{\"id\": \"a\", \"pid\": -1}", "'pid' is not a process id" },
		{ "{\"id\": \"a\", \"pid\": 1.5}", "'pid' is not a process id" },
		{ "{\"id\": \"a\", \"pid\": 4294967297}", "'pid' is not a process id" },
		{ "{\"id\": \"a\", \"pid\": \"1\"}", "'pid' is missing" },
		{ "{\"id\": \"a\", \"pid\": 1, \"annotations\": []}", "'annotations' is not" },
		{ "{\"id\": \"a\", \"pid\": 1, \"annotations\": {\"io.pinfold.record\": 1}}",
		  "annotation 'io.pinfold.record' is not a string" },
		{ "{\"id\": \"a\", \"pid\": 1, \"annotations\": {\"io.pinfold.recording\": \"x\"}}",
		  "unknown annotation 'io.pinfold.recording'" },
		{ "{\"id\": \"a\", \"pid\": 1, \"annotations\": {\"io.pinfold.required\": \"1\"}}",
		  "neither 'true' nor 'false'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct hook_request request;
		struct diags diags = { 0 };

		assert_int_equal(read_state(rows[i].text, &request, &diags), -EINVAL);
		assert_int_equal(diags.n, 1);
		if (!strstr(diags.v[0].message, rows[i].message))
			fail_msg("%s: %s", rows[i].text, diags.v[0].message);
		diags_finish(&diags);
	}
}

static char *make_directory(void)
{
	char *path = mem_strdup("/tmp/pinfold-test-hook-XXXXXX");

	assert_non_null(mkdtemp(path));
	return path;
}

static void test_names_stay_below_the_directory(void **state)
{
	static const struct {
		const char *name, *found; /* behind the directory; NULL: refused */
		int err;
	} rows[] = {
		{ "web.json", "/web.json", 0 },
		{ "%i.json", "/a1.json", 0 },
		{ "50%.json", "/50%%.json", 0 },
		{ "%p%{HOME}.json", "/%%p%%{HOME}.json", 0 },
		{ "%%i", "/%%i", 0 },
		{ "in/web.json", "/in/web.json", 0 },
		{ "", NULL, -EINVAL },
		{ ".", NULL, -EINVAL },
		{ "..", NULL, -EINVAL },
		{ "../x", NULL, -EINVAL },
		{ "in/../../x", NULL, -EINVAL },
		{ "in/..", NULL, -EINVAL },
		{ "in/", NULL, -EINVAL },
		{ "in//x", NULL, -EINVAL },
		{ "./x", NULL, -EINVAL },
		{ ".x", NULL, -EINVAL },
		{ "in/.x/y", NULL, -EINVAL },
		{ "a\nb", NULL, -EINVAL },
		{ "/etc/passwd", NULL, -EINVAL },
		{ "/proc/self/fd/1", NULL, -EINVAL },
		{ "link/x", NULL, -ELOOP },
		{ "open/x", NULL, -EPERM },
		{ "gone/x", NULL, -ENOENT },
	};
	auto_free char *path = make_directory();
	struct hook_store store;
	struct diags diags = { 0 };

	(void)state;
	assert_int_equal(hook_store_open(path, &store, &diags), 0);
	assert_int_equal(mkdirat(store.folder, "in", 0700), 0);
	assert_int_equal(mkdirat(store.folder, "open", 0700), 0);
	assert_int_equal(fchmodat(store.folder, "open", 0770, 0), 0);
	assert_int_equal(symlinkat("/tmp", store.folder, "link"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		auto_free char *found = NULL;
		int err = hook_store_find(&store, "it", rows[i].name, "a1", &found, &diags);

		if (err != rows[i].err)
			fail_msg("'%s': %d", rows[i].name, err);
		if (rows[i].found)
			assert_string_equal(found + strlen(path), rows[i].found);
	}
	assert_int_equal(unlinkat(store.folder, "link", 0), 0);
	assert_int_equal(unlinkat(store.folder, "in", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(store.folder, "open", AT_REMOVEDIR), 0);
	hook_store_close(&store);
	assert_int_equal(rmdir(path), 0);
	diags_finish(&diags);
}

static void test_an_absolute_name_must_be_below_the_directory(void **state)
{
	auto_free char *path = make_directory();
	auto_free char *inside = mem_printf("%s/x", path), *beside = mem_printf("%sx/x", path);
	auto_free char *found = NULL;
	struct hook_store store;
	struct diags diags = { 0 };

	(void)state;
	assert_int_equal(hook_store_open(path, &store, &diags), 0);
	assert_int_equal(hook_store_find(&store, "it", inside, "a1", &found, &diags), 0);
	assert_string_equal(found, inside);
	assert_int_equal(hook_store_find(&store, "it", beside, "a1", &found, &diags), -EINVAL);
	assert_int_equal(hook_store_find(&store, "it", path, "a1", &found, &diags), -EINVAL);
	hook_store_close(&store);
	rmdir(path);
	diags_finish(&diags);
}

static void test_a_directory_of_others_is_refused(void **state)
{
	auto_free char *path = make_directory(), *below = mem_printf("%s/new", path);
	auto_free char *deep = mem_printf("%s/no/new", path);
	struct hook_store store;
	struct diags diags = { 0 };

	(void)state;
	assert_int_equal(hook_store_open("relative", &store, &diags), -EINVAL);
	assert_int_equal(hook_store_open(deep, &store, &diags), -ENOENT);
	assert_int_equal(hook_store_open(below, &store, &diags), 0);
	hook_store_close(&store);
	assert_int_equal(chmod(below, 0720), 0);
	assert_int_equal(hook_store_open(below, &store, &diags), -EPERM);
	hook_store_close(&store);
	rmdir(below);
	assert_int_equal(symlink("/tmp", below), 0);
	assert_int_equal(hook_store_open(below, &store, &diags), -ELOOP);
	hook_store_close(&store);
	unlink(below);
	rmdir(path);
	diags_finish(&diags);
}

static void test_the_log_follows_no_link_and_does_not_grow_forever(void **state)
{
	auto_free char *path = make_directory();
	struct hook_store store;
	struct diags diags = { 0 };
	int fd;

	(void)state;
	assert_int_equal(hook_store_open(path, &store, &diags), 0);
	fd = hook_store_open_log(&store);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	close(fd);
	assert_int_equal(hook_store_open_log(&store), -EFBIG);
	assert_int_equal(unlinkat(store.folder, "oci-hook.log", 0), 0);
	assert_int_equal(symlinkat("/dev/null", store.folder, "oci-hook.log"), 0);
	assert_int_equal(hook_store_open_log(&store), -ELOOP);
	assert_int_equal(unlinkat(store.folder, "oci-hook.log", 0), 0);
	hook_store_close(&store);
	assert_int_equal(rmdir(path), 0);
	diags_finish(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_annotations_choose_outputs),
		cmocka_unit_test(test_what_is_no_state_is_refused),
		cmocka_unit_test(test_names_stay_below_the_directory),
		cmocka_unit_test(test_an_absolute_name_must_be_below_the_directory),
		cmocka_unit_test(test_a_directory_of_others_is_refused),
		cmocka_unit_test(test_the_log_follows_no_link_and_does_not_grow_forever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
