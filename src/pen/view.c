// SPDX-License-Identifier: GPL-2.0-or-later
/* Which files are in the pen: turns the settings, and the defaults, into steps in order of depth,
 * so that a mount below another comes after it. Reads names on the host, changes nothing. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "pen/bare_proc.h"
#include "pen/etc.h"
#include "pen/guard.h"
#include "pen/stdio.h"
#include "pen/steps.h"
#include "pen/wall.h"

enum { ROOT_SIZE = 1 << 20, TMPFS_SIZE = 64 << 20, TMPFS_LEAST = 1 << 16 };

static const uint64_t plain_mount = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
static const uint64_t readonly_mount = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY;

static const char point_hint[] =
	"mount points are created only in the pen's own directories: make a "
	"missing one in the directory that is bound there";

/* In addition to every /lib*. */
static const char *const host_folders[] = { "usr", "bin", "sbin", "opt", "etc" };

/* Data of packages outside /usr that programs in /usr read. */
static const char *const package_folders[] = {
	"/var/lib/apt",	  "/var/lib/dpkg",	  "/var/lib/rpm",	   "/var/lib/pacman",
	"/var/lib/texmf", "/var/lib/ghostscript", "/var/cache/fontconfig",
};

static size_t depth_of(const char *path)
{
	size_t depth = 0;

	for (; *path; path++)
		depth += *path == '/' && path[1];
	return depth;
}

/* An eighth of the machine's memory, so that several do no harm. */
static uint64_t share_of_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	uint64_t share = pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 8 : 0;

	return share > TMPFS_SIZE ? share : TMPFS_SIZE;
}

static uint64_t default_size(const struct settings *settings)
{
	const struct limit_setting *memory = &settings->limits[LIMIT_MEMORY];

	if (!is_written(&memory->place))
		return share_of_memory();
	/* To a tmpfs, a size of 0 means no limit. */
	return memory->value / 4 > TMPFS_LEAST ? memory->value / 4 : TMPFS_LEAST;
}

/* Returns the normalized target, or NULL with an error in DIAGS. */
static char *check_target(const struct place *place, const char *target, struct diags *diags)
{
	char *path = path_normalize(target);
	struct diag *diag;

	if (!path) {
		diag = diags_add(diags, DIAG_ERROR, place, "cannot mount on '%s'", target);
		diag_set_hint(diag, "write an absolute path without '..'");
		return NULL;
	}
	if (!str_eq(path, "/") && !path_is_below(path, "/proc"))
		return path;
	diag = diags_add(diags, DIAG_ERROR, place, "cannot mount on '%s'", target);
	diag_set_hint(diag, str_eq(path, "/")
				    ? "name directories below it, or use the statement root"
				    : "nothing can be mounted on or below /proc");
	free(path);
	return NULL;
}

bool view_is_mounted(const struct settings *settings, const char *target)
{
	for (size_t i = 0; i < settings->binds.n; i++) {
		auto_free char *path = path_normalize(settings->binds.v[i].target);

		if (path && str_eq(path, target))
			return true;
	}
	for (size_t i = 0; i < settings->tmpfs.n; i++) {
		auto_free char *path = path_normalize(settings->tmpfs.v[i].target);

		if (path && str_eq(path, target))
			return true;
	}
	return false;
}

struct step *view_add_bind(struct plan *plan, const char *source, const char *target,
			   bool is_writable)
{
	struct step *step;

	if (plan->kind == PEN_LANDLOCK)
		return wall_add_allow(plan, source, is_writable);
	if (str_eq(source, target))
		step = plan_add(plan, BY_INIT, &mount_step_bind, "bind '%s'%s", source,
				is_writable ? ", writable" : "");
	else
		step = plan_add(plan, BY_INIT, &mount_step_bind, "bind '%s' on '%s'%s", source,
				target, is_writable ? ", writable" : "");
	step->source = mem_strdup(source);
	step->target = mem_strdup(target);
	step->attributes = is_writable ? plain_mount : readonly_mount;
	step->hint = point_hint;
	return step;
}

static void add_tmpfs(struct plan *plan, const char *target, uint64_t size, mode_t mode)
{
	struct step *step = plan_add(plan, BY_INIT, &mount_step_tmpfs,
				     "mount a private '%s' of %llu KiB in memory", target,
				     (unsigned long long)size / 1024);

	step->target = mem_strdup(target);
	step->number = size;
	step->mode = mode;
	step->attributes = plain_mount;
}

static void add_host_entry(struct plan *plan, const char *name)
{
	auto_free char *path = mem_printf("/%s", name);
	char target[PATH_MAX];
	struct step *step;
	struct stat st;
	ssize_t len;

	if (lstat(path, &st) < 0)
		return;
	if (S_ISDIR(st.st_mode) || plan->kind == PEN_LANDLOCK) {
		view_add_bind(plan, path, path, false);
		return;
	}
	if (!S_ISLNK(st.st_mode))
		return;
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return;
	target[len] = '\0';
	step = plan_add(plan, BY_INIT, &mount_step_link, "link '%s' to '%s'", path, target);
	step->source = mem_strdup(target);
	step->target = mem_strdup(path);
}

static int is_library_folder(const struct dirent *entry)
{
	return str_starts(entry->d_name, "lib");
}

static void add_host_view(struct plan *plan)
{
	struct dirent **entries = NULL;
	int n = scandir("/", &entries, is_library_folder, alphasort);

	for (size_t i = 0; i < ARRAY_SIZE(host_folders); i++)
		add_host_entry(plan, host_folders[i]);
	for (int i = 0; i < n; i++) {
		add_host_entry(plan, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (plan->kind == PEN_NAMESPACES)
		plan_add(plan, BY_INIT, &mount_step_folder, "make an empty '/run'")->target =
			mem_strdup("/run");
}

/* Whether the settings decide what is at TARGET, by what they show or make there or above it. */
static bool is_covered(const struct settings *settings, const char *target)
{
	for (size_t i = 0; i < settings->binds.n; i++) {
		auto_free char *path = path_normalize(settings->binds.v[i].target);

		if (path && path_is_below(target, path))
			return true;
	}
	for (size_t i = 0; i < settings->tmpfs.n; i++) {
		auto_free char *path = path_normalize(settings->tmpfs.v[i].target);

		if (path && path_is_below(target, path))
			return true;
	}
	return false;
}

static void add_package_folders(struct plan *plan)
{
	for (size_t i = 0; i < ARRAY_SIZE(package_folders); i++) {
		const char *path = package_folders[i];
		struct stat st;

		if (!lstat(path, &st) && S_ISDIR(st.st_mode) &&
		    !is_covered(plan->request->settings, path))
			view_add_bind(plan, path, path, false);
	}
}

static void add_private(struct plan *plan)
{
	const struct settings *settings = plan->request->settings;
	uint64_t size = default_size(settings);
	struct step *step;

	if (!view_is_mounted(settings, "/tmp")) {
		add_tmpfs(plan, "/tmp", size, 01777);
		plan->v[plan->n - 1].is_optional = plan->has_strange_root;
	}
	step = plan_add(plan, BY_INIT, &special_step_dev, "mount a private '/dev'");
	step->target = mem_strdup("/dev");
	step->number = size;
	step->is_optional = plan->has_strange_root;
	if (pen_lacks_proc()) {
		bare_proc_plan(plan);
		return;
	}
	step = plan_add(plan, BY_INIT, &special_step_proc,
			"mount a new '/proc', read-only, and forbid user namespaces");
	step->prepare = budget_prepare;
	step->target = mem_strdup("/proc");
	step->number = 1;
	step->is_optional = plan->has_strange_root;
	step->hint = "if /proc is partly masked, as in a container, no new one can be mounted: "
		     "--security-opt systempaths=unconfined (docker), unmask=ALL (podman); or "
		     "--pen landlock, which needs none";
	step->row = MACHINE_NEW_PROC;
}

static int add_settings(struct plan *plan, struct diags *diags)
{
	const struct settings *settings = plan->request->settings;

	for (size_t i = 0; i < settings->binds.n; i++) {
		const struct bind_setting *bind = &settings->binds.v[i];
		auto_free char *target = check_target(&bind->place, bind->target, diags);
		struct step *step;

		if (!target)
			return -EINVAL;
		step = view_add_bind(plan, bind->source, target, bind->is_writable);
		step->place = bind->place;
		step->is_optional = bind->is_optional;
		step->is_strict = source_is_strict(settings, bind);
		step->prepare = plan->kind == PEN_LANDLOCK ? wall_prepare_allow
							   : mount_prepare_bind;
	}
	for (size_t i = 0; i < settings->tmpfs.n; i++) {
		const struct tmpfs_setting *tmpfs = &settings->tmpfs.v[i];
		auto_free char *target = check_target(&tmpfs->place, tmpfs->target, diags);
		mode_t mode = tmpfs->mode;

		if (!target)
			return -EINVAL;
		if (!mode)
			mode = str_eq(target, "/tmp") ? 01777 : 0755;
		add_tmpfs(plan, target, tmpfs->size ? tmpfs->size : default_size(settings), mode);
		plan->v[plan->n - 1].place = tmpfs->place;
		plan->v[plan->n - 1].hint = point_hint;
	}
	return 0;
}

/* Insertion sort: stable, and the lists are short. */
static void sort_by_depth(struct step *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct step step = v[i];
		size_t k = i;

		for (; k && depth_of(v[k - 1].target) > depth_of(step.target); k--)
			v[k] = v[k - 1];
		v[k] = step;
	}
}

static int prepare_root(struct setup *setup, struct step *step, struct diags *diags)
{
	int err = source_prepare(setup, step);

	return err ? step_fail(step, PART_SOURCE, err, diags) : 0;
}

static void add_root(struct plan *plan)
{
	const struct settings *settings = plan->request->settings;
	struct step *step;

	plan_add(plan, BY_INIT, &root_step_private, "make all mounts private")->hint =
		"in a container AppArmor may forbid it: --security-opt apparmor=unconfined";
	step = plan_add(plan, BY_INIT, &root_step_base, "mount a base for the new root%s",
			plan->has_old_mounts ? ", all by mount(2): newer calls are missing" : "");
	step->number = ROOT_SIZE;
	if (!plan->has_strange_root) {
		step = plan_add(plan, BY_INIT, &root_step_memory, "make an empty root in memory");
		step->attributes = plain_mount;
		return;
	}
	step = plan_add(plan, BY_INIT, &root_step_folder, "make '%s' the root, read-only",
			settings->root.path);
	step->source = mem_strdup(settings->root.path);
	step->attributes = readonly_mount;
	step->place = settings->root.place;
	step->hint =
		"the root must be a directory on the host with everything that the command needs";
	step->is_strict = true;
	step->prepare = prepare_root;
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* Whether STEP covers something of the host's: hides it, or shows another file there. */
static bool covers(const struct step *step)
{
	return step->kind == &mount_step_hide || step->kind == &device_step_bind ||
	       (step->kind == &mount_step_bind && is_file(step->source));
}

/* A read-only bind in which something is covered is shown through an overlay. */
static void mark_overlaid(struct plan *plan, size_t first)
{
	for (size_t i = first; i < plan->n; i++) {
		struct step *nearest = NULL;

		if (!covers(&plan->v[i]))
			continue;
		for (size_t k = first; k < i; k++)
			if (plan->v[k].kind == &mount_step_bind &&
			    path_is_below(plan->v[i].target, plan->v[k].target) &&
			    !covers(&plan->v[k]))
				nearest = &plan->v[k]; /* they are sorted: the deepest is last */
		if (nearest && nearest->attributes & MOUNT_ATTR_RDONLY)
			nearest->is_overlaid = true;
	}
}

static void add_seal(struct plan *plan, const char *path)
{
	plan_add(plan, BY_INIT, &root_step_seal, "make '%s' read-only", path)->target =
		mem_strdup(path);
}

/* Without mounts every file is where it is, and only what is allowed can be used. */
static int plan_allowed(struct plan *plan, struct diags *diags)
{
	add_host_view(plan);
	add_package_folders(plan);
	workdir_plan_view(plan);
	return add_settings(plan, diags);
}

int view_plan(struct plan *plan, struct diags *diags)
{
	const struct settings *settings = plan->request->settings;
	size_t first;
	int err;

	if (plan->kind == PEN_LANDLOCK)
		return plan_allowed(plan, diags);
	plan->has_strange_root = is_written(&settings->root.place);
	add_root(plan);
	first = plan->n;
	if (!plan->has_strange_root) {
		add_host_view(plan);
		add_package_folders(plan);
	}
	etc_plan(plan);
	add_private(plan);
	cgroup_show_plan(plan);
	workdir_plan_view(plan);
	err = add_settings(plan, diags);
	if (!err)
		err = device_plan(plan, diags);
	if (!err)
		err = guard_plan(plan, diags);
	if (err)
		return err;
	sort_by_depth(plan->v + first, plan->n - first);
	err = hide_plan(plan, diags);
	if (err)
		return err;
	mark_overlaid(plan, first);
	etc_mark(plan, first);
	cgroup_show_plan_seal(plan);
	if (pen_lacks_proc()) {
		add_seal(plan, "/proc");
		plan->v[plan->n - 1].is_optional = plan->has_strange_root;
	}
	if (!plan->has_strange_root) {
		add_seal(plan, "/dev");
		add_seal(plan, "/");
	}
	stdio_plan_init(plan);
	plan_add(plan, BY_INIT, &root_step_pivot, "move to the new root and detach the old one");
	return 0;
}
