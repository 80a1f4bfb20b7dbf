/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A random profile as JSON, in the odd forms that Go's decoder accepts, or with one that it does
 * not. */
#ifndef PINFOLD_TESTS_PROFILE_JSON_H
#define PINFOLD_TESTS_PROFILE_JSON_H

#include "random_profile.h"

#include <inttypes.h>

/* What Go's decoder, or runc, does not accept as a profile: a text and its replacement, once. */
static const struct {
	const char *text, *instead;
} profile_faults[] = {
	{ NULL, NULL },
	{ "\"value\": ", "\"value\": -1, \"comment\": " },
	{ "\"value\": ", "\"value\": \"0x10\", \"comment\": " },
	{ "\"value\": ", "\"value\": 1.5, \"comment\": " },
	{ "\"value\": ", "\"value\": 1e3, \"comment\": " },
	{ "\"value\": ", "\"value\": 18446744073709551616, \"comment\": " },
	{ "\"index\": ", "\"index\": 6, \"comment\": " },
	{ "\"index\": ", "\"index\": -1, \"comment\": " },
	{ "SCMP_CMP_", "SCMP_CMP_X" },
	{ "\"args\": [", "\"args\": {}, \"comment\": [" },
	{ "\"names\": ", "\"names\": \"ptrace\", \"comment\": " },
	{ "\"names\": ", "\"names\": [1], \"comment\": " },
	{ "\"action\": \"", "\"action\": \"X" },
	{ "\"errnoRet\": ", "\"errnoRet\": -1, \"comment\": " },
	{ "\"architectures\": [\"SCMP_ARCH", "\"architectures\": [\"X\", \"SCMP_ARCH" },
	{ "\"syscalls\": [", "\"syscalls\": {}, \"comment\": [" },
	{ "]}\n", "]}\n}\n" },
	{ "]}\n", "]\n" },
};

_Static_assert(ARRAY_SIZE(profile_faults) == PROFILE_FAULTS, "each fault can be chosen");

/* One odd form in eight; the same profile always results in the same text. */
static inline bool is_odd(uint64_t *spelling)
{
	*spelling ^= *spelling << 13;
	*spelling ^= *spelling >> 7;
	*spelling ^= *spelling << 17;
	return !(*spelling >> 16 & 7);
}

/* Go's decoder accepts keys in any case. */
static inline void write_key(struct strbuf *buf, const char *key, uint64_t *spelling)
{
	bool is_upper = is_odd(spelling);

	strbuf_puts(buf, "\"");
	for (const char *at = key; *at; at++)
		strbuf_printf(buf, "%c", is_upper && *at >= 'a' && *at <= 'z' ? *at - 32 : *at);
	strbuf_puts(buf, "\": ");
}

static inline void write_names(struct strbuf *buf, const struct profile_entry *entry,
			       uint64_t *spelling)
{
	/* moby's old form. */
	if (entry->n_names == 1 && is_odd(spelling)) {
		write_key(buf, "name", spelling);
		strbuf_printf(buf, "\"%s\"", entry->names[0]);
		return;
	}
	write_key(buf, "names", spelling);
	for (unsigned int i = 0; i < entry->n_names; i++)
		strbuf_printf(buf, "%s\"%s\"", i ? ", " : "[", entry->names[i]);
	strbuf_puts(buf, "]");
}

static inline void write_conditions(struct strbuf *buf, const struct profile_entry *entry,
				    uint64_t *spelling)
{
	if (!entry->n_conditions && !is_odd(spelling))
		return;
	strbuf_puts(buf, ", ");
	write_key(buf, "args", spelling);
	if (!entry->n_conditions) {
		strbuf_puts(buf, is_odd(spelling) ? "null" : "[]");
		return;
	}
	for (unsigned int i = 0; i < entry->n_conditions; i++) {
		const struct profile_condition *arg = &entry->conditions[i];

		strbuf_puts(buf, i ? ", {" : "[{");
		write_key(buf, "index", spelling);
		strbuf_printf(buf, "%u, ", arg->index);
		if (arg->value || !is_odd(spelling)) {
			write_key(buf, "value", spelling);
			strbuf_printf(buf, "%" PRIu64 ", ", arg->value);
		}
		if (arg->two || is_odd(spelling)) {
			write_key(buf, "valueTwo", spelling);
			strbuf_printf(buf, "%" PRIu64 ", ", arg->two);
		}
		write_key(buf, "op", spelling);
		strbuf_printf(buf, "\"%s\"}", profile_ops[arg->op].name);
	}
	strbuf_puts(buf, "]");
}

static inline void write_arches(struct strbuf *buf, const struct profile *profile,
				uint64_t *spelling)
{
	const char *between = "";

	if (!profile->arches && is_odd(spelling))
		return;
	strbuf_puts(buf, ",\n");
	write_key(buf, profile->has_arch_map ? "archMap" : "architectures", spelling);
	if (profile->has_arch_map)
		strbuf_puts(buf, "[{\"architecture\": \"SCMP_ARCH_ARM\"}, {\"architecture\": "
				 "\"SCMP_ARCH_X86_64\", \"subArchitectures\": [");
	else
		strbuf_puts(buf, "[");
	for (size_t i = profile->has_arch_map; i < ARRAY_SIZE(profile_arches); i++) {
		if (!(profile->arches >> i & 1))
			continue;
		strbuf_printf(buf, "%s\"%s\"", between, profile_arches[i].name);
		between = ", ";
	}
	strbuf_puts(buf, profile->has_arch_map ? "]}]" : "]");
}

/* Inserts the profile's fault; returns whether the text had a place for it. */
static inline bool spoil(const struct profile *profile, const char *text, struct strbuf *buf)
{
	const char *fault = profile_faults[profile->fault].text;
	const char *at = fault ? strstr(text, fault) : NULL;

	if (!at)
		return false;
	strbuf_printf(buf, "%.*s%s%s", (int)(at - text), text,
		      profile_faults[profile->fault].instead, at + strlen(fault));
	return true;
}

static inline void profile_write(const struct profile *profile, struct strbuf *buf)
{
	uint64_t spelling = profile->spelling | 1;

	strbuf_puts(buf, "{");
	write_key(buf, "defaultAction", &spelling);
	strbuf_printf(buf, "\"%s\"", profile_actions[profile->default_action].name);
	if (profile->has_errno) {
		strbuf_puts(buf, ", ");
		write_key(buf, "defaultErrnoRet", &spelling);
		strbuf_printf(buf, "%u", profile->errno_ret);
	}
	write_arches(buf, profile, &spelling);
	strbuf_puts(buf, ",\n");
	write_key(buf, "syscalls", &spelling);
	strbuf_puts(buf, "[");
	for (unsigned int i = 0; i < profile->n_entries; i++) {
		const struct profile_entry *entry = &profile->entries[i];

		strbuf_puts(buf, i ? ",\n {" : "\n {");
		write_names(buf, entry, &spelling);
		strbuf_puts(buf, ", ");
		write_key(buf, "action", &spelling);
		strbuf_printf(buf, "\"%s\"", profile_actions[entry->action].name);
		if (entry->has_errno) {
			strbuf_puts(buf, ", ");
			write_key(buf, "errnoRet", &spelling);
			strbuf_printf(buf, "%u", entry->errno_ret);
		}
		write_conditions(buf, entry, &spelling);
		strbuf_puts(buf, "}");
	}
	strbuf_puts(buf, "]}\n");
}

#endif
