// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pen's mounts on the host's file systems. Such a mount silently disappears when somebody on
 * the host renames another file over its mount point, or removes that: then what it covered is
 * visible in the pen. Where an overlay holds the mount points (overlay.c) this cannot happen;
 * elsewhere, above all in writable binds, pid 1 notes the mount, and the supervisor watches the
 * pen's mounts and kills the pen when a noted one is gone. Must never: let a pen go on without one.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "pen/state.h"
#include "pen/steps.h"
#include "pen/tree.h"

int cover_add_firm(struct setup *setup, int fd)
{
	uint64_t id;
	int err = root_mount_id(fd, "", &id);

	if (err)
		return err == -ENOSYS ? 0 : err;
	if (setup->n_firm == ARRAY_SIZE(setup->firm))
		return 0; /* then it is watched, which does no harm */
	setup->firm[setup->n_firm++] = id;
	return 0;
}

/* Stores in *ret_is whether nobody outside can remove PLACE from under a mount on it. */
static int is_firm(const struct setup *setup, int place, bool *ret_is)
{
	struct statfs fs;
	struct stat st;
	uint64_t id;
	int err;

	if (fstat(place, &st) < 0 || fstatfs(place, &fs) < 0)
		return -errno;
	*ret_is = root_is_own(setup, st.st_dev) || fs.f_type == PROC_SUPER_MAGIC;
	if (*ret_is)
		return 0;
	err = root_mount_id(place, "", &id);
	/* Without such ids there can be no pen: a later step, which needs them, reports that. */
	if (err == -ENOSYS)
		*ret_is = true;
	if (err)
		return err == -ENOSYS ? 0 : err;
	for (size_t i = 0; i < setup->n_firm; i++)
		*ret_is |= setup->firm[i] == id;
	return 0;
}

int cover_attach(struct setup *setup, const struct step *step, int tree, int place)
{
	struct status_page *page = setup->page;
	bool firm = false;
	uint64_t id;
	int err = is_firm(setup, place, &firm);

	if (!err)
		err = tree_attach(setup, tree, place);
	if (err || firm)
		return err;
	err = root_mount_id(tree, "", &id);
	if (err)
		return err;
	if (page->n_covers == ARRAY_SIZE(page->covers))
		return -E2BIG;
	page->covers[page->n_covers].id = id;
	page->covers[page->n_covers++].step = (int)(step - setup->plan->v);
	return 0;
}

struct mount_ids {
	uint64_t *v;
	size_t n, cap;
};

/* Reads the ids of the mounts in TABLE, which it cuts up. Returns whether each line has one. */
static bool read_ids(char *table, struct mount_ids *ids)
{
	struct proc_mount mount;
	int got;

	while ((got = proc_next_mount(&table, &mount)) > 0)
		*array_append(ids) = mount.id;
	return got == 0;
}

static bool has_id(const struct mount_ids *ids, uint64_t id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (ids->v[i] == id)
			return true;
	return false;
}

/* A bind of the file itself would be lost as well: only one of its directory helps. */
static void hint_guarded(const struct step *step, struct diags *diags)
{
	size_t from = strlen(step->source), to = strlen(step->target);

	while (from && step->source[from - 1] != '/')
		from--;
	while (to && step->target[to - 1] != '/')
		to--;
	if (to <= step->number + 1 || !from)
		diags_hint(diags, "run it again while nothing on the host changes that file");
	else
		diags_hint(diags,
			   "run it again while nothing on the host changes that file (as 'git "
			   "config' does), or let the command have the whole directory: bind rw "
			   "%.*s %.*s",
			   (int)from - 1, step->source, (int)to - 1, step->target);
}

static void explain_loss(const struct step *step, struct diags *diags)
{
	if (step && step->kind == &guard_step_hold) {
		diags_fail(diags, 0,
			   "killed the pen: the host replaced or removed '%s', which the command "
			   "must not change",
			   step->source);
		hint_guarded(step, diags);
		return;
	}
	diags_add(diags, DIAG_ERROR, step ? &step->place : NULL,
		  "killed the pen: the mount that it made to '%s' is gone",
		  step ? step->text : "cover");
	diags_hint(diags, "somebody on the host renamed another file over that one, or removed it; "
			  "in a read-only bind it would stay covered");
}

/* Returns whether all mounts that must stay are among IDS; if not, adds an error to DIAGS. */
static bool look_for(const struct pen *pen, const struct mount_ids *ids, struct diags *diags)
{
	const struct status_page *page = pen->page;

	for (size_t i = 0; i < page->n_covers && i < ARRAY_SIZE(page->covers); i++) {
		size_t step = (size_t)page->covers[i].step;

		if (has_id(ids, page->covers[i].id))
			continue;
		explain_loss(step < pen->plan.n ? &pen->plan.v[step] : NULL, diags);
		return false;
	}
	return true;
}

bool cover_look(struct pen *pen, struct diags *diags)
{
	auto_free char *table = NULL;
	struct mount_ids ids = { 0 };
	size_t len;
	bool is_well;

	if (lseek(pen->mounts, 0, SEEK_SET) < 0 ||
	    fd_read_all(pen->mounts, PROC_TEXT_MAX, &table, &len) < 0 || !read_ids(table, &ids))
		is_well = !diags_fail(diags, -EIO, "cannot read the mounts of the pen");
	else
		is_well = look_for(pen, &ids, diags);
	free(ids.v);
	return is_well;
}

/* A short command may have finished by now. */
static bool has_ended(const struct pen *pen)
{
	struct pollfd polled = { .fd = pen->pidfd, .events = POLLIN };

	return poll(&polled, 1, 0) == 1;
}

int cover_watch(struct pen *pen, struct diags *diags)
{
	char path[40];

	if (!pen->page->n_covers)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)pen->pid);
	pen->mounts = open(path, O_RDONLY | O_CLOEXEC);
	/* EINVAL: it is exiting, and has released its namespaces (fs/proc_namespace.c). */
	if (pen->mounts < 0 && (errno == EINVAL || has_ended(pen)))
		return 0;
	if (pen->mounts < 0)
		return diags_fail(diags, -errno, "cannot watch the mounts of the pen: %s",
				  strerror(errno));
	/* One may have disappeared since pid 1 made it. */
	return cover_look(pen, diags) ? 0 : -ESTALE;
}
