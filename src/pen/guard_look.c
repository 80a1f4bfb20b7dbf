// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks at what is guarded before and after a run: a mount cannot hold a name that does not exist,
 * one below a directory that can be renamed, or a repository created further down. What the command
 * made is hostile: no link is followed, only names and attributes are read, and everything is
 * bounded. The change time (ctime) is set by the kernel, and no call can forge it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/walk.h"
#include "pen/guard.h"
#include "pen/steps.h"

enum {
	SEEN_MAX = 8192,
	SEEN_DEPTH = 16,
	FOLDERS_MAX = 100000,
	WALK_ENTRIES_MAX = 2000000,
	WALK_DEPTH = 40
};

static const struct guard_seen *find(const struct guard_scene *scene, const char *name)
{
	for (size_t i = 0; i < scene->n; i++)
		if (str_eq(scene->v[i].name, name))
			return &scene->v[i];
	return NULL;
}

/* Records NAME, and with GUARD_FOLDER or GUARD_TELL what is in it. */
static void see(struct guard_scene *scene, int dir, const char *name, unsigned int kind, int depth)
{
	struct guard_seen *seen;
	struct dirent *entry;
	struct stat st;

	if (find(scene, name))
		return;
	if (scene->n == SEEN_MAX) {
		scene->is_partial = true;
		return;
	}
	seen = array_append(scene);
	seen->name = mem_strdup(name);
	seen->kind = kind;
	if (guard_stat(dir, name, &st))
		return;
	seen->is_there = true;
	seen->st = st;
	if (!S_ISDIR(st.st_mode) || !(kind & (GUARD_FOLDER | GUARD_TELL)))
		return;
	if (depth == SEEN_DEPTH) {
		scene->is_partial = true;
		return;
	}
	auto_closedir DIR *folder = guard_open_folder(dir, name);

	while (folder && (entry = readdir(folder))) {
		auto_free char *below = mem_printf("%s/%s", name, entry->d_name);

		if (!guard_is_dots(entry->d_name))
			see(scene, dir, below, kind & ~GUARD_LINKED, depth + 1);
	}
}

static void see_names(const struct guard_place *place, const struct guard_names *names,
		      struct guard_scene *scene)
{
	for (size_t i = 0; i < names->n; i++)
		see(scene, place->fd, names->v[i].name, names->v[i].kind, 0);
	scene->is_partial |= names->is_partial || names->err;
}

/* After the run no link is followed: instead it is reported that one was made or changed. */
static void see_again(const struct pen_request *request, const struct guard_view *view,
		      struct guard_scene *scene)
{
	struct guard_names names = { 0 };

	guard_list(request, &view->place, &names);
	see_names(&view->place, &names, scene);
	guard_finish(&names);
	for (size_t i = 0; i < view->before.n; i++) {
		const struct guard_seen *seen = &view->before.v[i];

		see(scene, view->place.fd, seen->name, seen->kind & GUARD_LINKED ? seen->kind : 0,
		    0);
	}
}

/* A directory is compared by its entries: its own times change for permitted reasons, too. */
static bool is_same(const struct stat *a, const struct stat *b)
{
	if (a->st_dev != b->st_dev || a->st_ino != b->st_ino || a->st_mode != b->st_mode)
		return false;
	return S_ISDIR(a->st_mode) ||
	       (a->st_size == b->st_size && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
		a->st_ctim.tv_nsec == b->st_ctim.tv_nsec);
}

void guard_tell(struct guard_changes *changes, enum guard_change_kind kind,
		const struct guard_place *place, const char *name)
{
	auto_free char *path = mem_printf("%s/%s", str_eq(place->path, "/") ? "" : place->path,
					  name);
	size_t len;

	/* Entries of a reported directory need no line of their own. */
	for (size_t i = 0; i < changes->n; i++) {
		len = strlen(changes->v[i].path);
		if (strncmp(path, changes->v[i].path, len) == 0 && (!path[len] || path[len] == '/'))
			return;
	}
	if (changes->n == GUARD_CHANGES_MAX)
		changes->more++;
	else
		*array_append(changes) = (struct guard_change){ kind, steal(&path) };
}

static void compare(const struct guard_place *place, const struct guard_scene *before,
		    const struct guard_scene *after, struct guard_changes *changes)
{
	static const struct guard_seen nothing;

	for (size_t i = 0; i < after->n; i++) {
		const struct guard_seen *now = &after->v[i], *then = find(before, now->name);

		then = then ? then : &nothing;
		if (!then->is_there && now->is_there)
			guard_tell(changes, GUARD_MADE, place, now->name);
		/* What git was going to run is no danger once it is gone. */
		else if (then->is_there && !now->is_there && !(then->kind & GUARD_TELL))
			guard_tell(changes, GUARD_GONE, place, now->name);
		else if (now->is_there && !is_same(&then->st, &now->st))
			guard_tell(changes, GUARD_CHANGED, place, now->name);
	}
}

/* The state of a search for repositories further down. */
struct guard_search {
	const struct pen_request *request;
	const struct guard_place *place;
	const struct timespec *since;
	struct guard_changes *changes; /* NULL: before the run */
	struct guard_ids *ids;	     /* of the repositories that exist, or existed before the run */
	struct guard_set_id *set_id; /* looks for these, too; NULL: does not */
	dev_t dev;		     /* of the directory being searched */
	size_t n_folders, n_entries;
	bool is_partial;
};

bool guard_is_newer(const struct timespec *time, const struct timespec *since)
{
	if (!time->tv_nsec)
		return time->tv_sec + 1 >= since->tv_sec;
	return time->tv_sec > since->tv_sec ||
	       (time->tv_sec == since->tv_sec && time->tv_nsec >= since->tv_nsec);
}

static int compare_ids(const void *a, const void *b)
{
	const struct guard_id *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

/* Before the run records the file or directory of ST; after it returns whether it existed. A name
 * would not do, because it can be moved. */
static bool was_there(struct guard_search *search, const struct stat *st, bool *ret_is_same)
{
	struct guard_id id = { st->st_dev, st->st_ino, st->st_ctim };
	const struct guard_id *then;

	*ret_is_same = true;
	if (!search->changes) {
		*array_append(search->ids) = id;
		return true;
	}
	then = search->ids->n
		       ? bsearch(&id, search->ids->v, search->ids->n, sizeof(id), compare_ids)
		       : NULL;
	/* The clock of a network file system may be behind: what matters is that the time differs,
	 * not that it is later. With whole seconds, a change may fall into the same one. */
	*ret_is_same = then && then->changed.tv_sec == id.changed.tv_sec &&
		       then->changed.tv_nsec == id.changed.tv_nsec &&
		       (id.changed.tv_nsec || !guard_is_newer(&id.changed, search->since));
	return then;
}

static bool is_changed(struct guard_search *search, int dir, const char *name)
{
	bool is_same;
	struct stat st;

	if (guard_stat(dir, name, &st))
		return false;
	was_there(search, &st, &is_same);
	return !is_same;
}

/* Whether NAME, or, if it is a directory, something in it, was changed. */
static bool is_changed_within(struct guard_search *search, const char *name)
{
	auto_closedir DIR *dir = NULL;
	struct dirent *entry;

	if (is_changed(search, search->place->fd, name))
		return true;
	dir = guard_open_folder(search->place->fd, name);
	while (dir && (entry = readdir(dir)) && search->n_entries++ <= WALK_ENTRIES_MAX)
		if (!guard_is_dots(entry->d_name) && is_changed(search, dirfd(dir), entry->d_name))
			return true;
	return false;
}

/* Looks at what git obeys in the repository NAME, a path below the place. */
static void search_repository(struct guard_search *search, const char *name)
{
	static const char *const files[] = { "config",		"config.worktree", "commondir",
					     "info/attributes", "hooks",	   "rebase-merge",
					     "rebase-apply",	"sequencer" };
	bool is_same;
	struct stat st;

	if (guard_stat(search->place->fd, name, &st))
		return;
	if (!was_there(search, &st, &is_same)) {
		guard_tell(search->changes, GUARD_MADE, search->place, name);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		auto_free char *path = mem_printf("%s/%s", name, files[i]);

		if (is_changed_within(search, path))
			guard_tell(search->changes, GUARD_CHANGED, search->place, path);
	}
}

static bool is_folder(int dir, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static void search_folder(struct guard_search *search, const char *name, int depth);

static void search_git(struct guard_search *search, const char *name, int depth)
{
	auto_free char *modules = mem_printf("%s/modules", name);

	search_repository(search, name);
	search_folder(search, modules, depth + 1);
}

static void search_file(struct guard_search *search, const char *path)
{
	bool was, is_same;
	struct stat st;

	if (guard_stat(search->place->fd, path, &st))
		return;
	was = was_there(search, &st, &is_same);
	if (!is_same)
		guard_tell(search->changes, was ? GUARD_CHANGED : GUARD_MADE, search->place, path);
}

static void search_below(struct guard_search *search, const char *path, int dir,
			 const struct dirent *entry, int depth)
{
	if (!str_eq(entry->d_name, ".git"))
		search_folder(search, path, depth + 1);
	else if (is_folder(dir, entry))
		search_git(search, path, depth);
	else
		search_file(search, path);
}

static void search_entry(struct guard_search *search, const char *folder, int dir,
			 const struct dirent *entry, int depth)
{
	bool is_git = str_eq(entry->d_name, ".git"), is_top = !*folder;

	if (search->set_id)
		guard_set_id_look(search->set_id, folder, dir, entry);
	/* The .git at the top is among the names. */
	if (is_git ? is_top : !is_folder(dir, entry))
		return;
	auto_free char *path = mem_printf("%s%s%s", folder, is_top ? "" : "/", entry->d_name);

	search_below(search, path, dir, entry, depth);
}

/* Whether FD is on one of the kernel's file systems, which may be mounted below: no command can
 * create a repository there, and reading them takes long. */
static bool is_of_kernel(int fd)
{
	static const long kinds[] = { PROC_SUPER_MAGIC,	   SYSFS_MAGIC,	       CGROUP_SUPER_MAGIC,
				      CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC,      TRACEFS_MAGIC,
				      BPF_FS_MAGIC,	   DEVPTS_SUPER_MAGIC, SECURITYFS_MAGIC };
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (fs.f_type == kinds[i])
			return true;
	return false;
}

/* A directory that cannot be read is not searched, although what is in it may be reachable by name.
 * If it belongs to a user who has no part in this run, the command could not change it either. */
static void miss_folder(struct guard_search *search, const char *name)
{
	struct stat st;

	if (!guard_stat(search->place->fd, name, &st))
		search->is_partial |= st.st_uid == geteuid() ||
				      (search->since && guard_is_newer(&st.st_ctim, search->since));
}

static DIR *open_searched(struct guard_search *search, const char *name)
{
	auto_closedir DIR *dir = guard_open_folder(search->place->fd, name);
	struct stat st;

	if (!dir && errno == EACCES)
		miss_folder(search, name);
	else if (!dir) /* the path is too long, or some other error; but not that it is gone */
		search->is_partial |= errno != ENOENT && errno != ENOTDIR && errno != ELOOP;
	if (!dir || fstat(dirfd(dir), &st) < 0)
		return NULL;
	if (st.st_dev != search->dev && is_of_kernel(dirfd(dir)))
		return NULL;
	search->dev = st.st_dev;
	return steal(&dir);
}

static void search_folder(struct guard_search *search, const char *name, int depth)
{
	auto_closedir DIR *dir = NULL;
	bool has_head = false, has_objects = false, has_refs = false, has_common = false;
	struct dirent *entry;
	dev_t dev = search->dev;

	if (depth > WALK_DEPTH || search->n_folders++ == FOLDERS_MAX ||
	    search->n_entries > WALK_ENTRIES_MAX) {
		search->is_partial = true;
		return;
	}
	if (*name && guard_is_named(search->request->settings, search->place, name))
		return;
	dir = open_searched(search, name);
	if (!dir)
		return;
	while ((entry = readdir(dir)) && search->n_entries++ <= WALK_ENTRIES_MAX) {
		if (guard_is_dots(entry->d_name))
			continue;
		has_head |= str_eq(entry->d_name, "HEAD");
		has_objects |= str_eq(entry->d_name, "objects");
		has_refs |= str_eq(entry->d_name, "refs");
		has_common |= str_eq(entry->d_name, "commondir");
		search_entry(search, name, dirfd(dir), entry, depth);
	}
	search->dev = dev;
	if (*name && has_head && (has_common || (has_objects && has_refs)))
		search_repository(search, name);
}

static bool search_place(struct guard_search *search)
{
	struct stat st;

	if (fstat(search->place->fd, &st) < 0)
		return true;
	search->dev = st.st_dev;
	search_folder(search, "", 0);
	return search->is_partial || search->n_entries > WALK_ENTRIES_MAX;
}

void guard_look_before(const struct pen_request *request, struct guard_look *look)
{
	guard_find(request, look);
	for (size_t i = 0; i < look->n; i++) {
		struct guard_view *view = &look->v[i];
		struct guard_search search = { .request = request,
					       .place = &view->place,
					       .ids = &view->repositories };

		see_names(&view->place, &view->names, &view->before);
		view->is_partial = search_place(&search);
		if (view->repositories.n)
			qsort(view->repositories.v, view->repositories.n,
			      sizeof(*view->repositories.v), compare_ids);
	}
	clock_gettime(CLOCK_REALTIME_COARSE, &look->since);
}

void guard_look_after(const struct pen_request *request, const struct guard_look *look,
		      struct guard_changes *ret_changes)
{
	for (size_t i = 0; i < look->n; i++) {
		struct guard_view *view = &look->v[i];
		struct guard_search search = { .request = request,
					       .place = &view->place,
					       .since = &look->since,
					       .changes = ret_changes,
					       .ids = &view->repositories };
		struct guard_scene after = { 0 };
		struct guard_set_id set_id = { &view->place, &look->since, ret_changes };

		if (!is_written(&request->settings->set_id))
			search.set_id = &set_id;
		see_again(request, view, &after);
		compare(&view->place, &view->before, &after, ret_changes);
		ret_changes->is_partial |= search_place(&search) | view->is_partial |
					   after.is_partial | view->before.is_partial;
	}
}
