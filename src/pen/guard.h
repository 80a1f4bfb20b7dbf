/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command must not change in a directory that it may write: files that something outside the
 * pen runs or obeys, such as the hooks of a repository. Internal to pen/. */
#ifndef PINFOLD_PEN_GUARD_H
#define PINFOLD_PEN_GUARD_H

#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#include "pen/step.h"

enum guard_kind {
	GUARD_NONE = 0,
	GUARD_HOLD = 1,	  /* read-only in the pen, if it exists */
	GUARD_PIN = 2,	  /* a mount point, so that it cannot be renamed or removed */
	GUARD_TELL = 4,	  /* a mount would not do: changes are reported after the run */
	GUARD_FOLDER = 8, /* including what is in it */
	GUARD_LINKED = 16 /* another name links to it, or did before the run */
};

/* A name in a writable directory, relative to that. */
struct guard_name {
	char *name;
	unsigned int kind; /* GUARD_* */
};
struct guard_paths {
	char **v;
	size_t n, cap;
};
struct guard_names {
	struct guard_name *v;
	size_t n, cap;
	struct guard_paths outside; /* on the host: where links lead out of the directory */
	int err;		    /* -errno: incomplete; -E2BIG: there is too much */
	bool is_partial;	    /* not all links were followed */
};

/* The directory of a writable bind. */
struct guard_place {
	const char *target; /* in the pen, normalized */
	int fd;		    /* the directory */
	const char *path;   /* on the host, without links */
};

/* Lists in *ret_names, freed by guard_finish(), what is guarded in PLACE, whether it exists or not,
 * except for what a writable bind of REQUEST's settings names. Follows no link. */
void guard_list(const struct pen_request *request, const struct guard_place *place,
		struct guard_names *ret_names);

/* The same for the git repository in FOLDER of PLACE; FOLDER ends in a slash. */
void guard_list_repository(const struct settings *settings, const struct guard_place *place,
			   const char *folder, struct guard_names *names);

void guard_finish(struct guard_names *names);

/* Returns whether a writable bind of SETTINGS names NAME of PLACE, or a directory on the way to it.
 */
bool guard_is_named(const struct settings *settings, const struct guard_place *place,
		    const char *name);

/* The state of a name when it was looked at. */
struct guard_seen {
	char *name;
	unsigned int kind; /* GUARD_* */
	bool is_there;
	struct stat st;
};
struct guard_scene {
	struct guard_seen *v;
	size_t n, cap;
	bool is_partial; /* there was more than is searched */
};

/* The writable directories of a pen, before its command runs. */
struct guard_ids {
	struct guard_id {
		dev_t dev;
		ino_t ino;
		struct timespec changed;
	} * v;
	size_t n, cap; /* sorted once all are known */
};
struct guard_view {
	struct guard_place place;
	struct guard_names names;
	struct guard_scene before;
	struct guard_ids repositories; /* below the top, with what git obeys in them */
	bool is_partial;	       /* not all directories were searched for repositories */
};
struct guard_look {
	struct guard_view *v;
	size_t n, cap;
	struct timespec since;
};

/* Finds the directories that REQUEST binds writable, with what is guarded there and where links
 * among that lead, in *ret_look, freed by guard_look_finish(). */
void guard_find(const struct pen_request *request, struct guard_look *ret_look);
void guard_look_finish(struct guard_look *look);

/* guard_path.c: opens or looks at NAME below DIR without following a link or leaving DIR. Return a
 * descriptor or 0, or -errno. */
int guard_open(int dir, const char *name, int flags);
int guard_stat(int dir, const char *name, struct stat *ret_st);
DIR *guard_open_folder(int dir, const char *name);

/* Returns whether the entry NAME is "." or "..". */
bool guard_is_dots(const char *name);

/* Receives a link, or what one leads to: NAME below the place, or NULL; PATH on the host. */
typedef void guard_take(void *data, const char *name, const char *path);

/* Calls TAKE_NAME for the links along PATH, which may be relative to PLACE, and for what it leads
 * to. Returns 0, even if it leads nowhere, or -errno. */
int guard_follow(const struct guard_place *place, const char *path, guard_take *take_name,
		 void *data);
/* The same for the parts of NAME that are links. */
int guard_follow_name(const struct guard_place *place, const struct guard_name *name,
		      guard_take *take_name, void *data);
/*
 * The same for the hooks that the git configuration in FILE (below PLACE, or a path on the host)
 * names, and for the files that it includes, with their own. TREE is where the repository has its
 * working tree, unless the configuration says so itself: empty, or ending in a slash. HOME is what
 * "~" stands for, or NULL.
 */
int guard_follow_config(const struct guard_place *place, const char *file, const char *tree,
			const char *home, guard_take *take_name, void *data);

/* guard_look.c: looks at what is guarded before and after the run of REQUEST. What it allocates is
 * freed when the process exits. */
void guard_look_before(const struct pen_request *request, struct guard_look *look);
void guard_look_after(const struct pen_request *request, const struct guard_look *look,
		      struct guard_changes *ret_changes);

/* Adds to CHANGES that NAME, below PLACE, is of KIND, unless a directory on its way was added. */
void guard_tell(struct guard_changes *changes, enum guard_change_kind kind,
		const struct guard_place *place, const char *name);

/* Returns whether TIME, of a file, may be later than SINCE: some file systems keep whole seconds
 * only, or every other of them. */
bool guard_is_newer(const struct timespec *time, const struct timespec *since);

/* A search, after the run, for files with a set-user-ID or set-group-ID bit that were made or
 * changed meanwhile. */
struct guard_set_id {
	const struct guard_place *place;
	const struct timespec *since;
	struct guard_changes *changes;
};

/* guard_set_id.c: adds ENTRY of the open directory DIR, which is FOLDER below the place, to the
 * search's changes if it is one. Looks also into a .git at the top. */
void guard_set_id_look(const struct guard_set_id *search, const char *folder, int dir,
		       const struct dirent *entry);

/* guard_watch.c: a process that looks, with the caller's rights to read, which the supervisor has
 * dropped by the end of the run. */
struct guard_watch {
	int fd;	   /* the channel to it; -1: none */
	pid_t pid; /* 0: none */
};

/* Starts it if REQUEST binds a directory writable. Returns 0, or -errno with an error in DIAGS. */
int guard_watch_start(const struct pen_request *request, struct guard_watch *watch,
		      struct diags *diags);

/* Waits until it has looked, or SIGNALS, a signalfd, is readable. Returns 0, -EINTR for a signal,
 * or another -errno. */
int guard_watch_await(const struct guard_watch *watch, int signals);

/* Has it look again, and stores what it found in *ret_changes. */
void guard_watch_ask(struct guard_watch *watch, struct guard_changes *ret_changes);

/* Ends it. */
void guard_watch_stop(struct guard_watch *watch);

/* Adds the steps that keep what exists of the guarded names in PLAN's writable binds read-only.
 * Returns 0, or -errno with an error in DIAGS. */
int guard_plan(struct plan *plan, struct diags *diags);

#endif
