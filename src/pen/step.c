// SPDX-License-Identifier: GPL-2.0-or-later
#include "pen/step.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/str.h"

struct step *plan_add(struct plan *plan, enum step_actor actor, const struct step_kind *kind,
		      const char *format, ...)
{
	struct step *step = array_append(plan);
	struct strbuf text = { 0 };
	char *raw;
	va_list args;

	va_start(args, format);
	if (vasprintf(&raw, format, args) < 0)
		raw = mem_strdup("");
	va_end(args);
	strbuf_puts(&text, raw);
	free(raw);
	*step = (struct step){
		.actor = actor, .kind = kind, .text = text.text, .seen = -1, .tree = -1
	};
	return step;
}
