// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of its own, because wcwidth(3) needs a locale: loading one opens files, which the
 * caller's environment names and a confined process may not open, and the minimal systems of
 * containers have none. tests/unit/test_width compares the two.
 */
#include "base/width.h"

#include <stdlib.h>

#include "base/mem.h"

enum { NOTICE = 24 }; /* columns of the words about what is left out */

struct width_range {
	uint32_t first, last;
};

#define NO_WIDTH(first, last) { first, last },
#define WIDE(first, last)
static const struct width_range joining[] = {
#include "base/width_table.inc"
};
#undef NO_WIDTH
#undef WIDE
#define NO_WIDTH(first, last)
#define WIDE(first, last) { first, last },
static const struct width_range wide[] = {
#include "base/width_table.inc"
};

static int compare_range(const void *key, const void *row)
{
	uint32_t c = *(const uint32_t *)key;
	const struct width_range *range = row;

	return (c > range->last) - (c < range->first);
}

static bool is_in(uint32_t c, const struct width_range *ranges, size_t n)
{
	return bsearch(&c, ranges, n, sizeof(*ranges), compare_range);
}

unsigned int width_char(uint32_t c)
{
	if (c < joining[0].first)
		return 1;
	if (is_in(c, joining, ARRAY_SIZE(joining)))
		return 0;
	return is_in(c, wide, ARRAY_SIZE(wide)) ? 2 : 1;
}

/* Returns the length of the character at TEXT, at least 1, and its columns. */
static size_t next_char(const char *text, size_t len, unsigned int *ret_width)
{
	uint32_t c = 0;
	size_t size = str_decode(text, len, &c);

	*ret_width = size ? width_char(c) : 1;
	return size ? size : 1;
}

size_t width_text(const char *text, size_t len)
{
	size_t columns = 0;
	unsigned int width;

	for (size_t i = 0; i < len; columns += width)
		i += next_char(text + i, len - i, &width);
	return columns;
}

size_t width_fit(const char *text, size_t len, size_t most)
{
	size_t columns = 0, i = 0;
	unsigned int width;

	while (i < len) {
		size_t size = next_char(text + i, len - i, &width);

		if (columns + width > most)
			break;
		columns += width;
		i += size;
	}
	return i;
}

void width_shorten(struct strbuf *buf, const char *text, size_t len, size_t most)
{
	size_t columns = width_text(text, len), head, tail;
	size_t kept = most > 2 * NOTICE ? most - NOTICE : most;

	if (columns <= most) {
		strbuf_add(buf, text, len);
		return;
	}
	head = width_fit(text, len, kept / 2);
	tail = width_fit(text, len, columns - kept / 2);
	strbuf_add(buf, text, head);
	strbuf_printf(buf, "[%zu byte%s left out]", tail - head, tail - head == 1 ? "" : "s");
	strbuf_add(buf, text + tail, len - tail);
}
