// SPDX-License-Identifier: GPL-2.0-or-later
#include "pen/step.h"

#include <stdarg.h>

#include "base/mem.h"

struct step *plan_add(struct plan *plan, enum step_actor actor, const struct step_kind *kind,
		      const char *format, ...)
{
	struct step *step = array_append(plan);
	va_list args;

	*step = (struct step){ .actor = actor, .kind = kind, .seen = -1, .tree = -1 };
	va_start(args, format);
	step->text = mem_vprintf(format, args);
	va_end(args);
	return step;
}
