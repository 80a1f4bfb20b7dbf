// SPDX-License-Identifier: GPL-2.0-or-later
/* The statement for the pen about its environment: env keep, env set, env file. */
#include <ctype.h>

#include "policy/print.h"
#include "policy/setting.h"

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
		*words_append(words, env) = (struct env_setting){
			.place = words->verb->place,
			.verb = ENV_KEEP,
			.name = arena_strdup(&words->parser->policy->arena, name),
		};
	}
}

/* Returns what already sets NAME, or NULL. */
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
		words_error(words, "one variable on each line; quote a value with blanks");
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
	*words_append(words, env) = (struct env_setting){
		.place = words->verb->place,
		.verb = ENV_SET,
		.name = name,
		.value = arena_strdup(arena, text + len + 1),
	};
}

enum { CHECK_ALL, CHECK_SECRET, CHECK_FILE };

// clang-format off
static const struct lint_check checks[] = {
	[CHECK_ALL] = { "env-all", SEVERITY_WARNING,
		"the command gets all of the caller's variables, including secrets", "name those that are needed" },
	[CHECK_SECRET] = { "env-secret", SEVERITY_WARNING,
		"its name suggests that it holds a secret of the caller", "leave it out" },
	[CHECK_FILE] = { "env-file", SEVERITY_NOTE,
		"the command gets what is in the file, and such files often hold secrets", NULL },
};

/* Parts of variable names, in capitals. */
static const char *const secret_names[] = { "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE",
					    "CREDENTIAL", "APIKEY", "API_KEY", "_KEY", "PRIVATE",
					    "AUTH_SOCK", "_PAT", "DATABASE_URL", "_DSN", "COOKIE" };
// clang-format on

static const char *secret_part(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(secret_names); i++)
		if (strcasestr(name, secret_names[i]))
			return secret_names[i];
	return NULL;
}

static void print_keep(const struct env_setting *env, struct strbuf *buf)
{
	strbuf_printf(buf, " %s", env->name);
}

static void print_set(const struct env_setting *env, struct strbuf *buf)
{
	struct strbuf word = { 0 };

	strbuf_printf(&word, "%s=%s", env->name, env->value);
	word_print(word.text, buf);
	strbuf_finish(&word);
}

static void print_file(const struct env_setting *env, struct strbuf *buf)
{
	word_print(env->name, buf);
}

static void lint_keep(const struct env_setting *env, struct exposures *list)
{
	if (str_eq(env->name, "*"))
		exposure_add(list, &checks[CHECK_ALL], NULL, "env keep %s", env->name);
	else if (secret_part(env->name))
		exposure_add(list, &checks[CHECK_SECRET], NULL, "env keep %s", env->name);
}

static void lint_set(const struct env_setting *env, struct exposures *list)
{
	(void)env;
	(void)list;
}

static void lint_file(const struct env_setting *env, struct exposures *list)
{
	exposure_add(list, &checks[CHECK_FILE], NULL, "env file %s", env->name);
	exposure_add_path(list, "env file", env->name);
}

/* What stands after "env". */
static const struct {
	const char *name;
	void (*take)(struct words *words);
	void (*print)(const struct env_setting *env, struct strbuf *buf);
	void (*lint)(const struct env_setting *env, struct exposures *list);
	enum change added;
} forms[] = {
	[ENV_KEEP] = { "keep", take_env_keep, print_keep, lint_keep, CHANGE_WIDER },
	[ENV_SET] = { "set", take_env_set, print_set, lint_set, CHANGE_OTHER },
	[ENV_FILE] = { "file", setting_take_env_file, print_file, lint_file, CHANGE_WIDER },
};

static const char *form_name(size_t i)
{
	return forms[i].name;
}

static void take_env(struct words *words)
{
	size_t form;

	if (words_choose(words, ARRAY_SIZE(forms), form_name, "", &form))
		forms[form].take(words);
}

/* What comes from a file is printed as the file: its contents may be secret. */
static const struct place *env_at(const struct settings *settings, size_t i)
{
	static const struct place none;

	if (i == settings->env.n)
		return NULL;
	return settings->env.v[i].from ? &none : &settings->env.v[i].place;
}

static void print_env(const struct settings *settings, size_t i, struct strbuf *buf)
{
	const struct env_setting *env = &settings->env.v[i];

	strbuf_printf(buf, " %s", forms[env->verb].name);
	forms[env->verb].print(env, buf);
}

static bool is_covered(const char *name, const char *pattern)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return !strncmp(name, pattern, len - 1);
	return str_eq(name, pattern);
}

static bool is_kept(const struct settings *settings, const char *name)
{
	for (size_t i = 0; env_kept_by_default[i]; i++)
		if (is_covered(name, env_kept_by_default[i]))
			return true;
	for (size_t i = 0; i < settings->env.n; i++)
		if (settings->env.v[i].verb == ENV_KEEP &&
		    is_covered(name, settings->env.v[i].name))
			return true;
	return false;
}

static enum change compare_env(const struct setting_question *question, const char **ret_why)
{
	const struct env_setting *env = &change_own(question)->env.v[question->index];

	(void)ret_why;
	if (env->verb == ENV_KEEP && is_kept(change_other(question), env->name))
		return CHANGE_OTHER;
	return change_turn(question, forms[env->verb].added);
}

static void lint_env(const struct settings *settings, size_t i, struct exposures *list)
{
	const struct env_setting *env = &settings->env.v[i];

	forms[env->verb].lint(env, list);
}

static const struct setting_row rows[] = {
	{
		.verb = "env",
		.least = 2,
		.most = SIZE_MAX,
		.usage = "env keep NAME..., env set NAME=VALUE or env file PATH",
		.options = { { "env", 0, "keep|set|file ...",
			       "environment: 'keep NAME...', 'set NAME=VALUE', 'file PATH'",
			       NULL } },
		.take = take_env,
		.at = env_at,
		.print = print_env,
		.compare = compare_env,
		.lint = lint_env,
		SETTING_CHECKS(checks),
		.without_namespaces = setting_needs_none,
	},
};

SETTING_TABLE(setting_table_env, rows);
