// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/stack.h"

#include <inttypes.h>

enum { PLACE_FRAMES = 4 };

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void format_frame(struct strbuf *buf, const struct record_frame *frame, bool is_other_module)
{
	const char *module = frame->module ? file_name(frame->module) : NULL;

	if (frame->symbol) {
		strbuf_escape(buf, frame->symbol, strlen(frame->symbol));
		if (!module || !is_other_module)
			return;
		strbuf_puts(buf, " (");
		strbuf_escape(buf, module, strlen(module));
		strbuf_puts(buf, ")");
	} else if (module) {
		strbuf_escape(buf, module, strlen(module));
		strbuf_printf(buf, "+0x%" PRIx64, frame->offset);
	} else {
		strbuf_printf(buf, "0x%" PRIx64, frame->address);
	}
}

static bool is_same_module(const struct record_frame *a, const struct record_frame *b)
{
	return a->module && b->module && str_eq(a->module, b->module);
}

void stack_format(struct strbuf *buf, const struct record_stack *stack, size_t max)
{
	for (size_t i = 0; i < stack->n && i < max; i++) {
		const struct record_frame *frame = &stack->v[i];

		strbuf_puts(buf, i ? " < " : "");
		format_frame(buf, frame, !i || !is_same_module(frame, frame - 1));
	}
	if (stack->n > max)
		strbuf_puts(buf, " < ...");
}

void stack_format_place(struct strbuf *buf, const char *lead, const struct record_stack *stack)
{
	if (!stack->n)
		return;
	strbuf_printf(buf, "%sat ", lead);
	stack_format(buf, stack, PLACE_FRAMES);
}
