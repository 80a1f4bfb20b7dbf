// SPDX-License-Identifier: GPL-2.0-or-later
#include "symbol/symbol.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "confine/confine.h"
#include "confine/responder.h"
#include "symbol/symbol_reader.h"

/* For all stacks together: a report must not wait for a file that a hostile program made slow. */
enum { LONGEST_S = 2 };

/* The reader is sent events as the tracer reported them, and this one last. */
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

static void read_answers(struct symbol_stacks *stacks, struct symbol_modules *modules,
			 const struct responder *reader)
{
	int64_t end = responder_deadline(LONGEST_S);
	union {
		uint32_t kind;
		struct symbol_answer name;
		struct symbol_path path;
	} answer;

	while (responder_hears(reader, end)) {
		ssize_t n = recv(reader->channel, &answer, sizeof(answer), MSG_DONTWAIT);

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

/* Receives one of the tracer's events; returns whether there may be another. */
static bool hear(int channel, struct symbol_stacks *stacks, struct symbol_modules *modules)
{
	union {
		struct event event;
		struct event_sample sample;
		struct event_module module;
	} received;
	ssize_t n = recv(channel, &received, sizeof(received), 0);

	if (n == (ssize_t)sizeof(received.module) && received.event.kind == EVENT_MODULE)
		module_init(array_append(modules), &received.module);
	else if (n == (ssize_t)sizeof(received.sample) && received.sample.n <= EVENT_FRAMES &&
		 received.sample.n_places <= EVENT_FRAMES)
		array_append(stacks)->event = received.sample;
	else if (n == (ssize_t)sizeof(received.event))
		return false;
	else
		_exit(0); /* there is nothing to name */
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

static void run_reader(int channel, void *data)
{
	struct symbol_stacks stacks = { 0 };
	struct symbol_modules modules = { 0 };

	(void)data;
	if (responder_settle("pinfold-symbols", channel) || confine_opener())
		_exit(1);
	while (hear(channel, &stacks, &modules))
		;
	responder_end_in(LONGEST_S);
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

void symbol_reader_start(struct responder *reader)
{
	/* Do not wait for a reader that does not listen. */
	responder_start(reader, LONGEST_S, run_reader, NULL);
}

static bool tell_all(const struct responder *reader, const struct symbol_stacks *stacks,
		     const struct symbol_modules *modules)
{
	bool is_told = true;

	for (size_t i = 0; is_told && i < modules->n; i++)
		is_told = responder_tell(reader, &modules->v[i].event, sizeof(modules->v[i].event));
	for (size_t i = 0; is_told && i < stacks->n; i++)
		is_told = responder_tell(reader, &stacks->v[i].event, sizeof(stacks->v[i].event));
	return is_told && responder_tell(reader, &that_is_all, sizeof(that_is_all));
}

void symbol_resolve(struct responder *reader, struct symbol_stacks *stacks,
		    struct symbol_modules *modules)
{
	if (reader->channel >= 0 && tell_all(reader, stacks, modules))
		read_answers(stacks, modules, reader);
	responder_dismiss(reader); /* it exits while the reports are written */
}
