// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lets the command open its own descriptors by name. /dev/stdin and /dev/fd/N lead to
 * /proc/self/fd, and the kernel checks the file's mode on open. As root the command has its own id,
 * and its descriptors belong to the caller: it could use them but not open them. What is done about
 * that gives it no more than the descriptor does:
 *
 * - A pipe without a name has mode 0600, and belongs to its maker. One that was opened for writing
 *   gets the bit for others to write: the holder of its other end gains nothing but to write to
 *   itself. One that was opened for reading gets the command's group, with the bit to read: its
 *   other end may be another pen's, which must not read what others wrote there. Group and others
 *   are separate, so the pens at both ends of a pipe, in any order, each get their own end. The
 *   owner stays the same, so that the command cannot change the mode; and the bits stay on the
 *   pipe, because other pens may use it by then.
 * - A controlling terminal is reopened as /dev/tty, which everybody who has it may open.
 * - A file with a name stays closed: reopening it would allow seeking in it, or truncating it.
 *
 * Must never: let the command open for writing what it has for reading, or the other way around.
 */
#include "pen/reopen.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/major.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/steps.h"

/* The same bits as in the last digit of a mode. */
enum { MAY_WRITE = 2, MAY_READ = 4 };

static mode_t needed(int access)
{
	return access == O_RDONLY   ? MAY_READ
	       : access == O_WRONLY ? MAY_WRITE
				    : MAY_READ | MAY_WRITE;
}

static bool is_member(const struct identity *who, gid_t gid)
{
	for (size_t i = 0; i < who->groups.n; i++)
		if (who->groups.v[i] == gid)
			return true;
	return who->gid == gid;
}

static bool may_open(const struct identity *who, const struct stat *st, int access)
{
	unsigned int shift = st->st_uid == who->uid ? 6 : is_member(who, st->st_gid) ? 3 : 0;

	return (st->st_mode >> shift & needed(access)) == needed(access);
}

/* A pipe made by pipe(2), owned by another user. */
static bool is_pipe(int fd, const struct stat *st)
{
	struct statfs fs;

	return S_ISFIFO(st->st_mode) && fstatfs(fd, &fs) == 0 && fs.f_type == PIPEFS_MAGIC;
}

static bool is_controlling(const struct plan *plan, int fd)
{
	return plan->tty.fd >= 0 && isatty(fd) && tcgetsid(fd) == getsid(0);
}

static enum stdio_reopen look_at(const struct plan *plan, const struct stdio_entry *entry)
{
	const struct stdio *stdio = &plan->stdio;
	int flags = fcntl(entry->fd, F_GETFL), access = flags & O_ACCMODE;
	struct stat st;

	if (entry->way == STDIO_SHARED)
		return stdio->v[entry->like].reopen;
	if (flags < 0 || fstat(entry->fd, &st) < 0 || entry->way == STDIO_COPIED)
		return REOPEN_FREE;
	/* Sockets and descriptors without a file system cannot be opened by anybody. */
	if (S_ISSOCK(st.st_mode) || !(st.st_mode & S_IFMT) || may_open(&plan->who, &st, access) ||
	    plan->request->settings->capabilities.mask)
		return REOPEN_FREE;
	if (!plan->who.is_privileged)
		return REOPEN_SHUT;
	if (is_pipe(entry->fd, &st) && access != O_RDWR)
		return REOPEN_PIPE;
	return is_controlling(plan, entry->fd) ? REOPEN_TTY : REOPEN_SHUT;
}

/*
 * The group of a transient id belongs to this pen alone. Any other may also be that of the pen at
 * the other end, which must gain nothing from what is done here, nor this one from what was done
 * there: then the pipe is closed to the group.
 */
static void open_input(const struct identity *who, int fd, const struct stat *st)
{
	mode_t mode = st->st_mode & ALLPERMS;
	bool is_contested = mode & (S_IWGRP | S_IWOTH) && !who->is_transient;

	if (st->st_gid != who->gid) {
		/* If the group has more rights than another pen would give, somebody wanted
		 * that. */
		if (mode & (S_IWGRP | S_IXGRP) || fchown(fd, (uid_t)-1, who->gid) < 0)
			return;
		mode &= ~(mode_t)S_IRWXG;
	}
	fchmod(fd, is_contested ? mode & ~(mode_t)S_IRWXG : mode | S_IRGRP);
}

static void open_output(const struct identity *who, int fd, const struct stat *st)
{
	mode_t mode = st->st_mode & ALLPERMS;
	bool is_own = st->st_gid == who->gid;

	if (is_own && mode & S_IRGRP && !who->is_transient)
		fchmod(fd, mode & ~(mode_t)S_IRWXG);
	else
		fchmod(fd, mode | (is_own ? S_IWGRP : S_IWOTH));
}

static void open_up(const struct identity *who, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return;
	if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		open_input(who, fd, &st);
	else
		open_output(who, fd, &st);
}

/* Should: let the command open pipes by name as it has them. Must not: fail if the caller may not
 * do that: what cannot be opened can still be used. */
static int take_pipes(struct setup *setup, const struct step *step)
{
	const struct stdio *stdio = &setup->plan->stdio;

	(void)step;
	for (size_t i = 0; i < stdio->n; i++)
		if (stdio->v[i].reopen == REOPEN_PIPE)
			open_up(&setup->plan->who, stdio->v[i].fd);
	return 0;
}

static const struct step_kind step_pipes = { .run = take_pipes };

static bool has_any(const struct plan *plan, enum stdio_reopen reopen)
{
	for (size_t i = 0; i < plan->stdio.n; i++)
		if (plan->stdio.v[i].reopen == reopen)
			return true;
	return false;
}

void reopen_plan(struct plan *plan)
{
	for (size_t i = 0; i < plan->stdio.n; i++)
		plan->stdio.v[i].reopen = look_at(plan, &plan->stdio.v[i]);
	if (has_any(plan, REOPEN_PIPE))
		plan_add(plan, BY_SUPERVISOR, &step_pipes,
			 "let the command open by name the pipes that it gets");
}

/* Should: replace the terminal by one opened under the name that everybody may open. Must not: take
 * anything else that has that name in a strange root. */
static int take_terminal(struct setup *setup, const struct step *step)
{
	const struct stdio *stdio = &setup->plan->stdio;
	auto_close int file = -1;
	int last = -1;

	(void)step;
	for (size_t i = 0; i < stdio->n; i++) {
		int fd = stdio->v[i].fd, flags = fcntl(fd, F_GETFL);
		struct stat st;

		if (stdio->v[i].reopen != REOPEN_TTY || flags < 0)
			continue;
		flags &= O_ACCMODE | O_APPEND | O_NONBLOCK;
		if (flags != last) {
			cleanup_close(&file);
			file = open("/dev/tty", flags | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
			last = flags;
		}
		if (file < 0 || fstat(file, &st) < 0 || !S_ISCHR(st.st_mode) ||
		    st.st_rdev != makedev(TTYAUX_MAJOR, 0))
			return 0;
		if (dup2(file, fd) < 0)
			return -errno;
	}
	return 0;
}

static const struct step_kind step_terminal = { .run = take_terminal };

void reopen_plan_init(struct plan *plan)
{
	if (has_any(plan, REOPEN_TTY))
		plan_add(plan, BY_INIT, &step_terminal, "reopen the terminal as '/dev/tty'");
}

/* Returns the descriptor whose name ARGUMENT is, or ends with, with that name in *ret_name; -1:
 * none. */
static int named_by(const char *argument, const char **ret_name)
{
	static const char *const names[] = { "/dev/stdin", "/dev/stdout", "/dev/stderr" };
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };

	for (int fd = 0; fd < STDIO_STANDARD; fd++)
		if (str_ends(argument, names[fd])) {
			*ret_name = argument + strlen(argument) - strlen(names[fd]);
			return fd;
		}
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		const char *at = strstr(argument, folders[i]);
		size_t len;

		if (!at)
			continue;
		*ret_name = at;
		at += strlen(folders[i]);
		len = strlen(at);
		if (len && len < 7 && strspn(at, "0123456789") == len)
			return atoi(at);
	}
	return -1;
}

static const char *hint_for(const struct plan *plan, int fd)
{
	if (isatty(fd) && plan->request->settings->tty.mode == TTY_NEW)
		return "the caller's own terminal can be opened with --tty keep";
	return (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY
		       ? "a pipe can be opened: cat FILE | pinfold ..."
		       : "a pipe can be opened: pinfold ... | cat";
}

static void warn_of(const struct plan *plan, const char *name, int fd, struct diags *diags)
{
	const struct stdio_entry *entry = NULL;
	int flags = fcntl(fd, F_GETFD);

	for (size_t i = 0; i < plan->stdio.n; i++)
		if (plan->stdio.v[i].fd == fd)
			entry = &plan->stdio.v[i];
	if (entry && entry->reopen == REOPEN_SHUT) {
		diags_add(diags, DIAG_WARNING, NULL,
			  "the command cannot open '%s': it belongs to another user", name);
		diags_hint(diags, "%s", hint_for(plan, fd));
	} else if (!entry && flags >= 0 && !(flags & FD_CLOEXEC)) {
		diags_add(diags, DIAG_WARNING, NULL, "'%s' is not passed on to the command", name);
		diags_hint(diags, "--fd %d", fd);
	}
}

void reopen_warn(const struct plan *plan, struct diags *diags)
{
	for (char **at = plan->argv + 1; *at; at++) {
		const char *name;
		int fd = named_by(*at, &name);

		if (fd >= 0)
			warn_of(plan, name, fd, diags);
	}
}
