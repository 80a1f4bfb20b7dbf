/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory. Running out of it ends the program with status 125 after one message: there is nothing
 * sensible left to do, and the pen ends with its supervisor (the life pipe closes).
 */
#ifndef PINFOLD_BASE_MEM_H
#define PINFOLD_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Returns SIZE zeroed bytes that the caller frees; never NULL. */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull));

/* Like reallocarray(3), but never returns NULL; the bytes past the old size are not zeroed. */
void *mem_realloc(void *ptr, size_t n, size_t size) __attribute__((returns_nonnull));

/* Returns a copy of STR that the caller frees; NULL stays NULL. */
char *mem_strdup(const char *str);

/* Like asprintf(3), but never returns NULL; the caller frees the result. */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));
char *mem_vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/*
 * A growable array is a struct with the members v (elements), n (used) and cap (reserved);
 * array_append() returns a pointer to a new zeroed last element, valid until the next append.
 */
#define array_append(array)                                                                 \
	((array)->v = mem_grow((array)->v, (array)->n, &(array)->cap, sizeof(*(array)->v)), \
	 &(array)->v[(array)->n++])

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Makes room for element number N of SIZE bytes and zeroes it; used by array_append(). */
void *mem_grow(void *v, size_t n, size_t *cap, size_t size) __attribute__((returns_nonnull));

/*
 * An arena frees everything taken from it at once: for trees whose parts share one life,
 * such as a parsed policy.
 */
struct arena {
	struct arena_block *blocks;
	size_t size; /* of all blocks, in bytes */
};

/* Returns SIZE zeroed bytes, aligned for any type, that live until arena_finish(). */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));

/* Returns a terminated copy of LEN bytes at STR that lives until arena_finish(). */
char *arena_strndup(struct arena *arena, const char *str, size_t len)
	__attribute__((returns_nonnull));

char *arena_strdup(struct arena *arena, const char *str) __attribute__((returns_nonnull));

/* As array_append(), for an array whose elements live until arena_finish(). */
#define arena_append(arena, array)                                             \
	((array)->v = arena_grow(arena, (array)->v, (array)->n, &(array)->cap, \
				 sizeof(*(array)->v)),                         \
	 &(array)->v[(array)->n++])

/* Makes room for element number N of SIZE bytes and zeroes it; used by arena_append(). */
void *arena_grow(struct arena *arena, void *v, size_t n, size_t *cap, size_t size)
	__attribute__((returns_nonnull));

/* Frees everything taken from the arena, which is then empty and can be used again. */
void arena_finish(struct arena *arena);

#endif
