// SPDX-License-Identifier: GPL-2.0-or-later
/* The statement for the pen about what of root's rights the command keeps: capability. */
#include <ctype.h>
#include <sys/capability.h>

#include "base/cleanup.h"
#include "policy/quantity.h"
#include "policy/setting.h"

enum { CAPABILITIES = 64 }; /* bits of a mask */

/* By libcap's table; with or without "cap_", in any case. -1: there is none. Numbers, which libcap
 * would take too, are none: they say nothing to who reads the policy. */
static int find_capability(const char *name)
{
	auto_free char *full = NULL;
	cap_value_t value;

	for (const char *at = name; *at; at++)
		if (!isalpha((unsigned char)*at) && *at != '_')
			return -1;
	full = mem_printf("%s%s", strncasecmp(name, "cap_", 4) == 0 ? "" : "cap_", name);
	if (cap_from_name(full, &value) < 0 || value < 0 || value >= CAPABILITIES)
		return -1;
	return value;
}

static void take_capability(struct words *words)
{
	struct capability_setting *setting = &words->settings->capabilities;

	for (; words->at->kind == TOKEN_WORD; words->at++) {
		int value = find_capability(words->at->text);

		if (value < 0) {
			words_bad(words, "a capability");
			diags_hint(words->parser->diags, "they are named as in capabilities(7), "
							 "like net_bind_service");
			continue;
		}
		if (value == CAP_SYS_ADMIN)
			parser_warn(words->parser, &words->at->place,
				    "with %s the command can undo what the pen hides or shows "
				    "read-only",
				    words->at->text);
		if (!is_written(&setting->place))
			setting->place = words->verb->place;
		setting->mask |= 1ULL << value;
	}
}

static const struct place *capability_at(const struct settings *settings, size_t i)
{
	static const struct place none;

	if (i == CAPABILITIES)
		return NULL;
	return settings->capabilities.mask >> i & 1 ? &settings->capabilities.place : &none;
}

static void print_capability(const struct settings *settings, size_t i, struct strbuf *buf)
{
	char name[CAPABILITY_NAME_ROOM];

	(void)settings;
	strbuf_printf(buf, " %s", capability_name((int)i, name));
}

static const struct setting_row rows[] = {
	{
		.verb = "capability",
		.least = 1,
		.most = SIZE_MAX,
		.usage = "capability NAME...",
		.options = { { "capability", 0, "NAME...",
			       "keep capabilities in the pen's user namespace", NULL } },
		.take = take_capability,
		.at = capability_at,
		.print = print_capability,
		.compare = change_is_wider,
	},
};

SETTING_TABLE(setting_table_capability, rows);
