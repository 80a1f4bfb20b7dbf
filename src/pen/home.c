// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The homes that matter: those of all login users in /etc/passwd, and those of the caller, of the
 * user who called sudo, and of the owners of the directory and each of its parents, whatever their
 * ids. If /etc/passwd does not know one of these, a directory service may: getent(1) queries it by
 * id, because directories refuse to be listed, and because libc would load their modules into this
 * program. A directory that does not answer must not keep a run from starting.
 */
#include "pen/home.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "base/sudo.h"
#include "pen/getent.h"
#include "pen/steps.h"

enum { FIRST_LOGIN_UID = 1000, USERS_MAX = 64, LINE_ROOM = 4096 };

/* Users whose homes matter whatever their ids. */
struct users {
	uid_t v[USERS_MAX];
	bool is_known[USERS_MAX]; /* by /etc/passwd */
	size_t n;
};

static void add_user(struct users *users, uid_t uid)
{
	for (size_t i = 0; i < users->n; i++)
		if (users->v[i] == uid)
			return;
	if (users->n < USERS_MAX)
		users->v[users->n++] = uid;
}

static void add_owners(struct users *users, const char *path)
{
	auto_free char *folder = mem_strdup(path);
	struct stat st;

	for (char *end = folder + strlen(folder); end > folder;) {
		*end = '\0';
		if (lstat(folder, &st) == 0 && st.st_uid != 0)
			add_user(users, st.st_uid);
		while (end > folder && *--end != '/')
			;
	}
}

static void list_users(struct users *users, const char *path)
{
	uint32_t uid, gid;

	add_user(users, getuid());
	if (sudo_find_caller(&uid, &gid))
		add_user(users, uid);
	add_owners(users, path);
}

char *home_of_sudo(void)
{
	auto_fclose FILE *file = NULL;
	const struct passwd *entry;
	uint32_t uid, gid;

	if (!sudo_find_caller(&uid, &gid))
		return NULL;
	file = fopen("/etc/passwd", "re");
	while (file && (entry = fgetpwent(file)))
		if (entry->pw_uid == uid && entry->pw_dir && *entry->pw_dir == '/')
			return mem_strdup(entry->pw_dir);
	return NULL;
}

/* What system users have instead of a home. */
static bool is_no_home(const char *home)
{
	static const char *const whole[] = { "/", "/opt", "/srv", "/tmp", "/var", "/nonexistent" };
	static const char *const trees[] = {
		"/bin",	     "/sbin",	  "/usr",	"/dev",	      "/etc",	  "/proc",
		"/sys",	     "/run",	  "/var/run",	"/var/www",   "/var/log", "/var/cache",
		"/var/mail", "/var/list", "/var/spool", "/var/empty", "/var/tmp", "/var/backups",
	};

	for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
		if (str_eq(home, whole[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(trees); i++)
		if (path_is_below(home, trees[i]))
			return true;
	return false;
}

/* Whether HOME, of a user with UID, is PATH or below it. */
static bool is_hit(uid_t uid, const char *home, const char *path)
{
	auto_free char *plain = home && *home == '/' ? path_normalize(home) : NULL;
	char real[PATH_MAX];

	if (!plain || (uid != 0 && uid < FIRST_LOGIN_UID && is_no_home(plain)))
		return false;
	/* The directory's path has no links, but that of a home may. */
	return path_is_below(plain, path) || (realpath(plain, real) && path_is_below(real, path));
}

static bool is_in_file(struct users *users, const char *path)
{
	auto_fclose FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry;

	while (file && (entry = fgetpwent(file))) {
		bool matters = entry->pw_uid >= FIRST_LOGIN_UID;

		for (size_t i = 0; i < users->n; i++)
			if (users->v[i] == entry->pw_uid)
				matters = users->is_known[i] = true;
		if (matters && is_hit(entry->pw_uid, entry->pw_dir, path))
			return true;
	}
	return false;
}

/* The sixth field of a line of passwd(5). */
static const char *home_of(char *line)
{
	char *field = line;

	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < 5 && field; i++) {
		field = strchr(field, ':');
		field = field ? field + 1 : NULL;
	}
	if (field)
		field[strcspn(field, ":")] = '\0';
	return field;
}

static enum home_answer look_in_directory(const struct users *users, const char *path)
{
	int64_t end = getent_deadline();
	char line[LINE_ROOM];

	for (size_t i = 0; i < users->n; i++) {
		ssize_t len;

		if (users->is_known[i])
			continue;
		len = getent_ask_user(users->v[i], line, sizeof(line), end);
		if (len < 0)
			return HOME_UNKNOWN;
		if (len && is_hit(users->v[i], home_of(line), path))
			return HOME_IS;
	}
	return HOME_NOT;
}

static size_t count_parts(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/' && path[1];
	return n;
}

enum home_answer home_look(const char *path)
{
	const char *home = getenv("HOME");
	struct users users = { 0 };
	bool is_complete = true;

	if (path_is_below("/home", path) || path_is_below("/root", path))
		return HOME_IS;
	if (path_is_below(path, "/home") && count_parts(path) <= 2)
		return HOME_IS;
	if (home && is_hit(0, home, path))
		return HOME_IS;
	list_users(&users, path);
	if (is_in_file(&users, path))
		return HOME_IS;
	for (size_t i = 0; i < users.n; i++)
		is_complete &= users.is_known[i];
	return is_complete || !getent_is_needed("passwd") ? HOME_NOT
							  : look_in_directory(&users, path);
}
