// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Descriptors beyond 2 that the caller hands on. What may be handed on is an allowlist: a pipe, a
 * socket, a regular file, a terminal, an eventfd. Everything else is refused: a directory is a way
 * out of any root, and a descriptor for a kernel object (processes, namespaces, mounts, devices,
 * io_uring, BPF) is a right over something outside the pen, or over the kernel.
 *
 * A descriptor is the caller's if it survived the exec of pinfold, which closes the close-on-exec
 * ones: any that has that flag now was opened by pinfold itself, which opens nothing without it. As
 * long as the caller's are open, pinfold's own cannot get their numbers.
 *
 * Must never: hand on one of pinfold's own descriptors, or one of a kind that is not on the list.
 */
#include "pen/handed.h"

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

#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/sudo.h"
#include "pen/env.h"
#include "pen/step.h"

enum { LISTEN_FIRST = 3, LINK_ROOM = 64 };

/* File systems of regular files that are not on a block device; the others without one are kernel
 * interfaces: /proc, /sys, cgroups, namespaces, BPF, message queues. */
static const uint32_t of_files[] = {
	TMPFS_MAGIC, /* and memfd_create(2) */
	RAMFS_MAGIC,	      HUGETLBFS_MAGIC,	OVERLAYFS_SUPER_MAGIC,
	BTRFS_SUPER_MAGIC,    0xca451a4e, /* bcachefs */
	0x2fc12fc1,			  /* ZFS */
	0xe0f5e1e2,			  /* EROFS, on a file */
	0x24051905,			  /* UBIFS */
	ECRYPTFS_SUPER_MAGIC, FUSE_SUPER_MAGIC, V9FS_MAGIC,
	NFS_SUPER_MAGIC,      SMB_SUPER_MAGIC,	0xff534d42, /* CIFS */
	0xfe534d42,					    /* SMB 2 */
	CEPH_SUPER_MAGIC,     AFS_SUPER_MAGIC,	CODA_SUPER_MAGIC,
	0x786f4256, /* vboxsf */
	0x0bd00bd0, /* Lustre */
	0x47504653, /* GPFS */
};

static bool is_of_files(int fd, const struct stat *st)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(of_files); i++)
		if ((uint32_t)fs.f_type == of_files[i])
			return true;
	return major(st->st_dev) && (uint32_t)fs.f_type != PROC_SUPER_MAGIC;
}

/* The link of a descriptor that is on no file system names its kind. */
static bool is_eventfd(int fd)
{
	char text[LINK_ROOM];

	return proc_read_fd_link(fd, text, sizeof(text)) > 0 &&
	       str_eq(text, "anon_inode:[eventfd]");
}

/* Not the master side of a pseudoterminal, which types into it. */
static bool is_terminal(int fd, const struct stat *st)
{
	return isatty(fd) && st->st_rdev != makedev(TTYAUX_MAJOR, 2);
}

/* Returns what FD is if it cannot be handed on, or NULL if it can. */
static const char *find_wrong(int fd, const struct stat *st)
{
	switch (st->st_mode & S_IFMT) {
	case S_IFIFO:
	case S_IFSOCK:
		return NULL;
	case S_IFREG:
		return is_of_files(fd, st) ? NULL : "a kernel interface";
	case S_IFCHR:
		return is_terminal(fd, st) ? NULL : "a device";
	case S_IFBLK:
		return "a device";
	case S_IFDIR:
		return "a directory";
	default:
		return is_eventfd(fd) ? NULL : "a kernel object";
	}
}

static int refuse_closed(const struct fd_setting *setting, struct diags *diags)
{
	uint32_t uid, gid;

	diags_add(diags, DIAG_ERROR, &setting->place, "descriptor %d is not open", setting->fd);
	if (sudo_find_caller(&uid, &gid))
		diags_hint(diags, "sudo closes it; sudo -C %d does not, where sudoers permits that",
			   setting->fd + 1);
	else
		diags_hint(diags,
			   "it must be opened by the program that starts pinfold, as the shell "
			   "does for %d<FILE",
			   setting->fd);
	return -EBADF;
}

int handed_check(const struct fd_setting *setting, struct diags *diags)
{
	int flags = fcntl(setting->fd, F_GETFD);
	const char *wrong;
	struct stat st;

	if (flags < 0 || flags & FD_CLOEXEC || fstat(setting->fd, &st) < 0)
		return refuse_closed(setting, diags);
	wrong = find_wrong(setting->fd, &st);
	if (!wrong)
		return 0;
	diags_add(diags, DIAG_ERROR, &setting->place, "cannot pass on descriptor %d: it is %s",
		  setting->fd, wrong);
	if (S_ISDIR(st.st_mode))
		diags_hint(diags,
			   "a directory would be a way out of the pen: use bind to show one");
	else if (S_ISREG(st.st_mode))
		diags_hint(diags, "its content can be passed on through a pipe: %d< <(cat FILE)",
			   setting->fd);
	else
		diags_hint(diags, "pipes, sockets, regular files, terminals and eventfds can be");
	return -EINVAL;
}

static bool is_handed(const struct plan *plan, int fd)
{
	for (size_t i = 0; i < plan->stdio.n; i++)
		if (plan->stdio.v[i].fd == fd)
			return true;
	return false;
}

int handed_listen(struct plan *plan, struct diags *diags)
{
	const char *text = env_get(plan->envp, "LISTEN_FDS");
	int n = text && strspn(text, "0123456789") == strlen(text) && strlen(text) < 6 ? atoi(text)
										       : 0;

	if (!n || !is_handed(plan, LISTEN_FIRST))
		return 0;
	for (int fd = LISTEN_FIRST; fd < LISTEN_FIRST + n; fd++) {
		if (is_handed(plan, fd))
			continue;
		diags_fail(diags, -EINVAL, "LISTEN_FDS=%d is passed on, but descriptor %d is not",
			   n, fd);
		diags_hint(diags, "--fd %d", fd);
		return -EINVAL;
	}
	env_replace(&plan->envp, "LISTEN_PID", "2");	  /* the command is the pen's pid 2 */
	env_replace(&plan->envp, "LISTEN_PIDFDID", NULL); /* of a process outside (systemd 258) */
	return 0;
}

char *handed_describe(const struct plan *plan)
{
	const struct stdio *stdio = &plan->stdio;
	struct strbuf text = { 0 };

	for (size_t i = 0; i < stdio->n; i++)
		strbuf_printf(&text, "%s%d",
			      !i		 ? ""
			      : i + 1 < stdio->n ? ", "
						 : " and ",
			      stdio->v[i].fd);
	return text.text;
}

void handed_let_go(const struct plan *plan)
{
	const struct tty *tty = &plan->tty;

	for (size_t i = STDIO_STANDARD; i < plan->stdio.n; i++) {
		int fd = plan->stdio.v[i].fd;

		if (plan->stdio.v[i].way == STDIO_KEPT && fd != tty->fd && fd != tty->left_fd &&
		    fd != tty->seen_fd)
			close(fd);
	}
}
