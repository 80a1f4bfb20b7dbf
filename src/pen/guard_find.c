// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the writable directories of a pen, and where links among what is guarded there lead: to
 * other names in the same directory, or in another one. Both the links and their targets are held.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "base/walk.h"
#include "pen/guard.h"
#include "pen/home.h"
#include "pen/steps.h"

/* The state of following the links of one view. */
struct finder {
	const struct settings *settings;
	struct guard_view *view;
	const char *sudo_home; /* of the user who called sudo; NULL: none */
	unsigned int kind;     /* of what is added */
};

static void add(struct finder *finder, const char *name)
{
	struct guard_names *names = &finder->view->names;

	for (size_t i = 0; i < names->n; i++) {
		if (!str_eq(names->v[i].name, name))
			continue;
		if (!(names->v[i].kind & GUARD_PIN))
			names->v[i].kind |= finder->kind;
		return;
	}
	if (!guard_is_named(finder->settings, &finder->view->place, name))
		*array_append(names) = (struct guard_name){ mem_strdup(name),
							    finder->kind | GUARD_LINKED };
}

static void take(void *data, const char *name, const char *path)
{
	struct finder *finder = data;

	if (name)
		add(finder, name);
	else if (finder->kind & GUARD_HOLD)
		*array_append(&finder->view->names.outside) = mem_strdup(path);
}

static int follow_config_file(struct finder *finder, const char *file, const char *tree)
{
	const char *home = finder->sudo_home ? finder->sudo_home : getenv("HOME");

	return guard_follow_config(&finder->view->place, file, tree, home, take, finder);
}

/* Follows NAME if it is a git configuration, such as ".git/modules/a/config". */
static int follow_config(struct finder *finder, const char *name)
{
	static const char *const last[] = { "config", "config.worktree" };
	const char *base = strrchr(name, '/');

	base = base ? base + 1 : name;
	auto_free char *folder = mem_printf("%.*s", (int)(base - name), name);

	if (str_eq(name, ".config/git"))
		return follow_config_file(finder, ".config/git/config", "");
	if (!str_eq(base, last[0]) && !str_eq(base, last[1]) && !str_eq(name, ".gitconfig"))
		return 0;
	return follow_config_file(finder, name, str_eq(folder, ".git/") ? "" : folder);
}

static int follow_own(struct finder *finder, const char *home, const char *folder, const char *name)
{
	auto_free char *file = folder ? mem_printf("%s/%s", folder, name) : NULL;

	if (!file || *file != '/')
		return 0;
	return guard_follow_config(&finder->view->place, file, "", home, take, finder);
}

static int follow_home(struct finder *finder, const char *home)
{
	int err = follow_own(finder, home, home, ".gitconfig");

	return err ? err : follow_own(finder, home, home, ".config/git/config");
}

/* Follows the configurations of the users who may run git in the directory later, which apply to
 * every repository: they may name hooks by the same relative path in each. */
static int follow_own_configs(struct finder *finder)
{
	const char *home = getenv("HOME");
	int err = follow_own(finder, home, "/etc", "gitconfig");

	if (!err)
		err = follow_home(finder, home);
	if (!err)
		err = follow_own(finder, home, getenv("XDG_CONFIG_HOME"), "git/config");
	return err ? err : follow_home(finder, finder->sudo_home);
}

/* Takes the repository that a link or a file in place of .git leads to, if it is in the directory,
 * too. */
static void take_repository(void *data, const char *name, const char *path)
{
	struct finder *finder = data;
	auto_free char *folder = name ? mem_printf("%s/", name) : NULL;
	struct stat st;

	(void)path;
	if (name && !guard_stat(finder->view->place.fd, name, &st) && S_ISDIR(st.st_mode))
		guard_list_repository(finder->settings, &finder->view->place, folder,
				      &finder->view->names);
}

static int follow_git(struct finder *finder)
{
	const struct guard_place *place = &finder->view->place;
	char text[4096] = "";
	ssize_t n;
	auto_close int fd = -1;
	int err = guard_follow(place, ".git", take_repository, finder);

	if (err)
		return err;
	fd = guard_open(place->fd, ".git", O_RDONLY | O_NONBLOCK);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (n <= 0 || !str_starts(text, "gitdir: "))
		return 0;
	text[strcspn(text, "\r\n")] = '\0';
	return guard_follow(place, text + strlen("gitdir: "), take_repository, finder);
}

static void follow(struct finder *finder)
{
	struct guard_names *names = &finder->view->names;
	int err = follow_git(finder);
	size_t n = names->n; /* names found along the way have been followed already */

	for (size_t i = 0; i < n && !err; i++) {
		const struct guard_name name = names->v[i];

		/* A repository that is held as a whole would be useless. */
		finder->kind = name.kind & GUARD_PIN ? GUARD_PIN : GUARD_HOLD | GUARD_FOLDER;
		err = guard_follow_name(&finder->view->place, &name, take, finder);
		if (!err)
			err = follow_config(finder, name.name);
		/* What exists is held, so no run can add to it. */
		names->is_partial |= err == -E2BIG;
		err = err == -E2BIG ? 0 : err;
	}
	finder->kind = GUARD_HOLD | GUARD_FOLDER;
	if (!err)
		err = follow_own_configs(finder);
	names->is_partial |= err == -E2BIG;
	if (err && err != -E2BIG)
		names->err = err;
}

/* Adds what links in the other directories lead to in this one. */
static void join(struct finder *finder, const struct guard_look *look)
{
	const char *top = finder->view->place.path;

	for (size_t i = 0; i < look->n; i++) {
		for (size_t k = 0; k < look->v[i].names.outside.n; k++) {
			const char *path = look->v[i].names.outside.v[k];
			const char *name = path + (str_eq(top, "/") ? 0 : strlen(top));

			if (path_is_below(path, top) && name[strspn(name, "/")])
				add(finder, name + strspn(name, "/"));
		}
	}
}

static void open_place(const struct pen_request *request, const struct bind_setting *bind,
		       struct guard_look *look)
{
	auto_free char *target = path_normalize(bind->target);
	auto_close int fd = -1;
	struct guard_view *view;
	struct walk walk;
	struct stat st;

	if (!bind->is_writable || !target)
		return;
	/* If it cannot be opened, the bind itself fails, or there is nothing to see. */
	fd = walk_open(bind->source, &walk);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
		return;
	view = array_append(look);
	*view = (struct guard_view){ 0 };
	view->place = (struct guard_place){ steal(&target), steal_fd(&fd), mem_strdup(walk.path) };
	guard_list(request, &view->place, &view->names);
}

void guard_find(const struct pen_request *request, struct guard_look *ret_look)
{
	const struct bind_settings *binds = &request->settings->binds;
	auto_free char *sudo_home = binds->n ? home_of_sudo() : NULL;

	for (size_t i = 0; i < binds->n; i++)
		open_place(request, &binds->v[i], ret_look);
	for (size_t i = 0; i < ret_look->n; i++)
		follow(&(struct finder){ request->settings, &ret_look->v[i], sudo_home,
					 GUARD_HOLD });
	for (size_t i = 0; i < ret_look->n; i++)
		join(&(struct finder){ request->settings, &ret_look->v[i], sudo_home,
				       GUARD_HOLD | GUARD_FOLDER },
		     ret_look);
}

void guard_look_finish(struct guard_look *look)
{
	for (size_t i = 0; i < look->n; i++) {
		struct guard_view *view = &look->v[i];

		close(view->place.fd);
		free((char *)view->place.target);
		free((char *)view->place.path);
		guard_finish(&view->names);
	}
	free(look->v);
	*look = (struct guard_look){ 0 };
}
