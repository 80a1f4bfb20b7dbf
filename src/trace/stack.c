// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/stack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/module.h"
#include "trace/symbol.h"

/* Nothing is mapped below by programs without privileges (sysctl vm.mmap_min_addr). */
enum { LOWEST_ADDRESS = 4096 };

struct stack_table {
	struct symbol_stacks stacks;
	struct symbol_modules modules;
};

struct stack_table *stack_table_create(void)
{
	return mem_alloc(sizeof(struct stack_table));
}

static void add_stack(struct stack_table *table, const struct event_stack *event)
{
	struct symbol_stack *stack = array_append(&table->stacks);

	stack->event = *event;
	if (stack->event.n > EVENT_FRAMES)
		stack->event.n = EVENT_FRAMES;
}

void stack_table_add(struct stack_table *table, const void *event, size_t len)
{
	uint32_t kind = len >= sizeof(struct event) ? ((const struct event *)event)->kind : 0;

	if (kind == EVENT_STACK && len >= sizeof(struct event_stack))
		add_stack(table, event);
	else if (kind == EVENT_MODULE && len >= sizeof(struct event_module))
		module_init(array_append(&table->modules), event);
}

static int compare_stacks(const void *a, const void *b)
{
	const struct symbol_stack *x = a, *y = b;

	return memcmp(&x->event.key, &y->event.key, sizeof(x->event.key));
}

void stack_table_resolve(struct stack_table *table)
{
	if (!table->stacks.n)
		return;
	qsort(table->stacks.v, table->stacks.n, sizeof(*table->stacks.v), compare_stacks);
	for (size_t i = 0; i < table->modules.n; i++)
		module_open(&table->modules.v[i]);
	symbol_resolve(&table->stacks, &table->modules);
}

static const struct module *find_module(const struct stack_table *table,
					const struct module_key *key)
{
	for (size_t i = 0; key->inode && i < table->modules.n; i++)
		if (!memcmp(&table->modules.v[i].key, key, sizeof(*key)))
			return &table->modules.v[i];
	return NULL;
}

static void add_frame(const struct stack_table *table, const struct stack_frame *from,
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

struct record_stack stack_table_get(const struct stack_table *table, const struct denial_key *key)
{
	struct symbol_stack wanted = { .event.key = *key };
	struct record_stack stack = { 0 };
	const struct symbol_stack *found = NULL;

	if (table->stacks.n)
		found = bsearch(&wanted, table->stacks.v, table->stacks.n, sizeof(wanted),
				compare_stacks);
	/* The place of the call, its caller if that was found to be one, and on, up to where the
	 * register has not been a frame pointer any more. */
	for (size_t i = 1; found && i < found->event.n; i++) {
		if (found->event.frames[i].address < LOWEST_ADDRESS)
			break;
		add_frame(table, &found->event.frames[i], &found->symbols[i], &stack);
		if (i == 1 && found->has_caller)
			add_frame(table, &found->event.frames[0], &found->symbols[0], &stack);
	}
	return stack;
}

void stack_table_destroy(struct stack_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->stacks.n; i++)
		for (size_t k = 0; k < EVENT_FRAMES; k++)
			free(table->stacks.v[i].symbols[k].name);
	for (size_t i = 0; i < table->modules.n; i++)
		module_finish(&table->modules.v[i]);
	free(table->stacks.v);
	free(table->modules.v);
	free(table);
}
