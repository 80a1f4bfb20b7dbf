// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drawing. The terminal is not ours alone: the command writes to it at any time, anything, also the
 * beginning of an escape sequence. So each frame begins with CAN, which ends one, and sets all that
 * it relies on; and no mode of the terminal's driver (termios) is changed. It must never wait: a
 * terminal that is stopped (Ctrl-S) must not keep the supervisor from its work.
 */
#include "live/board.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"

/* ECMA-48 and DEC private sequences that every emulator of an xterm or VT100 knows. */
#define CAN	    "\030"  /* ends what the command may have begun */
#define SAVE	    "\0337" /* cursor, attributes, character set, origin mode */
#define RESTORE	    "\0338"
#define PLAIN	    "\033[m\033(B\017\033[?6l"	/* attributes, character set, origin mode */
#define FRESH	    "\033[m\033(B\017\033[?25h" /* for what comes next; the cursor shown */
#define ALL_ROWS    "\033[r"
#define CLEAR_BELOW "\033[J"
#define CLEAR_LINE  "\033[K"
#define ALTERNATE   "\033[?1049h\033[?25l" /* saves the cursor, which it hides */
#define NORMAL	    "\033[?25h\033[?1049l"

enum { PATIENCE_MS = 1000, LEAST_COLUMNS = 20, LEAST_ABOVE = 4 };

/* For the handler of SIGTSTP, which has no other way to it. */
static struct board *stoppable;

static bool is_foreground(int fd)
{
	return tcgetpgrp(fd) == getpgrp();
}

/* Opens a terminal again, to have flags of its own: those of the caller's descriptor belong to the
 * command, too. */
static int open_terminal(bool only_error)
{
	const int flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	int fd = -1;

	if (isatty(STDERR_FILENO))
		fd = open("/proc/self/fd/2", flags);
	if (fd < 0 && !only_error)
		fd = open("/dev/tty", flags);
	if (fd >= 0 && is_foreground(fd))
		return fd;
	cleanup_close(&fd);
	return -1;
}

static bool is_same_terminal(int fd, int other)
{
	struct stat a, b;

	if (!isatty(other) || fstat(fd, &a) || fstat(other, &b))
		return false;
	/* /dev/tty is another name of it. */
	return a.st_rdev == b.st_rdev || a.st_rdev == makedev(5, 0) || b.st_rdev == makedev(5, 0);
}

static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || str_eq(term, "dumb");
}

/* How the guard process leaves it, whatever was its size by then. */
static const char *any_leave(const struct board *board)
{
	return board->is_area ? CAN SAVE PLAIN ALL_ROWS RESTORE CLEAR_BELOW FRESH
			      : CAN PLAIN NORMAL;
}

int board_open(struct board *board, bool only_error, bool has_command, unsigned int most_rows)
{
	int fd = is_dumb() ? -1 : open_terminal(only_error);

	if (fd < 0)
		return -ENOTTY;
	*board = (struct board)BOARD_NONE;
	board->fd = fd;
	board->most_rows = most_rows;
	board->is_area = has_command && (is_same_terminal(fd, STDOUT_FILENO) ||
					 is_same_terminal(fd, STDERR_FILENO));
	/* Without it nothing is worse, unless pinfold is killed. */
	(void)board_guard_start(&board->guard, fd, any_leave(board));
	return 0;
}

/* Writes as much as the terminal takes. SIGTTOU is blocked: while the command has the foreground,
 * "stty tostop" would stop us. Returns whether nothing is left. */
static bool flush(struct board *board)
{
	sigset_t block, old;
	ssize_t n = 0;

	sigemptyset(&block);
	sigaddset(&block, SIGTTOU);
	sigprocmask(SIG_BLOCK, &block, &old);
	if (board->pending.len)
		n = write(board->fd, board->pending.text, board->pending.len);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		n = (ssize_t)board->pending.len; /* it hung up */
	if (n > 0) {
		memmove(board->pending.text, board->pending.text + n,
			board->pending.len - (size_t)n);
		board->pending.len -= (size_t)n;
	}
	return !board->pending.len;
}

/* As flush(), but waits for a while. */
static void flush_all(struct board *board)
{
	struct pollfd polled = { .fd = board->fd, .events = POLLOUT };

	while (!flush(board) && poll(&polled, 1, PATIENCE_MS) == 1)
		continue;
	board->pending.len = 0;
}

/* The lines of the area are cleared: what the command wrote stays. */
static void set_leave(struct board *board)
{
	struct strbuf *leave = &board->leave;

	leave->len = 0;
	strbuf_puts(leave, CAN);
	if (!board->is_area) {
		strbuf_puts(leave, PLAIN NORMAL);
		return;
	}
	strbuf_puts(leave, SAVE PLAIN ALL_ROWS);
	for (unsigned int i = 0; i < board->height; i++)
		strbuf_printf(leave, "\033[%u;1H" CLEAR_LINE, board->rows - i);
	strbuf_puts(leave, RESTORE FRESH);
}

/* Adapts to the size of the terminal. After a change nobody knows where the old area went, except
 * that it is below the cursor of the command. */
static void measure(struct board *board)
{
	struct winsize size = { 0 };
	unsigned int above, height;

	if (ioctl(board->fd, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	if (board->is_shown && size.ws_row == board->rows && size.ws_col == board->columns)
		return;
	if (board->is_shown && board->is_area)
		strbuf_puts(&board->pending, CAN SAVE PLAIN ALL_ROWS RESTORE CLEAR_BELOW);
	above = size.ws_row / 2 > LEAST_ABOVE ? size.ws_row / 2 : LEAST_ABOVE;
	height = size.ws_row > above ? size.ws_row - above : 0;
	board->rows = size.ws_row;
	board->columns = size.ws_col;
	board->height = !board->is_area		    ? size.ws_row
			: height < board->most_rows ? height
						    : board->most_rows;
	if (board->columns < LEAST_COLUMNS)
		board->height = 0;
	board->is_shown = false;
	set_leave(board);
}

static void enter(struct board *board)
{
	struct strbuf *out = &board->pending;

	if (board->is_shown)
		return;
	board->is_shown = true;
	board_guard_tell(&board->guard, true);
	strbuf_puts(out, CAN);
	if (!board->is_area) {
		strbuf_puts(out, ALTERNATE);
		return;
	}
	/* Room for the area, in the column where the command is. */
	for (unsigned int i = 0; i < board->height; i++)
		strbuf_puts(out, "\033D");
	strbuf_printf(out, "\033[%uA", board->height);
}

static void put_frame(struct board *board, const struct frame *frame)
{
	unsigned int first = board->rows - board->height;
	struct strbuf *out = &board->pending;

	strbuf_puts(out, CAN SAVE PLAIN);
	if (board->is_area)
		strbuf_printf(out, "\033[1;%ur", first);
	for (unsigned int i = 0; i < board->height; i++) {
		strbuf_printf(out, "\033[%u;1H", first + i + 1);
		/* Not the last column: a character there may wrap. */
		frame_format_row(frame, i, board->height, board->columns - 1, out);
		strbuf_puts(out, CLEAR_LINE);
	}
	strbuf_puts(out, RESTORE);
}

static void on_stop(int sig);

static void handle_stops(void)
{
	const struct sigaction action = {
		.sa_handler = on_stop, .sa_flags = (int)(SA_NODEFER | SA_RESETHAND | SA_RESTART)
	};

	sigaction(SIGTSTP, &action, NULL);
}

/* Ctrl-Z: the shell gets its terminal back, and after "fg" the next frame shows all again. After
 * "bg" the terminal is another job's. Only what is safe in a handler. */
static void on_stop(int sig)
{
	struct board *board = stoppable;

	if (board && board->is_shown &&
	    write(board->fd, board->leave.text, board->leave.len) >= 0) {
		board->is_shown = false;
		board_guard_tell(&board->guard, false);
	}
	raise(sig); /* its action is the default one again, and it is not blocked */
	if (board)
		board->is_away = !is_foreground(board->fd);
	handle_stops();
}

/* Returns whether the terminal may be written to. */
static bool is_ready(struct board *board)
{
	if (board->fd < 0 || !flush(board))
		return false;
	/* Not before the first frame: what was forked by then must not inherit it. */
	if (!stoppable) {
		stoppable = board;
		handle_stops();
	}
	if (board->is_away && is_foreground(board->fd))
		board->is_away = false;
	return !board->is_away;
}

void board_draw(struct board *board, const struct frame *frame)
{
	if (!is_ready(board))
		return;
	measure(board);
	if (!board->height)
		return;
	enter(board);
	put_frame(board, frame);
	flush(board);
}

void board_close(struct board *board)
{
	if (board->fd < 0)
		return;
	if (stoppable)
		signal(SIGTSTP, SIG_DFL);
	stoppable = NULL;
	if (board->is_shown)
		strbuf_add(&board->pending, board->leave.text, board->leave.len);
	flush_all(board);
	board_guard_tell(&board->guard, false);
	board_guard_stop(&board->guard);
	close(board->fd);
	strbuf_finish(&board->pending);
	strbuf_finish(&board->leave);
	*board = (struct board)BOARD_NONE;
}
