// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen that have kinds: env, limit, rlimit. */
#include <ctype.h>

#include "base/str.h"
#include "policy/quantity.h"
#include "policy/setting.h"

enum { PIDS_MAX = 4194304 }; /* the kernel's PID_MAX_LIMIT */

bool setting_is_env_name(const char *name, size_t len)
{
	if (!len || isdigit((unsigned char)name[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	return true;
}

static void take_env_keep(struct words *words)
{
	for (; words->at->kind == TOKEN_WORD; words->at++) {
		const char *name = words->at->text;
		size_t len = strlen(name);

		if (len && name[len - 1] == '*')
			len--;
		if (!setting_is_env_name(name, len) && !str_eq(name, "*")) {
			words_bad(words, "the name of a variable");
			return;
		}
		*array_append(&words->settings->env) = (struct env_setting){
			.place = words->verb->place,
			.verb = ENV_KEEP,
			.name = arena_strdup(&words->parser->policy->arena, name),
		};
	}
}

/* Returns what sets NAME already, or NULL. */
static struct env_setting *find_env(const struct words *words, const char *name)
{
	struct env_setting *env = words->settings->env.v;

	for (size_t i = 0; i < words->settings->env.n; i++)
		if (env[i].verb == ENV_SET && str_eq(env[i].name, name))
			return &env[i];
	return NULL;
}

static void take_env_set(struct words *words)
{
	struct arena *arena = &words->parser->policy->arena;
	const char *text = words->at->text;
	size_t len = strcspn(text, "=");
	struct env_setting *old;
	char *name;

	if (!text[len] || !setting_is_env_name(text, len)) {
		words_bad(words, "NAME=VALUE");
		return;
	}
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		words_error(words, "one variable a line; a value with blanks stands in quotes");
		diags_hint(words->parser->diags, "env set \"%s %s\"", text, words->at->text);
		return;
	}
	name = arena_strndup(arena, text, len);
	old = find_env(words, name);
	/* What a text sets itself wins over what it takes from a file. */
	if (old && old->from == words->verb->place.file) {
		old->from = NULL;
		old->place = words->verb->place;
		old->value = arena_strdup(arena, text + len + 1);
		return;
	}
	if (old && !words_replace(words, &old->place))
		return;
	*array_append(&words->settings->env) = (struct env_setting){
		.place = words->verb->place,
		.verb = ENV_SET,
		.name = name,
		.value = arena_strdup(arena, text + len + 1),
	};
}

void setting_take_env(struct words *words)
{
	if (words_accept(words, "keep"))
		take_env_keep(words);
	else if (words_accept(words, "set"))
		take_env_set(words);
	else if (words_accept(words, "file"))
		setting_take_env_file(words);
	else
		words_bad(words, "keep, set or file");
}

/* Returns whether the value of a limit is one, and reads it. 0 would end the pen at once. */
static bool parse_limit(struct words *words, enum limit_kind kind, uint64_t *ret_value)
{
	static const char *const wanted[LIMIT_COUNT] = {
		[LIMIT_MEMORY] = "a size above 0, like 256M",
		[LIMIT_SWAP] = "a size, like 64M or 0",
		[LIMIT_PIDS] = "a number of processes, 1 to 4194304",
		[LIMIT_CPU] = "a share of one CPU, like 50% or 150%, 1% to 1000000%",
		[LIMIT_TIME] = "a time above 0, like 30s or 5m",
		[LIMIT_CPUTIME] = "a time above 0, like 30s or 5m",
	};
	const char *text = words->at->text;
	uint64_t value = 0;
	bool is_read = false;

	switch (kind) {
	case LIMIT_MEMORY:
		is_read = parse_size(text, &value) && value && value <= INT64_MAX;
		break;
	case LIMIT_SWAP:
		is_read = parse_size(text, &value) && value <= INT64_MAX;
		break;
	case LIMIT_PIDS:
		is_read = parse_count(text, PIDS_MAX, &value) && value;
		break;
	case LIMIT_CPU:
		is_read = parse_percent(text, &value);
		break;
	case LIMIT_TIME:
	case LIMIT_CPUTIME:
		is_read = parse_time(text, &value) && value && value <= INT64_MAX;
		break;
	case LIMIT_COUNT:
		break;
	}
	if (!is_read) {
		words_bad(words, wanted[kind]);
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
		words_error(words, "the time of 'grace' is missing");
		return false;
	}
	if (!parse_limit(words, LIMIT_TIME, ret_grace))
		return false;
	return true;
}

void setting_take_limit(struct words *words)
{
	struct limit_setting limit = { .place = words->verb->place };
	enum limit_kind kind = LIMIT_MEMORY;
	struct limit_setting *slot;

	while (kind < LIMIT_COUNT && !str_eq(limit_name(kind), words->at->text))
		kind++;
	if (kind == LIMIT_COUNT) {
		words_bad(words, "a limit: memory, swap, pids, cpu, time or cputime");
		return;
	}
	words->at++;
	if (!parse_limit(words, kind, &limit.value) ||
	    (kind == LIMIT_TIME && !parse_grace(words, &limit.grace)))
		return;
	if (words->at->kind != TOKEN_END) {
		words_error(words, "a word too many");
		return;
	}
	slot = &words->settings->limits[kind];
	if (words_replace(words, &slot->place))
		*slot = limit;
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

void setting_take_rlimit(struct words *words)
{
	struct rlimit_setting rlimit = { .place = words->verb->place };

	rlimit.resource = rlimit_find(words->at->text);
	if (rlimit.resource < 0) {
		words_bad(words, "a resource limit");
		diags_hint(words->parser->diags,
			   "they are named as in prlimit(1): nofile, core, fsize ...");
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
	*array_append(&words->settings->rlimits) = rlimit;
}
