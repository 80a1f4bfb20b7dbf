// SPDX-License-Identifier: GPL-2.0-or-later
/* The statement for the pen about which of root's capabilities the command keeps: capability. */
#include <ctype.h>
#include <string.h>
#include <sys/capability.h>

#include "base/cleanup.h"
#include "policy/quantity.h"
#include "policy/setting.h"

enum { CAPABILITIES = 64 }; /* bits of a mask */

/* Looks up libcap's table, with or without "cap_", in any case. -1: there is none. Numbers, which
 * libcap would accept too, are refused: they say nothing to a reader of the policy. */
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

/* DATA is room for all names. */
static const char *capability_row(size_t i, void *data)
{
	char(*names)[CAPABILITY_NAME_ROOM] = data;

	return i <= CAP_LAST_CAP ? capability_name((int)i, names[i]) + strlen("cap_") : NULL;
}

static void hint_capability(struct diags *diags, const char *name)
{
	char names[CAP_LAST_CAP + 1][CAPABILITY_NAME_ROOM];

	if (!diags_hint_nearest(diags, name, capability_row, names))
		diags_hint(diags, "the names are those of capabilities(7), like net_bind_service");
}

static void take_capability(struct words *words)
{
	struct capability_setting *setting = &words->settings->capabilities;

	for (; words->at->kind == TOKEN_WORD; words->at++) {
		int value = find_capability(words->at->text);

		if (value < 0) {
			words_bad(words, "a capability");
			hint_capability(words->parser->diags, words->at->text);
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

// clang-format off
static const struct lint_check checks[] = {
	{ "capability", SEVERITY_NOTE,
		"kernel code that only requires capabilities in a user namespace can be reached",
		"run without it, and see what is denied" },
};

/* The worst comes first. */
static const struct {
	int capability;
	const char *reason;
} risky[] = {
	{ CAP_SYS_ADMIN, "it can mount, and undo hidden and read-only mounts" },
	{ CAP_NET_ADMIN, "it can configure the pen's network, and reach netfilter in the kernel" },
	{ CAP_SYS_PTRACE, "it can trace every process of the pen" },
	{ CAP_DAC_OVERRIDE, "it can write the files of every mapped owner" },
	{ CAP_DAC_READ_SEARCH, "it can read the files of every mapped owner" },
	{ CAP_SETUID, "it can become every mapped user" },
	{ CAP_SETGID, "it can become every mapped group" },
	{ CAP_NET_RAW, "it can make raw sockets in the pen's network" },
	{ CAP_SYS_CHROOT, "it can change its root, within the pen" },
};
// clang-format on

/* One finding for all that is kept, in the words for the worst. */
static void lint_capability(const struct settings *settings, size_t i, struct exposures *list)
{
	uint64_t mask = settings->capabilities.mask;
	const char *reason = NULL;

	if (mask & ((1ULL << i) - 1))
		return;
	for (size_t k = 0; k < ARRAY_SIZE(risky) && !reason; k++)
		if (mask >> risky[k].capability & 1)
			reason = risky[k].reason;
	exposure_add(list, &checks[0], reason, "keeps capabilities");
}

static const struct setting_row rows[] = {
	{
		.verb = "capability",
		.least = 1,
		.most = SIZE_MAX,
		.usage = "capability NAME...",
		.options = { { "capability", 0, "CAPABILITY...",
			       "keep capabilities in the pen's user namespace", NULL } },
		.take = take_capability,
		.at = capability_at,
		.print = print_capability,
		.compare = change_is_wider,
		.lint = lint_capability,
		SETTING_CHECKS(checks),
	},
};

SETTING_TABLE(setting_table_capability, rows);
