// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which paths are hidden in the pen: secrets in the host's system directories, what /proc reveals
 * about the host, and what the policy names. Most of the first two is already closed to the child's
 * user; hiding it closes it for a policy with "user 0", too.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "pen/steps.h"

static const char *const secret_files[] = {
	"/etc/shadow",	    "/etc/shadow-",	     "/etc/gshadow",	 "/etc/gshadow-",
	"/etc/sudoers",	    "/etc/sudoers.d",	     "/etc/ssl/private", "/etc/pki/tls/private",
	"/etc/krb5.keytab", "/etc/security/opasswd",
};

static const char *const hidden_in_proc[] = {
	"/proc/kcore",	     "/proc/keys",	    "/proc/key-users",	 "/proc/timer_list",
	"/proc/kmsg",	     "/proc/kallsyms",	    "/proc/sched_debug", "/proc/sysrq-trigger",
	"/proc/interrupts",  "/proc/latency_stats", "/proc/acpi",	 "/proc/scsi",
	"/proc/kpagecount",  "/proc/kpageflags",    "/proc/kpagecgroup", "/proc/slabinfo",
	"/proc/vmallocinfo", "/proc/pagetypeinfo",  "/proc/vmcore",
};

static void add_hide(struct plan *plan, const char *path, bool is_optional)
{
	struct step *step = plan_add(plan, BY_INIT, &mount_step_hide, "hide '%s'", path);

	step->target = mem_strdup(path);
	step->attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
			   MOUNT_ATTR_NOEXEC;
	step->is_optional = is_optional;
	step->hint = "what is hidden must exist in the pen when it is set up";
}

static int is_host_key(const struct dirent *entry)
{
	return str_starts(entry->d_name, "ssh_host_") && str_ends(entry->d_name, "_key");
}

static void add_default_hides(struct plan *plan)
{
	struct dirent **entries = NULL;
	int n = scandir("/etc/ssh", &entries, is_host_key, alphasort);

	for (size_t i = 0; i < ARRAY_SIZE(secret_files); i++)
		if (access(secret_files[i], F_OK) == 0)
			add_hide(plan, secret_files[i], true);
	for (int i = 0; i < n; i++) {
		auto_free char *path = mem_printf("/etc/ssh/%s", entries[i]->d_name);

		add_hide(plan, path, true);
		free(entries[i]);
	}
	free(entries);
}

/* By its mode alone. */
static bool may_read(const struct identity *who, const char *path)
{
	struct stat st;

	if (!who->is_privileged)
		return access(path, R_OK) == 0;
	if (stat(path, &st) < 0)
		return false;
	return who->uid == st.st_uid   ? st.st_mode & S_IRUSR
	       : who->gid == st.st_gid ? st.st_mode & S_IRGRP
				       : st.st_mode & S_IROTH;
}

/* Returns PATH, or what is in the directory PATH, if WHO may read it; or NULL. */
static char *find_readable(const struct identity *who, const char *path)
{
	auto_closedir DIR *dir = opendir(path);
	struct dirent *entry;

	if (!may_read(who, path))
		return NULL;
	if (!dir)
		return mem_strdup(path);
	while ((entry = readdir(dir))) {
		auto_free char *below = mem_printf("%s/%s", path, entry->d_name);

		if (!str_eq(entry->d_name, ".") && !str_eq(entry->d_name, "..") &&
		    may_read(who, below))
			return steal(&below);
	}
	return NULL;
}

char *hide_find_readable(const struct identity *who)
{
	struct plan secrets = { 0 };
	char *found = NULL;

	add_default_hides(&secrets);
	for (size_t i = 0; i < secrets.n; i++) {
		const char *path = secrets.v[i].target;

		if (!found)
			found = find_readable(who, path);
		free(secrets.v[i].target);
		free(secrets.v[i].text);
	}
	free(secrets.v);
	return found;
}

int hide_plan(struct plan *plan, struct diags *diags)
{
	const struct settings *settings = plan->request->settings;

	for (size_t i = 0; i < ARRAY_SIZE(hidden_in_proc); i++)
		if (access(hidden_in_proc[i], F_OK) == 0)
			add_hide(plan, hidden_in_proc[i], true);
	if (!plan->has_strange_root)
		add_default_hides(plan);
	for (size_t i = 0; i < settings->hidden.n; i++) {
		const struct path_setting *hidden = &settings->hidden.v[i];
		auto_free char *path = path_normalize(hidden->path);

		if (!path || str_eq(path, "/")) {
			diags_add(diags, DIAG_ERROR, &hidden->place, "cannot hide '%s'",
				  hidden->path);
			diags_hint(diags, "name what is below it, without '..'");
			return -EINVAL;
		}
		add_hide(plan, path, false);
		plan->v[plan->n - 1].place = hidden->place;
	}
	return 0;
}
