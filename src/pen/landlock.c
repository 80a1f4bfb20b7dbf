// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A pen without namespaces, for callers who can make none: Landlock holds its files and signals, a
 * filter everything else that a namespace would hold (policy/built_in.c), and pid 1, which is an
 * ordinary process then, adopts and kills whatever the command leaves. It runs a policy only if it
 * can enforce every statement that is written; what a pen with namespaces would do without being
 * told is listed as missing.
 *
 * Must never: take the place of a pen with namespaces unless the policy says so, or enforce less
 * than what is written.
 */
#include "pen/landlock.h"

#include <errno.h>
#include <limits.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fork.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "confine/fence.h"
#include "pen/heir.h"
#include "pen/reopen.h"
#include "pen/state.h"
#include "pen/stdio.h"
#include "pen/steps.h"
#include "pen/sweep.h"
#include "pen/tries.h"
#include "pen/user.h"
#include "pen/wall.h"
#include "policy/setting_row.h"

/* Makes the namespaces of a pen, and mounts what it takes to use them, in a child. Returns 0, or
 * -errno of the clone; *ret_proc is whether there can be a new /proc. */
static int try_namespaces(const struct settings *settings, bool *ret_proc)
{
	struct clone_args args = { 0 };
	struct diags diags = { 0 };
	unsigned long flags = 0;
	int status = 1;
	pid_t pid;
	int err;

	namespaces_choose(settings, &flags, &diags);
	diags_finish(&diags);
	args.flags = flags;
	pid = fork_clone(&args);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(pen_try_new_proc() != 0);
	}
	err = pid < 0 ? -errno : 0;
	while (!err && waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	*ret_proc = !err && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return err;
}

/* Refuses every statement that takes namespaces, all in one go. */
static int refuse_statements(const struct settings *settings, struct diags *diags)
{
	struct setting_lines lines = setting_list(settings);
	int err = 0;

	for (size_t i = 0; i < lines.n; i++) {
		const struct setting_line *line = &lines.v[i];
		const char *why = setting_find_obstacle(settings, line->row, line->index);

		if (!why)
			continue;
		diags_add(diags, DIAG_ERROR, line->row->at(settings, line->index),
			  "'%s' cannot be enforced without namespaces: %s", line->text, why);
		diags_hint(diags,
			   settings->pen.kind == PEN_AUTO
				   ? "no namespaces can be made here: see pinfold doctor; or "
				     "leave the statement out"
				   : "leave it out, or use pen namespaces");
		if (settings->pen.kind == PEN_AUTO)
			diags_refer(diags, MACHINE_USER_NAMESPACES);
		err = -EINVAL;
	}
	setting_lines_finish(&lines);
	return err;
}

/* Version 6 is the first that keeps the command from signalling every process of its user, and the
 * whole pen rests on that: it is also how pid 1 kills the pen, and nothing else. */
static int check_version(const struct settings *settings, struct diags *diags)
{
	int abi = fence_version();

	if (abi >= FENCE_ABI_SCOPE)
		return 0;
	if (abi)
		diags_add(diags, DIAG_ERROR, &settings->pen.place,
			  "cannot make a pen without namespaces: this kernel's Landlock is version "
			  "%d, and 6 (Linux 6.12) is the first that confines signals",
			  abi);
	else
		diags_add(diags, DIAG_ERROR, &settings->pen.place,
			  "cannot make a pen without namespaces: there is no Landlock");
	diags_hint(diags, "pen namespaces, as root or where they can be made: see pinfold doctor");
	diags_refer(diags, MACHINE_LANDLOCK);
	return -EOPNOTSUPP;
}

/* Whether a pen without namespaces holds every statement. */
static bool can_hold(const struct settings *settings)
{
	struct diags unused = { 0 };
	bool can = !refuse_statements(settings, &unused) && !check_version(settings, &unused);

	diags_finish(&unused);
	return can;
}

int landlock_choose(struct plan *plan, struct diags *diags)
{
	const struct settings *settings = plan->request->settings;
	bool has_proc = false;
	int err = 0;

	plan->kind = settings->pen.kind;
	/* Where clone3 is hidden, namespaces may be, too: find out before any other call is tried
	 * that the filter around pinfold might report. */
	if (plan->kind == PEN_AUTO || (plan->kind == PEN_NAMESPACES && fork_lacks_clone3()))
		err = try_namespaces(settings, &has_proc);
	if (plan->kind == PEN_AUTO)
		plan->kind = has_proc || (!err && pen_lacks_proc() && !can_hold(settings))
				     ? PEN_NAMESPACES
				     : PEN_LANDLOCK;
	if (plan->kind == PEN_NAMESPACES)
		return err ? pen_explain_clone(err, diags) : 0;
	err = refuse_statements(settings, diags);
	return err ? err : check_version(settings, diags);
}

int landlock_choose_user(struct plan *plan, struct diags *diags)
{
	struct identity *who = &plan->who;

	if (!who->is_privileged && (who->uid != getuid() || who->gid != getgid())) {
		diags_add(diags, DIAG_ERROR, &plan->request->settings->user.place,
			  "cannot run the command as user %u:%u without namespaces", who->uid,
			  who->gid);
		diags_hint(diags, "without privilege the only user is the caller, %u:%u", getuid(),
			   getgid());
		return -EPERM;
	}
	who->inner_uid = who->init_uid = who->uid;
	who->inner_gid = who->init_gid = who->gid;
	return 0;
}

/* Whether FD is a Unix socket that can be told where to send or connect to. */
static bool is_undirected(int fd)
{
	struct sockaddr_storage peer;
	socklen_t peer_len = sizeof(peer), len = sizeof(int);
	int domain, type, is_listening;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) < 0 || domain != AF_UNIX)
		return false;
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) < 0 || type == SOCK_DGRAM ||
	       getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len) < 0 ||
	       (!is_listening && getpeername(fd, (struct sockaddr *)&peer, &peer_len) < 0);
}

/* Landlock does not hold which path such a socket is led to (version 7), and the command needs no
 * socket(2) for one that it is given. */
static int refuse_socket(int fd, const struct place *place, struct diags *diags)
{
	if (!is_undirected(fd))
		return 0;
	diags_add(diags, DIAG_ERROR, place,
		  "descriptor %d cannot be passed on without namespaces: it is a Unix socket that "
		  "leads to the path of any other",
		  fd);
	diags_hint(diags, "a connected stream socket or a pipe can be; or use pen namespaces");
	return -EINVAL;
}

static int refuse_sockets(const struct settings *settings, struct diags *diags)
{
	int err = 0;

	for (int fd = STDIN_FILENO; !err && fd <= STDERR_FILENO; fd++)
		err = refuse_socket(fd, NULL, diags);
	for (size_t i = 0; !err && i < settings->fds.n; i++)
		err = refuse_socket(settings->fds.v[i].fd, &settings->fds.v[i].place, diags);
	return err;
}

int landlock_plan_supervisor(struct plan *plan, struct diags *diags)
{
	int err = refuse_sockets(plan->request->settings, diags);

	if (err)
		return err;
	plan_add(plan, BY_SUPERVISOR, NULL,
		 "make no namespaces: Landlock and the filter hold the command");
	return sweep_plan(plan, diags);
}

void landlock_plan_init(struct plan *plan)
{
	stdio_plan_init(plan);
	reopen_plan_init(plan);
}

void landlock_plan_end(struct plan *plan)
{
	wall_plan_scope(plan);
	heir_plan(plan);
}

/* Returns the path that is allowed and contains PATH, or NULL. */
static const char *find_allowed(const struct plan *plan, const char *path)
{
	auto_free char *real = realpath(path, NULL), *plain = path_normalize(path);

	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = &plan->v[i];
		auto_free char *source = NULL;

		if (step->kind != &wall_step_allow)
			continue;
		source = realpath(step->source, NULL);
		if (source && real && path_is_below(real, source))
			return step->source;
		/* What does not exist yet can be made. */
		if (plain && path_is_below(plain, step->source))
			return step->source;
	}
	return NULL;
}

static int check_hidden(const struct plan *plan, struct diags *diags)
{
	const struct path_settings *hidden = &plan->request->settings->hidden;

	for (size_t i = 0; i < hidden->n; i++) {
		const char *allowed = find_allowed(plan, hidden->v[i].path);

		if (!allowed)
			continue;
		diags_add(diags, DIAG_ERROR, &hidden->v[i].place,
			  "'hide %s' cannot be enforced without namespaces: '%s' is allowed, and "
			  "Landlock takes nothing away from that",
			  hidden->v[i].path, allowed);
		diags_hint(diags, "use pen namespaces");
		return -EINVAL;
	}
	return 0;
}

/* Whether what STEP lets the command read is below what it may write. */
static const struct step *find_writable_above(const struct plan *plan, const struct step *step)
{
	auto_free char *real = realpath(step->source, NULL);

	for (size_t i = 0; real && i < plan->n; i++) {
		const struct step *other = &plan->v[i];
		auto_free char *source = NULL;

		if (other->kind != &wall_step_allow || other->attributes & MOUNT_ATTR_RDONLY)
			continue;
		source = realpath(other->source, NULL);
		if (source && path_is_below(real, source))
			return other;
	}
	return NULL;
}

static int check_read_only(const struct plan *plan, struct diags *diags)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct step *step = &plan->v[i], *above;

		if (step->kind != &wall_step_allow || !is_written(&step->place) ||
		    !(step->attributes & MOUNT_ATTR_RDONLY))
			continue;
		above = find_writable_above(plan, step);
		if (!above)
			continue;
		diags_add(diags, DIAG_ERROR, &step->place,
			  "'bind %s' cannot be enforced without namespaces: '%s' is writable, and "
			  "Landlock takes nothing away from that",
			  step->source, above->source);
		diags_hint(diags, "use pen namespaces");
		return -EINVAL;
	}
	return 0;
}

/* What a pen with namespaces hides must be closed to the command's user by its mode. */
static int check_secrets(const struct plan *plan, struct diags *diags)
{
	auto_free char *path = hide_find_readable(&plan->who);
	struct stat st;

	if (!path)
		return 0;
	diags_add(diags, DIAG_ERROR, &plan->request->settings->user.place,
		  "cannot keep '%s' from the command without namespaces: user %u may read it", path,
		  plan->who.uid);
	if (stat(path, &st) == 0 && st.st_mode & S_IROTH)
		diags_hint(diags, "everybody may: chmod o-r '%s'", path);
	else
		diags_hint(diags, plan->who.is_privileged ? "another user: --user UID:GID"
							  : "run it as another user");
	return -EPERM;
}

static int check_workdir(struct plan *plan, struct diags *diags)
{
	const struct path_setting *workdir = &plan->request->settings->workdir;

	if (!is_written(&workdir->place)) {
		/* It could be entered all the same: Landlock does not restrict chdir(2). */
		if (plan->directory && !find_allowed(plan, plan->directory)) {
			free(plan->directory);
			plan->directory = NULL;
		}
		return 0;
	}
	if (find_allowed(plan, workdir->path))
		return 0;
	diags_add(diags, DIAG_ERROR, &workdir->place, "cannot start in '%s': it is not in the pen",
		  workdir->path);
	diags_hint(diags, "bind %s", workdir->path);
	return -ENOENT;
}

int landlock_plan_view(struct plan *plan, struct diags *diags)
{
	int err;

	wall_plan_rules(plan);
	err = view_plan(plan, diags);
	if (err)
		return err;
	wall_plan_common(plan);
	err = check_hidden(plan, diags);
	if (!err)
		err = check_read_only(plan, diags);
	if (!err)
		err = check_secrets(plan, diags);
	if (!err)
		err = check_workdir(plan, diags);
	if (!err)
		wall_add_allow(plan, plan->tmp, true);
	return err;
}

static bool has_writable(const struct settings *settings)
{
	for (size_t i = 0; i < settings->binds.n; i++)
		if (settings->binds.v[i].is_writable)
			return true;
	return false;
}

void landlock_list_missing(struct plan *plan, bool has_process_limit)
{
	const struct settings *settings = plan->request->settings;
	const struct {
		bool is_missing;
		const char *what;
	} rows[] = {
		{ true, "names, attributes and link targets of files outside can be seen" },
		{ true, "process ids and the host's name can be seen" },
		{ true, "files that can be opened can be given the current time" },
		{ true, "TMPDIR is on the host's disk, without a limit of size" },
		{ settings->binds.n > 0, "device nodes in shown directories can be opened" },
		{ has_writable(settings), "nothing is guarded in writable directories" },
		{ !has_process_limit, "processes are not limited" },
		{ is_written(&settings->set_mode),
		  "modes, owners and times of all files of its user can be changed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows) && plan->kind == PEN_LANDLOCK; i++)
		if (rows[i].is_missing)
			plan->missing[plan->n_missing++] = rows[i].what;
}
