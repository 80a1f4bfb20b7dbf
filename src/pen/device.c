// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Device nodes of the host that the policy names: bound one by one, each a mount that lets it be
 * opened, where every other mount of the host's files in the pen is nodev. Of a folder these are
 * the nodes below it and nothing else. A mount gives no right that the node's mode does not: who
 * may not open it on the host may not in the pen, and hears so before the command runs. Must
 * never: bind another device than the one that was looked at, or one that a link of an earlier run
 * leads to, nor open any: for many drivers that is an act (a tape winds back, a watchdog starts).
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
	diags_add(diags, DIAG_ERROR, place, "cannot bind the device '%s': it is the host's", path);
	diags_hint(diags,
		   "the pen has its own: /dev/pts and /dev/ptmx for terminals, /dev/shm, and "
		   "links to descriptors 0, 1 and 2");
	return -EINVAL;
}

/* Looks that what the supervisor opened as FD can be opened as a device, and is what was planned.
 */
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
		return 0; /* pid 1 walks there, and looks */
	return check_node(step, step->seen >= 0 ? step->seen : step->tree, diags);
}

/*
 * Should: mount the node so that it can be opened, and nothing of it changed. Must not: take what
 * is another device by now, or none.
 */
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
		  "passes over what is not there"
};

/* With the rights that the command will have, of which access(2) takes the real ids, which are all
 * the same by now. */
static int look(const struct step *step)
{
	if (step->is_absent || access(step->target, R_OK) == 0 || access(step->target, W_OK) == 0)
		return 0;
	return errno == ENOENT && step->is_optional ? 0 : -errno;
}

/* Of a folder's nodes, which may be of several groups, one that can be opened is enough. */
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

/*
 * Should: find out whether the command may open the devices that were asked for. Must not: open
 * one.
 */
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

/* Appends who may open a node that is not everybody's, by its mode alone. */
static void hint_rights(const struct identity *who, const struct stat *st, struct diags *diags)
{
	bool has_group = st->st_mode & (S_IRGRP | S_IWGRP) && st->st_gid;

	if (st->st_mode & (S_IROTH | S_IWOTH))
		diags_hint(diags,
			   "its mode lets everybody, but a folder above it in the pen does not");
	else if (!who->is_privileged && has_group)
		diags_hint(diags,
			   "who is in its group %u may: let the caller join that, as by "
			   "'usermod -aG', and log in again",
			   st->st_gid);
	else if (!who->is_privileged)
		diags_hint(diags, "without privilege only its owner may, user %u", st->st_uid);
	else if (has_group)
		diags_hint(diags, "its group may: user %u:%u", who->inner_uid, st->st_gid);
	else if (st->st_uid)
		diags_hint(diags, "its owner may: user %u:%u", st->st_uid, st->st_gid);
	else
		diags_hint(diags,
			   "only root may: give it on the host to a group of its own (chgrp, "
			   "chmod g+rw), or trust the command with root's id: user 0:0");
}

void device_explain(const struct plan *plan, const struct step *step, int err, struct diags *diags)
{
	struct stat st;

	diags_add(diags, DIAG_ERROR, &step->place,
		  "the command, as user %u:%u, may not open the device '%s': %s",
		  plan->who.inner_uid, plan->who.inner_gid, step->source, strerror(-err));
	if (err == -EPERM)
		diags_hint(diags, "the list of devices of a cgroup, as a container has one, may "
				  "forbid it");
	else if (err == -EACCES && stat(step->source, &st) == 0)
		hint_rights(&plan->who, &st, diags);
}
