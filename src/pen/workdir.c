// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the caller's working directory is in the pen, and where the command starts: in the
 * directory that the policy names, or in the caller's if that is in the pen and the command may
 * enter it, otherwise in "/". Must never: start there silently if the caller's directory was
 * expected, or start outside the root.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "base/walk.h"
#include "pen/home.h"
#include "pen/steps.h"

/* Whether the host's PATH is shown by a bind of it, or of a directory above it, under its own name.
 */
static bool is_shown_by_settings(const struct settings *settings, const char *path)
{
	for (size_t i = 0; i < settings->binds.n; i++) {
		auto_free char *source = path_normalize(settings->binds.v[i].source);
		auto_free char *target = path_normalize(settings->binds.v[i].target);

		if (source && target && str_eq(source, target) && path_is_below(path, target))
			return true;
	}
	return false;
}

/* Whether the host's PATH is always shown, or must never be. */
static bool is_settled(const char *path)
{
	static const char *const folders[] = { "/usr", "/bin", "/sbin", "/opt",
					       "/etc", "/dev", "/proc", "/sys" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (path_is_below(path, folders[i]))
			return true;
	return str_eq(path, "/") || str_starts(path, "/lib");
}

/* The pen has these directories of its own. */
static bool is_private(const char *path)
{
	return str_eq(path, "/tmp") || str_eq(path, "/run");
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool is_empty = true;

	while (dir && is_empty && (entry = readdir(dir)))
		is_empty = str_eq(entry->d_name, ".") || str_eq(entry->d_name, "..");
	if (dir)
		closedir(dir);
	return is_empty;
}

static void note_directory(struct plan *plan, const char *path, const char *why)
{
	/* A policy that says where the command starts can mean it. */
	if (is_written(&plan->request->settings->workdir.place))
		return;
	plan->directory_note = mem_printf("the working directory '%s' is not shown: %s; -r . shows "
					  "it, and -w . makes it writable",
					  path, why);
}

static void show_working_directory(struct plan *plan, const char *path)
{
	enum home_answer answer;

	if (is_private(path)) {
		if (!is_empty(path))
			note_directory(plan, path, "the pen has its own");
		return;
	}
	answer = home_look(path);
	if (answer == HOME_NOT)
		/* Not by its name, which could be another directory's by then. */
		view_add_bind(plan, path, path, false)->is_here = true;
	else
		note_directory(
			plan, path,
			answer == HOME_IS
				? "it is a home directory, or contains one"
				: "whether it is a home directory could not be determined in time");
}

void workdir_plan_view(struct plan *plan)
{
	auto_free char *cwd = get_current_dir_name();

	if (!cwd || *cwd != '/')
		return;
	if (!plan->has_strange_root) {
		auto_free char *real = realpath(".", NULL);

		if (!real)
			return;
		if (!is_settled(real) && !view_is_mounted(plan->request->settings, real) &&
		    !is_shown_by_settings(plan->request->settings, real))
			show_working_directory(plan, real);
		plan->directory = steal(&real);
		return;
	}
	plan->directory = steal(&cwd);
}

static bool is_bound(const struct settings *settings, const char *path)
{
	for (size_t i = 0; i < settings->binds.n; i++) {
		auto_free char *target = path_normalize(settings->binds.v[i].target);

		if (target && path_is_below(path, target))
			return true;
	}
	return false;
}

static bool is_hidden(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->v[i].kind == &mount_step_hide && path_is_below(path, plan->v[i].target))
			return true;
	return false;
}

/* Returns what to say if the command cannot start in PATH, with what would help. */
static char *make_note(const struct plan *plan, const char *path)
{
	const struct identity *who = &plan->who;
	auto_free char *plain =
		mem_printf("the command started in '/': it cannot enter the working directory "
			   "'%s'",
			   path);
	struct stat st;

	if (is_hidden(plan, path))
		return mem_printf("%s, which is hidden", plain);
	if (stat(".", &st) < 0)
		return steal(&plain);
	if (!is_bound(plan->request->settings, path) &&
	    !(who->is_privileged && idmap_is_closed(who, &st) && idmap_is_system_tree(".", &st)))
		return mem_printf("%s; -r . shows it", plain);
	if (who->is_privileged && st.st_uid != who->uid)
		return mem_printf("%s; user %u:%u may", plain, st.st_uid, st.st_gid);
	return steal(&plain);
}

/* What is shown without having been requested is not id-mapped. */
static bool is_foreign(const struct plan *plan)
{
	struct stat st;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->v[i].is_here && plan->v[i].kind == &mount_step_bind)
			return plan->who.is_privileged && stat(".", &st) == 0 &&
			       st.st_uid != plan->who.uid && !idmap_is_system_tree(".", &st);
	return false;
}

void workdir_plan(struct plan *plan)
{
	const struct settings *settings = plan->request->settings;
	bool is_written_down = is_written(&settings->workdir.place);
	const char *path = is_written_down ? settings->workdir.path : plan->directory;
	struct step *step;

	step = plan_add(plan, BY_COMMAND, &workdir_step, "start in '%s'%s", path ? path : "/",
			is_written_down || !path ? "" : ", or in '/' if that is not in the pen");
	step->target = mem_strdup(path ? path : "/");
	step->place = settings->workdir.place;
	step->is_optional = !is_written_down;
	step->hint =
		"it must be a directory inside the pen that the child's user may enter, and not a "
		"link of /proc";
	plan->is_directory_foreign = is_foreign(plan);
	/* Every pen has its own /proc. */
	if (step->is_optional && path && !plan->directory_note && !path_is_below(path, "/proc"))
		plan->elsewhere_note = make_note(plan, path);
}

/* Should: start the command in the requested directory, with the child's own rights. Must not:
 * follow /proc's magic links, or end up outside the root (CVE-2024-21626). */
static int take_workdir(struct setup *setup, const struct step *step)
{
	auto_close int fd = fd_open_resolved(AT_FDCWD, step->target, O_PATH | O_DIRECTORY,
					     RESOLVE_NO_MAGICLINKS);
	struct walk walk;
	int err;

	/* Another pen's filter may hide it, as its arguments are behind a pointer. */
	if (fd == -ENOSYS && setup->plan->kind == PEN_LANDLOCK)
		fd = walk_open(step->target, &walk);
	if (fd >= 0)
		err = fchdir(fd) < 0 ? -errno : 0;
	else
		err = fd;
	if (err) {
		if (!step->is_optional)
			return err;
		/* A root that the policy names need not have the caller's directories. */
		setup->page->is_elsewhere = err == -EACCES || !setup->plan->has_strange_root;
		if (chdir("/") < 0)
			return -errno;
	}
	/* The bare system call: libc's wrapper would hide the kernel's "(unreachable)". */
	if (syscall(SYS_getcwd, setup->path_space, sizeof(setup->path_space)) < 0)
		return -errno;
	return setup->path_space[0] == '/' ? 0 : -EXDEV;
}

const struct step_kind workdir_step = { .run = take_workdir };
