// SPDX-License-Identifier: GPL-2.0-or-later
/* The choices that no command defines itself, each made from the rows of the room that knows
 * them. */
#include "base/mem.h"
#include "cmd/option_row.h"
#include "convert/loss.h"
#include "report/report.h"

/* The value comes from the enumeration, the order is for people. */
static bool find_word(const struct choice_word *words, size_t n, size_t i,
		      struct choice_word *ret_word)
{
	if (i < n)
		*ret_word = words[i];
	return i < n;
}

static bool args_word(size_t i, struct choice_word *ret_word)
{
	static const struct choice_word words[] = {
		{ "off", NULL, LEARN_ARGS_OFF },
		{ "safe", NULL, LEARN_ARGS_SAFE },
		{ "all", NULL, LEARN_ARGS_ALL },
	};

	return find_word(words, ARRAY_SIZE(words), i, ret_word);
}

static bool stacks_word(size_t i, struct choice_word *ret_word)
{
	static const struct choice_word words[] = {
		{ "off", NULL, TRACE_STACKS_OFF },
		{ "denied", "the first call of each kind that is denied", TRACE_STACKS_DENIED },
		{ "all", "and of each call that is allowed", TRACE_STACKS_ALL },
	};

	return find_word(words, ARRAY_SIZE(words), i, ret_word);
}

static bool colour_word(size_t i, struct choice_word *ret_word)
{
	static const struct choice_word words[] = {
		{ "auto", NULL, PALETTE_AUTO },
		{ "always", NULL, PALETTE_ALWAYS },
		{ "never", NULL, PALETTE_NEVER },
	};

	return find_word(words, ARRAY_SIZE(words), i, ret_word);
}

/* The best comes first. */
static bool source_word(size_t i, struct choice_word *ret_word)
{
	size_t at = 0;

	for (int value = TRACE_SOURCES - 1; value >= TRACE_NONE; value--) {
		const struct trace_source_row *row = trace_source_row((enum trace_source)value);

		if ((int)row->word != value || at++ < i)
			continue;
		*ret_word = (struct choice_word){ row->name, NULL, value };
		return true;
	}
	return false;
}

/* The worst comes first. */
static bool severity_word(size_t i, struct choice_word *ret_word)
{
	if (i >= SEVERITY_COUNT)
		return false;
	ret_word->value = SEVERITY_COUNT - 1 - (int)i;
	ret_word->name = severity_name((enum severity)ret_word->value);
	ret_word->about = NULL;
	return true;
}

static bool grade_word(size_t i, struct choice_word *ret_word)
{
	if (i >= LOSS_NOTE)
		return false;
	*ret_word = (struct choice_word){ loss_grade_name((enum loss_grade)i), NULL, 1 << i };
	return true;
}

static bool runtime_word(size_t i, struct choice_word *ret_word)
{
	const char *name = runtime_name(i);

	if (!name)
		return false;
	*ret_word = (struct choice_word){ name, NULL, (int)runtime_find(name) };
	return true;
}

static bool arch_word(size_t i, struct choice_word *ret_word)
{
	if (i > ARCH_COUNT)
		return false;
	*ret_word = i ? (struct choice_word){ arch_get((enum arch)(i - 1))->name, NULL, (int)i - 1 }
		      : (struct choice_word){ "native", NULL, (int)arch_native() };
	return true;
}

/* Those formats that a file may have; the value is the row of all. */
static bool extension_word(size_t i, struct choice_word *ret_word)
{
	const struct report_format *format;
	size_t at = 0;

	for (size_t k = 0; (format = report_format_row(k)); k++) {
		if (!format->extension || at++ < i)
			continue;
		*ret_word = (struct choice_word){ format->extension, format->about, (int)k };
		return true;
	}
	return false;
}

const struct choice option_args = { "choice of arguments", "choices", args_word };
const struct choice option_stacks = { "choice of stacks", "choices", stacks_word };
const struct choice option_colours = { "choice of colours", "choices", colour_word };
const struct choice option_sources = { "trace source", "sources", source_word };
const struct choice option_severities = { "severity", "severities", severity_word };
const struct choice option_grades = { "grade", "grades", grade_word };
const struct choice option_runtimes = { "runtime", "runtimes", runtime_word };
const struct choice option_extensions = { "extension", "extensions", extension_word };
const struct choice option_arches = { "arch", "arches", arch_word };
