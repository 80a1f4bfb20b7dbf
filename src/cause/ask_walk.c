// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks a path component by component, by descriptors that open nothing (O_PATH): all checks are on
 * the same file, whatever takes its name meanwhile. A link is read, and its text walked like the
 * path itself, so that a magic link never leads anywhere; and only if nobody but root or the caller
 * could have put it there.
 *
 * A directory on which something is mounted on demand is not looked into, and on autofs not even a
 * name is looked up, which would make it mount and wait (autofs_lookup() in the kernel). O_PATH
 * without O_DIRECTORY does not trigger a mount on the last component (follow_automount()).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "cause/ask_message.h"

enum { LINKS_MAX = 40 }; /* the kernel's limit: path_resolution(7) */

struct ask_way {
	const struct ask_setup *setup;
	int root, folder;  /* descriptors; folder is where the walk is */
	uid_t host_uid;	   /* of the root's owner */
	struct statx here; /* the directory */
	bool is_proc;	   /* the directory is in a /proc */
	bool is_writable;  /* the command could write to it, or to one on the way */
	bool is_told;	   /* the answer about the end is filled in */
	size_t len;	   /* length of the answer's real path: the directory's, "" for the root */
	unsigned int links;
	char rest[2 * PATH_MAX]; /* what is left to walk */
	char name[NAME_MAX + 1]; /* the current component */
	struct ask_path *answer;
};

static int look(int fd, struct statx *ret_st)
{
	return statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
		     STATX_BASIC_STATS | STATX_MNT_ID, ret_st) < 0
		       ? errno
		       : 0;
}

static uint64_t device_of(const struct statx *st)
{
	return (uint64_t)st->stx_dev_major << 32 | st->stx_dev_minor;
}

void ask_add_writable(struct ask_setup *setup, const char *path)
{
	auto_close int fd = open(path, O_PATH | O_CLOEXEC);
	struct ask_writable writable = { .path = path_normalize(path) };
	struct statx st;

	if (fd >= 0 && !look(fd, &st)) {
		writable.device = device_of(&st);
		writable.inode = st.stx_ino;
		writable.mount = st.stx_mnt_id;
		writable.uid = st.stx_uid;
	}
	if (writable.path)
		*array_append(&setup->writables) = writable;
}

/* Whether the directory is WRITABLE, by whatever name, or below it by its path. */
static bool is_within(const struct ask_way *walk, const struct ask_writable *writable)
{
	if (walk->here.stx_ino == writable->inode && device_of(&walk->here) == writable->device)
		return true;
	return path_is_below(walk->len ? walk->answer->real : "/", writable->path);
}

/* Whether the directory may be inside WRITABLE through another mount of the same file system: then
 * a user who may write to it by its mode could have done so there. */
static bool may_be_inside(const struct ask_way *walk, const struct ask_writable *writable)
{
	const struct statx *here = &walk->here;

	return device_of(here) == writable->device && here->stx_mnt_id != writable->mount &&
	       (here->stx_uid == writable->uid || here->stx_uid == walk->setup->pen_uid ||
		here->stx_mode & S_IWGRP);
}

static bool is_owner_trusted(const struct ask_way *walk, uid_t owner)
{
	return owner == walk->host_uid || owner == walk->setup->uid;
}

/* Whether only the host's owner or the caller could have put the link LINK into the directory. */
static bool is_trusted(const struct ask_way *walk, const struct statx *link)
{
	if (walk->is_writable || walk->here.stx_mode & S_IWOTH ||
	    !is_owner_trusted(walk, walk->here.stx_uid) || !is_owner_trusted(walk, link->stx_uid))
		return false;
	for (size_t i = 0; i < walk->setup->writables.n; i++)
		if (may_be_inside(walk, &walk->setup->writables.v[i]))
			return false;
	return true;
}

/* Makes FD, which it takes over, the current directory. Its name is in the real path already. */
static enum ask_doubt enter(struct ask_way *walk, int fd, const struct statx *st)
{
	struct statfs fs;

	close(walk->folder);
	walk->folder = fd;
	walk->here = *st;
	if (st->stx_attributes & STATX_ATTR_AUTOMOUNT || fstatfs(fd, &fs) < 0 ||
	    fs.f_type == AUTOFS_SUPER_MAGIC)
		return DOUBT_MOUNT;
	walk->is_proc = fs.f_type == PROC_SUPER_MAGIC;
	for (size_t i = 0; i < walk->setup->writables.n && !walk->is_writable; i++)
		walk->is_writable = is_within(walk, &walk->setup->writables.v[i]);
	return DOUBT_NONE;
}

static int open_part(int folder, const char *name)
{
	const struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, folder, name, &how, sizeof(how));
}

static void set_len(struct ask_way *walk, size_t len)
{
	walk->len = len;
	walk->answer->real[len] = '\0';
}

/* Moves to the root, or to the parent directory. */
static enum ask_doubt move(struct ask_way *walk, const char *name)
{
	bool is_up = str_eq(name, "..");
	int fd = open_part(is_up ? walk->folder : walk->root, is_up ? name : ".");
	const char *slash = strrchr(walk->answer->real, '/');
	struct statx st;

	walk->answer->error = fd < 0 ? errno : look(fd, &st);
	if (walk->answer->error) {
		cleanup_close(&fd);
		return DOUBT_NONE;
	}
	set_len(walk, is_up && slash ? (size_t)(slash - walk->answer->real) : 0);
	walk->is_writable = walk->is_writable && is_up;
	return enter(walk, fd, &st);
}

/* Puts the text of the link FD in front of what is left to walk. */
static enum ask_doubt follow(struct ask_way *walk, int fd, const struct statx *link)
{
	char text[PATH_MAX];
	size_t left = strlen(walk->rest) + 1;
	ssize_t len;

	if (walk->is_proc)
		return DOUBT_PROC;
	if (!is_trusted(walk, link))
		return DOUBT_LINK;
	if (++walk->links > LINKS_MAX) {
		walk->answer->error = ELOOP;
		return DOUBT_NONE;
	}
	len = readlinkat(fd, "", text, sizeof(text));
	if (len <= 0 || len == sizeof(text) || (size_t)len + left > sizeof(walk->rest)) {
		walk->answer->error = len < 0 ? errno : ENAMETOOLONG;
		return DOUBT_NONE;
	}
	memmove(walk->rest + len, walk->rest, left);
	memcpy(walk->rest, text, (size_t)len);
	return text[0] == '/' ? move(walk, "/") : DOUBT_NONE;
}

static int may(int fd, int mode)
{
	return syscall(SYS_faccessat2, fd, "", mode, AT_EMPTY_PATH) < 0 ? errno : 0;
}

static bool has_right(const struct ask_way *walk, int capability)
{
	return walk->setup->rights >> capability & 1;
}

/* Returns 0, or the errno of removing a file of OWNER: in a sticky directory only its owner and the
 * directory's may. */
static int may_remove(const struct ask_way *walk, uid_t owner)
{
	if (walk->answer->make || !(walk->here.stx_mode & S_ISVTX) || owner == walk->setup->uid ||
	    walk->here.stx_uid == walk->setup->uid || has_right(walk, CAP_FOWNER))
		return walk->answer->make;
	return EPERM;
}

/* Fills in the answer about the end of the path: FD, in the directory, or the directory itself. */
static void tell(struct ask_way *walk, int fd, const struct statx *st)
{
	struct ask_path *answer = walk->answer;

	walk->is_told = true;
	answer->mode = st->stx_mode;
	answer->uid = st->stx_uid;
	answer->read = may(fd, R_OK);
	answer->write = may(fd, W_OK);
	answer->execute = may(fd, X_OK);
	answer->remove = may_remove(walk, st->stx_uid);
}

/* Takes the next component of what is left into the walk's name. Returns 0 or an errno. */
static int take_name(struct ask_way *walk)
{
	char *start = walk->rest + strspn(walk->rest, "/");
	size_t len = strcspn(start, "/");

	if (len > NAME_MAX)
		return ENAMETOOLONG;
	memcpy(walk->name, start, len);
	walk->name[len] = '\0';
	memmove(walk->rest, start + len, strlen(start + len) + 1);
	return 0;
}

static bool is_last(const struct ask_way *walk)
{
	return !walk->rest[strspn(walk->rest, "/")];
}

/* Appends the current component to the real path. */
static int add_name(struct ask_way *walk)
{
	size_t len = strlen(walk->name);

	if (walk->len + 1 + len >= sizeof(walk->answer->real))
		return ENAMETOOLONG;
	walk->answer->real[walk->len] = '/';
	memcpy(walk->answer->real + walk->len + 1, walk->name, len + 1);
	return 0;
}

/* Continues with the entry FD of the directory, which it takes over. */
static enum ask_doubt go_on(struct ask_way *walk, int fd)
{
	struct ask_path *answer = walk->answer;
	struct statx st;

	answer->error = look(fd, &st);
	if (!answer->error && S_ISLNK(st.stx_mode)) {
		enum ask_doubt doubt = follow(walk, fd, &st);

		close(fd);
		return doubt;
	}
	if (!answer->error)
		answer->error = add_name(walk);
	if (!answer->error && !S_ISDIR(st.stx_mode) && walk->rest[0])
		answer->error = ENOTDIR;
	if (!answer->error && is_last(walk)) {
		answer->has_dir = true;
		answer->make = may(walk->folder, W_OK | X_OK);
		tell(walk, fd, &st);
	}
	if (answer->error || !S_ISDIR(st.stx_mode)) {
		close(fd);
		return DOUBT_NONE;
	}
	set_len(walk, walk->len + 1 + strlen(walk->name));
	return enter(walk, fd, &st);
}

/* Fills in the answer about what does not exist: it could be created, if its directory allows that.
 */
static void tell_missing(struct ask_way *walk)
{
	if (walk->answer->error != ENOENT || !is_last(walk) || add_name(walk))
		return;
	walk->answer->has_dir = true;
	walk->answer->make = may(walk->folder, W_OK | X_OK);
}

static enum ask_doubt take_part(struct ask_way *walk)
{
	int fd;

	walk->answer->error = take_name(walk);
	if (walk->answer->error || str_eq(walk->name, "."))
		return DOUBT_NONE;
	if (str_eq(walk->name, ".."))
		return move(walk, "..");
	fd = open_part(walk->folder, walk->name);
	if (fd >= 0)
		return go_on(walk, fd);
	walk->answer->error = errno;
	tell_missing(walk);
	return DOUBT_NONE;
}

void ask_walk(const struct ask_tools *tools, const char *path, struct ask_path *ret_path)
{
	struct ask_way walk = {
		.setup = tools->setup,
		.root = tools->root,
		.folder = -1,
		.answer = ret_path,
	};

	*ret_path = (struct ask_path){ 0 };
	if (path[0] != '/' || strlen(path) >= PATH_MAX) {
		ret_path->doubt = DOUBT_NAME;
		return;
	}
	strcpy(walk.rest, path);
	ret_path->doubt = move(&walk, "/");
	walk.host_uid = walk.here.stx_uid;
	while (!ret_path->doubt && !ret_path->error && !is_last(&walk))
		ret_path->doubt = take_part(&walk);
	if (!ret_path->doubt && !ret_path->error && !walk.is_told) {
		ret_path->make = EEXIST;
		tell(&walk, walk.folder, &walk.here);
	}
	if (!ret_path->real[0])
		strcpy(ret_path->real, "/");
	cleanup_close(&walk.folder);
}
