// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a service manager makes of a unit's SystemCall*= lines, as systemd 256 and later do. The
 * first SystemCallFilter= decides whether it is an allow list, which then starts with @default, or
 * a deny list; each later line adds to it or removes from it, and a denial with its own errno is
 * added to either. The list applies to the calls of each ABI that have these names. libseccomp
 * derives a rule for i386's socketcall or ipc from each call behind them, unless the list has that
 * multiplexer as well: its rule then decides alone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "convert/systemd.h"
#include "policy/multiplex.h"
#include "policy/policy.h"
#include "sys/name.h"
#include "sys/set.h"
#include "sys/syscall.h"

enum { ROWS_MAX = 1024 };

static const char *const multiplexers[] = { "socketcall", "ipc" };

/* One name. */
struct entry {
	bool is_listed, is_logged;
	bool has_action; /* else that of the list */
	struct action action;
};

struct unit_reader {
	struct entry entries[ROWS_MAX]; /* indexed by the first row with the name */
	struct action action;		/* SystemCallErrorNumber= */
	uint32_t arches;
	bool has_list, is_allow_list;
};

/* Returns the entry of NAME, or NULL if there is no such call. */
static struct entry *find_entry(struct unit_reader *reader, const char *name)
{
	const struct sys_call *first = NULL;
	size_t i;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		const struct sys_call *row = sys_call_find(arch, name);

		if (row && (!first || row < first))
			first = row;
	}
	i = first ? (size_t)(first - sys_call_row(0)) : ROWS_MAX;
	return i < ROWS_MAX ? &reader->entries[i] : NULL;
}

static bool read_denial(const char *text, struct action *ret_action)
{
	int number = errno_find(text);
	char *end;

	*ret_action = (struct action){ .kind = ACTION_KILL_PROCESS };
	if (str_eq(text, "kill"))
		return true;
	if (number <= 0) {
		number = (int)strtol(text, &end, 10);
		if (*end)
			return false;
	}
	*ret_action = (struct action){ .kind = ACTION_ERRNO, .data = (uint16_t)number };
	return number > 0;
}

/* ACTION is NULL if the word has none. */
static void change_entry(struct unit_reader *reader, struct entry *entry, bool is_inverted,
			 const struct action *action)
{
	entry->is_listed = is_inverted != reader->is_allow_list || action;
	entry->has_action = action != NULL;
	if (action)
		entry->action = *action;
}

static bool change_word(struct unit_reader *reader, const char *word, bool is_inverted,
			const struct action *action)
{
	const struct sys_set *set = *word == '@' ? sys_set_find(word) : NULL;
	struct entry *entry = find_entry(reader, word);
	const struct sys_call *row;

	for (size_t i = 0; str_eq(word, "@known") && (row = sys_call_row(i)); i++)
		change_word(reader, row->name, is_inverted, action);
	for (size_t i = 0; set && set->members[i]; i++)
		change_word(reader, set->members[i], is_inverted, action);
	if (entry)
		change_entry(reader, entry, is_inverted, action);
	return set || entry || str_eq(word, "@known");
}

static bool read_filter(struct unit_reader *reader, char *words)
{
	bool is_inverted = *words == '~';
	char *rest;

	words += is_inverted;
	if (!reader->has_list) {
		reader->has_list = true;
		reader->is_allow_list = !is_inverted;
		if (!is_inverted)
			change_word(reader, "@default", false, NULL);
	}
	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		char *colon = strchr(word, ':');
		struct action action;

		if (colon) {
			*colon = '\0';
			if (!is_inverted || !read_denial(colon + 1, &action))
				return false;
		}
		if (!change_word(reader, word, is_inverted, colon ? &action : NULL))
			return false;
	}
	return true;
}

static bool read_log(struct unit_reader *reader, char *words)
{
	char *rest;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		struct entry *entry = find_entry(reader, word);

		if (!entry)
			return false;
		entry->is_logged = true;
	}
	return true;
}

static bool read_arches(struct unit_reader *reader, char *words)
{
	char *rest;

	for (char *word = strtok_r(words, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		enum arch arch = 0;

		while (arch < ARCH_COUNT && !str_eq(systemd_arch_name(arch), word))
			arch++;
		if (arch == ARCH_COUNT && !str_eq(word, "native"))
			return false;
		reader->arches |= 1U << (arch == ARCH_COUNT ? arch_native() : arch);
	}
	return true;
}

static bool read_errno(struct unit_reader *reader, char *word)
{
	return read_denial(word, &reader->action);
}

static const struct {
	const char *lead;
	bool (*read)(struct unit_reader *reader, char *words);
} directives[] = {
	{ "SystemCallArchitectures=", read_arches },
	{ "SystemCallErrorNumber=", read_errno },
	{ "SystemCallFilter=", read_filter },
	{ "SystemCallLog=", read_log },
};

static bool read_line(struct unit_reader *reader, char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++)
		if (str_starts(line, directives[i].lead))
			return directives[i].read(reader, line + strlen(directives[i].lead));
	return *line == '#' || str_eq(line, "[Service]");
}

/* Decides what the calls of ENTRY get; returns false if it is the same as without an entry. */
static bool decide(const struct unit_reader *reader, const struct entry *entry,
		   struct action *ret_action)
{
	bool is_denied = reader->has_list &&
			 (entry->has_action || entry->is_listed != reader->is_allow_list);

	*ret_action = entry->has_action ? entry->action : reader->action;
	if (!is_denied)
		*ret_action = (struct action){ .kind = entry->is_logged ? ACTION_LOG
									: ACTION_ALLOW };
	return entry->is_listed || entry->is_logged;
}

static bool has_call(enum arch arch, const char *name)
{
	return sys_call_find(arch, name) ||
	       (arch == ARCH_X86 && multiplex_find(name, &(struct multiplex){ 0 }));
}

static void print_rule(const struct unit_reader *reader, const char *name,
		       const struct action *action, struct strbuf *policy)
{
	uint32_t on = 0;

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (reader->arches >> arch & 1 && has_call(arch, name))
			on |= 1U << arch;
	if (!on || sys_call_is_exempt(name))
		return;
	action_format(policy, action);
	strbuf_printf(policy, " %s on", name);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (on >> arch & 1)
			strbuf_printf(policy, " %s", arch_get(arch)->name);
	strbuf_puts(policy, "\n");
}

/* Calls behind NAME that are logged: another filter does that, which NAME's rule does not change.
 */
static void print_logged_behind(const struct unit_reader *reader, const char *name,
				struct strbuf *policy)
{
	const struct sys_call *row;
	struct multiplex multiplex;
	struct action action;

	for (size_t i = 0; i < ROWS_MAX && (row = sys_call_row(i)); i++)
		if (multiplex_find(row->name, &multiplex) &&
		    (int)multiplex.nr == sys_call_find(ARCH_X86, name)->nr[ARCH_X86] &&
		    decide(reader, &reader->entries[i], &action) && action.kind == ACTION_LOG)
			print_rule(reader, row->name, &action, policy);
}

/* Multiplexers that are listed come before the calls behind them: the first rule decides. */
static void print_multiplexers(struct unit_reader *reader, struct strbuf *policy)
{
	for (size_t i = 0; i < ARRAY_SIZE(multiplexers); i++) {
		const struct entry *entry = find_entry(reader, multiplexers[i]);
		struct action action;

		if (!entry->is_listed)
			continue;
		decide(reader, entry, &action);
		if (action.kind == ACTION_ALLOW)
			print_logged_behind(reader, multiplexers[i], policy);
		print_rule(reader, multiplexers[i], &action, policy);
	}
}

static bool is_multiplexer(const char *name)
{
	return str_eq(name, multiplexers[0]) || str_eq(name, multiplexers[1]);
}

static void print_policy(struct unit_reader *reader, struct strbuf *policy)
{
	const struct action allow = { .kind = ACTION_ALLOW };
	const struct action *rest = reader->is_allow_list ? &reader->action : &allow;
	const struct sys_call *row;

	strbuf_puts(policy, "arch");
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		if (reader->arches >> arch & 1)
			strbuf_printf(policy, " %s", arch_get(arch)->name);
	strbuf_puts(policy, "\ndefault ");
	action_format(policy, rest);
	strbuf_puts(policy, "\nunknown ");
	action_format(policy, rest);
	strbuf_puts(policy, "\n");
	print_multiplexers(reader, policy);
	for (size_t i = 0; i < ROWS_MAX && (row = sys_call_row(i)); i++) {
		const struct entry *entry = &reader->entries[i];
		struct action action;

		if (decide(reader, entry, &action) &&
		    !(entry->is_listed && is_multiplexer(row->name)))
			print_rule(reader, row->name, &action, policy);
	}
}

int systemd_read(const char *unit, bool is_before_256, struct strbuf *policy, struct diags *diags)
{
	auto_free struct unit_reader *reader = mem_alloc(sizeof(*reader));
	auto_free char *copy = mem_strdup(unit);
	struct entry *write;
	char *rest;

	reader->action = (struct action){ .kind = ACTION_KILL_PROCESS };
	for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (!read_line(reader, line))
			return diags_fail(diags, -EINVAL, "not a SystemCall line of a unit: '%s'",
					  line);
	/* Since version 256 the service manager writes a timestamp under the filter. */
	write = find_entry(reader, "write");
	if (!is_before_256) {
		write->is_listed = reader->is_allow_list;
		write->has_action = false;
	}
	print_policy(reader, policy);
	return 0;
}
