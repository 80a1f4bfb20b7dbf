// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the device nodes that a policy means: one, or those below a directory, each of which
 * becomes a separate step. Also refuses binds of devices, which cannot be opened on any other kind
 * of mount. Reads names on the host, changes nothing.
 */
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
#include "pen/device.h"
#include "pen/steps.h"

enum { NODES_MAX = 256, DEPTH_MAX = 8 };

/* A search in a directory. */
struct device_search {
	struct plan *plan;
	const struct device_setting *setting;
	size_t folder; /* index of the setting, from 1: number2 of its steps */
	size_t n;
};

/* ST is NULL if nothing is known yet. */
static void add_node(struct plan *plan, const struct device_setting *setting, const char *source,
		     const char *target, const struct stat *st)
{
	struct step *step = plan_add(plan, BY_INIT, &device_step_bind, "bind the device '%s'",
				     source);

	step->source = mem_strdup(source);
	step->target = mem_strdup(target);
	step->attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
	step->place = setting->place;
	step->hint = "mount points are created only in the pen's own directories, such as /dev";
	step->is_optional = setting->is_optional;
	step->is_strict = true;
	step->prepare = device_prepare;
	if (st) {
		step->mode = st->st_mode & S_IFMT;
		step->number = st->st_rdev;
	}
}

static int search_folder(struct device_search *search, int dir, const char *source,
			 const char *target, int depth);

/* Takes the entry NAME: a node, or a directory that may contain some. */
static int take_entry(struct device_search *search, int dir, const char *source, const char *target,
		      const char *name, int depth)
{
	auto_free char *source_below = mem_printf("%s/%s", source[1] ? source : "", name);
	auto_free char *target_below = mem_printf("%s/%s", target, name);
	auto_close int below = -1;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (device_is_node(&st)) {
		if (search->n++ == NODES_MAX)
			return -E2BIG;
		add_node(search->plan, search->setting, source_below, target_below, &st);
		search->plan->v[search->plan->n - 1].number2 = search->folder;
		return 0;
	}
	if (!S_ISDIR(st.st_mode) || depth == DEPTH_MAX)
		return 0;
	below = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (below < 0)
		return -errno;
	return search_folder(search, below, source_below, target_below, depth + 1);
}

static int is_entry(const struct dirent *entry)
{
	return !str_eq(entry->d_name, ".") && !str_eq(entry->d_name, "..");
}

static int search_folder(struct device_search *search, int dir, const char *source,
			 const char *target, int depth)
{
	struct dirent **entries = NULL;
	int n = scandirat(dir, ".", &entries, is_entry, alphasort);
	int err = n < 0 ? -errno : 0;

	for (int i = 0; i < n; i++) {
		if (!err)
			err = take_entry(search, dir, source, target, entries[i]->d_name, depth);
		free(entries[i]);
	}
	free(entries);
	return err;
}

static int plan_folder(struct plan *plan, const struct device_setting *setting, int dir,
		       const char *source, const char *target, struct diags *diags)
{
	struct device_search search = { .plan = plan, .setting = setting };
	int err;

	search.folder = (size_t)(setting - plan->request->settings->devices.v) + 1;
	err = search_folder(&search, dir, source, target, 0);
	if (!err)
		return search.n ? 0 : device_refuse_kind(&setting->place, source, true, diags);
	diags_add(diags, DIAG_ERROR, &setting->place, "cannot find the device nodes below '%s': %s",
		  source, err == -E2BIG ? "there are too many" : strerror(-err));
	diags_hint(diags, "name the ones that are needed");
	return err;
}

/* Refuses targets that are not for devices; stores in *ret_has whether the pen has that device
 * anyway. */
static int check_place(const struct device_setting *setting, const char *target, bool *ret_has,
		       struct diags *diags)
{
	bool is_own = false;

	*ret_has = false;
	if (!target || str_eq(target, "/") || str_eq(target, "/dev") ||
	    path_is_below(target, "/proc")) {
		diags_add(diags, DIAG_ERROR, &setting->place,
			  "cannot bind '%s' as a device, nor everything below it", setting->path);
		diags_hint(diags, "name the device, for example: device /dev/kvm");
		return -EINVAL;
	}
	if (path_is_below(target, "/dev"))
		is_own = special_has(target + strlen("/dev/"), ret_has);
	return is_own && !*ret_has ? device_refuse_own(&setting->place, target, diags) : 0;
}

static int plan_device(struct plan *plan, const struct device_setting *setting, struct diags *diags)
{
	auto_free char *target = path_normalize(setting->path);
	auto_close int fd = -1;
	struct walk walk;
	struct stat st;
	bool has;
	int err = check_place(setting, target, &has, diags);

	if (err || has)
		return err;
	fd = walk_open(setting->path, &walk);
	if (fd < 0 || fstat(fd, &st) < 0) {
		add_node(plan, setting, setting->path, target, NULL); /* its prepare reports why */
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		return plan_folder(plan, setting, fd, walk.path, target, diags);
	add_node(plan, setting, setting->path, target, device_is_node(&st) ? &st : NULL);
	return 0;
}

int device_plan(struct plan *plan, struct diags *diags)
{
	const struct device_settings *devices = &plan->request->settings->devices;
	int err = 0;

	for (size_t i = 0; !err && i < devices->n; i++)
		err = plan_device(plan, &devices->v[i], diags);
	return err;
}

void device_plan_look(struct plan *plan)
{
	if (plan->request->settings->devices.n)
		plan_add(plan, BY_COMMAND, &device_step_look,
			 "make sure that the command may open its devices");
}

/* Returns whether the directory FD, on the file system of /dev, contains device nodes. */
static bool has_nodes(int fd)
{
	struct stat st, dev;
	struct dirent **entries = NULL;
	bool has = false;
	int n;

	if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode) || stat("/dev", &dev) < 0 ||
	    st.st_dev != dev.st_dev)
		return false;
	n = scandirat(fd, ".", &entries, is_entry, alphasort);
	for (int i = 0; i < n; i++) {
		has = has || (fstatat(fd, entries[i]->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			      device_is_node(&st));
		free(entries[i]);
	}
	free(entries);
	return has;
}

/* Covering a file with a device that nobody can open is what hide is for. */
static void hint_device(const struct step *step, struct diags *diags)
{
	bool has = false;

	if (path_is_below(step->source, "/dev") && !str_eq(step->source, "/dev"))
		special_has(step->source + strlen("/dev/"), &has);
	if (has)
		diags_hint(diags, "every pen has it; to make '%s' unreadable: hide %s",
			   step->target, step->target);
	else
		diags_hint(diags, "device %s", step->source);
}

int device_refuse_bind(const struct step *step, struct diags *diags)
{
	auto_close int own = -1;
	int fd = step->seen >= 0 ? step->seen : step->tree;
	struct stat st;

	if (fd < 0)
		fd = own = open(step->source, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return 0;
	if (device_is_node(&st)) {
		diags_add(diags, DIAG_ERROR, &step->place,
			  "cannot bind '%s': it is a device node, which cannot be opened in a bind",
			  step->source);
		hint_device(step, diags);
		return -ENODEV;
	}
	if (!has_nodes(fd))
		return 0;
	diags_add(diags, DIAG_ERROR, &step->place,
		  "cannot bind '%s': it has device nodes, which cannot be opened in a bind",
		  step->source);
	if (str_eq(step->source, "/dev"))
		diags_hint(diags,
			   "the pen has its own /dev; name what is missing there, for example: "
			   "device /dev/kvm");
	else
		diags_hint(diags, "device %s", step->source);
	return -ENODEV;
}
