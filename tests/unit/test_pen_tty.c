// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A pen on a terminal, as a job of a shell: keys reach the command once, stopping and resuming
 * works, and afterwards the terminal is as before. The shell is a process of this test.
 */
#include "tests/unit/run_pen.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

enum { NOT_RESTORED = 90, PEN_BROKEN = 91, DEADLINE = 20 };

/* The shell lets the job continue in the background when it has stopped for the first time. */
static bool goes_to_background;

/* What the shell says: 's' the job stopped, and its other end closes when it ends. */
static int news;

static _Noreturn void be_job(const char *script)
{
	char *const argv[] = { "sh", "-c", (char *)script, NULL };
	struct pen_request request = { .settings = &settings, .argv = argv };
	struct pen_result result;
	struct diags diags = { 0 };
	struct pen *pen;

	if (*script == '#') { /* as in a pipeline */
		close(STDIN_FILENO);
		if (open("/dev/null", O_RDONLY) != STDIN_FILENO)
			_exit(PEN_BROKEN);
	}
	if (pen_create(&request, &pen, &diags) || pen_start(pen, &program, &diags))
		_exit(PEN_BROKEN);
	pen_wait(pen, NULL, 0, &result, &diags);
	pen_destroy(pen);
	_exit(result.end == PEN_EXITED ? result.status : 128 + result.signal);
}

static bool is_same_mode(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
	       a->c_cflag == b->c_cflag;
}

static _Noreturn void be_shell(const char *script, int report)
{
	struct termios before, after;
	int status;
	pid_t job, user;

	alarm(DEADLINE);
	signal(SIGTTOU, SIG_IGN);
	tcgetattr(STDIN_FILENO, &before);
	job = fork();
	if (job == 0) {
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		signal(SIGTTOU, SIG_DFL);
		signal(SIGINT, SIG_DFL); /* the test itself may run in the background */
		close(report);
		be_job(script);
	}
	user = job;
	for (;;) {
		if (waitpid(job, &status, WUNTRACED) < 0)
			_exit(PEN_BROKEN);
		if (!WIFSTOPPED(status))
			break;
		if (tcgetpgrp(STDIN_FILENO) != user)
			_exit(NOT_RESTORED);
		tcsetpgrp(STDIN_FILENO, getpgrp());
		if (write(report, "s", 1) != 1)
			_exit(PEN_BROKEN);
		user = goes_to_background ? getpgrp() : job;
		goes_to_background = false;
		tcsetpgrp(STDIN_FILENO, user);
		kill(-job, SIGCONT);
	}
	tcgetattr(STDIN_FILENO, &after);
	if (tcgetpgrp(STDIN_FILENO) != user || !is_same_mode(&before, &after))
		_exit(NOT_RESTORED);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Reads the terminal until WORD was printed. */
static void await(int master, const char *word)
{
	char seen[4096] = "";
	size_t len = 0;

	while (!strstr(seen, word)) {
		ssize_t n = read(master, seen + len, sizeof(seen) - 1 - len);

		if (n <= 0)
			fail_msg("the terminal closed before '%s': %s", word, seen);
		len += (size_t)n;
		seen[len] = '\0';
	}
}

static pid_t start(const char *script, int *ret_master)
{
	int ends[2];
	pid_t shell;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	shell = forkpty(ret_master, NULL, NULL, NULL);
	assert_true(shell >= 0);
	if (shell == 0) {
		close(ends[0]);
		be_shell(script, ends[1]);
	}
	close(ends[1]);
	news = ends[0];
	return shell;
}

static int finish(pid_t shell, int master)
{
	int status;

	assert_int_equal(waitpid(shell, &status, 0), shell);
	close(master);
	close(news);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void press(int master, const char *keys)
{
	assert_int_equal(write(master, keys, strlen(keys)), strlen(keys));
}

static void the_interrupt_key_reaches_the_command_once(void **state)
{
	int master;
	pid_t shell = start("n=0; trap 'n=$((n+1)); echo int$n' INT; echo ready; "
			    "while [ $n = 0 ]; do read x; done; read x; exit $((10+n))",
			    &master);

	(void)state;
	await(master, "ready");
	press(master, "\003");
	press(master, "\n"); /* the shell may take the signal just before it reads */
	await(master, "int1");
	press(master, "\n");
	assert_int_equal(finish(shell, master), 11);
}

static void a_stopped_job_can_be_resumed(void **state)
{
	char word = 0;
	int master;
	pid_t shell = start("echo ready; read x; test \"$x\" = hello && exit 4", &master);

	(void)state;
	await(master, "ready");
	press(master, "\032");
	assert_int_equal(read(news, &word, 1), 1);
	assert_int_equal(word, 's');
	press(master, "hello\n");
	assert_int_equal(finish(shell, master), 4);
}

static void a_job_in_the_background_leaves_the_terminal_to_the_shell(void **state)
{
	int master;
	pid_t shell;

	(void)state;
	goes_to_background = true;
	shell = start("kill -STOP $$; exit 5", &master);
	assert_int_equal(finish(shell, master), 5);
	shell = start("echo ready; read x; test \"$x\" = hello && exit 4", &master);
	await(master, "ready");
	press(master, "\032");
	press(master, "hello\n"); /* it stops once more, to read it */
	assert_int_equal(finish(shell, master), 4);
	goes_to_background = false;
}

static void a_pager_gets_the_terminal_when_it_reads_it(void **state)
{
	int master;
	pid_t shell = start("# pager\necho ready; read x </dev/tty; test \"$x\" = q && exit 7",
			    &master);

	(void)state;
	await(master, "ready");
	press(master, "q\n");
	assert_int_equal(finish(shell, master), 7);
}

static void the_interrupt_key_reaches_a_command_in_a_pipeline(void **state)
{
	int master;
	/* No child to wait for: a shell that gets the signal just before it creates one waits
	 * on. */
	pid_t shell = start("# no input\ntrap 'exit 9' INT; echo ready; while :; do :; done",
			    &master);

	(void)state;
	await(master, "ready");
	press(master, "\003");
	assert_int_equal(finish(shell, master), 9);
}

static void modes_are_restored(void **state)
{
	int master;
	pid_t shell = start("stty raw -echo && exit 5", &master);

	(void)state;
	assert_int_equal(finish(shell, master), 5);
}

static void the_window_size_arrives(void **state)
{
	struct winsize size = { .ws_row = 7, .ws_col = 70 };
	int master;
	pid_t shell = start("trap 'test \"$(stty size)\" = \"7 70\" && exit 6; exit 1' WINCH; "
			    "echo ready; while :; do read x; done",
			    &master);

	(void)state;
	await(master, "ready");
	assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
	press(master, "\n");
	assert_int_equal(finish(shell, master), 6);
}

static void a_command_killed_on_the_terminal_leaves_it_as_it_was(void **state)
{
	int master;
	pid_t shell = start("stty raw -echo; kill -9 0", &master);

	(void)state;
	assert_int_equal(finish(shell, master), 128 + SIGKILL);
}

static void a_new_session_has_no_terminal(void **state)
{
	int master;
	pid_t shell;

	(void)state;
	settings.tty = (struct tty_setting){ here, TTY_NEW };
	/* Without one it has no group to be in the foreground, and no /dev/tty; but its input is
	 * still what it was given. */
	shell = start("(: </dev/tty) 2>/dev/null && exit 1; echo ready; read x; stty raw -echo; "
		      "test \"$x\" = hello && exit 8",
		      &master);
	await(master, "ready");
	press(master, "hello\n");
	assert_int_equal(finish(shell, master), 8);
	shell = start("trap 'exit 9' INT; echo ready; while :; do :; done", &master);
	await(master, "ready");
	press(master, "\003");
	assert_int_equal(finish(shell, master), 9);
	settings.tty = (struct tty_setting){ 0 };
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interrupt_key_reaches_the_command_once),
		cmocka_unit_test(a_stopped_job_can_be_resumed),
		cmocka_unit_test(a_job_in_the_background_leaves_the_terminal_to_the_shell),
		cmocka_unit_test(a_pager_gets_the_terminal_when_it_reads_it),
		cmocka_unit_test(the_interrupt_key_reaches_a_command_in_a_pipeline),
		cmocka_unit_test(modes_are_restored),
		cmocka_unit_test(the_window_size_arrives),
		cmocka_unit_test(a_new_session_has_no_terminal),
		cmocka_unit_test(a_command_killed_on_the_terminal_leaves_it_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
