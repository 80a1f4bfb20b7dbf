// SPDX-License-Identifier: GPL-2.0-or-later
#include "symbol/symbol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "confine/confine.h"
#include "confine/helper.h"
#include "symbol/symbol_reader.h"

/* For all stacks together: a report must not wait for a file that a hostile program made slow. */
enum { LONGEST_S = 2, ENDING_MS = 500 };

/* What the reader gets: events as the tracer told them, and at last this. */
static const struct event that_is_all;

static void take_name(struct symbol_stacks *stacks, const struct symbol_answer *answer)
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

static void take_path(struct symbol_modules *modules, const struct symbol_path *answer, size_t len)
{
	size_t room = len - offsetof(struct symbol_path, path);
	struct module *module;

	if (answer->module >= modules->n || strnlen(answer->path, room) == room)
		return;
	module = &modules->v[answer->module];
	free(module->path);
	module->path = mem_strdup(answer->path);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Waits for an answer until END, in milliseconds. Returns whether there is one, or the end. */
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

static void read_answers(struct symbol_stacks *stacks, struct symbol_modules *modules, int fd)
{
	int64_t end = now_ms() + LONGEST_S * 1000LL;
	union {
		uint32_t kind;
		struct symbol_answer name;
		struct symbol_path path;
	} answer;

	while (is_ready(fd, end)) {
		ssize_t n = recv(fd, &answer, sizeof(answer), MSG_DONTWAIT);

		if (n == (ssize_t)sizeof(answer.name) && answer.kind == SYMBOL_NAME)
			take_name(stacks, &answer.name);
		else if (n > (ssize_t)offsetof(struct symbol_path, path) &&
			 answer.kind == SYMBOL_PATH)
			take_path(modules, &answer.path, (size_t)n);
		else if (n == (ssize_t)sizeof(answer.kind) && answer.kind == SYMBOL_NO_LIBRARY)
			stacks->lacks_library = true;
		else
			return;
	}
}

/* Has this process end by itself: once it has given up its ids, its maker, who has no capabilities,
 * cannot end it, and the end of that is no signal to it any more (commit_creds() in the kernel). */
static void end_in_time(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(LONGEST_S);
}

/* Leaves open the channel, and nothing to read or write in the place of the first three. */
static int settle(int channel)
{
	int err = helper_settle("pinfold-symbols", &channel, 1);

	for (int i = 0; !err && i <= STDERR_FILENO; i++)
		if (i != channel && open("/dev/null", O_PATH) != i)
			err = -EBADF;
	return err;
}

/* Reads one of the tracer's events; returns whether there may be another. */
static bool hear(int channel, struct symbol_stacks *stacks, struct symbol_modules *modules)
{
	union {
		struct event event;
		struct event_sample sample;
		struct event_module module;
	} told;
	ssize_t n = recv(channel, &told, sizeof(told), 0);

	if (n == (ssize_t)sizeof(told.module) && told.event.kind == EVENT_MODULE)
		module_init(array_append(modules), &told.module);
	else if (n == (ssize_t)sizeof(told.sample) && told.sample.n <= EVENT_FRAMES)
		array_append(stacks)->event = told.sample;
	else if (n == (ssize_t)sizeof(told.event))
		return false;
	else
		_exit(0); /* nothing is to be named */
	return true;
}

static void open_modules(const struct symbol_modules *modules, int channel)
{
	for (size_t i = 0; i < modules->n; i++) {
		struct module *module = &modules->v[i];
		struct symbol_path answer = { .kind = SYMBOL_PATH, .module = (uint32_t)i };
		size_t len;

		module_open(module);
		len = strlen(module->path) + 1;
		if (module->fd < 0 || len > sizeof(answer.path))
			continue;
		memcpy(answer.path, module->path, len);
		if (send(channel, &answer, offsetof(struct symbol_path, path) + len, MSG_NOSIGNAL) <
		    0)
			_exit(1);
	}
}

static _Noreturn void run_reader(int channel)
{
	struct symbol_stacks stacks = { 0 };
	struct symbol_modules modules = { 0 };

	if (settle(channel) || confine_opener())
		_exit(1);
	while (hear(channel, &stacks, &modules))
		;
	end_in_time();
	open_modules(&modules, channel);
	if (symbol_reader_load()) {
		const uint32_t answer = SYMBOL_NO_LIBRARY;

		send(channel, &answer, sizeof(answer), MSG_NOSIGNAL);
		_exit(1);
	}
	if (confine_reader())
		_exit(1);
	symbol_reader_run(&stacks, &modules, channel);
	_exit(0);
}

void symbol_reader_start(struct symbol_reader *reader)
{
	/* A reader that does not listen is not waited for. */
	const struct timeval patience = { .tv_sec = LONGEST_S };
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return;
	setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	pid = fork(); /* not bare: it allocates */
	if (pid == 0)
		run_reader(ends[1]);
	close(ends[1]);
	reader->channel = ends[0];
	reader->pidfd = pid > 0 ? pidfd_open(pid, 0) : -1;
	if (pid < 0)
		symbol_reader_finish(reader);
}

static bool tell(const struct symbol_reader *reader, const void *event, size_t len)
{
	return send(reader->channel, event, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool tell_all(const struct symbol_reader *reader, const struct symbol_stacks *stacks,
		     const struct symbol_modules *modules)
{
	bool is_told = true;

	for (size_t i = 0; is_told && i < modules->n; i++)
		is_told = tell(reader, &modules->v[i].event, sizeof(modules->v[i].event));
	for (size_t i = 0; is_told && i < stacks->n; i++)
		is_told = tell(reader, &stacks->v[i].event, sizeof(stacks->v[i].event));
	return is_told && tell(reader, &that_is_all, sizeof(that_is_all));
}

void symbol_resolve(struct symbol_reader *reader, struct symbol_stacks *stacks,
		    struct symbol_modules *modules)
{
	if (reader->channel >= 0 && tell_all(reader, stacks, modules))
		read_answers(stacks, modules, reader->channel);
	symbol_reader_finish(reader);
}

/* Waits for the end of the reader, but not where that is stuck in a file system that hangs: its own
 * alarm is then its end, and whoever adopts it waits for it. */
void symbol_reader_finish(struct symbol_reader *reader)
{
	struct pollfd polled = { .fd = reader->pidfd, .events = POLLIN };

	if (reader->channel >= 0)
		close(reader->channel);
	if (reader->pidfd >= 0 && poll(&polled, 1, ENDING_MS) > 0)
		waitid(P_PIDFD, (id_t)reader->pidfd, NULL, WEXITED);
	cleanup_close(&reader->pidfd);
	*reader = SYMBOL_READER_NONE;
}
