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

	if (!fstatat(folder, name, &st, 0) && !S_ISREG(st.st_mode))
		return diags_fail(diags, -EINVAL, "cannot write '%s': it is not a regular file",
				  path);
	if (faccessat(folder, ".", W_OK, AT_EACCESS))
		return diags_fail(diags, -errno, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}

int report_file_announce(const char *path, struct report_file *ret_file, struct diags *diags)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	auto_free char *folder_path = slash ? mem_printf("%.*s", (int)(slash - path) + 1, path)
					    : mem_strdup(".");
	auto_close int folder = open(folder_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_free char *expanded = *name ? expand_name(name) : NULL;
	int err;

	if (folder < 0)
		return diags_fail(diags, -errno, "cannot open the folder of '%s': %s", path,
				  strerror(errno));
	if (!expanded || str_eq(expanded, ".") || str_eq(expanded, "..") || strchr(expanded, '/'))
		return diags_fail(diags, -EINVAL, "cannot write '%s': it names no file", path);
	err = check_name(folder, expanded, path, diags);
	if (err)
		return err;
	*ret_file = REPORT_FILE_NONE;
	ret_file->name = steal(&expanded);
	ret_file->folder = steal_fd(&folder);
	return 0;
}

int report_file_give(int fd)
{
	const char *uid = getenv("SUDO_UID"), *gid = getenv("SUDO_GID");

	if (geteuid() != 0 || !uid || !gid)
		return 0;
	return fchown(fd, (uid_t)strtoul(uid, NULL, 10), (gid_t)strtoul(gid, NULL, 10)) ? -errno
											: 0;
}

int report_file_open(struct report_file *file, FILE **ret_stream, struct diags *diags)
{
	auto_close int fd = -1;
	uint64_t random = 0;
	int err = 0;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return diags_fail(diags, -EIO, "cannot get random bytes");
	file->temporary = mem_printf(".%s.%016" PRIx64, file->name, random);
	fd = openat(file->folder, file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		err = -errno;
	else
		err = report_file_give(fd);
	if (!err && !(file->stream = fdopen(fd, "w")))
		err = -errno;
	if (err)
		return diags_fail(diags, err, "cannot write '%s': %s", file->name, strerror(-err));
	steal_fd(&fd);
	*ret_stream = file->stream;
	return 0;
}

int report_file_commit(struct report_file *file, struct diags *diags)
{
	int err = 0;

	if (fflush(file->stream) || ferror(file->stream) || fsync(fileno(file->stream)))
		err = errno ? -errno : -EIO;
	if (fclose(steal(&file->stream)) && !err)
		err = -errno;
	if (!err && renameat(file->folder, file->temporary, file->folder, file->name))
		err = -errno;
	if (err)
		return diags_fail(diags, err, "cannot write '%s': %s", file->name, strerror(-err));
	free(steal(&file->temporary));
	return 0;
}

void report_file_finish(struct report_file *file)
{
	if (file->stream)
		fclose(file->stream);
	if (file->temporary)
		unlinkat(file->folder, file->temporary, 0);
	if (file->folder >= 0)
		close(file->folder);
	free(file->temporary);
	free(file->name);
	*file = REPORT_FILE_NONE;
}
