/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command must not change in a folder that it may write: files there that something outside
 * of the pen runs or obeys, such as the hooks of a repository. Internal to pen/.
 */
#ifndef PINFOLD_PEN_GUARD_H
#define PINFOLD_PEN_GUARD_H

#include <sys/stat.h>
#include <time.h>

#include "pen/plan.h"

enum guard_kind {
	GUARD_NONE = 0,
	GUARD_HOLD = 1,	 /* read-only in the pen, where it is there */
	GUARD_PIN = 2,	 /* a mount of its own, so that it is not renamed or removed */
	GUARD_TELL = 4,	 /* no mount would do: a change is told after the run */
	GUARD_FOLDER = 8 /* with what is in it */
};

/* Names of a writable folder, relative to it. */
struct guard_name {
	char *name;
	unsigned int kind; /* GUARD_* */
};
struct guard_names {
	struct guard_name *v;
	size_t n, cap;
};

/* The folders of the writable binds that SETTINGS have, for guard_list(). */
struct guard_place {
	const char *target; /* in the pen, normalized */
	int fd;		    /* the folder */
	const char *path;   /* on the host, without links */
};

/* Lists in *ret_names, for guard_finish(), what is guarded in PLACE, whether it is there or not:
 * all but what a writable bind of REQUEST's settings names. */
void guard_list(const struct pen_request *request, const struct guard_place *place,
		struct guard_names *ret_names);

void guard_finish(struct guard_names *names);

/* Gives whether a writable bind of SETTINGS names NAME of PLACE, or a folder on the way to it. */
bool guard_is_named(const struct settings *settings, const struct guard_place *place,
		    const char *name);

/* A name as it was found. */
struct guard_seen {
	char *name;
	unsigned int kind; /* GUARD_* */
	bool is_there;
	struct stat st;
};
struct guard_scene {
	struct guard_seen *v;
	size_t n, cap;
	bool is_partial; /* there was more than is looked at */
};

/* The writable folders of a pen, before its command runs. */
struct guard_view {
	struct guard_place place;
	struct guard_scene before;
};
struct guard_look {
	struct guard_view *v;
	size_t n, cap;
	struct timespec since;
};

/* guard_look.c: looks at what is guarded before and after the run of REQUEST. What it takes is
 * given back by the end of the process. */
void guard_look_before(const struct pen_request *request, struct guard_look *look);
void guard_look_after(const struct pen_request *request, const struct guard_look *look,
		      struct guard_changes *ret_changes);

/* guard_watch.c: a process that looks, with the caller's rights to read, which the supervisor has
 * given up by the end. */
struct guard_watch {
	int fd;	   /* the channel to it; -1: there is none */
	pid_t pid; /* 0: none */
};

/* Starts it where REQUEST binds a folder writable. Gives 0, or -errno with an error in DIAGS. */
int guard_watch_start(const struct pen_request *request, struct guard_watch *watch,
		      struct diags *diags);

/* Waits until it has looked; SIGNALS is a signalfd that ends the wait. Gives 0, -EINTR for a
 * signal, or -errno. */
int guard_watch_await(const struct guard_watch *watch, int signals);

/* Lets it look again, and takes what it found into *ret_changes. */
void guard_watch_ask(struct guard_watch *watch, struct guard_changes *ret_changes);

void guard_changes_finish(struct guard_changes *changes);

/* Ends it. */
void guard_watch_stop(struct guard_watch *watch);

/* Adds the steps that keep read-only what is there of the guarded in the writable bind of SOURCE
 * on TARGET. */
void guard_plan(struct plan *plan, const char *source, const char *target);

#endif
