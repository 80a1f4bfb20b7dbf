// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements about what the pen is made of: pen, and what of a pen without namespaces a policy may
 * give up, allow set-mode. A policy says "pen namespaces" to forbid any other.
 */
#include "policy/setting.h"

enum { CHECK_LANDLOCK, CHECK_AUTO };

// clang-format off
static const struct lint_check pen_checks[] = {
	[CHECK_LANDLOCK] = { "no-namespaces", SEVERITY_NOTE,
		"without namespaces the command can find out names, sizes and processes of the host",
		"pen namespaces, where they can be made" },
	[CHECK_AUTO] = { "maybe-no-namespaces", SEVERITY_NOTE,
		"where no namespaces can be made the command can find out names, sizes and processes of the host",
		"pen namespaces, where they can be made" },
};

static const struct lint_check set_mode_checks[] = {
	{ "set-mode", SEVERITY_NOTE,
		"in a pen without namespaces the command can change the modes, owners, times and attributes of all files of its user",
		"leave it out" },
};
// clang-format on

static const char *kind_name(size_t i)
{
	static const char *const names[] = {
		[PEN_NAMESPACES] = "namespaces",
		[PEN_LANDLOCK] = "landlock",
		[PEN_AUTO] = "auto",
	};

	return names[i];
}

static void take_pen(struct words *words)
{
	size_t kind;

	if (words_choose(words, PEN_AUTO + 1, kind_name, "a kind of pen: ", &kind) &&
	    words_replace(words, &words->settings->pen.place))
		words->settings->pen = (struct pen_setting){ .place = words->verb->place,
							     .kind = (enum pen_choice)kind };
}

SETTING_AT(pen_at, pen)

static void print_pen(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)i;
	strbuf_printf(buf, " %s", kind_name(settings->pen.kind));
}

static enum change compare_pen(const struct setting_question *question, const char **ret_why)
{
	static const unsigned int reach[] = {
		[PEN_NAMESPACES] = 0, [PEN_AUTO] = 1, [PEN_LANDLOCK] = 2
	};

	(void)ret_why;
	return change_by_size(reach[question->before->pen.kind], reach[question->after->pen.kind]);
}

static bool is_default_pen(const struct settings *settings, size_t i)
{
	(void)i;
	return settings->pen.kind == PEN_NAMESPACES;
}

static void lint_pen(const struct settings *settings, size_t i, struct exposures *list)
{
	(void)i;
	if (settings->pen.kind == PEN_LANDLOCK)
		exposure_add(list, &pen_checks[CHECK_LANDLOCK], NULL, "pen landlock");
	if (settings->pen.kind == PEN_AUTO)
		exposure_add(list, &pen_checks[CHECK_AUTO], NULL, "pen auto");
}

static void take_set_mode(struct words *words)
{
	struct place *set_mode = &words->settings->set_mode;

	if (!is_written(set_mode))
		*set_mode = words->verb->place;
}

static const struct place *set_mode_at(const struct settings *settings, size_t i)
{
	return i ? NULL : &settings->set_mode;
}

static void print_set_mode(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)settings;
	(void)i;
	(void)buf;
}

static void lint_set_mode(const struct settings *settings, size_t i, struct exposures *list)
{
	(void)settings;
	(void)i;
	exposure_add(list, &set_mode_checks[0], NULL, "allow set-mode");
}

static const struct setting_row rows[] = {
	{
		.verb = "pen",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "pen namespaces|landlock|auto",
		.options = { { "pen", 0, "namespaces|landlock|auto",
			       "what keeps the command in; landlock needs no privileges and no "
			       "namespaces",
			       NULL } },
		.take = take_pen,
		.at = pen_at,
		.print = print_pen,
		.compare = compare_pen,
		.lint = lint_pen,
		SETTING_CHECKS(pen_checks),
		.is_default = is_default_pen,
		.without_namespaces = setting_needs_none,
	},
	{
		.verb = "allow set-mode",
		.is_rule = true,
		.is_one = true,
		.usage = "allow set-mode",
		.take = take_set_mode,
		.at = set_mode_at,
		.print = print_set_mode,
		.compare = change_is_wider,
		.lint = lint_set_mode,
		SETTING_CHECKS(set_mode_checks),
		.without_namespaces = setting_needs_none,
	},
};

SETTING_TABLE(setting_table_pen, rows);
