// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where an included file may be: at or below the directory of the including file, or of one given
 * by --include-dir. The author of the policy may have created links, so this is decided by what
 * they lead to, which is then opened without following any. About anything elsewhere nothing is
 * revealed, not even whether it exists.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/str.h"
#include "policy/parser.h"

/* Returns the part of PATH that is below FOLDER, or NULL. */
static const char *part_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (str_eq(folder, "/"))
		return path + 1;
	return str_starts(path, folder) && path[len] == '/' ? path + len + 1 : NULL;
}

/* Opens the directory of PATH's last part, starting at FOLDER, without following links; PATH has no
 * "..". */
static int open_parent(int folder, const char *path, const char **ret_name)
{
	auto_close int at = fcntl(folder, F_DUPFD_CLOEXEC, 0);
	const char *slash;

	*ret_name = path;
	for (; at >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		auto_free char *part = mem_printf("%.*s", (int)(slash - path), path);
		int next = openat(at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (next < 0)
			return -errno;
		close(at);
		at = next;
		*ret_name = slash + 1;
	}
	return at < 0 ? -errno : steal_fd(&at);
}

/* Opens PATH, which must be below FOLDER; else -EXDEV. */
static int open_below(const struct policy_folder *folder, const char *path,
		      struct policy_file *ret_file)
{
	const char *rest = part_below(path, folder->path), *name = NULL;
	auto_close int parent = rest ? open_parent(folder->fd, rest, &name) : -1;
	int fd;

	if (!rest)
		return -EXDEV;
	if (parent < 0)
		return parent;
	fd = openat(parent, name, POLICY_OPEN_FLAGS | O_NOFOLLOW);
	if (fd < 0)
		return -errno;
	*ret_file = (struct policy_file){ .fd = fd, .folder_fd = steal_fd(&parent) };
	ret_file->path = mem_strdup(path);
	return 0;
}

/* Returns the error for PATH, which leads nowhere: the reason, if it can be found without leaving
 * FOLDER. */
static int fault_below(const struct policy_folder *folder, const char *path)
{
	const char *rest = part_below(path, folder->path);
	auto_close int fd = -1;

	if (!rest)
		return -EXDEV;
	fd = fd_open_resolved(folder->fd, rest, O_PATH, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
	return fd < 0 && fd != -ENOSYS && fd != -EPERM ? fd : -EXDEV;
}

/* Returns the directory of SOURCE, or the working directory if it has none. */
static struct policy_folder folder_of(const struct source *source)
{
	char *here = source->folder ? NULL : getcwd(NULL, 0);
	struct policy_folder folder = { -1, here ? here : mem_strdup(source->folder) };

	if (source->folder_fd >= 0)
		folder.fd = fcntl(source->folder_fd, F_DUPFD_CLOEXEC, 0);
	else if (folder.path)
		folder.fd = open(folder.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return folder;
}

int include_open(struct parser *parser, const struct source *parent, const char *name,
		 struct policy_file *ret_file)
{
	struct policy_folder own = folder_of(parent);
	const char *path = parser_path(parser, parent, name);
	auto_free char *real = realpath(path, NULL);
	size_t n = parser->folders.n + 1;
	int err = own.fd < 0 ? -ENOENT : -EXDEV;

	for (size_t i = 0; i < n && err == -EXDEV; i++) {
		const struct policy_folder *folder = i ? &parser->folders.v[i - 1] : &own;

		err = real ? open_below(folder, real, ret_file) : fault_below(folder, path);
	}
	policy_folder_finish(&own);
	return err;
}

void include_add_folders(struct parser *parser, const struct policy_source *source)
{
	for (size_t i = 0; i < source->n_include_dirs; i++) {
		struct policy_folder folder = { -1, realpath(source->include_dirs[i], NULL) };

		if (folder.path)
			folder.fd = open(folder.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (folder.fd >= 0) {
			*array_append(&parser->folders) = folder;
			continue;
		}
		parser_error(parser, NULL, "cannot open the directory '%s': %s",
			     source->include_dirs[i], strerror(errno));
		policy_folder_finish(&folder);
	}
}

void policy_folder_finish(struct policy_folder *folder)
{
	if (folder->fd >= 0)
		close(folder->fd);
	free(folder->path);
	*folder = (struct policy_folder){ .fd = -1 };
}
