// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUT_OF_MEMORY_STATUS = 125, ARENA_BLOCK = 16384 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	max_align_t data[];
};

static _Noreturn void out_of_memory(void)
{
	static const char message[] = "pinfold: out of memory\n";

	if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		_exit(OUT_OF_MEMORY_STATUS);
	_exit(OUT_OF_MEMORY_STATUS);
}

void *mem_alloc(size_t size)
{
	void *ptr = calloc(1, size ? size : 1);

	if (!ptr)
		out_of_memory();
	return ptr;
}

void *mem_realloc(void *ptr, size_t n, size_t size)
{
	ptr = reallocarray(ptr, n ? n : 1, size);
	if (!ptr)
		out_of_memory();
	return ptr;
}

char *mem_strdup(const char *str)
{
	char *copy;

	if (!str)
		return NULL;
	copy = strdup(str);
	if (!copy)
		out_of_memory();
	return copy;
}

char *mem_vprintf(const char *format, va_list args)
{
	char *str;

	if (vasprintf(&str, format, args) < 0)
		out_of_memory();
	return str;
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *str;

	va_start(args, format);
	str = mem_vprintf(format, args);
	va_end(args);
	return str;
}

void *mem_grow(void *v, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		*cap = n ? n * 2 : 8;
		v = mem_realloc(v, *cap, size);
	}
	memset((char *)v + n * size, 0, size);
	return v;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;
	size_t unit = sizeof(max_align_t);
	size_t want = (size + unit - 1) / unit * unit;
	void *ptr;

	if (!block || block->size - block->used < want) {
		size_t room = want > ARENA_BLOCK ? want : ARENA_BLOCK;

		block = mem_alloc(sizeof(*block) + room);
		block->size = room;
		block->next = arena->blocks;
		arena->blocks = block;
		arena->size += room;
	}
	ptr = (char *)block->data + block->used;
	block->used += want;
	return ptr;
}

char *arena_strndup(struct arena *arena, const char *str, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, str, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *str)
{
	return arena_strndup(arena, str, strlen(str));
}

void *arena_grow(struct arena *arena, void *v, size_t n, size_t *cap, size_t size)
{
	if (n == *cap) {
		void *old = v;

		*cap = n ? n * 2 : 8;
		v = arena_alloc(arena, *cap * size);
		if (n)
			memcpy(v, old, n * size);
	}
	memset((char *)v + n * size, 0, size);
	return v;
}

void arena_finish(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
	arena->size = 0;
}
