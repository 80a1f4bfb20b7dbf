// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Paths of the host that a policy shows. Its author decides what of the host the command gets: what
 * is harmless in one's own policy may be the whole point of a stranger's. Each row names something
 * that a stranger would ask for; the host is not consulted.
 */
#include "base/mem.h"
#include "base/str.h"
#include "policy/exposure.h"

// clang-format off
const struct lint_check exposed_checks[EXPOSED_COUNT] = {
	[EXPOSED_ROOT] = { "host-root", SEVERITY_WARNING,
		"all host files that its user may read are shown", "bind the directories that are needed" },
	[EXPOSED_PROCESS] = { "host-process", SEVERITY_WARNING,
		"it leads to what a process on the host sees or has open", "bind the directory by its own path" },
	[EXPOSED_HOME] = { "home", SEVERITY_WARNING,
		"a home holds keys, tokens, histories and start files", "bind the project's directory" },
	[EXPOSED_SECRET] = { "secrets", SEVERITY_WARNING,
		"it holds keys, tokens or passwords", "leave it out" },
	[EXPOSED_STATE] = { "host-state", SEVERITY_WARNING,
		"services on the host keep their data, jobs and sockets there", "bind the directory below that is needed" },
	[EXPOSED_SOCKET] = { "socket", SEVERITY_WARNING,
		"whoever connects to it talks to a service outside the pen, even if it is read-only", "leave it out" },
	[EXPOSED_PARENT] = { "parent-path", SEVERITY_WARNING,
		"'..' leads out of the directory of the policy", "write the path that is meant" },
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
	{ EXPOSED_ROOT, AT, "/" },
	{ EXPOSED_SECRET, PART, "/.ssh" },
	{ EXPOSED_SECRET, PART, "/.aws" },
	{ EXPOSED_SECRET, PART, "/.azure" },
	{ EXPOSED_SECRET, PART, "/.gnupg" },
	{ EXPOSED_SECRET, PART, "/.kube" },
	{ EXPOSED_SECRET, PART, "/.docker" },
	{ EXPOSED_SECRET, PART, "/.config/gh" },
	{ EXPOSED_SECRET, PART, "/.config/gcloud" },
	{ EXPOSED_SECRET, PART, "/.config/hub" },
	{ EXPOSED_SECRET, PART, "/.config/rclone" },
	{ EXPOSED_SECRET, PART, "/.config/google-chrome" },
	{ EXPOSED_SECRET, PART, "/.config/chromium" },
	{ EXPOSED_SECRET, PART, "/.mozilla" },
	{ EXPOSED_SECRET, PART, "/.password-store" },
	{ EXPOSED_SECRET, PART, "/.local/share/keyrings" },
	{ EXPOSED_SECRET, PART, "/.git-credentials" },
	{ EXPOSED_SECRET, PART, "/.netrc" },
	{ EXPOSED_SECRET, PART, "/.npmrc" },
	{ EXPOSED_SECRET, PART, "/.pypirc" },
	{ EXPOSED_SECRET, PART, "/.pgpass" },
	{ EXPOSED_SECRET, PART, "/.vault-token" },
	{ EXPOSED_SECRET, PART, "/.cargo/credentials.toml" },
	{ EXPOSED_SECRET, PART, "/.bash_history" },
	{ EXPOSED_SECRET, BELOW, "/etc/shadow" },
	{ EXPOSED_SECRET, BELOW, "/etc/gshadow" },
	{ EXPOSED_SECRET, BELOW, "/etc/ssh" },
	{ EXPOSED_SECRET, BELOW, "/etc/ssl/private" },
	{ EXPOSED_SECRET, BELOW, "/etc/kubernetes" },
	{ EXPOSED_SECRET, BELOW, "/run/secrets" },
	{ EXPOSED_SECRET, BELOW, "/var/run/secrets" },
	{ EXPOSED_HOME, BELOW, "/root" },
	{ EXPOSED_HOME, AT, "/home" },
	{ EXPOSED_HOME, CHILD, "/home" },
	{ EXPOSED_SOCKET, BELOW, "/run/user" },
	{ EXPOSED_SOCKET, BELOW, "/var/run/user" },
	{ EXPOSED_SOCKET, BELOW, "/tmp/.X11-unix" },
	{ EXPOSED_SOCKET, ENDING, ".sock" },
	{ EXPOSED_SOCKET, ENDING, ".socket" },
	{ EXPOSED_STATE, AT, "/run" },
	{ EXPOSED_STATE, AT, "/var/run" },
	{ EXPOSED_STATE, AT, "/var" },
	{ EXPOSED_STATE, AT, "/var/lib" },
	{ EXPOSED_STATE, BELOW, "/var/lib/docker" },
	{ EXPOSED_STATE, BELOW, "/var/lib/containerd" },
	{ EXPOSED_STATE, BELOW, "/var/lib/kubelet" },
	{ EXPOSED_STATE, BELOW, "/var/lib/postgresql" },
	{ EXPOSED_STATE, BELOW, "/var/lib/mysql" },
	{ EXPOSED_STATE, BELOW, "/var/lib/sss" },
	{ EXPOSED_STATE, BELOW, "/var/lib/samba" },
	{ EXPOSED_STATE, BELOW, "/var/log" },
	{ EXPOSED_STATE, BELOW, "/var/mail" },
	{ EXPOSED_STATE, BELOW, "/var/backups" },
	{ EXPOSED_STATE, AT, "/var/spool" },
	{ EXPOSED_STATE, BELOW, "/var/spool/cron" },
	{ EXPOSED_STATE, AT, "/proc" },
	{ EXPOSED_STATE, AT, "/sys" },
	{ EXPOSED_STATE, AT, "/dev" },
	{ EXPOSED_STATE, BELOW, "/boot" },
	{ EXPOSED_PARENT, PART, "/.." },
};
// clang-format on

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

static const struct lint_check *find_check(const char *path)
{
	if (is_of_process(path))
		return &exposed_checks[EXPOSED_PROCESS];
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (is_there(path, paths[i].where, paths[i].path))
			return &exposed_checks[paths[i].check];
	return NULL;
}

void exposure_add_path(struct exposures *list, const char *verb, const char *path)
{
	const struct lint_check *check = find_check(path);

	if (check)
		exposure_add(list, check, NULL, "%s %s", verb, path);
}
