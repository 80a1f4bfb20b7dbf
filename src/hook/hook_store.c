// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook/hook_store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/walk.h"

#define LOG_NAME "oci-hook.log"

enum { LOG_MAX = 1 << 20 };

/* Whoever else could write there could put a link in place of what was checked. */
static int check_owner(int folder, const char *path, struct diags *diags)
{
	struct stat st;

	if (fstat(folder, &st))
		return diags_fail(diags, -errno, "cannot examine '%s': %s", path, strerror(errno));
	if (st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	diags_fail(diags, -EPERM, "'%s' is not only this user's to write to", path);
	diags_hint(diags, "chown %u '%s'; chmod go-w '%s'", geteuid(), path, path);
	return -EPERM;
}

int hook_store_open(const char *path, struct hook_store *ret_store, struct diags *diags)
{
	struct walk walk;
	int folder, err;

	*ret_store = HOOK_STORE_NONE;
	if (*path != '/') {
		diags_fail(diags, -EINVAL, "'%s' is not an absolute path", path);
		diags_hint(diags, "--directory takes one, because a runtime starts hooks anywhere");
		return -EINVAL;
	}
	if (mkdir(path, 0700) && errno != EEXIST)
		return diags_fail(diags, -errno, "cannot create the directory '%s': %s", path,
				  strerror(errno));
	folder = walk_open(path, &walk);
	if (folder < 0) {
		diags_fail(diags, folder, "cannot open the directory '%s': %s", path,
			   strerror(-folder));
		if (folder == -ELOOP)
			walk_hint(path, diags);
		return folder;
	}
	*ret_store = (struct hook_store){ path, folder };
	err = check_owner(folder, path, diags);
	return err;
}

/* Returns why a part of a path, LEN bytes, is refused, or NULL. Names that begin with a dot are
 * those of files that are not complete yet. */
static const char *find_fault(const char *part, size_t len)
{
	if (!len)
		return "has an empty part";
	if (len <= 2 && !memcmp(part, "..", len))
		return "contains '.' or '..'";
	if (*part == '.')
		return "has a part that begins with '.'";
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)part[i] < ' ' || part[i] == 0x7f)
			return "contains a control character";
	return NULL;
}

static int check_name(const char *what, const char *name, struct diags *diags)
{
	for (const char *at = name;; at++) {
		size_t len = strcspn(at, "/");
		const char *fault = find_fault(at, len);

		if (fault) {
			diags_fail(diags, -EINVAL, "annotation '%s' %s: '%s'", what, fault, name);
			return -EINVAL;
		}
		at += len;
		if (!*at)
			return 0;
	}
}

static char *expand(const char *name, const char *id)
{
	struct strbuf buf = { 0 };

	for (; *name; name++) {
		if (str_starts(name, "%i"))
			strbuf_puts(&buf, id);
		else if (str_starts(name, "%t"))
			strbuf_printf(&buf, "%jd", (intmax_t)time(NULL));
		else if (str_starts(name, "%%"))
			strbuf_puts(&buf, "%%");
		else {
			strbuf_puts(&buf, *name == '%' ? "%%" : (char[]){ *name, '\0' });
			continue;
		}
		name++;
	}
	return buf.text;
}

/* Opens the directory of NAME, which is below the store. */
static int check_parent(const struct hook_store *store, const char *name, struct diags *diags)
{
	const char *slash = strrchr(name, '/');
	auto_free char *parent = slash ? mem_printf("%.*s", (int)(slash - name), name) : NULL;
	struct open_how how = {
		.flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	auto_close int folder = -1;
	int err;

	for (const char *at = parent; at && *at; at += strspn(at, "/")) {
		auto_free char *path = NULL;

		at += strcspn(at, "/");
		path = mem_printf("%.*s", (int)(at - parent), parent);
		cleanup_close(&folder);
		folder = (int)syscall(SYS_openat2, store->folder, path, &how, sizeof(how));
		if (folder < 0) {
			err = -errno;
			diags_fail(diags, err, "cannot open the directory '%s/%s': %s", store->path,
				   path, strerror(-err));
			diags_hint(diags, "only directories that the administrator has created "
					  "there are used");
			return err;
		}
		err = check_owner(folder, path, diags);
		if (err)
			return err;
	}
	return 0;
}

int hook_store_find(const struct hook_store *store, const char *what, const char *name,
		    const char *id, char **ret_path, struct diags *diags)
{
	size_t len = strlen(store->path);
	auto_free char *expanded = NULL;
	int err;

	if (*name == '/') {
		if (strncmp(name, store->path, len) != 0 || name[len] != '/') {
			diags_fail(diags, -EINVAL, "annotation '%s' is not below '%s': '%s'", what,
				   store->path, name);
			diags_hint(diags, "the administrator chooses the directory: --directory in "
					  "the hook's 'args'");
			return -EINVAL;
		}
		name += len + 1;
	}
	err = check_name(what, name, diags);
	if (err)
		return err;
	expanded = expand(name, id);
	err = check_parent(store, expanded, diags);
	if (!err)
		*ret_path = mem_printf("%s/%s", store->path, expanded);
	return err;
}

int hook_store_open_log(const struct hook_store *store)
{
	int fd = openat(store->folder, LOG_NAME,
			O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_nlink == 1 && st.st_size < LOG_MAX)
		return fd;
	close(fd);
	return -EFBIG;
}

void hook_store_close(struct hook_store *store)
{
	cleanup_close(&store->folder);
	*store = HOOK_STORE_NONE;
}
