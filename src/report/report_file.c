// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/sudo.h"
#include "base/walk.h"

#ifndef MFD_NOEXEC_SEAL /* linux/memfd.h of Linux 6.3 */
#define MFD_NOEXEC_SEAL 8U
#endif

enum { COPIED_AT_ONCE = 1 << 14 };

/* A temporary name has two dots and 16 digits more. */
enum { TEMPORARY_MORE = 2 + 16 };

static int check_name(int folder, const char *name, const char *path, struct diags *diags)
{
	struct stat st;

	if (!fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) && !S_ISREG(st.st_mode)) {
		diags_fail(diags, -EINVAL, "cannot write '%s': it is %s", path,
			   S_ISLNK(st.st_mode) ? "a symbolic link, which is not followed"
					       : "not a regular file");
		if (S_ISLNK(st.st_mode))
			walk_hint(path, diags);
		return -EINVAL;
	}
	if (faccessat(folder, ".", W_OK, AT_EACCESS))
		return diags_fail(diags, -errno, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}

/* Prepares the file, which nobody sees until it gets its name, and the memory that is copied into
 * it. */
static int prepare(struct report_file *file)
{
	uint64_t random = 0;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	file->temporary = mem_printf(".%.*s.%016" PRIx64, NAME_MAX - TEMPORARY_MORE, file->name,
				     random);
	/* If memfds must not be executable (sysctl vm.memfd_noexec, Linux 6.3), the flag is
	 * mandatory. */
	file->text = memfd_create("pinfold-report", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
	if (file->text < 0 && errno == EINVAL)
		file->text = memfd_create("pinfold-report", MFD_CLOEXEC);
	return file->text < 0 ? -errno : 0;
}

int report_file_announce(const char *path, struct report_file *ret_file, struct diags *diags)
{
	struct report_file file = REPORT_FILE_NONE;
	int err = output_find(path, &file.output, diags);

	if (err)
		return err;
	file.path = mem_strdup(path);
	if (file.output.fd < 0) {
		file.name = mem_strdup(file.output.name);
		err = check_name(file.output.folder, file.name, path, diags);
		if (!err && (err = prepare(&file)))
			diags_fail(diags, err, "cannot write '%s': %s", path, strerror(-err));
	} else {
		file.name = mem_strdup(path);
	}
	if (err)
		report_file_finish(&file);
	else
		*ret_file = file;
	return err;
}

int report_file_require_new(struct report_file *file, struct diags *diags)
{
	struct stat st;

	if (file->output.fd >= 0)
		return diags_fail(diags, -EINVAL, "cannot write '%s': it is not in a directory",
				  file->path);
	if (!fstatat(file->output.folder, file->name, &st, AT_SYMLINK_NOFOLLOW))
		return diags_fail(diags, -EEXIST, "cannot write '%s': %s", file->path,
				  strerror(EEXIST));
	file->is_new = true;
	return 0;
}

int report_file_give(int fd)
{
	uint32_t uid, gid;

	if (geteuid() != 0 || !sudo_find_caller(&uid, &gid))
		return 0;
	return fchown(fd, uid, gid) ? -errno : 0;
}

/* Not sendfile(2), which not every file system supports. */
static int copy(int from, int to)
{
	char block[COPIED_AT_ONCE];
	ssize_t n = 0;
	off_t at = 0;
	int err = 0;

	while (!err && (n = pread(from, block, sizeof(block), at)) > 0) {
		err = fd_write_all(to, block, (size_t)n);
		at += n;
	}
	return n < 0 ? -errno : err;
}

static int fill(const struct report_file *file, int fd)
{
	int err = report_file_give(fd);

	if (!err)
		err = copy(file->text, fd);
	return !err && fsync(fd) < 0 ? -errno : err;
}

/* Writes the whole file next to the one that it replaces. Runs in the clerk. */
static int store(const void *data)
{
	const struct report_file *file = data;
	int folder = file->output.folder;
	int fd = openat(folder, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int err = fd < 0 ? -errno : 0;

	if (err)
		return err;
	err = fill(file, fd);
	if (close(fd) < 0 && !err)
		err = -errno;
	if (!err && renameat2(folder, file->temporary, folder, file->name,
			      file->is_new ? RENAME_NOREPLACE : 0) < 0)
		err = -errno;
	if (err)
		unlinkat(folder, file->temporary, 0);
	return err;
}

void report_file_leave_to(struct report_file *file, struct clerk *clerk)
{
	const struct clerk_task task = {
		.run = store,
		.data = file,
		.gates = { { file->output.folder, LANDLOCK_ACCESS_FS_MAKE_REG |
							  LANDLOCK_ACCESS_FS_WRITE_FILE |
							  LANDLOCK_ACCESS_FS_REMOVE_FILE },
			   { -1, 0 } },
		.fds = { file->output.folder, file->text, -1 },
		.rights = 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_CHOWN | 1ULL << CAP_FOWNER,
	};

	if (file->output.fd >= 0)
		return;
	file->task = clerk_add(clerk, &task);
	file->clerk = clerk;
}

int report_file_open(struct report_file *file, FILE **ret_stream, struct diags *diags)
{
	auto_close int fd = fcntl(file->output.fd >= 0 ? file->output.fd : file->text,
				  F_DUPFD_CLOEXEC, 0);

	if (fd < 0 || !(file->stream = fdopen(fd, "w")))
		return diags_fail(diags, -errno, "cannot write '%s': %s", file->path,
				  strerror(errno));
	steal_fd(&fd);
	*ret_stream = file->stream;
	return 0;
}

int report_file_commit(struct report_file *file, struct diags *diags)
{
	int err = 0;

	errno = 0;
	if (fflush(file->stream) || ferror(file->stream))
		err = errno ? -errno : -EIO;
	if (fclose(steal(&file->stream)) && !err)
		err = -errno;
	if (!err && file->output.fd < 0)
		err = file->clerk ? clerk_do(file->clerk, file->task) : store(file);
	if (err)
		return diags_fail(diags, err, "cannot write '%s': %s", file->path,
				  err == -EPIPE && file->clerk
					  ? "the process that writes it is gone"
					  : strerror(-err));
	return 0;
}

void report_file_finish(struct report_file *file)
{
	if (file->stream)
		fclose(file->stream);
	cleanup_close(&file->text);
	output_finish(&file->output);
	free(file->temporary);
	free(file->name);
	free(file->path);
	*file = REPORT_FILE_NONE;
}
