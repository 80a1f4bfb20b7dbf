// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/exposure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"

void exposure_add(struct exposures *list, const struct lint_check *check, const char *reason,
		  const char *format, ...)
{
	auto_free char *words = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		words = mem_strdup("");
	va_end(args);
	*array_append(list) = (struct exposure){
		check, mem_printf("%s: %s", words, reason ? reason : check->reason)
	};
}

void exposures_finish(struct exposures *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].message);
	free(list->v);
	*list = (struct exposures){ 0 };
}
