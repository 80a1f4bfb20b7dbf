// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/judged.h"

#include <inttypes.h>

#include "base/mem.h"
#include "policy/quantity.h"
#include "report/policy_facts.h"
#include "sys/action.h"

enum { PLACES_MAX = 10 };

const struct judged judged_none = {
	.budget = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX },
	.max_unused = UINT64_MAX,
};

/* Of the processes that were waited for, the kernel knows the largest one, which is not the pen. */
static bool is_counted(const char *source)
{
	return source && str_eq(source, "cgroup");
}

static uint64_t used_memory(const struct report *report)
{
	const struct resources *used = report->resources;

	return used && is_counted(used->sources.memory_peak) ? used->memory_peak : UINT64_MAX;
}

static uint64_t used_processes(const struct report *report)
{
	const struct resources *used = report->resources;

	return used && is_counted(used->sources.pids_peak) ? used->pids_peak : UINT64_MAX;
}

static uint64_t used_cputime(const struct report *report)
{
	const struct resources *used = report->resources;

	return used && is_counted(used->sources.cpu_ns) ? used->cpu_ns : UINT64_MAX;
}

static uint64_t used_time(const struct report *report)
{
	return report->elapsed_ns;
}

static bool parse_processes(const char *text, uint64_t *ret_count)
{
	return parse_count(text, UINT32_MAX, ret_count);
}

static void format_count(uint64_t count, struct strbuf *buf)
{
	strbuf_printf(buf, " %" PRIu64, count);
}

static void format_size(uint64_t bytes, struct strbuf *buf)
{
	if (bytes < 1 << 20)
		strbuf_printf(buf, " %.1f KiB", (double)bytes / (1 << 10));
	else
		strbuf_printf(buf, " %.1f MiB", (double)bytes / (1 << 20));
}

static void format_time(uint64_t ns, struct strbuf *buf)
{
	strbuf_printf(buf, " %.3f s", (double)ns / 1e9);
}

static const struct {
	const char *name, *words;
	bool (*parse)(const char *text, uint64_t *ret_most);
	uint64_t (*used)(const struct report *report);
	void (*format)(uint64_t amount, struct strbuf *buf);
	const char *hint; /* how to have it counted */
} rows[BUDGETS] = {
	[BUDGET_MEMORY] = { "memory", "memory was", parse_size, used_memory, format_size,
			    "a limit has it counted, where the pen can have a cgroup: --limit "
			    "'memory 1G'" },
	[BUDGET_PROCESSES] = { "processes", "processes were", parse_processes, used_processes,
			       format_count,
			       "a limit has them counted, where the pen can have a cgroup: --limit "
			       "'pids 512'" },
	[BUDGET_TIME] = { "time", "time was", parse_time, used_time, format_time, NULL },
	[BUDGET_CPUTIME] = { "cputime", "CPU time was", parse_time, used_cputime, format_time,
			     "it is counted where the pen can have a cgroup: as root, or in a "
			     "delegated one" },
};

const char *budget_name(enum budget_kind kind)
{
	return rows[kind].name;
}

bool budget_parse(enum budget_kind kind, const char *text, uint64_t *ret_most)
{
	return rows[kind].parse(text, ret_most);
}

static const struct judged *judged_of(const struct report *report)
{
	return report->judged ? report->judged : &judged_none;
}

bool judged_format_budget(const struct report *report, enum budget_kind kind, struct strbuf *buf)
{
	uint64_t most = judged_of(report)->budget[kind], used = rows[kind].used(report);

	if (used == UINT64_MAX || used <= most)
		return false;
	strbuf_printf(buf, "more %s used than budgeted:", rows[kind].words);
	rows[kind].format(used, buf);
	strbuf_puts(buf, ", of");
	rows[kind].format(most, buf);
	return true;
}

/* Only what lets calls through makes a policy wider than it need be. */
static bool is_unused(const struct report *report, size_t i, struct fact_rule *ret_rule)
{
	const struct fact_rule rule = facts_rule(report, i);
	const uint64_t *hits = report->record->rule_hits;
	struct action action = { .kind = ACTION_ERRNO };
	char verb[16] = "";

	if (!rule.line || *rule.file == '<' || !rule.text || (hits && hits[i]))
		return false;
	snprintf(verb, sizeof(verb), "%.*s", (int)strcspn(rule.text, " "), rule.text);
	*ret_rule = rule;
	return action_find(verb, &action.kind) && !action_is_denial(&action);
}

bool judged_format_unused(const struct report *report, struct strbuf *buf)
{
	const uint64_t most = judged_of(report)->max_unused;
	struct strbuf places = { 0 };
	struct fact_rule rule;
	uint64_t n = 0;

	if (most == UINT64_MAX || !report->record->has_exact_hits ||
	    !record_knows_calls(report->record))
		return false;
	for (size_t i = 0; i < facts_n_rules(report); i++) {
		if (!is_unused(report, i, &rule) || n++ >= PLACES_MAX)
			continue;
		strbuf_puts(&places, places.len ? ", " : "");
		strbuf_escape(&places, rule.file, strlen(rule.file));
		strbuf_printf(&places, ":%u", rule.line);
	}
	if (n > most)
		strbuf_printf(
			buf, "%" PRIu64 " rule%s decided nothing, at most %" PRIu64 " may: %s%s", n,
			n == 1 ? "" : "s", most, places.text, n > PLACES_MAX ? ", ..." : "");
	strbuf_finish(&places);
	return n > most;
}

char *judged_doubt(const struct report *report, const char **ret_hint)
{
	const struct judged *judged = judged_of(report);
	const struct record *record = report->record;

	if (judged->max_unused != UINT64_MAX &&
	    (!record->has_exact_hits || !record_knows_calls(record))) {
		*ret_hint = "--trace ebpf, as root, knows which rules decided, unless too many "
			    "different arguments decide between rules";
		return mem_strdup("it is unknown how many rules decided nothing");
	}
	for (enum budget_kind kind = 0; kind < BUDGETS; kind++) {
		if (judged->budget[kind] == UINT64_MAX || rows[kind].used(report) != UINT64_MAX)
			continue;
		*ret_hint = rows[kind].hint;
		return mem_printf("it is unknown whether the budget for %s was kept: nothing "
				  "counted it",
				  rows[kind].name);
	}
	return NULL;
}

bool judged_is_violated(const struct report *report)
{
	struct strbuf text = { 0 };
	bool is_violated = judged_format_unused(report, &text);

	for (enum budget_kind kind = 0; kind < BUDGETS; kind++)
		is_violated |= judged_format_budget(report, kind, &text);
	strbuf_finish(&text);
	return is_violated;
}
