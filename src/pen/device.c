// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device nodes of the host that the policy names: bound one by one, each on a mount that lets it be
 * opened, while every other mount of host files in the pen is nodev. For a directory, only the
 * nodes below it are bound. A mount grants no right that the node's mode does not: a user who may
 * not open it on the host may not in the pen, which is reported before the command runs. Must
 * never: bind a device other than the one that was checked, or one reached by a link from an
 * earlier run, nor open any: for many drivers that has side effects (a tape rewinds, a watchdog
 * starts).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "pen/device.h"
#include "pen/steps.h"
#include "pen/tree.h"

int device_refuse_kind(const struct place *place, const char *path, bool is_folder,
		       struct diags *diags)
{
	if (is_folder)
		diags_add(diags, DIAG_ERROR, place, "there is no device node below '%s'", path);
	else
		diags_add(diags, DIAG_ERROR, place, "'%s' is not a device node", path);
	diags_hint(diags, "to show it: bind %s", path);
	return -ENODEV;
}

int device_refuse_own(const struct place *place, const char *path, struct diags *diags)
{
	diags_add(diags, DIAG_ERROR, place, "cannot bind the device '%s': it belongs to the host",
		  path);
	diags_hint(diags,
		   "the pen has its own: /dev/pts and /dev/ptmx for terminals, /dev/shm, and "
		   "links to descriptors 0, 1 and 2");
	return -EINVAL;
}

/* Checks that what the supervisor opened as FD can be opened as a device, and is the one
 * planned. */
static int check_node(struct step *step, int fd, struct diags *diags)
{
	struct statvfs mount;
	struct statfs fs;
	struct stat st;

	if (fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0 || fstatvfs(fd, &mount) < 0)
		return step_fail(step, PART_SOURCE, -errno, diags);
	if (!device_is_node(&st))
		return device_refuse_kind(&step->place, step->source, S_ISDIR(st.st_mode), diags);
	if (step->mode && (step->mode != (st.st_mode & S_IFMT) || step->number != st.st_rdev))
		return step_fail(step, PART_SOURCE, -ESTALE, diags);
	if (fs.f_type == DEVPTS_SUPER_MAGIC)
		return device_refuse_own(&step->place, step->source, diags);
	if (mount.f_flag & ST_NODEV) {
		diags_add(diags, DIAG_ERROR, &step->place,
			  "cannot bind the device '%s': its file system is mounted nodev, so that "
			  "nobody can open it",
			  step->source);
		diags_hint(diags, "name the device below /dev, or mount that file system with dev");
		return -EACCES;
	}
	step->mode = st.st_mode & S_IFMT;
	step->number = st.st_rdev;
	return 0;
}

int device_prepare(struct setup *setup, struct step *step, struct diags *diags)
{
	int err = source_prepare(setup, step);

	if (err) {
		step->is_absent = step->is_optional && (err == -ENOENT || err == -ENOTDIR);
		return step->is_absent ? 0 : step_fail(step, PART_SOURCE, err, diags);
	}
	if (step->seen < 0 && step->tree < 0)
		return 0; /* pid 1 walks there and checks */
	return check_node(step, step->seen >= 0 ? step->seen : step->tree, diags);
}

/* Should: mount the node so that it can be opened, but not changed. Must not: take what is by now
 * another device, or no device. */
static int take_device_bind(struct setup *setup, const struct step *step)
{
	auto_close int tree = -1, target = -1;
	struct statfs fs;
	struct stat st;
	int err, fd;

	if (step->is_absent)
		return 0;
	setup->page->part = PART_SOURCE;
	err = source_clone(setup, step, &fd);
	if (err)
		return step->is_optional && (err == -ENOENT || err == -ENOTDIR) ? 0 : err;
	tree = fd;
	if (fstat(tree, &st) < 0 || fstatfs(tree, &fs) < 0)
		return -errno;
	if (!device_is_node(&st) || fs.f_type == DEVPTS_SUPER_MAGIC)
		return -ENODEV;
	if (step->mode && (step->mode != (st.st_mode & S_IFMT) || step->number != st.st_rdev))
		return -ESTALE;
	err = tree_restrict(setup, tree, step->attributes, 0);
	if (err)
		return err;
	setup->page->part = PART_TARGET;
	err = root_open_target(setup, step->target, false, &fd);
	if (err)
		return err;
	target = fd;
	setup->page->part = PART_NONE;
	return cover_attach(setup, step, tree, target);
}

const struct step_kind device_step_bind = {
	.run = take_device_bind,
	.absent = "there is no such device on the host, or its driver is not loaded; 'device try' "
		  "skips what is not there"
};

/* Checks with the rights that the command will have: access(2) uses the real ids, which by now are
 * the same as the others. */
static int look(const struct step *step)
{
	if (step->is_absent || access(step->target, R_OK) == 0 || access(step->target, W_OK) == 0)
		return 0;
	return errno == ENOENT && step->is_optional ? 0 : -errno;
}

/* The nodes in a directory may belong to several groups: one that can be opened is enough. */
static bool has_sibling(const struct plan *plan, const struct step *step)
{
	for (size_t i = 0; step->number2 && i < plan->n; i++) {
		const struct step *other = &plan->v[i];

		if (other->kind == &device_step_bind && other->number2 == step->number2 &&
		    look(other) == 0)
			return true;
	}
	return false;
}

/* Should: find out whether the command may open the requested devices. Must not: open one. */
static int take_device_look(struct setup *setup, const struct step *step)
{
	const struct plan *plan = setup->plan;

	(void)step;
	for (size_t i = 0; i < plan->n; i++) {
		const struct step *device = &plan->v[i];
		int err = device->kind == &device_step_bind ? look(device) : 0;

		if (!err || has_sibling(plan, device))
			continue;
		setup->page->step = (int)i;
		setup->page->part = PART_ACCESS;
		return err;
	}
	return 0;
}

const struct step_kind device_step_look = { .run = take_device_look };

/* Adds a hint that says who may open the node, by its mode alone. */
static void hint_rights(const struct identity *who, const struct stat *st, struct diags *diags)
{
	bool has_group = st->st_mode & (S_IRGRP | S_IWGRP) && st->st_gid;

	if (st->st_mode & (S_IROTH | S_IWOTH))
		diags_hint(diags,
			   "its mode lets everybody open it, but a directory above it in the "
			   "pen does not let the user in");
	else if (!who->is_privileged && has_group)
		diags_hint(diags,
			   "members of its group %u may: add the caller to it, for example by "
			   "'usermod -aG', and log in again",
			   st->st_gid);
	else if (!who->is_privileged)
		diags_hint(diags, "without privilege only its owner may, user %u", st->st_uid);
	else if (has_group)
		diags_hint(diags, "its group may: user %u:%u", who->inner_uid, st->st_gid);
	else if (st->st_uid)
		diags_hint(diags, "its owner may: user %u:%u", st->st_uid, st->st_gid);
	else
		diags_hint(diags, "only root may: on the host, give it a group of its own (chgrp, "
				  "chmod g+rw), or trust the command with root's id: user 0:0");
}

void device_explain(const struct plan *plan, const struct step *step, int err, struct diags *diags)
{
	struct stat st;

	diags_add(diags, DIAG_ERROR, &step->place,
		  "the command, as user %u:%u, may not open the device '%s': %s",
		  plan->who.inner_uid, plan->who.inner_gid, step->source, strerror(-err));
	if (err == -EPERM)
		diags_hint(diags, "a cgroup's list of devices, as in a container, may "
				  "forbid it");
	else if (err == -EACCES && stat(step->source, &st) == 0)
		hint_rights(&plan->who, &st, diags);
}
