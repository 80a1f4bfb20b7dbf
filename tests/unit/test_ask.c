// SPDX-License-Identifier: GPL-2.0-or-later
/* The process that looks at the host for the caller: what it answers, and what it never touches. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cause/ask.h"

enum { OTHER = 65533 };

static char folder[] = "/tmp/pinfold-ask-XXXXXX";
static char *base; /* below it, closed to others than its owner: no link in it is anybody else's */

static char *at(const char *name)
{
	static char rooms[4][PATH_MAX];
	static unsigned int next;
	char *room = rooms[next++ % ARRAY_SIZE(rooms)];

	snprintf(room, PATH_MAX, "%s/%s", base, name);
	return room;
}

static void put_file(const char *name, mode_t mode)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_EXCL, mode);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(chmod(at(name), mode), 0);
}

static void put_folder(const char *name, mode_t mode)
{
	assert_int_equal(mkdir(at(name), mode), 0);
	assert_int_equal(chmod(at(name), mode), 0);
}

static void put_link(const char *text, const char *name)
{
	assert_int_equal(symlink(text, at(name)), 0);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 0755), 0);
	base = mem_printf("%s/base", folder);
	assert_int_equal(mkdir(base, 0755), 0);
	put_file("file", 0644);
	put_file("closed", 0600);
	put_folder("shut", 0700);
	put_file("shut/file", 0644);
	put_folder("open", 01777);
	put_folder("mine", 0755);
	put_folder("mine/deep", 0755);
	put_link("../file", "shut/up");
	put_link("file", "link");
	put_link("mine", "directory-link");
	put_link("/", "root-link");
	put_link("loop", "loop");
	put_link("../../file", "mine/deep/link");
	put_link("../file", "open/link");
	assert_int_equal(mkfifo(at("fifo"), 0666), 0);
	/* One of our own: others open /dev/null at any time. */
	if (geteuid() == 0)
		assert_int_equal(mknod(at("device"), S_IFCHR | 0666, makedev(1, 3)), 0);
	else
		put_file("device", 0644);
	return 0;
}

static int tear_down(void **state)
{
	char *command = mem_printf("rm -rf %s", folder);

	(void)state;
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
	free(command);
	free(base);
	return 0;
}

/* Asks one question as SETUP says. */
static struct ask_path ask_once(const struct ask_setup *setup, const char *path)
{
	struct asker asker;
	struct ask_path answer;

	asker_start(&asker, setup);
	ask_path(&asker, path, &answer);
	asker_finish(&asker);
	return answer;
}

static struct ask_setup as_caller(void)
{
	/* Over files, as cause.c has it: the test may be root's, and without these root is nobody.
	 */
	return (struct ask_setup){
		.uid = geteuid(), .gid = getegid(), .rights = 0xf, .pen_uid = 1 << 20
	};
}

static struct ask_path ask_as_caller(const char *path)
{
	const struct ask_setup setup = as_caller();

	return ask_once(&setup, path);
}

static struct ask_path ask_as_other(const char *path)
{
	const struct ask_setup setup = {
		.uid = OTHER, .gid = OTHER, .is_other = true, .pen_uid = OTHER
	};

	return ask_once(&setup, path);
}

static void what_is_there_is_described(void **state)
{
	struct ask_path answer = ask_as_caller(at("file"));

	(void)state;
	assert_int_equal(answer.doubt, DOUBT_NONE);
	assert_int_equal(answer.error, 0);
	assert_int_equal(answer.read, 0);
	assert_int_equal(answer.write, 0);
	assert_int_equal(answer.execute, EACCES);
	assert_int_equal(answer.mode & S_IFMT, S_IFREG);
	assert_string_equal(answer.real, at("file"));
	answer = ask_as_caller("/");
	assert_int_equal(answer.error, 0);
	assert_string_equal(answer.real, "/");
	assert_true(S_ISDIR(answer.mode));
}

static void what_is_missing_could_be_made_or_not(void **state)
{
	struct ask_path answer = ask_as_caller(at("mine/new"));

	(void)state;
	assert_int_equal(answer.error, ENOENT);
	assert_true(answer.has_dir);
	assert_int_equal(answer.make, 0);
	assert_string_equal(answer.real, at("mine/new"));
	answer = ask_as_caller(at("none/new"));
	assert_int_equal(answer.error, ENOENT);
	assert_false(answer.has_dir);
	answer = ask_as_caller(at("file/new"));
	assert_int_equal(answer.error, ENOTDIR);
	answer = ask_as_caller(at("file/"));
	assert_int_equal(answer.error, ENOTDIR);
}

static void links_are_followed_where_nobody_else_puts_them(void **state)
{
	static const struct {
		const char *path, *real;
	} rows[] = {
		{ "link", "file" },
		{ "directory-link", "mine" },
		{ "directory-link/", "mine" },
		{ "directory-link/deep/../deep/link", "file" },
		{ "mine/./deep//link", "file" },
		{ "mine/deep/..", "mine" },
	};
	struct ask_path answer;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		answer = ask_as_caller(at(rows[i].path));
		assert_int_equal(answer.doubt, DOUBT_NONE);
		assert_int_equal(answer.error, 0);
		assert_string_equal(answer.real, at(rows[i].real));
	}
	assert_string_equal(ask_as_caller(at("root-link")).real, "/");
	assert_int_equal(ask_as_caller(at("loop")).error, ELOOP);
}

static void no_link_is_followed_that_the_command_could_have_put(void **state)
{
	struct ask_setup setup = as_caller();

	(void)state;
	assert_int_equal(ask_as_caller(at("open/link")).doubt, DOUBT_LINK);
	ask_add_writable(&setup, at("mine"));
	assert_int_equal(ask_once(&setup, at("mine/deep/link")).doubt, DOUBT_LINK);
	assert_int_equal(ask_once(&setup, at("directory-link/deep/link")).doubt, DOUBT_LINK);
	assert_int_equal(ask_once(&setup, at("mine/deep/../../mine/deep/link")).doubt, DOUBT_LINK);
	assert_int_equal(ask_once(&setup, at("mine/deep")).doubt, DOUBT_NONE);
	assert_int_equal(ask_once(&setup, at("link")).doubt, DOUBT_NONE);
	if (!geteuid()) {
		assert_int_equal(lchown(at("link"), OTHER, OTHER), 0);
		assert_int_equal(ask_once(&setup, at("link")).doubt, DOUBT_LINK);
		assert_int_equal(lchown(at("link"), 0, 0), 0);
	}
	ask_setup_finish(&setup);
	/* By another name of the directory. */
	setup = as_caller();
	ask_add_writable(&setup, at("directory-link"));
	assert_int_equal(ask_once(&setup, at("mine/deep/link")).doubt, DOUBT_LINK);
	ask_setup_finish(&setup);
}

static void magic_links_lead_nowhere(void **state)
{
	static const char *const paths[] = {
		"/proc/self",  "/proc/self/fd/0", "/proc/thread-self/root",
		"/dev/fd/0",   "/dev/stdin",	  "/proc/1/root/etc/passwd",
		"/proc/1/cwd", "/proc/1/exe",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		assert_int_not_equal(ask_as_caller(paths[i]).doubt || access(paths[i], F_OK), 0);
	assert_int_equal(ask_as_caller("/proc/self/fd/0").doubt, DOUBT_PROC);
	assert_int_equal(ask_as_caller("/proc/self/root").doubt, DOUBT_PROC);
}

static void names_that_are_none_are_refused(void **state)
{
	char path[2 * PATH_MAX];

	(void)state;
	assert_int_equal(ask_as_caller("file").doubt, DOUBT_NAME);
	assert_int_equal(ask_as_caller("").doubt, DOUBT_NAME);
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(ask_as_caller(path).doubt, DOUBT_NAME);
	path[NAME_MAX + 2] = '\0';
	assert_int_equal(ask_as_caller(path).error, ENAMETOOLONG);
	for (size_t i = 0; i + 1 < PATH_MAX; i++)
		path[i] = i % 2 ? 'x' : '/';
	path[PATH_MAX - 1] = '\0';
	assert_int_equal(ask_as_caller(path).error, ENOENT);
}

static void nothing_is_opened(void **state)
{
	int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	static const char *const names[] = { "fifo", "file", "mine", "shut", "link", "device" };
	char events[4096];

	(void)state;
	assert_true(watch >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_true(inotify_add_watch(watch, at(names[i]), IN_OPEN | IN_ACCESS) >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(ask_as_caller(at(names[i])).error, 0);
	assert_true(S_ISFIFO(ask_as_caller(at("fifo")).mode));
	ask_as_caller(at("mine/new"));
	assert_int_equal(access(at("mine/new"), F_OK), -1);
	assert_true(read(watch, events, sizeof(events)) < 0 && errno == EAGAIN);
	close(watch);
	assert_true(geteuid() != 0 || S_ISCHR(ask_as_caller(at("device")).mode));
}

static void another_caller_has_its_own_rights(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(ask_as_other(at("file")).read, 0);
	assert_int_equal(ask_as_other(at("file")).write, EACCES);
	assert_int_equal(ask_as_other(at("closed")).read, EACCES);
	assert_int_equal(ask_as_other(at("shut/file")).error, EACCES);
	assert_int_equal(ask_as_other(at("mine/new")).make, EACCES);
	assert_int_equal(ask_as_other(at("file")).remove, EACCES);
	assert_int_equal(ask_as_caller(at("closed")).read, 0);
	assert_int_equal(ask_as_caller(at("shut/file")).read, 0);
}

/* What is mounted on demand: the other end of the pipe would hear of it, and nobody answers. */
static void nothing_is_mounted(void **state)
{
	pid_t child;
	int status;

	(void)state;
	if (geteuid() != 0)
		skip();
	put_folder("auto", 0755);
	child = fork();
	if (child == 0) {
		int ends[2];
		char options[128], byte;
		struct ask_path answer;

		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    pipe2(ends, O_CLOEXEC | O_NONBLOCK))
			_exit(2);
		snprintf(options, sizeof(options), "fd=%d,pgrp=%d,minproto=5,maxproto=5,indirect",
			 ends[1], getpgrp());
		if (mount("autofs", at("auto"), "autofs", 0, options))
			_exit(2);
		answer = ask_as_caller(at("auto/key/file"));
		if (answer.doubt != DOUBT_MOUNT || ask_as_caller(at("auto")).doubt != DOUBT_MOUNT)
			_exit(1);
		_exit(read(ends[0], &byte, 1) < 0 && errno == EAGAIN ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		skip(); /* no autofs here, or no mount namespace */
	assert_int_equal(status, 0);
}

static const char other[] = "/tmp/pinfold-ask-other";
static volatile bool is_over;

static void *swap(void *name)
{
	while (!is_over)
		syscall(SYS_renameat2, AT_FDCWD, name, AT_FDCWD, other, RENAME_EXCHANGE);
	return NULL;
}

/* Between a directory, a link to a FIFO and to /proc: what is answered is one of them, whole. */
static void a_path_that_is_swapped_leads_nowhere_else(void **state)
{
	struct ask_setup setup = as_caller();
	struct asker asker;
	char *swapped = mem_strdup(at("swapped"));
	pthread_t thread;
	struct ask_path answer;

	(void)state;
	put_folder("swapped", 0755);
	put_file("swapped/file", 0644);
	put_link(at("fifo"), "swap-link");
	unlink(other);
	if (rename(at("swap-link"), other))
		skip();
	ask_add_writable(&setup, base);
	asker_start(&asker, &setup);
	assert_int_equal(pthread_create(&thread, NULL, swap, (void *)(uintptr_t) "swapped"), 0);
	for (int i = 0; i < 5000; i++) {
		ask_path(&asker, at("swapped/file"), &answer);
		assert_true(answer.doubt == DOUBT_LINK || answer.doubt == DOUBT_LATE ||
			    (answer.doubt == DOUBT_NONE &&
			     (S_ISREG(answer.mode) || answer.error == ENOENT)));
		assert_false(S_ISFIFO(answer.mode));
	}
	is_over = true;
	pthread_join(thread, NULL);
	asker_finish(&asker);
	ask_setup_finish(&setup);
	unlink(other);
	rmdir(other);
	free(swapped);
}

static void who_does_not_answer_is_not_waited_for(void **state)
{
	const struct ask_setup setup = as_caller();
	struct asker asker;
	struct ask_path answer;
	struct ask_net net;

	(void)state;
	asker_start(&asker, &setup);
	assert_int_equal(pidfd_send_signal(asker.responder.pidfd, SIGKILL, NULL, 0), 0);
	ask_path(&asker, at("file"), &answer);
	assert_int_equal(answer.doubt, DOUBT_LATE);
	ask_abstract(&asker, "x", 1, &net);
	assert_int_equal(net.doubt, DOUBT_LATE);
	asker_finish(&asker);
	asker = ASKER_NONE;
	ask_path(&asker, at("file"), &answer);
	assert_int_equal(answer.doubt, DOUBT_LATE);
	asker_finish(&asker);
}

static int listen_on(const void *address, socklen_t len, int type, uint16_t *ret_port)
{
	const struct sockaddr *any = address;
	struct sockaddr_storage own = { 0 };
	socklen_t own_len = sizeof(own);
	int fd = socket(any->sa_family, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, any, len), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &own_len), 0);
	*ret_port = ntohs(((struct sockaddr_in *)&own)->sin_port);
	return fd;
}

static struct ask_net ask_net_once(const struct ask_address *address)
{
	const struct ask_setup setup = as_caller();
	struct asker asker;
	struct ask_net net;

	asker_start(&asker, &setup);
	ask_address(&asker, address, &net);
	asker_finish(&asker);
	return net;
}

static void who_listens_is_found(void **state)
{
	const struct sockaddr_in loopback = { .sin_family = AF_INET,
					      .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct ask_address address = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
	struct ask_net net;

	(void)state;
	for (int is_stream = 0; is_stream < 2; is_stream++) {
		uint16_t port;
		int fd = listen_on(&loopback, sizeof(loopback),
				   is_stream ? SOCK_STREAM : SOCK_DGRAM, &port);

		address.port = port;
		address.is_stream = is_stream;
		net = ask_net_once(&address);
		assert_int_equal(net.doubt, DOUBT_NONE);
		assert_int_equal(net.route, 0);
		assert_true(net.is_own);
		assert_true(net.is_listened);
		close(fd);
		assert_false(ask_net_once(&address).is_listened);
	}
}

static void an_abstract_name_is_found(void **state)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0pinfold ask\\\1 @x" };
	const size_t len = 17;
	const struct ask_setup setup = as_caller();
	struct asker asker;
	struct ask_net net;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	name.sun_path[len] = (char)(getpid() & 63) + 64;
	assert_int_equal(bind(fd, (struct sockaddr *)&name,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1)),
			 0);
	assert_int_equal(listen(fd, 1), 0);
	asker_start(&asker, &setup);
	ask_abstract(&asker, name.sun_path + 1, len, &net);
	assert_int_equal(net.doubt, DOUBT_NONE);
	assert_true(net.is_listened);
	ask_abstract(&asker, name.sun_path + 1, len - 1, &net);
	assert_false(net.is_listened);
	ask_abstract(&asker, "a\nb", 3, &net);
	assert_int_equal(net.doubt, DOUBT_NAME);
	asker_finish(&asker);
	close(fd);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_described),
		cmocka_unit_test(what_is_missing_could_be_made_or_not),
		cmocka_unit_test(links_are_followed_where_nobody_else_puts_them),
		cmocka_unit_test(no_link_is_followed_that_the_command_could_have_put),
		cmocka_unit_test(magic_links_lead_nowhere),
		cmocka_unit_test(names_that_are_none_are_refused),
		cmocka_unit_test(nothing_is_opened),
		cmocka_unit_test(another_caller_has_its_own_rights),
		cmocka_unit_test(nothing_is_mounted),
		cmocka_unit_test(a_path_that_is_swapped_leads_nowhere_else),
		cmocka_unit_test(who_does_not_answer_is_not_waited_for),
		cmocka_unit_test(who_listens_is_found),
		cmocka_unit_test(an_abstract_name_is_found),
	};

	return cmocka_run_group_tests_name("tests", tests, set_up, tear_down);
}
