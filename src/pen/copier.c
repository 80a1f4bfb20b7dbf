// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The process that copies between the pen's pipes and the caller's files. It runs outside the pen,
 * as the command's user on the host and without capabilities, so that files grow by no rights other
 * than the command's own. If pinfold is killed it lives on until the pen is gone, so that nothing
 * the command wrote is lost. Must never: open anything, or be affected by a signal from the
 * terminal.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/fork.h"
#include "base/mem.h"
#include "confine/rights.h"
#include "pen/stdio.h"
#include "pen/steps.h"

/* A pipe with a free slot takes a whole page. */
enum { PAGE = 4096, CHUNK = 1 << 16, PATIENCE_MS = 2000 };

struct stream {
	int pipe, file; /* pipe -1: done */
	int read_end;	/* of an input, to see what was not read; -1: this is an output */
	int error;
	char *held; /* of an input: a page not yet in its pipe */
	size_t held_from, held_to;
};

struct copier {
	struct stream v[STDIO_MOST];
	size_t n;
	int control;
	bool is_ending; /* the pen is empty: nothing more comes into the pipes */
	char room[CHUNK];
};

static int filter_itself(void)
{
	static const unsigned int calls[] = { SYS_read,	     SYS_write,	   SYS_poll,
					      SYS_lseek,     SYS_ioctl,	   SYS_close,
					      SYS_sendto,    SYS_recvfrom, SYS_restart_syscall,
					      SYS_exit_group };
	struct sock_filter program[4 + 2 * ARRAY_SIZE(calls) + 1] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog filter = { .len = ARRAY_SIZE(program), .filter = program };
	size_t n = 4;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0,
							    1);
		program[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	}
	program[n] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) < 0 ? -errno : 0;
}

/* The command's file size limit applies to these files, too; no limit is raised. */
static int limit_files(const struct rlimit_settings *rlimits)
{
	struct rlimit64 limit;

	if (syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, NULL, &limit) < 0)
		return -errno;
	for (size_t i = 0; i < rlimits->n; i++)
		if (rlimits->v[i].resource == RLIMIT_FSIZE && rlimits->v[i].soft < limit.rlim_cur)
			limit.rlim_cur = rlimits->v[i].soft;
	return syscall(SYS_prlimit64, 0, RLIMIT_FSIZE, &limit, NULL) < 0 ? -errno : 0;
}

/* Bare calls: libc's would wait for threads that are not in this process. */
static int give_up_rights(const struct identity *who)
{
	if (who->is_privileged && (syscall(SYS_setgroups, 0, NULL) < 0 ||
				   syscall(SYS_setresgid, who->gid, who->gid, who->gid) < 0 ||
				   syscall(SYS_setresuid, who->uid, who->uid, who->uid) < 0))
		return -errno;
	if (rights_keep(0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return -errno;
	return filter_itself();
}

/* Leaves open only the files, the pipes and the control channel: holding any other end would keep
 * the caller's pipes or terminal from closing. */
static int close_others(const struct copier *copier)
{
	int keep[3 * STDIO_MOST + 1];
	size_t n = 0;

	keep[n++] = copier->control;
	for (size_t i = 0; i < copier->n; i++) {
		const struct stream *stream = &copier->v[i];

		keep[n++] = stream->pipe;
		keep[n++] = stream->read_end;
		keep[n++] = stream->pipe < 0 ? -1 : stream->file;
	}
	return fd_keep_only(keep, n);
}

static void end_stream(struct stream *stream, int error)
{
	close(stream->pipe); /* the command sees the end of its input, or EPIPE */
	stream->pipe = -1;
	stream->error = error;
}

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Copies from the pipe once, or at the end everything that is there now, and no more: the command
 * may have passed its end of the pipe to a process outside the pen that keeps writing. */
static void copy_output(struct copier *copier, struct stream *stream)
{
	int left = 0;

	if (copier->is_ending)
		ioctl(stream->pipe, FIONREAD, &left);
	do {
		ssize_t n = read(stream->pipe, copier->room, CHUNK);
		int error;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		error = n < 0	 ? errno
			: n == 0 ? 0
				 : write_all(stream->file, copier->room, (size_t)n);
		if (n <= 0 || error)
			end_stream(stream, error);
		left -= (int)n;
	} while (left > 0 && stream->pipe >= 0);
}

static void copy_input(struct stream *stream)
{
	ssize_t n;

	if (stream->held_from == stream->held_to) {
		n = read(stream->file, stream->held, PAGE);
		if (n <= 0) {
			if (n == 0 || errno != EINTR)
				end_stream(stream, 0); /* a read error is the end of the file */
			return;
		}
		stream->held_from = 0;
		stream->held_to = (size_t)n;
	}
	n = write(stream->pipe, stream->held + stream->held_from,
		  stream->held_to - stream->held_from);
	if (n > 0)
		stream->held_from += (size_t)n;
}

/* Moves the caller's position back by what the command has not read. */
static void return_unread(const struct stream *stream)
{
	int unread = 0;

	if (ioctl(stream->read_end, FIONREAD, &unread) == 0)
		lseek(stream->file, -(off_t)(stream->held_to - stream->held_from) - unread,
		      SEEK_CUR);
}

static bool is_done(const struct copier *copier)
{
	for (size_t i = 0; i < copier->n; i++)
		if (copier->v[i].read_end < 0 && copier->v[i].pipe >= 0)
			return false;
	return true;
}

/* Runs one turn of the loop; returns false when there is nothing left to wait for. */
static bool turn(struct copier *copier)
{
	struct pollfd polled[STDIO_MOST + 1] = { { .fd = copier->control, .events = POLLIN } };
	int n;
	char word;

	for (size_t i = 0; i < copier->n; i++)
		polled[i + 1] = (struct pollfd){
			.fd = copier->v[i].pipe,
			.events = copier->v[i].read_end < 0 ? POLLIN : POLLOUT,
		};
	/* Without a supervisor the pen is about to exit, and with it the last writer. */
	n = poll(polled, copier->n + 1, copier->control < 0 ? PATIENCE_MS : -1);
	if (n < 0)
		return errno == EINTR;
	if (n == 0)
		return false;
	if (polled[0].revents) {
		copier->is_ending = recv(copier->control, &word, 1, 0) == 1;
		if (!copier->is_ending) {
			close(copier->control);
			copier->control = -1;
		}
	}
	for (size_t i = 0; i < copier->n; i++) {
		struct stream *stream = &copier->v[i];

		if (stream->pipe >= 0 && stream->read_end >= 0 && polled[i + 1].revents)
			copy_input(stream);
		else if (stream->pipe >= 0 && stream->read_end < 0 &&
			 (polled[i + 1].revents || copier->is_ending))
			copy_output(copier, stream);
	}
	return !copier->is_ending && (copier->control >= 0 || !is_done(copier));
}

static _Noreturn void run(struct copier *copier, const struct identity *who,
			  const struct rlimit_settings *rlimits)
{
	struct copier_result result = { 0 };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	prctl(PR_SET_NAME, "pinfold-copier");
	if (!close_others(copier) && !limit_files(rlimits) && !give_up_rights(who)) {
		while (turn(copier))
			;
		for (size_t i = 0; i < copier->n; i++) {
			result.errors[i] = copier->v[i].error;
			if (copier->v[i].read_end >= 0)
				return_unread(&copier->v[i]);
		}
		if (copier->control >= 0)
			send(copier->control, &result, sizeof(result), MSG_NOSIGNAL);
	}
	syscall(SYS_exit_group, 0);
	__builtin_unreachable();
}

static struct stream make_stream(const struct stdio_entry *entry)
{
	bool is_copied = entry->way == STDIO_COPIED;
	bool is_input = is_copied && (entry->flags & O_ACCMODE) == O_RDONLY;

	return (struct stream){
		.pipe = is_copied ? entry->copier_end : -1,
		.file = entry->fd,
		.read_end = is_input ? entry->pen_end : -1,
		.held = is_input ? mem_alloc(PAGE) : NULL,
	};
}

int copier_start(struct stdio *stdio, const struct identity *who,
		 const struct rlimit_settings *rlimits)
{
	static struct copier copier;
	struct clone_args args = { 0 };
	int ends[2], err = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	copier.control = ends[1];
	copier.n = stdio->n;
	for (size_t i = 0; i < stdio->n; i++)
		copier.v[i] = make_stream(&stdio->v[i]);
	pid = fork_clone(&args);
	if (pid == 0)
		run(&copier, who, rlimits);
	if (pid > 0)
		stdio->copier = pid;
	else
		err = -errno;
	close(ends[1]);
	stdio->control = ends[0];
	for (size_t i = 0; i < stdio->n; i++)
		free(copier.v[i].held);
	return err;
}
