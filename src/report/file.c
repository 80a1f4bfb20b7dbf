// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/walk.h"

static char *expand_name(const char *name)
{
	struct strbuf buf = { 0 };

	for (; *name; name++) {
		if (str_starts(name, "%p"))
			strbuf_printf(&buf, "%d", getpid());
		else if (str_starts(name, "%t"))
			strbuf_printf(&buf, "%jd", (intmax_t)time(NULL));
		else if (str_starts(name, "%%"))
			strbuf_puts(&buf, "%");
		else {
			strbuf_add(&buf, name, 1);
			continue;
		}
		name++;
	}
	return buf.text;
}

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

int report_file_announce(const char *path, struct report_file *ret_file, struct diags *diags)
{
	struct report_file file = REPORT_FILE_NONE;
	int err = output_find(path, &file.output, diags);

	if (err)
		return err;
	if (file.output.fd < 0) {
		file.name = expand_name(file.output.name);
		err = check_name(file.output.folder, file.name, path, diags);
	} else {
		file.name = mem_strdup(path);
	}
	file.path = mem_strdup(path);
	if (err)
		report_file_finish(&file);
	else
		*ret_file = file;
	return err;
}

int report_file_give(int fd)
{
	const char *uid = getenv("SUDO_UID"), *gid = getenv("SUDO_GID");

	if (geteuid() != 0 || !uid || !gid)
		return 0;
	return fchown(fd, (uid_t)strtoul(uid, NULL, 10), (gid_t)strtoul(gid, NULL, 10)) ? -errno
											: 0;
}

/* Opens a new file beside the one that it will replace. */
static int open_temporary(struct report_file *file)
{
	auto_close int fd = -1;
	uint64_t random = 0;
	int err;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	file->temporary = mem_printf(".%s.%016" PRIx64, file->name, random);
	fd = openat(file->output.folder, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0666);
	if (fd < 0)
		return -errno;
	err = report_file_give(fd);
	return err ? err : steal_fd(&fd);
}

int report_file_open(struct report_file *file, FILE **ret_stream, struct diags *diags)
{
	auto_close int fd = file->output.fd >= 0 ? fcntl(file->output.fd, F_DUPFD_CLOEXEC, 0)
						 : open_temporary(file);
	int err = fd < 0 ? fd : 0;

	if (file->output.fd >= 0 && fd < 0)
		err = -errno;
	if (!err && !(file->stream = fdopen(fd, "w")))
		err = -errno;
	if (err)
		return diags_fail(diags, err, "cannot write '%s': %s", file->path, strerror(-err));
	steal_fd(&fd);
	*ret_stream = file->stream;
	return 0;
}

int report_file_commit(struct report_file *file, struct diags *diags)
{
	bool is_file = file->output.fd < 0;
	int err = 0;

	if (fflush(file->stream) || ferror(file->stream) ||
	    (is_file && fsync(fileno(file->stream))))
		err = errno ? -errno : -EIO;
	if (fclose(steal(&file->stream)) && !err)
		err = -errno;
	if (!err && is_file &&
	    renameat(file->output.folder, file->temporary, file->output.folder, file->name))
		err = -errno;
	if (err)
		return diags_fail(diags, err, "cannot write '%s': %s", file->path, strerror(-err));
	free(steal(&file->temporary));
	return 0;
}

void report_file_finish(struct report_file *file)
{
	if (file->stream)
		fclose(file->stream);
	if (file->temporary)
		unlinkat(file->output.folder, file->temporary, 0);
	output_finish(&file->output);
	free(file->temporary);
	free(file->name);
	free(file->path);
	*file = REPORT_FILE_NONE;
}
