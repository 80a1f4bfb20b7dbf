// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is guarded in a writable directory, and the mounts that hold it. A mount can only hold a
 * name that exists; guard_look.c covers what is newly created, or is below a directory that can be
 * renamed. Must never create anything on the host, nor follow a link to what it covers.
 */
#include "pen/guard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "base/walk.h"
#include "pen/steps.h"
#include "pen/tree.h"

/* If there are more, no pen is started: an earlier run could have made them to hide others. */
enum {
	REPOSITORIES_MAX = 512,
	REPOSITORY_DEPTH = 16,
	MODULES_MAX = 8192,
	WORKTREES_MAX = 4096,
	HELD_MAX = 3072,
	NAME_ROOM = 4096
};

static const struct guard_name always[] = {
	/* run or read by anything that enters or opens a directory */
	{ (char *)".hg", GUARD_PIN },
	{ (char *)".hg/hgrc", GUARD_HOLD },
	{ (char *)".hg/hgrc-not-shared", GUARD_HOLD },
	{ (char *)".hg/sharedpath", GUARD_HOLD },
	{ (char *)".jj", GUARD_PIN },
	{ (char *)".jj/repo", GUARD_PIN },
	{ (char *)".jj/repo/config.toml", GUARD_HOLD },
	{ (char *)".envrc", GUARD_HOLD },
	{ (char *)".vscode", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".idea", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".devcontainer", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".devcontainer.json", GUARD_HOLD },
	{ (char *)".husky", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".exrc", GUARD_HOLD },
	{ (char *)".nvim.lua", GUARD_HOLD },
	{ (char *)".gdbinit", GUARD_HOLD },
	{ (char *)".dir-locals.el", GUARD_HOLD },
	{ (char *)".mise.toml", GUARD_HOLD },
	{ (char *)".mise.local.toml", GUARD_HOLD },
	{ (char *)"mise.toml", GUARD_HOLD },
	{ (char *)"mise.local.toml", GUARD_HOLD },
	{ (char *)".nvimrc", GUARD_HOLD },
	{ (char *)".lldbinit", GUARD_HOLD },
	/* servers and hooks that editors and their assistants start on their own */
	{ (char *)".zed", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".helix", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".cursor", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".gemini", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".codex", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".claude", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".mcp.json", GUARD_HOLD },
	/* obeyed by existing git hooks */
	{ (char *)".pre-commit-config.yaml", GUARD_HOLD },
	{ (char *)"lefthook.yml", GUARD_HOLD },
	{ (char *)".lefthook.yml", GUARD_HOLD },
	{ (char *)".overcommit.yml", GUARD_HOLD },
	/* in a home */
	{ (char *)".profile", GUARD_HOLD },
	{ (char *)".login", GUARD_HOLD },
	{ (char *)".logout", GUARD_HOLD },
	{ (char *)".bashrc", GUARD_HOLD },
	{ (char *)".bash_profile", GUARD_HOLD },
	{ (char *)".bash_login", GUARD_HOLD },
	{ (char *)".bash_logout", GUARD_HOLD },
	{ (char *)".bash_aliases", GUARD_HOLD },
	{ (char *)".zshenv", GUARD_HOLD },
	{ (char *)".zprofile", GUARD_HOLD },
	{ (char *)".zshrc", GUARD_HOLD },
	{ (char *)".zlogin", GUARD_HOLD },
	{ (char *)".zlogout", GUARD_HOLD },
	{ (char *)".kshrc", GUARD_HOLD },
	{ (char *)".mkshrc", GUARD_HOLD },
	{ (char *)".cshrc", GUARD_HOLD },
	{ (char *)".tcshrc", GUARD_HOLD },
	{ (char *)".inputrc", GUARD_HOLD },
	{ (char *)".pam_environment", GUARD_HOLD },
	{ (char *)".xinitrc", GUARD_HOLD },
	{ (char *)".xprofile", GUARD_HOLD },
	{ (char *)".xsession", GUARD_HOLD },
	{ (char *)".xsessionrc", GUARD_HOLD },
	{ (char *)".vimrc", GUARD_HOLD },
	{ (char *)".vim", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".config/nvim", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".emacs", GUARD_HOLD },
	{ (char *)".emacs.d", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".tmux.conf", GUARD_HOLD },
	{ (char *)".screenrc", GUARD_HOLD },
	{ (char *)".local/bin", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".config/environment.d", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".gitconfig", GUARD_HOLD },
	{ (char *)".config/git", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".config/fish", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".config/autostart", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".config/systemd/user", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".config/plasma-workspace", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".local/share/systemd/user", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".local/share/dbus-1/services", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)".cargo/env", GUARD_HOLD },
	{ (char *)".ssh", GUARD_HOLD | GUARD_FOLDER },
};

/* Below the directory of a git repository. What git itself creates and removes all the time is not
 * held: the todo lists of operations in progress, which "git rebase --continue" runs. */
static const struct guard_name of_repository[] = {
	{ (char *)"config", GUARD_HOLD },	   { (char *)"config.worktree", GUARD_HOLD },
	{ (char *)"commondir", GUARD_HOLD },	   { (char *)"hooks", GUARD_HOLD | GUARD_FOLDER },
	{ (char *)"info/attributes", GUARD_HOLD }, { (char *)"rebase-merge", GUARD_TELL },
	{ (char *)"rebase-apply", GUARD_TELL },	   { (char *)"sequencer", GUARD_TELL },
};

/* In a worktree, which git must be able to remove. */
static const struct guard_name of_worktree[] = {
	{ (char *)"config.worktree", GUARD_HOLD }, { (char *)"commondir", GUARD_TELL },
	{ (char *)"gitdir", GUARD_TELL },	   { (char *)"rebase-merge", GUARD_TELL },
	{ (char *)"rebase-apply", GUARD_TELL },	   { (char *)"sequencer", GUARD_TELL },
};

/* A list being made. */
struct lister {
	const struct settings *settings;
	const struct guard_place *place;
	struct guard_names *names;
	size_t n_repositories, n_modules, n_worktrees;
};

bool guard_is_named(const struct settings *settings, const struct guard_place *place,
		    const char *name)
{
	const char *top = place->target;
	auto_free char *path = mem_printf("%s/%s", str_eq(top, "/") ? "" : top, name);

	for (size_t i = 0; i < settings->binds.n; i++) {
		const struct bind_setting *bind = &settings->binds.v[i];
		auto_free char *target = path_normalize(bind->target);

		if (bind->is_writable && target && !str_eq(target, top) &&
		    path_is_below(target, top) && path_is_below(path, target))
			return true;
	}
	return false;
}

static void add(struct lister *lister, const char *folder, const struct guard_name *row)
{
	auto_free char *name = mem_printf("%s%s", folder, row->name);

	for (size_t i = 0; i < lister->names->n; i++)
		if (str_eq(lister->names->v[i].name, name))
			return;
	if (!guard_is_named(lister->settings, lister->place, name))
		*array_append(lister->names) = (struct guard_name){ steal(&name), row->kind };
}

static bool is_there(const struct lister *lister, const char *folder, const char *name, mode_t type)
{
	auto_free char *path = mem_printf("%s%s", folder, name);
	struct stat st;

	return guard_stat(lister->place->fd, path, &st) == 0 && (st.st_mode & S_IFMT) == type;
}

static bool is_more(struct lister *lister, size_t *n, size_t max)
{
	if ((*n)++ < max)
		return false;
	lister->names->err = -E2BIG;
	return true;
}

static void add_repository(struct lister *lister, const char *folder);

/* Each entry in modules/ is a repository, or a directory of repositories. */
static void add_modules(struct lister *lister, const char *folder, int depth)
{
	auto_closedir DIR *dir = guard_open_folder(lister->place->fd, folder);
	struct dirent *entry;

	if (dir && depth == REPOSITORY_DEPTH)
		lister->names->err = -E2BIG;
	while (dir && depth < REPOSITORY_DEPTH && (entry = readdir(dir)) &&
	       !is_more(lister, &lister->n_modules, MODULES_MAX)) {
		auto_free char *below = mem_printf("%s%s/", folder, entry->d_name);

		if (guard_is_dots(entry->d_name) ||
		    !is_there(lister, folder, entry->d_name, S_IFDIR))
			continue;
		if (is_there(lister, below, "HEAD", S_IFREG))
			add_repository(lister, below);
		else
			add_modules(lister, below, depth + 1);
	}
}

static void add_worktrees(struct lister *lister, const char *folder)
{
	auto_closedir DIR *dir = guard_open_folder(lister->place->fd, folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) &&
	       !is_more(lister, &lister->n_worktrees, WORKTREES_MAX)) {
		auto_free char *below = mem_printf("%s%s/", folder, entry->d_name);

		if (guard_is_dots(entry->d_name) ||
		    !is_there(lister, folder, entry->d_name, S_IFDIR))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(of_worktree); i++)
			add(lister, below, &of_worktree[i]);
	}
}

static void add_repository(struct lister *lister, const char *folder)
{
	auto_free char *modules = mem_printf("%smodules/", folder);
	auto_free char *worktrees = mem_printf("%sworktrees/", folder);

	if (guard_is_named(lister->settings, lister->place, folder) ||
	    is_more(lister, &lister->n_repositories, REPOSITORIES_MAX))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(of_repository); i++)
		add(lister, folder, &of_repository[i]);
	add_worktrees(lister, worktrees);
	add_modules(lister, modules, 0);
}

void guard_list_repository(const struct settings *settings, const struct guard_place *place,
			   const char *folder, struct guard_names *names)
{
	struct lister lister = { settings, place, names, 0, 0, 0 };

	if (!str_eq(folder, ".git/"))
		add_repository(&lister, folder);
}

/* Files in use: the policy, the reports. */
static void add_files(struct lister *lister, char *const *files, unsigned int kind)
{
	for (; files && *files; files++) {
		const char *name = *files + strlen(lister->place->path);

		if (!path_is_below(*files, lister->place->path))
			continue;
		name += strspn(name, "/");
		if (*name)
			add(lister, "", &(struct guard_name){ (char *)name, kind });
	}
}

void guard_list(const struct pen_request *request, const struct guard_place *place,
		struct guard_names *ret_names)
{
	const struct path_settings *more = &request->settings->guarded;
	struct lister lister = { request->settings, place, ret_names, 0, 0, 0 };
	const char *last = strrchr(place->path, '/');

	/* A file, as in worktrees and modules that are kept elsewhere, or a directory. */
	add(&lister, "",
	    &(struct guard_name){ (char *)".git", is_there(&lister, "", ".git", S_IFREG)
							  ? GUARD_HOLD
							  : GUARD_PIN });
	add_repository(&lister, ".git/");
	/* A bind of .git itself means the whole of it. */
	if (!str_eq(last ? last + 1 : place->path, ".git") &&
	    is_there(&lister, "", "HEAD", S_IFREG) && is_there(&lister, "", "objects", S_IFDIR))
		add_repository(&lister, "");
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		add(&lister, "", &always[i]);
	for (size_t i = 0; i < more->n; i++)
		add(&lister, "",
		    &(struct guard_name){ more->v[i].path, GUARD_HOLD | GUARD_FOLDER });
	add_files(&lister, request->files, GUARD_HOLD);
}

void guard_finish(struct guard_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->v[i].name);
	free(names->v);
	for (size_t i = 0; i < names->outside.n; i++)
		free(names->outside.v[i]);
	free(names->outside.v);
	*names = (struct guard_names){ 0 };
}

static void add_step(struct plan *plan, const struct guard_place *place,
		     const struct guard_name *name)
{
	const char *target = place->target;
	auto_free char *path = mem_printf("%s/%s", target, name->name);
	bool is_pin = name->kind & GUARD_PIN;
	struct step *step = plan_add(plan, BY_INIT, &guard_step_hold,
				     is_pin ? "keep '%s' in its place" : "keep '%s' read-only",
				     path);

	step->target = steal(&path);
	step->source = mem_printf("%s/%s", str_eq(place->path, "/") ? "" : place->path, name->name);
	step->number = strlen(target);
	step->attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (is_pin ? 0 : MOUNT_ATTR_RDONLY);
}

static int add_steps(struct plan *plan, const struct guard_view *view, size_t *n_held)
{
	struct stat st;

	for (size_t i = 0; i < view->names.n; i++) {
		const struct guard_name *name = &view->names.v[i];

		if (!(name->kind & (GUARD_HOLD | GUARD_PIN)) ||
		    guard_stat(view->place.fd, name->name, &st))
			continue;
		if (++*n_held > HELD_MAX)
			return -E2BIG;
		add_step(plan, &view->place, name);
	}
	return view->names.err;
}

int guard_plan(struct plan *plan, struct diags *diags)
{
	struct guard_look look = { 0 };
	size_t n_held = 0;
	int err = 0;

	guard_find(plan->request, &look);
	for (size_t i = 0; i < look.n && !err; i++) {
		err = add_steps(plan, &look.v[i], &n_held);
		if (!err)
			continue;
		diags_fail(diags, err,
			   "cannot guard everything in '%s' that is run or obeyed outside: %s",
			   look.v[i].place.path,
			   err == -E2BIG ? "there is too much of it" : strerror(-err));
		if (err == -E2BIG)
			diags_hint(diags,
				   "an earlier run may have made it: look at .git/modules and "
				   ".git/worktrees; or let the command have all of it: "
				   "bind rw its .git");
		else if (err == -ENOSYS || err == -EPERM)
			diags_hint(diags,
				   "it needs openat2 (Linux 5.6); a filter around pinfold, such "
				   "as a container's, may hide it");
		if (err == -ENOSYS || err == -EPERM)
			diags_refer(diags, MACHINE_CALLS);
	}
	guard_look_finish(&look);
	return err;
}

/* Opens the name below the target directory in the pen, whose own path may contain links. */
static int open_guarded(struct setup *setup, const struct step *step, int *ret_fd)
{
	char folder[NAME_ROOM];
	auto_close int dir = -1;
	int fd, err;

	if (step->number >= sizeof(folder))
		return -ENAMETOOLONG;
	memcpy(folder, step->target, step->number);
	folder[step->number] = '\0';
	err = root_open_target(setup, folder, true, &fd);
	if (err)
		return err;
	dir = fd;
	fd = guard_open(dir, step->target + step->number + 1, O_PATH);
	if (fd < 0)
		return fd;
	*ret_fd = fd;
	return 0;
}

/*
 * Should: mount the guarded name on itself, read-only or just to pin it. A link is itself held.
 * Must not: follow one, or fail because a name is gone since the plan was made: that is reported
 * after the run.
 */
static int take_guard_hold(struct setup *setup, const struct step *step)
{
	auto_close int target = -1, tree = -1;
	int fd, err = open_guarded(setup, step, &fd);

	if (err)
		return err == -ENOENT || err == -ENOTDIR || err == -ELOOP ? 0 : err;
	target = fd;
	err = tree_clone(setup, target, "", AT_EMPTY_PATH | AT_RECURSIVE, &fd);
	if (err)
		return err;
	tree = fd;
	err = tree_restrict(setup, tree, step->attributes, AT_RECURSIVE);
	return err ? err : cover_attach(setup, step, tree, target);
}

const struct step_kind guard_step_hold = { .run = take_guard_hold };
