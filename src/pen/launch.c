// SPDX-License-Identifier: GPL-2.0-or-later
/* The supervisor's side of a launch: prepare, clone, write the id maps, start. Every exit path ends
 * in pen_destroy(), which leaves nothing behind. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fork.h"
#include "base/mem.h"
#include "cgroup/cgroup.h"
#include "pen/deadline.h"
#include "pen/handed.h"
#include "pen/init.h"
#include "pen/plan.h"
#include "pen/state.h"
#include "pen/stdio.h"
#include "pen/steps.h"
#include "pen/sweep.h"
#include "pen/user.h"

enum { STUCK_MS = 2000 };

/* Memory shared by the supervisor and its children. */
struct shared_pages {
	struct status_page status; /* first: pen->page leads to it */
	struct filter_page filter;
};

/* How long after the supervisor should have killed a pen the keeper does it instead: the supervisor
 * may be stopped, as it stops itself on a terminal when the command stops. */
static const uint64_t margin_ns = 500000000U;

/* Without a pid namespace pid 1 must kill the others before it ends. */
static void kill_init(const struct pen *pen)
{
	if (pen->plan.kind == PEN_LANDLOCK && pen->is_let_go)
		shutdown(pen->end_of_init, SHUT_RDWR);
	else
		pidfd_send_signal(pen->pidfd, SIGKILL, NULL, 0);
}

void pen_kill(const struct pen *pen)
{
	kill_init(pen);
	/* A pid 1 that does not get to run does not take the others along. */
	cgroup_kill(pen->cgroup);
	keeper_tell(&pen->keeper, KEEPER_END);
}

/* Returns whether pid 1 has been reaped. A bare call, because libc's cannot return the usage. */
static bool reap(struct pen *pen, int options)
{
	siginfo_t info = { 0 };
	long got;

	do
		got = syscall(SYS_waitid, P_PIDFD, pen->pidfd, &info, WEXITED | __WALL | options,
			      &pen->usage);
	while (got < 0 && errno == EINTR);
	return got < 0 || info.si_pid != 0;
}

void pen_empty(struct pen *pen)
{
	struct pollfd init = { .fd = pen->pidfd, .events = POLLIN };

	if (!pen->pid || pen->is_reaped)
		return;
	if (!reap(pen, WNOHANG)) {
		cleanup_close(&pen->life);
		pen->life = -1;
		pen_kill(pen);
		/* One that waits for a file system has been killed and never runs again, but it may
		 * stay until that answers. */
		if (pen->is_started || poll(&init, 1, STUCK_MS) > 0)
			reap(pen, 0);
	}
	pen->is_reaped = true;
}

/* Makes pid 1 in the cgroup. Where clone3 is hidden, pid 1 joins it before it makes or starts
 * anything. */
static pid_t clone_into(struct clone_args *args, struct cgroup *cgroup)
{
	int fd = cgroup_clone_fd(cgroup);
	pid_t pid;
	int err;

	if (fd < 0)
		return fork_clone(args);
	args->flags |= CLONE_INTO_CGROUP;
	args->cgroup = (uint64_t)fd;
	pid = fork_clone(args);
	if (pid >= 0 || errno != ENOSYS)
		return pid;
	args->flags &= ~(uint64_t)CLONE_INTO_CGROUP;
	err = cgroup_open_all(cgroup);
	if (err) {
		errno = -err;
		return -1;
	}
	return fork_clone(args);
}

static int clone_init(struct pen *pen, struct diags *diags)
{
	struct clone_args args = {
		.flags = pen->plan.namespaces | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)&pen->pidfd,
	};
	int ends[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return diags_fail(diags, -errno, "cannot make a channel: %s", strerror(errno));
	pen->setup.life = ends[1];
	/* No exit signal: the caller's handling of SIGCHLD must not affect this child. */
	pid = clone_into(&args, pen->cgroup);
	if (pid == 0) {
		close(ends[0]);
		init_run(&pen->setup);
	}
	if (pen->plan.kind == PEN_LANDLOCK)
		pen->end_of_init = ends[1];
	else
		close(ends[1]);
	stdio_close_pen_ends(&pen->plan.stdio);
	handed_let_go(&pen->plan);
	relay_close_hand(&pen->plan.relay);
	pen->life = ends[0];
	if (pid < 0) {
		pen->pidfd = -1;
		return pen_explain_clone(-errno, diags);
	}
	pen->pid = pid;
	return 0;
}

int pen_say(const struct pen *pen, unsigned char word)
{
	return send(pen->life, &word, 1, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

/* Opens the directory of pid 1 in /proc, after making sure that it is the /proc of our pid
 * namespace. */
static int open_proc(const struct pen *pen, int *ret_fd)
{
	auto_close int fd = -1;
	struct statfs fs;
	char path[32], self[16], own[16];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d", (int)pen->pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	len = readlink("/proc/self", self, sizeof(self) - 1);
	if (len < 0)
		return -errno;
	self[len] = '\0';
	snprintf(own, sizeof(own), "%d", (int)getpid());
	if (fs.f_type != PROC_SUPER_MAGIC || strcmp(self, own) != 0)
		return -ENODEV;
	*ret_fd = steal_fd(&fd);
	return 0;
}

/* For the keeper, which needs them if it cannot kill the cgroup; later pid 1 lets nobody look at
 * it. */
static int open_namespaces(struct pen *pen, int proc)
{
	if (cgroup_can_kill(pen->cgroup) || pen->plan.kind == PEN_LANDLOCK)
		return 0;
	pen->kept.user_ns = openat(proc, "ns/user", O_RDONLY | O_CLOEXEC);
	pen->kept.pid_ns = openat(proc, "ns/pid", O_RDONLY | O_CLOEXEC);
	return pen->kept.user_ns < 0 || pen->kept.pid_ns < 0 ? -errno : 0;
}

static int map_ids(struct pen *pen, struct diags *diags)
{
	auto_close int proc = -1;
	int err = open_proc(pen, &proc);

	if (err) {
		diags_fail(diags, err, "cannot find the pen in /proc: %s", strerror(-err));
		diags_hint(diags, "/proc must be mounted, for the caller's pid namespace");
		diags_refer(diags, MACHINE_PROC);
		return err;
	}
	if (pen->plan.kind == PEN_NAMESPACES)
		err = user_write_maps(&pen->plan.who, pen->pid, proc, diags);
	if (err)
		return err;
	if (pen->plan.pasta) {
		err = net_user_start(&pen->plan, proc, &pen->net, diags);
		if (err)
			return err;
	}
	err = open_namespaces(pen, proc);
	if (!err)
		err = pen_say(pen, WORD_GO);
	return err ? diags_fail(diags, err, "cannot set up the pen: %s", strerror(-err)) : 0;
}

/* Runs while the pen is being set up. */
static int make_keeper(struct pen *pen, struct diags *diags)
{
	const struct limit_setting *limit = &pen->plan.request->settings->limits[LIMIT_TIME];
	int err;

	pen->kept.init = pen->pidfd;
	pen->kept.cgroup = pen->cgroup;
	pen->kept.who = &pen->plan.who;
	pen->kept.caller = key_find_caller(pen);
	pen->kept.end_of_init = pen->end_of_init;
	if (!is_written(&limit->place) || /* or it overflows: no time limit */
	    __builtin_add_overflow(limit->value, limit_grace(limit), &pen->kept.time_ns) ||
	    __builtin_add_overflow(pen->kept.time_ns, margin_ns, &pen->kept.time_ns))
		pen->kept.time_ns = 0;
	err = keeper_start(&pen->kept, &pen->keeper);
	return err ? diags_fail(diags, err, "cannot make the keeper of the pen: %s", strerror(-err))
		   : 0;
}

static int launch(struct pen *pen, struct diags *diags)
{
	int err;

	/* Opening may hang: until there is something to leave behind, signals simply kill us. */
	err = plan_prepare(&pen->plan, &pen->setup, diags);
	deadline_leave(pen);
	if (err)
		return err;
	err = pen_hold_signals(pen);
	if (err)
		return diags_fail(diags, err, "cannot block signals: %s", strerror(-err));
	err = plan_make_cgroup(&pen->plan, &pen->setup, diags);
	pen->cgroup = pen->setup.cgroup;
	if (err)
		return err;
	/* Not before the plan has made sure that 0, 1 and 2 are open. */
	pen->signals = signalfd(-1, &pen->held, SFD_CLOEXEC | SFD_NONBLOCK);
	if (pen->signals < 0)
		return diags_fail(diags, -errno, "cannot block signals: %s", strerror(errno));
	err = guard_watch_start(pen->plan.request, &pen->guard, diags);
	if (!err)
		err = clone_init(pen, diags);
	if (!err)
		err = sweep_await(&pen->plan.sweeper, pen->pidfd);
	if (!err)
		err = map_ids(pen, diags);
	return err ? err : make_keeper(pen, diags);
}

int pen_create(const struct pen_request *request, struct pen **ret_pen, struct diags *diags)
{
	struct pen *pen;
	int err;

	if (getauxval(AT_SECURE)) {
		diags_fail(diags, -EPERM, "cannot run with rights that the caller does not have");
		diags_hint(diags, "pinfold must not be set-user-ID or carry file capabilities");
		return -EPERM;
	}
	pen = mem_alloc(sizeof(*pen));
	pen->pidfd = pen->life = pen->signals = pen->timer = pen->cpu_timer = pen->net.life = -1;
	pen->mounts = pen->listener = pen->guard.fd = pen->end_of_init = -1;
	pen->kept.user_ns = pen->kept.pid_ns = -1;
	pen->keeper = KEEPER_NONE;
	pen->plan.sweeper = SWEEPER_NONE;
	pen->kept.end_of_init = -1;
	pen->page = mmap(NULL, sizeof(struct shared_pages), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pen->page == MAP_FAILED) {
		err = -errno;
		free(pen);
		return diags_fail(diags, err, "cannot map a page: %s", strerror(-err));
	}
	pen->setup = (struct setup){ .plan = &pen->plan,
				     .page = pen->page,
				     .filter = &((struct shared_pages *)pen->page)->filter,
				     .life = -1,
				     .base = -1,
				     .rules = -1,
				     .root = -1 };
	deadline_enter(pen, request);
	err = plan_make(request, &pen->plan, diags);
	if (!err)
		err = launch(pen, diags);
	deadline_leave(pen);
	if (err)
		pen_destroy(pen);
	else
		*ret_pen = pen;
	return err;
}

int pen_init_pidfd(const struct pen *pen)
{
	return pen->pidfd;
}

pid_t pen_init_pid(const struct pen *pen)
{
	return pen->pid;
}

int pen_get_death(const struct pen *pen)
{
	return pen->death;
}

const struct guard_changes *pen_get_guarded(const struct pen *pen)
{
	return &pen->guarded;
}

const struct network_use *pen_get_network(const struct pen *pen)
{
	return &pen->network;
}

uint64_t pen_start_ns(const struct pen *pen)
{
	return pen->page->start_ns;
}

const char *pen_get_directory_note(const struct pen *pen)
{
	return pen->plan.directory_note;
}

void pen_leave_to(struct pen *pen, struct clerk *clerk)
{
	cgroup_leave_to(pen->cgroup, clerk);
}

void pen_destroy(struct pen *pen)
{
	if (!pen)
		return;
	pen_empty(pen);
	net_user_stop(&pen->net);
	relay_end(&pen->plan.relay);
	keeper_tell(&pen->keeper, KEEPER_GONE);
	guard_watch_stop(&pen->guard);
	guard_changes_finish(&pen->guarded);
	network_use_finish(&pen->network);
	cleanup_close(&pen->kept.user_ns);
	cleanup_close(&pen->kept.pid_ns);
	cleanup_close(&pen->life);
	cleanup_close(&pen->end_of_init);
	cleanup_close(&pen->pidfd);
	cleanup_close(&pen->timer);
	cleanup_close(&pen->cpu_timer);
	cleanup_close(&pen->mounts);
	cleanup_close(&pen->listener);
	if (pen->is_started)
		tty_restore(&pen->plan.tty);
	munmap(pen->page, sizeof(struct shared_pages));
	sweep_finish(&pen->plan.sweeper);
	plan_finish(&pen->plan);
	/* Last, because it takes a while, and there was other work to do. */
	if (keeper_finish(&pen->keeper))
		cgroup_remove(pen->cgroup);
	key_forget(pen);
	cleanup_close(&pen->signals);
	cgroup_destroy(pen->cgroup);
	if (pen->has_mask)
		sigprocmask(SIG_SETMASK, &pen->old_mask, NULL);
	free(pen);
}

int pen_print_plan(const struct pen_request *request, FILE *to, struct diags *diags)
{
	struct plan plan;
	int err = plan_make(request, &plan, diags);

	if (err)
		return err;
	plan_print(&plan, to);
	plan_finish(&plan);
	return 0;
}
