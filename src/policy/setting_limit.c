// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen about what the command may use up: limit, rlimit. */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "policy/quantity.h"
#include "policy/setting.h"

enum {
	PIDS_MAX = 4194304, /* the kernel's PID_MAX_LIMIT */
	PIDS_DEFAULT = 512,
	GRACE_DEFAULT_S = 2,
	CORE_DEFAULT = 1,
	NICE_DEFAULT = 20,
};

static bool parse_pids(const char *text, uint64_t *ret_value)
{
	return parse_count(text, PIDS_MAX, ret_value);
}

static void print_pids(uint64_t value, struct strbuf *buf)
{
	strbuf_printf(buf, " %" PRIu64, value);
}

static void print_percent(uint64_t value, struct strbuf *buf)
{
	strbuf_printf(buf, " %" PRIu64 "%%", value);
}

enum { CHECK_PIDS, CHECK_MEMORY };

// clang-format off
static const struct lint_check limit_checks[] = {
	[CHECK_PIDS] = { "limit-pids", SEVERITY_NOTE,
		"it is all that the machine has, so it limits nothing", "limit pids 512" },
	[CHECK_MEMORY] = { "limit-memory", SEVERITY_NOTE,
		"it is all that the machine has, so it limits nothing", "limit memory 1G" },
};

static const struct lint_check rlimit_checks[] = {
	{ "core-dump", SEVERITY_WARNING,
		"a crash writes a core file, or starts the host's handler as root", "leave it out" },
};
// clang-format on

/* Returns the largest possible number of processes, 0 when it is not known. */
static uint64_t most_pids(void)
{
	char *text = NULL;
	uint64_t most = 0;
	size_t len;

	if (!fd_read_file(-1, "/proc/sys/kernel/pid_max", 64, &text, &len))
		most = strtoull(text, NULL, 10);
	free(text);
	return most;
}

/* Returns the bytes of the machine's memory, 0 when it is not known. */
static uint64_t most_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

/* How each limit is written, and from which value on it limits nothing. */
static const struct {
	const char *what; /* what its value is */
	uint64_t least;	  /* 0 would end the pen at once */
	bool (*parse)(const char *text, uint64_t *ret_value);
	void (*print)(uint64_t value, struct strbuf *buf);
	uint64_t (*most)(void); /* what the machine has; NULL: not compared */
	const struct lint_check *check;
} kinds[LIMIT_COUNT] = {
	[LIMIT_MEMORY] = { "a size above 0, like 256M", 1, parse_size, size_print, most_memory,
			   &limit_checks[CHECK_MEMORY] },
	[LIMIT_SWAP] = { "a size, like 64M or 0", 0, parse_size, size_print, NULL, NULL },
	[LIMIT_PIDS] = { "a number of processes, 1 to 4194304", 1, parse_pids, print_pids,
			 most_pids, &limit_checks[CHECK_PIDS] },
	[LIMIT_CPU] = { "a share of one CPU, like 50% or 150%, 1% to 1000000%", 1, parse_percent,
			print_percent, NULL, NULL },
	[LIMIT_TIME] = { "a time above 0, like 30s or 5m", 1, parse_time, time_print, NULL, NULL },
	[LIMIT_CPUTIME] = { "a time above 0, like 30s or 5m", 1, parse_time, time_print, NULL,
			    NULL },
};

/* Parses the value of a limit; returns whether it is valid. */
static bool parse_limit(struct words *words, enum limit_kind kind, uint64_t *ret_value)
{
	uint64_t value;

	if (!kinds[kind].parse(words->at->text, &value) || value < kinds[kind].least ||
	    value > INT64_MAX) {
		words_bad(words, kinds[kind].what);
		return false;
	}
	words->at++;
	*ret_value = value;
	return true;
}

static bool parse_grace(struct words *words, uint64_t *ret_grace)
{
	if (words->at->kind == TOKEN_END)
		return true;
	if (!words_accept(words, "grace")) {
		words_bad(words, "'grace'");
		return false;
	}
	if (words->at->kind == TOKEN_END) {
		words_error(words, "expected the time of 'grace'");
		return false;
	}
	if (!parse_limit(words, LIMIT_TIME, ret_grace))
		return false;
	return true;
}

static const char *limit_word(size_t i)
{
	return limit_name((enum limit_kind)i);
}

static void take_limit(struct words *words)
{
	struct limit_setting limit = { .place = words->verb->place };
	struct limit_setting *slot;
	enum limit_kind kind;
	size_t i;

	if (!words_choose(words, LIMIT_COUNT, limit_word, "a limit: ", &i))
		return;
	kind = (enum limit_kind)i;
	if (!parse_limit(words, kind, &limit.value) ||
	    (kind == LIMIT_TIME && !parse_grace(words, &limit.grace)))
		return;
	if (words->at->kind != TOKEN_END) {
		words_error(words, "unexpected word");
		return;
	}
	slot = &words->settings->limits[kind];
	if (words_replace(words, &slot->place))
		*slot = limit;
}

static const struct place *limit_at(const struct settings *settings, size_t i)
{
	return i < LIMIT_COUNT ? &settings->limits[i].place : NULL;
}

static void print_limit(const struct settings *settings, size_t i, struct strbuf *buf)
{
	const struct limit_setting *limit = &settings->limits[i];

	strbuf_printf(buf, " %s", limit_name((enum limit_kind)i));
	kinds[i].print(limit->value, buf);
	if (!limit->grace)
		return;
	strbuf_puts(buf, " grace");
	time_print(limit->grace, buf);
}

/* Returns the limit in force; UINT64_MAX: none. */
static uint64_t limit_of(const struct settings *settings, enum limit_kind kind)
{
	if (is_written(&settings->limits[kind].place))
		return settings->limits[kind].value;
	if (kind == LIMIT_PIDS)
		return PIDS_DEFAULT;
	if (kind == LIMIT_SWAP && is_written(&settings->limits[LIMIT_MEMORY].place))
		return 0;
	return UINT64_MAX;
}

static uint64_t grace_of(const struct settings *settings)
{
	const struct limit_setting *limit = &settings->limits[LIMIT_TIME];

	return is_written(&limit->place) && limit->grace ? limit->grace
							 : GRACE_DEFAULT_S * 1000000000ULL;
}

static enum change compare_limit(const struct setting_question *question, const char **ret_why)
{
	enum limit_kind kind = (enum limit_kind)question->index;
	enum change change = change_by_size(limit_of(question->before, kind),
					    limit_of(question->after, kind));

	if (kind == LIMIT_TIME && is_written(&question->before->limits[kind].place) &&
	    is_written(&question->after->limits[kind].place))
		change = change_both(
			change,
			change_by_size(grace_of(question->before), grace_of(question->after)),
			ret_why);
	return change;
}

static void lint_limit(const struct settings *settings, size_t i, struct exposures *list)
{
	uint64_t value = settings->limits[i].value, most = kinds[i].most ? kinds[i].most() : 0;

	if (most && value >= most)
		exposure_add(list, kinds[i].check, NULL, "limit %s %" PRIu64,
			     limit_name((enum limit_kind)i), value);
}

static bool parse_rlimit_value(const char *text, uint64_t *ret_value)
{
	if (str_eq(text, "unlimited")) {
		*ret_value = UINT64_MAX;
		return true;
	}
	return parse_count(text, UINT64_MAX - 1, ret_value) || parse_size(text, ret_value);
}

static bool parse_rlimit(struct words *words, struct rlimit_setting *rlimit)
{
	const char *text = words->at->text;
	size_t len = strcspn(text, ":");
	char *soft = arena_strndup(&words->parser->policy->arena, text, len);

	if (!parse_rlimit_value(soft, &rlimit->soft) ||
	    !parse_rlimit_value(text[len] ? text + len + 1 : soft, &rlimit->hard)) {
		words_bad(words, "SOFT or SOFT:HARD, numbers or 'unlimited'");
		return false;
	}
	if (rlimit->soft > rlimit->hard) {
		words_error(words, "the soft limit is above the hard one");
		return false;
	}
	return true;
}

static const char *rlimit_row(size_t i, void *data)
{
	(void)data;
	return i < RLIM_NLIMITS ? rlimit_name((int)i) : NULL;
}

static void take_rlimit(struct words *words)
{
	struct rlimit_setting rlimit = { .place = words->verb->place };

	rlimit.resource = rlimit_find(words->at->text);
	if (rlimit.resource < 0) {
		words_bad(words, "a resource limit");
		if (!diags_hint_nearest(words->parser->diags, words->at->text, rlimit_row, NULL))
			diags_hint(words->parser->diags,
				   "the names are those of prlimit(1): nofile, core, fsize ...");
		return;
	}
	words->at++;
	if (!parse_rlimit(words, &rlimit))
		return;
	for (size_t i = 0; i < words->settings->rlimits.n; i++) {
		const struct rlimit_setting *old = &words->settings->rlimits.v[i];

		if (old->resource == rlimit.resource && !words_replace(words, &old->place))
			return;
	}
	*words_append(words, rlimits) = rlimit;
}

SETTING_AT_EACH(rlimit_at, rlimits)

static void print_rlimit_value(uint64_t value, struct strbuf *buf)
{
	if (value == UINT64_MAX)
		strbuf_puts(buf, "unlimited");
	else
		strbuf_printf(buf, "%" PRIu64, value);
}

static void print_rlimit(const struct settings *settings, size_t i, struct strbuf *buf)
{
	const struct rlimit_setting *rlimit = &settings->rlimits.v[i];

	strbuf_printf(buf, " %s ", rlimit_name(rlimit->resource));
	print_rlimit_value(rlimit->soft, buf);
	strbuf_puts(buf, ":");
	print_rlimit_value(rlimit->hard, buf);
}

/* Returns whether the hard limit in force is known: the caller's is not. */
static bool rlimit_of(const struct settings *settings, int resource, uint64_t *ret_hard)
{
	static const struct {
		int resource;
		uint64_t hard;
	} defaults[] = { { RLIMIT_CORE, CORE_DEFAULT },
			 { RLIMIT_RTPRIO, 0 },
			 { RLIMIT_NICE, NICE_DEFAULT } };

	for (size_t i = 0; i < settings->rlimits.n; i++) {
		const struct rlimit_setting *rlimit = &settings->rlimits.v[i];

		if (rlimit->resource != resource)
			continue;
		/* The kernel skips the handler at 1, so 0 is taken as 1. */
		*ret_hard = resource == RLIMIT_CORE && !rlimit->hard ? CORE_DEFAULT : rlimit->hard;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		if (defaults[i].resource != resource)
			continue;
		*ret_hard = defaults[i].hard;
		return true;
	}
	return false;
}

static enum change compare_rlimit(const struct setting_question *question, const char **ret_why)
{
	int resource = change_own(question)->rlimits.v[question->index].resource;
	uint64_t before = 0, after = 0;
	bool has_before = rlimit_of(question->before, resource, &before);
	bool has_after = rlimit_of(question->after, resource, &after);

	/* The command may set the soft limit to any value up to the hard one. */
	if (has_before && has_after)
		return change_by_size(before, after);
	if (resource == RLIMIT_SIGPENDING || resource == RLIMIT_MSGQUEUE) {
		*ret_why = "without it a quarter of the caller's limit applies";
		return CHANGE_UNCLEAR;
	}
	return change_turn(question, (question->is_added ? after : before) == RLIM_INFINITY
					     ? CHANGE_WIDER
					     : CHANGE_NARROWER);
}

static void lint_rlimit(const struct settings *settings, size_t i, struct exposures *list)
{
	const struct rlimit_setting *rlimit = &settings->rlimits.v[i];

	if (rlimit->resource == RLIMIT_CORE && rlimit->hard > 1)
		exposure_add(list, &rlimit_checks[0], NULL, "rlimit core");
}

static const struct setting_row rows[] = {
	{
		.verb = "limit",
		.least = 2,
		.most = 4,
		.usage = "limit memory|swap|pids|cpu|time|cputime VALUE",
		.part = SETTING_LIMITS,
		.options = { { "limit", 'l', "KIND VALUE",
			       "limits: memory, swap, pids, cpu, time or cputime", NULL } },
		.take = take_limit,
		.at = limit_at,
		.print = print_limit,
		.compare = compare_limit,
		.lint = lint_limit,
		SETTING_CHECKS(limit_checks),
		.without_namespaces = setting_needs_none,
	},
	{
		.verb = "rlimit",
		.least = 2,
		.most = 2,
		.usage = "rlimit NAME SOFT[:HARD]",
		.part = SETTING_LIMITS,
		.options = { { "rlimit", 0, "RLIMIT SOFT[:HARD]",
			       "a resource limit of setrlimit(2)", NULL } },
		.take = take_rlimit,
		.at = rlimit_at,
		.print = print_rlimit,
		.compare = compare_rlimit,
		.lint = lint_rlimit,
		SETTING_CHECKS(rlimit_checks),
		.without_namespaces = setting_needs_none,
	},
};

SETTING_TABLE(setting_table_limit, rows);
