// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/symbol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "trace/confine.h"
#include "trace/symbol_reader.h"

/* For all stacks together: a report must not wait for a file that a hostile program made slow. */
enum { LONGEST_S = 2, ENDING_MS = 500 };

static void take_answer(struct symbol_stacks *stacks, const struct symbol_answer *answer)
{
	struct symbol_stack *stack;
	struct symbol *symbol;

	if (answer->stack >= stacks->n || answer->frame >= EVENT_FRAMES)
		return;
	stack = &stacks->v[answer->stack];
	symbol = &stack->symbols[answer->frame];
	if (answer->frame == 0) {
		stack->has_caller = true;
		stack->event.frames[0] = answer->place;
	}
	if (!answer->name[0] || symbol->name)
		return;
	symbol->name = strndup(answer->name, sizeof(answer->name) - 1);
	symbol->offset = answer->offset;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Waits for an answer until END, in milliseconds. Gives whether there is one, or the end. */
static bool is_ready(int fd, int64_t end)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	int64_t left;
	int n = -1;

	do {
		left = end - now_ms();
		n = left > 0 ? poll(&poll_fd, 1, (int)left) : 0;
	} while (n < 0 && errno == EINTR);
	return n > 0;
}

/* An answer is shorter than PIPE_BUF, so that it comes whole (pipe(7)). */
static void read_answers(struct symbol_stacks *stacks, int fd)
{
	int64_t end = now_ms() + LONGEST_S * 1000;
	struct symbol_answer answer;

	while (is_ready(fd, end) && read(fd, &answer, sizeof(answer)) == (ssize_t)sizeof(answer))
		take_answer(stacks, &answer);
}

static int compare_fds(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

/* Closes every descriptor but those of the modules and FD, and leaves nothing to read or write in
 * the place of the first three. Gives 0 or -errno. */
static int close_others(const struct symbol_modules *modules, int fd)
{
	auto_free int *kept = mem_alloc((modules->n + 1) * sizeof(*kept));
	unsigned int from = 0;
	size_t n = 0;

	kept[n++] = fd;
	for (size_t i = 0; i < modules->n; i++)
		if (modules->v[i].fd >= 0)
			kept[n++] = modules->v[i].fd;
	qsort(kept, n, sizeof(*kept), compare_fds);
	for (size_t i = 0; i < n; i++) {
		if ((unsigned int)kept[i] > from && close_range(from, (unsigned int)kept[i] - 1, 0))
			return -errno;
		from = (unsigned int)kept[i] + 1;
	}
	if (close_range(from, ~0U, 0))
		return -errno;
	for (int i = 0; i <= STDERR_FILENO; i++)
		if (open("/dev/null", O_PATH) != i)
			return -EBADF;
	return 0;
}

/* Has this process end by itself: once it has given up its ids, its maker, who has no capabilities,
 * cannot end it, and the end of that is no signal to it any more (commit_creds() in the kernel). */
static void end_in_time(void)
{
	sigset_t none;

	signal(SIGALRM, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(LONGEST_S);
}

static void run_reader(const struct symbol_stacks *stacks, const struct symbol_modules *modules,
		       int fd)
{
	end_in_time();
	if (close_others(modules, fd) || symbol_reader_load() || confine_reader())
		_exit(1);
	symbol_reader_run(stacks, modules, fd);
	_exit(0);
}

/* Waits for the end of the reader, but not where that is stuck in a file system that hangs: its own
 * alarm is then its end, and whoever adopts it waits for it. */
static void wait_briefly(pid_t pid)
{
	pid_t ended = 0;

	for (int i = 0; !ended && i < ENDING_MS; i++) {
		ended = waitpid(pid, NULL, WNOHANG);
		if (!ended)
			poll(NULL, 0, 1);
	}
}

void symbol_resolve(struct symbol_stacks *stacks, const struct symbol_modules *modules)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return;
	pid = fork();
	if (pid == 0)
		run_reader(stacks, modules, ends[1]);
	close(ends[1]);
	if (pid > 0)
		read_answers(stacks, ends[0]);
	close(ends[0]);
	if (pid > 0)
		wait_briefly(pid);
}
