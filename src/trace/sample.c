// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "denial/seen.h"
#include "symbol/module.h"
#include "symbol/symbol.h"

struct sample_table {
	struct symbol_stacks stacks;
	struct symbol_modules modules;
	struct responder reader;
	bool wants_failures;
};

struct sample_table *sample_table_create(bool wants_failures)
{
	struct sample_table *table = mem_alloc(sizeof(*table));

	table->wants_failures = wants_failures;
	table->reader = RESPONDER_NONE;
	return table;
}

void sample_table_begin_reader(struct sample_table *table)
{
	symbol_reader_start(&table->reader);
}

static void add_stack(struct sample_table *table, const struct event_sample *event)
{
	struct symbol_stack *stack = array_append(&table->stacks);

	stack->event = *event;
	if (stack->event.n > EVENT_FRAMES)
		stack->event.n = EVENT_FRAMES;
	if (stack->event.n_places > EVENT_FRAMES)
		stack->event.n_places = EVENT_FRAMES;
}

void sample_table_add(struct sample_table *table, const void *event, size_t len)
{
	uint32_t kind = len >= sizeof(struct event) ? ((const struct event *)event)->kind : 0;

	if ((kind == EVENT_DENIAL || kind == EVENT_CALL || kind == EVENT_CONTINUED ||
	     (kind == EVENT_FAILURE && table->wants_failures)) &&
	    len >= sizeof(struct event_sample))
		add_stack(table, event);
	else if (kind == EVENT_MODULE && len >= sizeof(struct event_module))
		module_init(array_append(&table->modules), event);
}

static int compare_stacks(const void *a, const void *b)
{
	const struct symbol_stack *x = a, *y = b;

	if (x->event.call.event.kind != y->event.call.event.kind)
		return x->event.call.event.kind < y->event.call.event.kind ? -1 : 1;
	return memcmp(&x->event.call.key, &y->event.call.key, sizeof(x->event.call.key));
}

void sample_table_resolve(struct sample_table *table)
{
	if (!table->stacks.n) {
		responder_dismiss(&table->reader);
		return;
	}
	qsort(table->stacks.v, table->stacks.n, sizeof(*table->stacks.v), compare_stacks);
	symbol_resolve(&table->reader, &table->stacks, &table->modules);
}

bool sample_table_lacks_library(const struct sample_table *table)
{
	return table->stacks.lacks_library;
}

static const struct module *find_module(const struct sample_table *table,
					const struct module_key *key)
{
	for (size_t i = 0; key->inode && i < table->modules.n; i++)
		if (!memcmp(&table->modules.v[i].event.key, key, sizeof(*key)))
			return &table->modules.v[i];
	return NULL;
}

static void add_frame(const struct sample_table *table, const struct stack_frame *from,
		      const struct symbol *symbol, struct record_stack *stack)
{
	const struct module *module = find_module(table, &from->module);
	struct record_frame *frame = array_append(stack);

	frame->address = from->address;
	frame->offset = from->offset;
	frame->module = module ? mem_strdup(module->path) : NULL;
	frame->symbol = symbol->name ? mem_strdup(symbol->name) : NULL;
	frame->symbol_offset = symbol->offset;
}

/* The location of the call, its caller if unwind information found one, and the frames up to where
 * the register did not lead to code, and so was no frame pointer. */
static struct record_stack make_stack(const struct sample_table *table,
				      const struct symbol_stack *sample)
{
	struct record_stack stack = { 0 };

	for (size_t i = 1; i < sample->event.n; i++) {
		if (i > 1 && !sample->event.frames[i].module.device)
			break;
		add_frame(table, &sample->event.frames[i], &sample->symbols[i], &stack);
		if (i == 1 && sample->has_caller)
			add_frame(table, &sample->event.frames[0], &sample->symbols[0], &stack);
	}
	return stack;
}

static const struct symbol_stack *find_sample(const struct sample_table *table, uint32_t kind,
					      const struct call_key *key)
{
	struct symbol_stack wanted = { .event.call.event.kind = kind, .event.call.key = *key };

	if (!table->stacks.n)
		return NULL;
	return bsearch(&wanted, table->stacks.v, table->stacks.n, sizeof(wanted), compare_stacks);
}

static void tell_texts(const struct symbol_stack *sample, struct record_denial *denial)
{
	for (size_t i = 0; i < sample->event.call.n_texts && i < EVENT_TEXTS; i++) {
		const struct event_text *text = &sample->event.call.texts[i];

		if (text->arg < SYS_ARGS_MAX && !denial->seen[text->arg])
			denial->seen[text->arg] = seen_decode(text);
	}
}

void sample_table_tell(const struct sample_table *table, const struct call_key *key,
		       struct record_denial *denial)
{
	const struct symbol_stack *sample = find_sample(table, EVENT_DENIAL, key);

	if (!sample)
		return;
	denial->stack = make_stack(table, sample);
	tell_texts(sample, denial);
}

bool sample_table_tell_continued(const struct sample_table *table, struct record_denial *denial)
{
	const struct call_key key = {
		.nr = denial->nr,
		.abi = (uint8_t)denial->arch,
		.kind = KEY_CONTINUED,
		.args = { denial->request },
	};
	const struct symbol_stack *sample = find_sample(table, EVENT_CONTINUED, &key);

	if (sample) {
		denial->stack = make_stack(table, sample);
		denial->host_pid = (pid_t)sample->event.call.event.host_pid;
	}
	return denial->stack.n && !sample->event.is_busy;
}

void sample_table_tell_early(const struct sample_table *table, const struct call_key *key,
			     struct record_denial *denial)
{
	const struct symbol_stack wanted = { .event.call.event.kind = EVENT_DENIAL,
					     .event.call.key = *key };

	for (size_t i = 0; i < table->stacks.n; i++)
		if (!compare_stacks(&wanted, &table->stacks.v[i]))
			tell_texts(&table->stacks.v[i], denial);
}

void sample_table_tell_failure(const struct sample_table *table, const struct failure_key *of,
			       uint32_t number, struct record_failure *failure)
{
	const struct call_key key = {
		.nr = of->nr,
		.abi = of->abi,
		.kind = KEY_FAILURE,
		.args = { number },
	};
	const struct symbol_stack *sample = find_sample(table, EVENT_FAILURE, &key);

	if (sample)
		failure->stack = make_stack(table, sample);
}

void sample_table_tell_call(const struct sample_table *table, struct record_call *call)
{
	struct call_key key = { .nr = call->nr, .abi = (uint8_t)call->arch };
	const struct symbol_stack *sample = find_sample(table, EVENT_CALL, &key);

	if (sample)
		call->stack = make_stack(table, sample);
}

void sample_table_destroy(struct sample_table *table)
{
	if (!table)
		return;
	responder_finish(&table->reader);
	for (size_t i = 0; i < table->stacks.n; i++)
		for (size_t k = 0; k < EVENT_FRAMES; k++)
			free(table->stacks.v[i].symbols[k].name);
	for (size_t i = 0; i < table->modules.n; i++)
		module_finish(&table->modules.v[i]);
	free(table->stacks.v);
	free(table->modules.v);
	free(table);
}
