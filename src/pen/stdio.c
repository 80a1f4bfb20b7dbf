// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command's descriptors on regular files. The kernel lets the holder of a descriptor reopen its
 * file through /proc/self/fd with the rights of the file, not those of the descriptor, and change
 * mode, times and attributes through one that was opened only to read. So the command never gets
 * such a descriptor itself:
 *
 * - One that was opened for reading is reopened on a read-only mount of just its file: position,
 *   seeking and mmap(2) work, and everything that would change the file fails with EROFS. If its
 *   file cannot be found by a name (it was removed, or is in another mount namespace), it is
 *   replaced by a pipe.
 * - One that was opened for writing is replaced by a pipe, from which a process outside the pen
 *   copies. Nothing else works: a mount that can be written can be written by anybody who opens it,
 *   ftruncate(2) and fcntl(2) know no rights less than writing, and Landlock does not cover modes
 *   and times.
 * - One that was opened for both stays what it is, as do terminals, pipes, sockets and devices.
 *
 * Must never: hand on a descriptor of a regular file that was opened only for reading or only for
 * writing, or lose a byte of what the command wrote without an error.
 */
#include "pen/stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/proc.h"
#include "pen/handed.h"
#include "pen/reopen.h"
#include "pen/steps.h"
#include "pen/tree.h"

/* The major number of null, zero, full, random and urandom. */
enum { MEMORY_DEVICES = 1 };

static bool is_way(const struct stdio *stdio, enum stdio_way way)
{
	for (size_t i = 0; i < stdio->n; i++)
		if (stdio->v[i].way == way)
			return true;
	return false;
}

/* Returns the name of the file of FD, as the caller sees it, freed by the caller; or NULL if that
 * no longer leads to the file, or the file cannot be opened for reading there. */
static char *find_path(int fd, const struct stat *st)
{
	char path[PATH_MAX];
	struct stat found;

	if (proc_read_fd_link(fd, path, sizeof(path)) <= 0 || path[0] != '/')
		return NULL;
	if (lstat(path, &found) < 0 || found.st_dev != st->st_dev || found.st_ino != st->st_ino ||
	    faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0)
		return NULL;
	return mem_strdup(path);
}

/* Two descriptors of one open file, as made by 2>&1, and also two that both append to the same
 * file, stay one, which preserves the order of what is written to them. */
static bool is_same(const struct stdio_entry *a, const struct stdio_entry *b)
{
	return a->way != STDIO_KEPT && a->dev == b->dev && a->ino == b->ino &&
	       a->flags == b->flags && (a->start == b->start || a->flags & O_APPEND);
}

static int look_at(const struct identity *who, struct stdio *stdio, size_t which,
		   struct diags *diags)
{
	struct stdio_entry *entry = &stdio->v[which];
	int access, flags = fcntl(entry->fd, F_GETFL);
	struct stat st;

	if (flags < 0 || fstat(entry->fd, &st) < 0)
		return 0;
	access = flags & O_ACCMODE;
	if (flags & O_PATH || access == O_ACCMODE) {
		diags_add(diags, DIAG_ERROR, &entry->place,
			  "cannot pass on %s: it was opened neither for reading nor for writing",
			  entry->name);
		diags_hint(diags, "it could be reopened with more rights%s",
			   which < STDIO_STANDARD ? "; redirect it: </dev/null or >/dev/null" : "");
		return -EBADF;
	}
	entry->is_device = S_ISCHR(st.st_mode) && major(st.st_rdev) == MEMORY_DEVICES;
	if (!S_ISREG(st.st_mode) && !(entry->is_device && st.st_uid == who->uid))
		return 0;
	if (access == O_RDWR && !entry->is_device)
		return 0;
	entry->flags = flags & (O_ACCMODE | O_APPEND | O_DIRECT | O_NONBLOCK);
	entry->dev = st.st_dev;
	entry->ino = st.st_ino;
	entry->start = lseek(entry->fd, 0, SEEK_CUR);
	for (size_t i = 0; i < which; i++) {
		if (stdio->v[i].way == STDIO_SHARED || !is_same(&stdio->v[i], entry))
			continue;
		entry->way = STDIO_SHARED;
		entry->like = (int)i;
		return 0;
	}
	if (access == O_RDONLY || entry->is_device)
		entry->path = find_path(entry->fd, &st);
	if (entry->path)
		entry->way = STDIO_READ_ONLY;
	else if (!entry->is_device)
		entry->way = STDIO_COPIED;
	if (access == O_RDONLY && entry->way == STDIO_COPIED)
		stdio->note = "what was opened for reading comes through a pipe: its file has no "
			      "name here";
	return 0;
}

static int prepare_channel(struct setup *setup, struct step *step, struct diags *diags)
{
	struct stdio *stdio = &setup->plan->stdio;
	int ends[2];

	(void)step;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return diags_fail(diags, -errno, "cannot make a channel: %s", strerror(errno));
	stdio->back = ends[0];
	stdio->back_pen = ends[1];
	return 0;
}

/* A pipe's file belongs to its maker: lets the command open it by name, such as /dev/stdout, as it
 * could a pipe of its own, but only in its direction. */
static int open_pipe(struct stdio_entry *entry, const struct identity *who)
{
	bool is_output = (entry->flags & O_ACCMODE) == O_WRONLY;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	entry->pen_end = ends[is_output];
	entry->copier_end = ends[!is_output];
	if (fcntl(entry->copier_end, F_SETFL, O_NONBLOCK) < 0 ||
	    fchmod(entry->pen_end, is_output ? 0200 : 0400) < 0 ||
	    (who->is_privileged && fchown(entry->pen_end, who->uid, who->gid) < 0))
		return -errno;
	return 0;
}

static int prepare_copier(struct setup *setup, struct step *step, struct diags *diags)
{
	const struct plan *plan = setup->plan;
	struct stdio *stdio = &setup->plan->stdio;
	int err = 0;

	(void)step;
	for (size_t i = 0; !err && i < stdio->n; i++)
		if (stdio->v[i].way == STDIO_COPIED)
			err = open_pipe(&stdio->v[i], &plan->who);
	if (!err)
		err = copier_start(stdio, &plan->who, &plan->request->settings->rlimits);
	return err ? diags_fail(diags, err, "cannot copy what the command writes: %s",
				strerror(-err))
		   : 0;
}

static struct stdio_entry *add_entry(struct stdio *stdio, int fd)
{
	struct stdio_entry *entry = &stdio->v[stdio->n++];

	*entry = (struct stdio_entry){ .fd = fd, .pen_end = -1, .copier_end = -1 };
	return entry;
}

static void add_standard(struct stdio *stdio)
{
	static const char *const names[STDIO_STANDARD] = { "standard input", "standard output",
							   "standard error" };

	for (int fd = 0; fd < STDIO_STANDARD; fd++) {
		struct stdio_entry *entry = add_entry(stdio, fd);

		snprintf(entry->name, sizeof(entry->name), "%s", names[fd]);
	}
}

static int add_handed(struct stdio *stdio, const struct fd_settings *fds, struct diags *diags)
{
	for (size_t i = 0; i < fds->n; i++) {
		struct stdio_entry *entry;
		int err = handed_check(&fds->v[i], diags);

		if (err)
			return err;
		entry = add_entry(stdio, fds->v[i].fd);
		entry->place = fds->v[i].place;
		snprintf(entry->name, sizeof(entry->name), "descriptor %d", entry->fd);
	}
	return 0;
}

int stdio_plan(struct plan *plan, struct diags *diags)
{
	struct stdio *stdio = &plan->stdio;
	int err;

	*stdio = (struct stdio){ .is_looked_at = true, .back = -1, .back_pen = -1, .control = -1 };
	add_standard(stdio);
	err = add_handed(stdio, &plan->request->settings->fds, diags);
	for (size_t i = 0; !err && i < stdio->n; i++)
		err = look_at(&plan->who, stdio, i, diags);
	if (err)
		return err;
	/* Without mounts the descriptor itself stays: by its name it can be opened for reading
	 * only. */
	for (size_t i = 0; i < stdio->n && plan->kind == PEN_LANDLOCK; i++)
		if (stdio->v[i].way == STDIO_READ_ONLY)
			stdio->v[i].way = STDIO_KEPT;
	reopen_plan(plan);
	if (is_way(stdio, STDIO_READ_ONLY))
		plan_add(plan, BY_SUPERVISOR, NULL,
			 "open a channel for descriptors that were opened only for reading")
			->prepare = prepare_channel;
	if (is_way(stdio, STDIO_COPIED)) {
		struct step *step =
			plan_add(plan, BY_SUPERVISOR, NULL,
				 "start a process that copies between the pen's pipes and "
				 "the caller's files");

		step->prepare = prepare_copier;
		step->makes_process = true;
	}
	return 0;
}

/* Sends back the entry WHICH, with its descriptor. */
static int send_back(int channel, unsigned char which, int fd)
{
	struct fd_message message;

	fd_message_fill(&message, which, fd);
	return sendmsg(channel, &message.header, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : -errno;
}

/*
 * Should: replace the caller's descriptor by the file reopened on a read-only mount, at the same
 * position, and return that to the supervisor. Must not: take another file that has appeared at the
 * path meanwhile.
 */
static int take_read_only(struct setup *setup, const struct step *step)
{
	const struct stdio_entry *entry = &setup->plan->stdio.v[step->number];
	auto_close int tree = -1, file = -1;
	struct stat st;
	int err = tree_clone(setup, AT_FDCWD, entry->path, AT_SYMLINK_NOFOLLOW, &tree);

	if (!err && fstat(tree, &st) < 0)
		err = -errno;
	if (!err && (st.st_dev != entry->dev || st.st_ino != entry->ino))
		err = -ESTALE;
	if (!err)
		err = tree_restrict(setup, tree, step->attributes, 0);
	if (!err)
		err = tree_open(tree, entry->flags & ~O_APPEND, &file);
	if (err)
		return err;
	if (!entry->is_device && lseek(file, lseek(entry->fd, 0, SEEK_CUR), SEEK_SET) < 0)
		return -errno;
	if (dup2(file, entry->fd) < 0)
		return -errno;
	return entry->is_device ? 0
				: send_back(setup->plan->stdio.back_pen,
					    (unsigned char)step->number, entry->fd);
}

static const struct step_kind step_read_only = { .run = take_read_only };

/* Should: replace the descriptor by the pen's end of the pipe, or by what an earlier one has
 * become. */
static int take_replace(struct setup *setup, const struct step *step)
{
	const struct stdio *stdio = &setup->plan->stdio;
	const struct stdio_entry *entry = &stdio->v[step->number];
	int from = entry->way == STDIO_SHARED ? stdio->v[entry->like].fd : entry->pen_end;

	return dup2(from, entry->fd) < 0 ? -errno : 0;
}

static const struct step_kind step_replace = { .run = take_replace };

static void add_step(struct plan *plan, size_t which)
{
	const struct stdio_entry *entry = &plan->stdio.v[which];
	struct step *step = NULL;

	switch (entry->way) {
	case STDIO_KEPT:
		return;
	case STDIO_READ_ONLY:
		step = plan_add(plan, BY_INIT, &step_read_only,
				"reopen %s on a read-only mount of '%s'", entry->name, entry->path);
		step->attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
				   (entry->is_device ? 0 : MOUNT_ATTR_NODEV);
		step->hint = "a pipe needs no mount: cat FILE | pinfold ...";
		break;
	case STDIO_COPIED:
		step = plan_add(plan, BY_INIT, &step_replace, "replace %s by a pipe", entry->name);
		break;
	case STDIO_SHARED:
		step = plan_add(plan, BY_INIT, &step_replace, "make %s the same as %s", entry->name,
				plan->stdio.v[entry->like].name);
		break;
	}
	step->number = which;
}

void stdio_plan_init(struct plan *plan)
{
	for (size_t i = 0; i < plan->stdio.n; i++)
		add_step(plan, i);
}
