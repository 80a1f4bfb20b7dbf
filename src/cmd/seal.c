// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Until its exec, the process that becomes the command is pinfold, and /proc/self/exe leads to
 * pinfold's file on the host: a hostile root can make that the command (a link, a script's
 * interpreter), and then open the file for writing, or change its mode, as its owner
 * (CVE-2019-5736). So if the command could do that, pinfold runs from a read-only mount of its
 * file, or a sealed copy in memory. This must never continue without one where one is needed.
 * Restarting takes as long as everything else that is done before the clone, and is not done
 * needlessly.
 */
#include "cmd/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "pen/pen.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3; before, every memfd is executable */
#endif

static const int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

/* Opens the file that this process runs. In a fake /proc the link may lead anywhere, and so again
 * after the exec of a better one. Returns a descriptor, or -errno. */
static int open_itself(void)
{
	auto_close int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	int file;

	if (proc < 0 || fstatfs(proc, &fs) < 0)
		return -errno;
	if (fs.f_type != PROC_SUPER_MAGIC)
		return -ENODEV;
	file = openat(proc, "self/exe", O_RDONLY | O_CLOEXEC);
	return file < 0 ? -errno : file;
}

/* Root's way: the file itself, on its own read-only mount. Returns a descriptor, or -errno. */
static int make_mount(void)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	auto_close int tree = open_tree(AT_FDCWD, "/proc/self/exe",
					OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (tree < 0 || mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		return -errno;
	return steal_fd(&tree);
}

static int fill_copy(int copy, int file)
{
	struct stat st;

	if (fstat(file, &st) < 0)
		return -errno;
	for (off_t at = 0; at < st.st_size;) {
		ssize_t n = sendfile(copy, file, &at, (size_t)(st.st_size - at));

		if (n <= 0)
			return n < 0 ? -errno : -EIO;
	}
	return fcntl(copy, F_ADD_SEALS, all_seals) < 0 ? -errno : 0;
}

/* Anybody's way: a copy in memory. Returns a descriptor, or -errno. */
static int make_copy(int file)
{
	auto_close int copy = memfd_create("pinfold", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	struct rlimit limit, raised;
	int err;

	if (copy < 0 && errno == EINVAL)
		copy = memfd_create("pinfold", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy < 0 || getrlimit(RLIMIT_FSIZE, &limit) < 0)
		return -errno;
	/* The caller's limit on file sizes is not meant for this one. */
	raised = (struct rlimit){ .rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max };
	setrlimit(RLIMIT_FSIZE, &raised);
	err = fill_copy(copy, file);
	setrlimit(RLIMIT_FSIZE, &limit);
	return err ? err : steal_fd(&copy);
}

static bool is_sealed(int file)
{
	int seals = fcntl(file, F_GET_SEALS); /* EINVAL for a file that is not a copy in memory */
	struct statvfs fs;

	if (seals >= 0 && (seals & all_seals) == all_seals)
		return true;
	return fstatvfs(file, &fs) == 0 && fs.f_flag & ST_RDONLY;
}

int seal_itself(char **argv, const struct settings *settings, struct diags *diags)
{
	auto_close int file = open_itself();
	auto_close int sealed = -1;
	bool is_in_reach;
	int err;

	if (file >= 0 && is_sealed(file)) {
		prctl(PR_SET_NAME, "pinfold"); /* not the descriptor's number */
		return 0;
	}
	if (file >= 0) {
		err = pen_can_change(settings, file, &is_in_reach, diags);
		if (err || !is_in_reach)
			return err;
	}
	sealed = file < 0 ? file : make_mount();
	if (file >= 0 && sealed < 0)
		sealed = make_copy(file);
	if (sealed >= 0) {
		syscall(SYS_execveat, sealed, "", argv, environ, AT_EMPTY_PATH);
		err = -errno;
	} else {
		err = sealed;
	}
	diags_fail(diags, err, "cannot put pinfold's file out of the command's reach: %s",
		   strerror(-err));
	diags_hint(diags, "the command could change it: /proc must be mounted and sysctl "
			  "vm.memfd_noexec must be below 2, or another user must own the file");
	diags_refer(diags, file < 0 ? MACHINE_PROC : MACHINE_OWN_FILE);
	return err;
}
