// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pid 2, from its fork to the command's first instruction. It runs without capabilities, with
 * no_new_privs, as the child's user: what fails here fails closed. Must never return, allocate or
 * print.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "confine/helper.h"
#include "pen/env.h"
#include "pen/init.h"
#include "pen/plan.h"
#include "pen/steps.h"

static const char default_path[] = "/usr/local/bin:/usr/bin:/bin";

/*
 * Should: take the terminal, if the caller can give it, for the group that pid 1 has made;
 * otherwise leave it and the caller's process group, which a pid namespace does not confine:
 * kill(0, SIGKILL) in it would reach the caller.
 */
static int take_command_session(struct setup *setup, const struct step *step)
{
	const struct tty *tty = &setup->plan->tty;

	(void)step;
	if (tty->fd < 0)
		return setsid() < 0 ? -errno : 0;
	return tty->is_foreground ? tty_give(tty, getpgrp()) : 0;
}

const struct step_kind command_step_session = { .run = take_command_session };

/* As execvp(3) does: finds the first that can be executed, or fails with EACCES if there was one
 * that cannot. */
static int search(struct setup *setup, const char *name, const char *path)
{
	size_t room = sizeof(setup->path_space), name_len = strlen(name);
	int result = -ENOENT;

	for (;;) {
		size_t len = strcspn(path, ":");
		char *to = setup->path_space;
		int err;

		if (len + name_len + 3 > room)
			return -ENAMETOOLONG;
		if (!len)
			*to++ = '.';
		memcpy(to, path, len);
		to += len;
		*to++ = '/';
		memcpy(to, name, name_len + 1);
		err = program_check(setup->path_space, &setup->page->program);
		if (!err) {
			setup->path = setup->path_space;
			return 0;
		}
		if (err == -EACCES)
			result = err;
		path += len;
		if (!*path++)
			return result;
	}
}

/* Should: find the file inside the pen, before the filter could forbid it. Must not: use the
 * caller's PATH instead of the command's. */
static int take_command_find(struct setup *setup, const struct step *step)
{
	const char *name = setup->plan->argv[0];
	const char *path = env_get(setup->plan->envp, "PATH");
	int err;

	(void)step;
	if (strchr(name, '/')) {
		setup->path = name;
		err = program_check(name, &setup->page->program);
	} else {
		err = search(setup, name, path ? path : default_path);
	}
	if (!err)
		program_look_inside(setup->path, &setup->page->program);
	return err;
}

const struct step_kind command_step_find = { .run = take_command_find };

/* Puts COOKIE into PROG, a copy of PROGRAM's instructions. */
static void set_cookie(const struct pen_program *program, struct sock_filter *prog, uint64_t cookie)
{
	for (size_t i = 0; i < PEN_LAUNCH_CALLS; i++) {
		if (!program->cookies[i].lo)
			continue;
		prog[program->cookies[i].lo].k = (uint32_t)cookie;
		prog[program->cookies[i].hi].k = (uint32_t)(cookie >> 32);
	}
}

/* Hands the filter's LISTENER over, by the call that the cookie allows. */
static int send_listener(const struct setup *setup, int listener, uint64_t cookie)
{
	struct fd_message message;

	fd_message_fill(&message, WORD_LISTENER, listener);
	return syscall(SYS_sendmsg, setup->life, &message.header, MSG_NOSIGNAL, 0, 0, cookie) == 1
		       ? 0
		       : -errno;
}

/*
 * Should: install the filter with a fresh cookie and execute the command with it. Must not: do
 * anything in between except hand over the filter's listener, or draw the cookie in memory that
 * another process shares.
 */
static int take_command_filter_and_exec(struct setup *setup, const struct step *step)
{
	const struct pen_program *program = &setup->filter->program;
	struct sock_filter *own = setup->plan->program;
	struct sock_fprog filter = { .len = (unsigned short)program->n, .filter = own };
	unsigned int flags = setup->plan->request->listener_flags;
	uint64_t cookie;
	long listener;
	int err;

	(void)step;
	if (!program->n)
		return -EINVAL;
	memcpy(own, setup->filter->v, program->n * sizeof(*own));
	if (syscall(SYS_getrandom, &cookie, sizeof(cookie), 0) != sizeof(cookie))
		return -EAGAIN;
	set_cookie(program, own, cookie);
	listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
	if (listener < 0)
		return -errno;
	err = flags ? send_listener(setup, (int)listener, cookie) : 0;
	if (err)
		return err;
	syscall(SYS_execveat, AT_FDCWD, setup->path, setup->plan->argv, setup->plan->envp, 0,
		cookie);
	return -errno;
}

const struct step_kind command_step_filter_and_exec = {
	.run = take_command_filter_and_exec, .needs = "seccomp and execveat (Linux 3.19)"
};

_Noreturn void command_run(struct setup *setup)
{
	plan_run(setup, BY_COMMAND);
	helper_die();
}
