// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/symbol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "trace/confine.h"
#include "trace/symbol_reader.h"

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

/* An answer is shorter than PIPE_BUF, so that it comes whole (pipe(7)). */
static void read_answers(struct symbol_stacks *stacks, int fd)
{
	struct symbol_answer answer;
	ssize_t n;

	do {
		n = read(fd, &answer, sizeof(answer));
		if (n == (ssize_t)sizeof(answer))
			take_answer(stacks, &answer);
	} while (n == (ssize_t)sizeof(answer) || (n < 0 && errno == EINTR));
}

static void run_reader(const struct symbol_stacks *stacks, const struct symbol_modules *modules,
		       int fd)
{
	if (symbol_reader_load() || confine_self("<symbols>"))
		_exit(1);
	symbol_reader_run(stacks, modules, fd);
	_exit(0);
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
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}
