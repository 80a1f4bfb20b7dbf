// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the statements of a policy take from its caller. The author of a policy decides what of the
 * host the command gets: what is harmless in one's own policy may be the whole point of a
 * stranger's. Each row names something a stranger would ask for. Of the host, only its size is
 * consulted.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "lint/linter.h"
#include "policy/print.h"

enum {
	TRUST_ROOT,
	TRUST_PROCESS,
	TRUST_HOME,
	TRUST_SECRET,
	TRUST_STATE,
	TRUST_SOCKET,
	TRUST_PARENT,
	TRUST_USER,
	TRUST_ENV_ALL,
	TRUST_ENV_SECRET,
	TRUST_ENV_FILE,
	TRUST_CORE,
	TRUST_PIDS,
	TRUST_MEMORY,
	TRUST_COUNT
};

// clang-format off
static const struct lint_check checks[TRUST_COUNT] = {
	[TRUST_ROOT] = { "host-root", SEVERITY_WARNING,
		"all host files that its user may read are shown", "bind the folders that are needed" },
	[TRUST_PROCESS] = { "host-process", SEVERITY_WARNING,
		"it leads to what a process on the host sees or has open", "bind the folder by its own path" },
	[TRUST_HOME] = { "home", SEVERITY_WARNING,
		"a home holds keys, tokens, histories and start files", "bind the folder of the project" },
	[TRUST_SECRET] = { "secrets", SEVERITY_WARNING,
		"it holds keys, tokens or passwords", "leave it out" },
	[TRUST_STATE] = { "host-state", SEVERITY_WARNING,
		"services on the host keep their data, jobs and sockets there", "bind the folder below that is needed" },
	[TRUST_SOCKET] = { "socket", SEVERITY_WARNING,
		"whoever connects to it talks to a service outside the pen, even if it is read-only", "leave it out" },
	[TRUST_PARENT] = { "parent-path", SEVERITY_WARNING,
		"'..' leads out of the folder that the policy is in", "write the path that is meant" },
	[TRUST_USER] = { "user-root", SEVERITY_WARNING,
		"outside the pen the command is root: where root's files are shown, it can read and write them",
		"leave it out" },
	[TRUST_ENV_ALL] = { "env-all", SEVERITY_WARNING,
		"the command gets all of the caller's variables, including secrets", "name those that are needed" },
	[TRUST_ENV_SECRET] = { "env-secret", SEVERITY_WARNING,
		"its name suggests that it holds a secret of the caller", "leave it out" },
	[TRUST_ENV_FILE] = { "env-file", SEVERITY_NOTE,
		"the command gets what is in the file, and such files often hold secrets", NULL },
	[TRUST_CORE] = { "core-dump", SEVERITY_WARNING,
		"a crash writes a core file, or starts the host's handler as root", "leave it out" },
	[TRUST_PIDS] = { "limit-pids", SEVERITY_NOTE,
		"it is all that the machine has, so it limits nothing", "limit pids 512" },
	[TRUST_MEMORY] = { "limit-memory", SEVERITY_NOTE,
		"it is all that the machine has, so it limits nothing", "limit memory 1G" },
};

/* How a path is matched. */
enum where {
	AT,	 /* the path itself */
	BELOW,	 /* the path itself and everything below */
	CHILD,	 /* its direct children */
	PART,	 /* the parts occur in the path, one after the other */
	ENDING,	 /* the last part ends with it */
};

/* The first match is reported. */
static const struct {
	unsigned int check;
	enum where where;
	const char *path;
} paths[] = {
	{ TRUST_ROOT, AT, "/" },
	{ TRUST_SECRET, PART, "/.ssh" },
	{ TRUST_SECRET, PART, "/.aws" },
	{ TRUST_SECRET, PART, "/.azure" },
	{ TRUST_SECRET, PART, "/.gnupg" },
	{ TRUST_SECRET, PART, "/.kube" },
	{ TRUST_SECRET, PART, "/.docker" },
	{ TRUST_SECRET, PART, "/.config/gh" },
	{ TRUST_SECRET, PART, "/.config/gcloud" },
	{ TRUST_SECRET, PART, "/.config/hub" },
	{ TRUST_SECRET, PART, "/.config/rclone" },
	{ TRUST_SECRET, PART, "/.config/google-chrome" },
	{ TRUST_SECRET, PART, "/.config/chromium" },
	{ TRUST_SECRET, PART, "/.mozilla" },
	{ TRUST_SECRET, PART, "/.password-store" },
	{ TRUST_SECRET, PART, "/.local/share/keyrings" },
	{ TRUST_SECRET, PART, "/.git-credentials" },
	{ TRUST_SECRET, PART, "/.netrc" },
	{ TRUST_SECRET, PART, "/.npmrc" },
	{ TRUST_SECRET, PART, "/.pypirc" },
	{ TRUST_SECRET, PART, "/.pgpass" },
	{ TRUST_SECRET, PART, "/.vault-token" },
	{ TRUST_SECRET, PART, "/.cargo/credentials.toml" },
	{ TRUST_SECRET, PART, "/.bash_history" },
	{ TRUST_SECRET, BELOW, "/etc/shadow" },
	{ TRUST_SECRET, BELOW, "/etc/gshadow" },
	{ TRUST_SECRET, BELOW, "/etc/ssh" },
	{ TRUST_SECRET, BELOW, "/etc/ssl/private" },
	{ TRUST_SECRET, BELOW, "/etc/kubernetes" },
	{ TRUST_SECRET, BELOW, "/run/secrets" },
	{ TRUST_SECRET, BELOW, "/var/run/secrets" },
	{ TRUST_HOME, BELOW, "/root" },
	{ TRUST_HOME, AT, "/home" },
	{ TRUST_HOME, CHILD, "/home" },
	{ TRUST_SOCKET, BELOW, "/run/user" },
	{ TRUST_SOCKET, BELOW, "/var/run/user" },
	{ TRUST_SOCKET, BELOW, "/tmp/.X11-unix" },
	{ TRUST_SOCKET, ENDING, ".sock" },
	{ TRUST_SOCKET, ENDING, ".socket" },
	{ TRUST_STATE, AT, "/run" },
	{ TRUST_STATE, AT, "/var/run" },
	{ TRUST_STATE, AT, "/var" },
	{ TRUST_STATE, AT, "/var/lib" },
	{ TRUST_STATE, BELOW, "/var/lib/docker" },
	{ TRUST_STATE, BELOW, "/var/lib/containerd" },
	{ TRUST_STATE, BELOW, "/var/lib/kubelet" },
	{ TRUST_STATE, BELOW, "/var/lib/postgresql" },
	{ TRUST_STATE, BELOW, "/var/lib/mysql" },
	{ TRUST_STATE, BELOW, "/var/lib/sss" },
	{ TRUST_STATE, BELOW, "/var/lib/samba" },
	{ TRUST_STATE, BELOW, "/var/log" },
	{ TRUST_STATE, BELOW, "/var/mail" },
	{ TRUST_STATE, BELOW, "/var/backups" },
	{ TRUST_STATE, AT, "/var/spool" },
	{ TRUST_STATE, BELOW, "/var/spool/cron" },
	{ TRUST_STATE, AT, "/proc" },
	{ TRUST_STATE, AT, "/sys" },
	{ TRUST_STATE, AT, "/dev" },
	{ TRUST_STATE, BELOW, "/boot" },
	{ TRUST_PARENT, PART, "/.." },
};

/* Parts of variable names, in capitals. */
static const char *const secret_names[] = { "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE",
					    "CREDENTIAL", "APIKEY", "API_KEY", "_KEY", "PRIVATE",
					    "AUTH_SOCK", "_PAT", "DATABASE_URL", "_DSN", "COOKIE" };
// clang-format on

static const struct lint_check *trust_check(size_t i)
{
	return i < TRUST_COUNT ? &checks[i] : NULL;
}

/* Returns whether the parts of WANTED occur in PATH, as whole parts. */
static bool has_parts(const char *path, const char *wanted)
{
	size_t len = strlen(wanted);

	for (const char *at = path; (at = strstr(at, wanted)); at++)
		if (!at[len] || at[len] == '/')
			return true;
	return false;
}

static bool is_there(const char *path, enum where where, const char *wanted)
{
	size_t len = strlen(wanted);
	bool is_below = str_starts(path, wanted) && path[len] == '/';

	switch (where) {
	case AT:
		return str_eq(path, wanted);
	case BELOW:
		return str_eq(path, wanted) || is_below;
	case CHILD:
		return is_below && !strchr(path + len + 1, '/');
	case PART:
		return has_parts(path, wanted);
	case ENDING:
		return str_ends(path, wanted);
	}
	return false;
}

/* Returns whether PATH is /proc/N, /proc/self or below. */
static bool is_of_process(const char *path)
{
	const char *name = path + strlen("/proc/");

	return str_starts(path, "/proc/") &&
	       (strspn(name, "0123456789") == strcspn(name, "/") || str_starts(name, "self") ||
		str_starts(name, "thread-self"));
}

static const struct lint_check *check_of_path(const char *path)
{
	if (is_of_process(path))
		return &checks[TRUST_PROCESS];
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (is_there(path, paths[i].where, paths[i].path))
			return &checks[paths[i].check];
	return NULL;
}

/* Returns whether a finding from FIRST to END already says what is wrong with the statement at
 * PLACE. */
static bool is_told(const struct linter *linter, const struct place *place, size_t first,
		    size_t end)
{
	for (size_t i = first; i < end; i++) {
		const struct place *other = &linter->findings->v[i].place;

		if (other->file == place->file && other->line == place->line)
			return true;
	}
	return false;
}

static void check_path(struct linter *linter, const struct place *place, const char *verb,
		       const char *path)
{
	const struct lint_check *check = check_of_path(path);

	if (check)
		linter_add(linter, check, place,
			   mem_printf("%s %s: %s", verb, path, check->reason));
}

static void check_binds(struct linter *linter, size_t first)
{
	const struct bind_settings *binds = &linter->policy->settings.binds;
	size_t end = linter->findings->n;

	for (size_t i = 0; i < binds->n; i++)
		if (!is_told(linter, &binds->v[i].place, first, end))
			check_path(linter, &binds->v[i].place, "binds", binds->v[i].source);
}

static const char *secret_part(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(secret_names); i++)
		if (strcasestr(name, secret_names[i]))
			return secret_names[i];
	return NULL;
}

static void check_variable(struct linter *linter, const struct env_setting *env)
{
	const struct lint_check *check = NULL;

	if (env->verb == ENV_KEEP && str_eq(env->name, "*"))
		check = &checks[TRUST_ENV_ALL];
	else if (env->verb == ENV_KEEP && secret_part(env->name))
		check = &checks[TRUST_ENV_SECRET];
	if (check)
		linter_add(linter, check, &env->place,
			   mem_printf("env keep %s: %s", env->name, check->reason));
	if (env->verb != ENV_FILE)
		return;
	check = &checks[TRUST_ENV_FILE];
	linter_add(linter, check, &env->place,
		   mem_printf("env file %s: %s", env->name, check->reason));
	check_path(linter, &env->place, "env file", env->name);
}

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

static void check_limit(struct linter *linter, enum limit_kind kind, unsigned int check,
			uint64_t most)
{
	const struct limit_setting *limit = &linter->policy->settings.limits[kind];

	if (is_written(&limit->place) && most && limit->value >= most)
		linter_add(linter, &checks[check], &limit->place,
			   mem_printf("limit %s %" PRIu64 ": %s",
				      kind == LIMIT_PIDS ? "pids" : "memory", limit->value,
				      checks[check].reason));
}

static void check_core(struct linter *linter)
{
	const struct rlimit_settings *rlimits = &linter->policy->settings.rlimits;

	for (size_t i = 0; i < rlimits->n; i++)
		if (rlimits->v[i].resource == RLIMIT_CORE && rlimits->v[i].hard > 1)
			linter_add(linter, &checks[TRUST_CORE], &rlimits->v[i].place,
				   mem_printf("rlimit core: %s", checks[TRUST_CORE].reason));
}

/* Root's names are the same everywhere. */
static bool is_root(const char *name, uint32_t id)
{
	return name ? str_eq(name, "root") : id == 0;
}

static void check_user(struct linter *linter, const struct user_setting *user)
{
	struct strbuf text = { 0 };

	if (!is_written(&user->place) ||
	    (!is_root(user->name, user->uid) &&
	     (user->has_own_group || !is_root(user->group, user->gid))))
		return;
	user_print(user, &text);
	linter_add(linter, &checks[TRUST_USER], &user->place,
		   mem_printf("user %s: %s", text.text, checks[TRUST_USER].reason));
	strbuf_finish(&text);
}

static void look_at_trust(struct linter *linter)
{
	const struct settings *settings = &linter->policy->settings;
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	check_binds(linter, linter->of_pen);
	if (is_written(&settings->root.place))
		check_path(linter, &settings->root.place, "root", settings->root.path);
	check_user(linter, &settings->user);
	for (size_t i = 0; i < settings->env.n; i++)
		check_variable(linter, &settings->env.v[i]);
	check_core(linter);
	check_limit(linter, LIMIT_PIDS, TRUST_PIDS, most_pids());
	check_limit(linter, LIMIT_MEMORY, TRUST_MEMORY,
		    pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0);
}

const struct lint_group lint_trust = { look_at_trust, trust_check };
