// SPDX-License-Identifier: GPL-2.0-or-later
/* The command's environment: little of the caller's, nothing by accident. And what pinfold itself
 * exposes in /proc: the caller's secrets are wiped from pid 1 before the command exists. */
#include "pen/env.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "pen/steps.h"

static const struct {
	const char *name, *value;
} defaults[] = {
	{ "HOME", "/tmp" },
	/* fakeroot(1) performs each chown for real as well and tolerates only EPERM, but an id that
	 * is not in the pen gives EINVAL. This stops it from trying. */
	{ "FAKEROOTDONTTRYCHOWN", "1" },
};

struct env {
	char **v;
	size_t n, cap;
};

static bool has_name(const char *entry, const char *name)
{
	size_t len = strlen(name);

	return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

/* PATTERN may end in "*". */
static bool matches(const char *entry, const char *pattern)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return strncmp(entry, pattern, len - 1) == 0;
	return has_name(entry, pattern);
}

static bool is_kept(const struct env_settings *settings, const char *entry)
{
	for (size_t i = 0; env_kept_by_default[i]; i++)
		if (matches(entry, env_kept_by_default[i]))
			return true;
	for (size_t i = 0; i < settings->n; i++)
		if (settings->v[i].verb == ENV_KEEP && matches(entry, settings->v[i].name))
			return true;
	return false;
}

static void set(struct env *env, const char *name, const char *value)
{
	char *entry = mem_printf("%s=%s", name, value);

	for (size_t i = 0; i < env->n; i++) {
		if (!has_name(env->v[i], name))
			continue;
		free(env->v[i]);
		env->v[i] = entry;
		return;
	}
	*array_append(env) = entry;
}

char **env_make(const struct env_settings *settings, char *const *host)
{
	struct env env = { 0 };

	for (; host && *host; host++)
		if (strchr(*host, '=') && is_kept(settings, *host))
			*array_append(&env) = mem_strdup(*host);
	*array_append(&env) = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		if (env_get(env.v, defaults[i].name))
			continue;
		env.n--;
		set(&env, defaults[i].name, defaults[i].value);
		*array_append(&env) = NULL;
	}
	env.n--;
	for (size_t i = 0; i < settings->n; i++)
		if (settings->v[i].verb == ENV_SET)
			set(&env, settings->v[i].name, settings->v[i].value);
	*array_append(&env) = NULL;
	return env.v;
}

char **env_copy(char *const *v)
{
	struct env copy = { 0 };

	for (; *v; v++)
		*array_append(&copy) = mem_strdup(*v);
	*array_append(&copy) = NULL;
	return copy.v;
}

void env_free(char **v)
{
	for (char **at = v; at && *at; at++)
		free(*at);
	free(v);
}

const char *env_get(char *const *env, const char *name)
{
	for (; *env; env++)
		if (has_name(*env, name))
			return *env + strlen(name) + 1;
	return NULL;
}

void env_replace(char ***env, const char *name, const char *value)
{
	struct env copy = { 0 };

	for (char **at = *env; *at; at++) {
		if (has_name(*at, name))
			free(*at);
		else
			*array_append(&copy) = *at;
	}
	if (value)
		set(&copy, name, value);
	*array_append(&copy) = NULL;
	free(*env);
	*env = copy.v;
}

int env_find_area(uint64_t *ret_start, uint64_t *ret_end)
{
	const struct proc_stat *stat = proc_own_stat();

	if (!stat->arg_start || stat->env_end <= stat->arg_start)
		return -ENODATA;
	*ret_start = stat->arg_start;
	*ret_end = stat->env_end;
	return 0;
}

/*
 * Should: leave nothing of the caller's arguments and environment in /proc/1/cmdline, which every
 * process in the pen can read, or in /proc/1/environ. Must not: run before the last use of the
 * caller's strings: the plan holds copies.
 */
static int take_env_wipe(struct setup *setup, const struct step *step)
{
	static const char name[] = "pinfold-init";
	char *start = (char *)(uintptr_t)step->number;
	size_t len = (size_t)(step->number2 - step->number);

	(void)setup;
	explicit_bzero(start, len);
	memcpy(start, name, len < sizeof(name) ? len : sizeof(name));
	start[len - 1] = '\0';
	return 0;
}

const struct step_kind env_step_wipe = { .run = take_env_wipe };
