// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Landlock in a pen. Where there are namespaces, the mounts decide what the command sees and may
 * write, and rules say once more where files may be made, removed, moved and truncated: if a mount
 * should turn out to be writable after all, the rules still refuse. They are made in pid 1 after
 * the last mount, and entered by pid 2 just before its filter. Where there are no namespaces the
 * rules are all there is: then pid 2 makes them with the command's own rights, one for each
 * statement.
 *
 * Rules only ever allow, for a file or a directory with all that is below it; nothing can be taken
 * away from that. A descriptor that the command gets has a rule of its own, so that it can be
 * opened by its name in /proc/self/fd.
 *
 * Must never: allow more than the mount or the statement says, or enter fewer rules than were
 * planned.
 */
#include "pen/wall.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/walk.h"
#include "confine/fence.h"
#include "pen/steps.h"

static const uint64_t open_rights = LANDLOCK_ACCESS_FS_WRITE_FILE | FENCE_RIGHT_IOCTL;

static int allow_path(int rules, const char *path, uint64_t rights)
{
	auto_close int fd = open(path, O_PATH | O_CLOEXEC);

	return fd < 0 ? -errno : fence_allow(rules, fd, rights);
}

/* Each can be opened by its name as it was opened, and no other way. */
static int allow_descriptors(const struct setup *setup, int rules, uint64_t all)
{
	const struct stdio *stdio = &setup->plan->stdio;
	int err = 0;

	for (size_t i = 0; i < stdio->n && !err; i++) {
		int flags = fcntl(stdio->v[i].fd, F_GETFL), access = flags & O_ACCMODE;
		uint64_t rights = FENCE_RIGHT_IOCTL;

		if (flags < 0)
			return -errno;
		if (access != O_WRONLY)
			rights |= LANDLOCK_ACCESS_FS_READ_FILE;
		if (access != O_RDONLY)
			rights |= LANDLOCK_ACCESS_FS_WRITE_FILE | FENCE_RIGHT_TRUNCATE;
		err = fence_allow(rules, stdio->v[i].fd, rights & all);
	}
	return err;
}

/* Returns whether something can be written at the target of STEP, or below it. */
static bool is_writable(const struct step *step)
{
	if (step->kind == &mount_step_bind)
		return !(step->attributes & MOUNT_ATTR_RDONLY);
	return step->kind == &mount_step_tmpfs || step->kind == &device_step_bind ||
	       step->kind == &special_step_dev || step->kind == &special_step_proc;
}

/* What is not there, or not for the command, needs no rule. */
static bool is_out_of_reach(int err)
{
	return err == -ENOENT || err == -ENOTDIR || err == -EACCES;
}

/* Should: make rules of the mounts. Must not: fail because a mount is optional and not there. */
static int take_mounts(struct setup *setup, const struct step *step)
{
	const struct plan *plan = setup->plan;
	const uint64_t all = step->attributes;
	auto_close int rules = fence_create(all, step->number);
	int err = rules < 0 ? rules : 0;

	for (size_t i = 0; i < plan->n && !err; i++) {
		if (!is_writable(&plan->v[i]) || plan->v[i].is_absent)
			continue;
		err = allow_path(rules, plan->v[i].target, all);
		err = is_out_of_reach(err) ? 0 : err;
	}
	if (!err)
		err = allow_descriptors(setup, rules, all);
	if (!err)
		setup->rules = steal_fd(&rules);
	return err;
}

static const struct step_kind step_mounts = { .run = take_mounts, .needs = "Landlock" };

void wall_plan_mounts(struct plan *plan)
{
	const struct settings *settings = plan->request->settings;
	int abi = fence_version();
	struct step *step;

	/* Before version 2 it forbids every move from one directory to another; and it forbids
	 * mounting for good. */
	if (abi < FENCE_ABI_REFER || settings->capabilities.mask >> CAP_SYS_ADMIN & 1)
		return;
	step = plan_add(plan, BY_INIT, &step_mounts, "make rules of the mounts, for Landlock");
	/* Not to open what exists: that would shut POSIX queues, which are on a mount of the
	 * kernel's own, and named pipes in read-only binds. */
	step->attributes = fence_all_rights(abi) & ~(fence_read_rights() | open_rights);
	if (abi >= FENCE_ABI_SCOPE)
		step->number = FENCE_SCOPE_SIGNALS |
			       (settings->net.mode == NET_HOST ? 0 : FENCE_SCOPE_SOCKETS);
	plan->has_rules = true;
}

/* Should: begin an empty set of rules, which allows nothing. */
static int take_rules(struct setup *setup, const struct step *step)
{
	int rules = fence_create(step->attributes, step->number);

	setup->rules = rules;
	return rules < 0 ? rules : 0;
}

static const struct step_kind step_rules = { .run = take_rules, .needs = "Landlock" };

void wall_plan_rules(struct plan *plan)
{
	struct step *step = plan_add(plan, BY_COMMAND, &step_rules,
				     "make rules for Landlock, which allow nothing but this:");

	step->attributes = fence_all_rights(fence_version());
	step->number = FENCE_SCOPE_SIGNALS | FENCE_SCOPE_SOCKETS;
	plan->has_rules = true;
}

static int open_allowed(const struct step *step)
{
	int fd = step->is_strict ? walk_open_again(step->source)
				 : open(step->is_here ? "." : step->source, O_PATH | O_CLOEXEC);

	return step->is_strict || fd >= 0 ? fd : -errno;
}

/* Whether the command itself may do what the statement says: without id-mapped mounts only the
 * modes of the files decide. */
static int check_access(const struct step *step, int fd)
{
	bool is_writable = !(step->attributes & MOUNT_ATTR_RDONLY);
	char path[32];
	int err;

	if (!is_written(&step->place))
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = access(path, is_writable ? R_OK | W_OK : R_OK) < 0 ? -errno : 0;
	return err == -EACCES || err == -EROFS ? err : 0;
}

/* Should: allow one file, or directory with what is below it. Must not: allow what is not what the
 * supervisor saw. */
static int take_allow(struct setup *setup, const struct step *step)
{
	auto_close int fd = -1;
	struct stat st;
	int err;

	if (step->is_absent)
		return 0;
	setup->page->part = PART_SOURCE;
	fd = open_allowed(step);
	if (fd < 0)
		return step->is_optional && is_out_of_reach(fd) ? 0 : fd;
	if (step->is_seen &&
	    (fstat(fd, &st) < 0 || st.st_dev != step->dev || st.st_ino != step->ino))
		return -ESTALE;
	err = check_access(step, fd);
	if (err) {
		setup->page->part = PART_ACCESS;
		return err;
	}
	setup->page->part = PART_NONE;
	return fence_allow(setup->rules, fd, step->number);
}

const struct step_kind wall_step_allow = { .run = take_allow };

struct step *wall_add_allow(struct plan *plan, const char *path, bool is_writable)
{
	const uint64_t devices = 1ULL << 6 | 1ULL << 11; /* to make character and block devices */
	struct step *step = plan_add(plan, BY_COMMAND, &wall_step_allow, "allow '%s'%s", path,
				     is_writable ? ", writable" : "");

	step->source = mem_strdup(path);
	step->target = mem_strdup(path);
	step->attributes = is_writable ? 0 : MOUNT_ATTR_RDONLY;
	step->number = is_writable ? fence_all_rights(fence_version()) & ~devices &
					     ~(uint64_t)FENCE_RIGHT_IOCTL
				   : fence_read_rights();
	return step;
}

int wall_prepare_allow(struct setup *setup, struct step *step, struct diags *diags)
{
	auto_close int fd = -1;
	char real[WALK_ROOM];
	struct walk walk;
	struct stat st;

	(void)setup;
	fd = step->is_strict ? walk_open(step->source, &walk)
			     : open(step->source, O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		int err = step->is_strict ? fd : -errno;

		step->is_absent = step->is_optional && (err == -ENOENT || err == -ENOTDIR);
		return step->is_absent ? 0 : step_fail(step, PART_SOURCE, err, diags);
	}
	if (step->is_strict) {
		free(step->source);
		step->source = mem_strdup(walk.path);
	}
	step->is_seen = true;
	step->dev = st.st_dev;
	step->ino = st.st_ino;
	if (proc_read_fd_link(fd, real, sizeof(real)) > 0 && !str_eq(real, "/") &&
	    !path_is_below(real, "/proc") && !path_is_below(real, "/dev"))
		return 0;
	diags_add(diags, DIAG_ERROR, &step->place, "cannot %s without namespaces: it is '%s'",
		  step->text, real);
	diags_hint(diags, "its device nodes and other processes would be shown, too: name what is "
			  "below it, or use pen namespaces");
	return -EINVAL;
}

void wall_explain(const struct plan *plan, const struct step *step, int err, struct diags *diags)
{
	struct stat st;

	diags_add(diags, DIAG_ERROR, &step->place,
		  "cannot %s: without namespaces the command, as user %u:%u, may not: %s",
		  step->text, plan->who.uid, plan->who.gid, strerror(-err));
	if (plan->who.is_privileged && stat(step->source, &st) == 0)
		diags_hint(diags, "its owner may: user %u:%u", st.st_uid, st.st_gid);
}

/* Should: allow the command's descriptors by their names. */
static int take_descriptors(struct setup *setup, const struct step *step)
{
	return allow_descriptors(setup, setup->rules, step->attributes);
}

static const struct step_kind step_descriptors = { .run = take_descriptors };

void wall_plan_common(struct plan *plan)
{
	static const char *const of_machine[] = {
		"/proc/cpuinfo", "/proc/meminfo", "/proc/stat",	       "/proc/uptime",
		"/proc/loadavg", "/proc/version", "/proc/filesystems", "/proc/sys",
	};
	static const char *const of_command[] = {
		"maps",	     "smaps",	"smaps_rollup", "status", "stat",	  "statm",
		"cmdline",   "environ", "auxv",		"io",	  "limits",	  "comm",
		"oom_score", "fd",	"fdinfo",	"cgroup", "oom_score_adj"
	};
	static const char *const devices[] = { "null", "zero", "full", "random", "urandom", "tty" };
	struct step *step;

	for (size_t i = 0; i < ARRAY_SIZE(of_machine); i++)
		wall_add_allow(plan, of_machine[i], false)->is_optional = true;
	for (size_t i = 0; i < ARRAY_SIZE(of_command); i++) {
		auto_free char *path = mem_printf("/proc/self/%s", of_command[i]);

		wall_add_allow(plan, path, false)->is_optional = true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		auto_free char *path = mem_printf("/dev/%s", devices[i]);

		step = wall_add_allow(plan, path, true);
		step->is_optional = true;
		step->number |= FENCE_RIGHT_IOCTL;
	}
	step = plan_add(plan, BY_COMMAND, &step_descriptors,
			"allow its descriptors by their names");
	step->attributes = fence_all_rights(fence_version());
}

/* Should: let signals of this process, and of all that it forks, reach no other: then kill(-1, ...)
 * ends the pen and nothing else. */
static int take_scope(struct setup *setup, const struct step *step)
{
	/* Any domain forbids moves between directories, unless it handles and allows them. */
	auto_close int rules = fence_create(FENCE_RIGHT_REFER, step->number);
	int err = rules < 0 ? rules : allow_path(rules, "/", FENCE_RIGHT_REFER);

	(void)setup;
	return err ? err : fence_enter(rules);
}

static const struct step_kind step_scope = { .run = take_scope, .needs = "Landlock" };

void wall_plan_scope(struct plan *plan)
{
	plan_add(plan, BY_INIT, &step_scope,
		 "keep the signals of all its processes among them, by Landlock")
		->number = FENCE_SCOPE_SIGNALS;
}

/* Should: enter the rules. Must not: go on without them. */
static int take_enter(struct setup *setup, const struct step *step)
{
	(void)step;
	return setup->rules < 0 ? -EBADF : fence_enter(setup->rules);
}

static const struct step_kind step_enter = { .run = take_enter, .needs = "Landlock" };

void wall_plan_enter(struct plan *plan)
{
	if (plan->has_rules)
		plan_add(plan, BY_COMMAND, &step_enter, "enter the rules of Landlock");
}
