/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A step of the set-up, the list of steps, and what they share: plain data, included by every file
 * that implements steps, and independent of all of them. Internal to pen/. */
#ifndef PINFOLD_PEN_STEP_H
#define PINFOLD_PEN_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "base/str.h"
#include "pen/etc_files.h"
#include "pen/identity.h"
#include "pen/pen.h"
#include "pen/program.h"
#include "pen/stdio_entry.h"
#include "pen/sweeper.h"
#include "pen/tty.h"
#include "relay/relay.h"

struct step;

enum { SETUP_OWN_MAX = 256, BUDGETS = 5, COVERS_MAX = 4096 };

/* Keys on the terminal that send a signal which kills by default. */
enum key { KEY_INTERRUPT, KEY_QUIT, KEYS };

/* Which part of a step failed, if the errno alone could mean several. */
enum step_part { PART_NONE, PART_SOURCE, PART_TARGET, PART_KIND, PART_ACCESS };

/* What the children report to the supervisor: written by pid 1, and by pid 2 before its exec. */
struct status_page {
	int step;		 /* index of the current step, or of the one that failed */
	int error;		 /* errno of the step that failed; 0: none did */
	enum step_part part;	 /* of that step */
	int is_done;		 /* the command has ended: wait_status is valid */
	int wait_status;	 /* of the command, as wait(2) gives it */
	unsigned int keys[KEYS]; /* how often pid 1 has heard each key, */
	unsigned int late[KEYS]; /* and how often after the command had ended */
	size_t n_covers;
	struct {
		uint64_t id; /* of a mount that must stay, as in mountinfo */
		int step;    /* that made it */
	} covers[COVERS_MAX];
	bool is_elsewhere; /* the command did not start in the caller's working directory */
	struct program_look program; /* what pid 2 found of the command's file */
	bool has_bare_etc;	     /* no overlay holds the pen's files in /etc */
	uint64_t start_ns; /* clock_ns() just before the command's process was forked; 0: never */
};

/* The command's filter, which is compiled while the pen is being set up. */
struct filter_page {
	struct pen_program program; /* without its pointer */
	struct sock_filter v[BPF_MAXINSNS];
};

/* What the steps of a set-up share. Used in the child, except by prepare. */
struct setup {
	struct plan *plan;
	struct cgroup *cgroup; /* NULL: none */
	struct status_page *page;
	struct filter_page *filter; /* from the supervisor, before the word to start */
	pid_t command;		    /* the command's, as pid 1 sees it */
	int life;		    /* the child's end of the channel to the supervisor */
	int base;		    /* a file system of ours on which the new root is assembled */
	int root;		    /* the new root */
	dev_t own[SETUP_OWN_MAX];   /* file systems of ours: mount points may be created there */
	size_t n_own;
	uint64_t firm[SETUP_OWN_MAX]; /* mounts whose mount points nobody outside can remove */
	size_t n_firm, n_overlays;
	int rules;	  /* Landlock's, for the command; -1: none yet */
	mode_t umask;	  /* the caller's, for the command */
	const char *path; /* of the command, once found */
	char path_space[4096];
};

/* Which process runs a step: the supervisor before the clone, pid 1, or pid 2. */
enum step_actor { BY_SUPERVISOR, BY_INIT, BY_COMMAND };

/* What all steps of one kind have in common. */
struct step_kind {
	/* Returns 0 or -errno. In the child: must not allocate, print or raise. */
	int (*run)(struct setup *setup, const struct step *step);
	const char *needs;  /* the call that it depends on; NULL: openat2 */
	const char *absent; /* the hint if its source does not exist; NULL: none */
};

struct step {
	enum step_actor actor;
	const struct step_kind *kind; /* NULL: prepare does everything */
	char *text;		      /* what it does, in the imperative: "mount a new /proc" */
	const char *hint;	      /* for its error message; NULL: none */
	enum machine_row row;	      /* what of the machine it depends on, for that message */
	struct place place;	      /* of the statement that requests it; {0}: none does */
	/* Run by the supervisor before the clone; NULL: nothing. It adds its errors to DIAGS
	 * itself. */
	int (*prepare)(struct setup *setup, struct step *step, struct diags *diags);

	/* Operands; what they mean is up to the step. */
	char *source, *target;
	uint64_t attributes, number, number2;
	mode_t mode;
	bool makes_process; /* prepare does: so only once the cgroup is made */
	bool is_optional;
	bool is_overlaid; /* of a bind: something in it is covered */
	bool has_etc;	  /* the pen's own files are in it */
	bool is_absent;	  /* found by prepare: an optional source does not exist */
	bool is_here;	  /* the source is the working directory, whatever its name */
	bool is_strict;	  /* the source's path may have no link that a run could have made */
	bool is_seen;	  /* the source was identified: */
	dev_t dev;
	ino_t ino;
	int seen; /* the source as opened by the supervisor; -1: not opened */
	int tree; /* a detached mount; -1: none */
};

/* A user namespace for id-mapped binds of files that belong to UID:GID. */
struct idmap {
	int fd; /* -1: not created yet */
	uid_t uid;
	gid_t gid;
};

/* Everything made from a request. */
struct plan {
	const struct pen_request *request;
	struct step *v;
	size_t n, cap;
	struct enforced_step *words; /* of each step, in the same order */
	enum pen_choice kind;	     /* never PEN_AUTO */
	struct sweeper sweeper;
	char *tmp; /* the command's own directory, without namespaces; NULL: none */
	const char *missing[ENFORCED_MISSING_MAX];
	size_t n_missing;
	struct identity who;
	struct tty tty;
	long budgets[BUDGETS]; /* budget.c; below 0: not bounded */
	struct stdio stdio;
	struct etc etc;
	const struct step *under_way; /* the step being prepared by the supervisor */
	unsigned long namespaces;     /* CLONE_NEW* */
	bool has_rules;		      /* of Landlock, which the command enters */
	bool has_strange_root;	      /* the root is not the host's: follow no link in it */
	bool has_old_mounts;	      /* tree_is_old(): mounts are made by mount(2) */
	char **argv, **envp;	      /* copies for the command */
	struct sock_filter *program;  /* room for a copy that takes the launch cookie */
	char *directory;	      /* where the command starts, if possible */
	const char *pasta;	      /* the program for net user; NULL: none was requested */
	struct relay relay;	      /* for net relay */
	struct idmap idmap;
	char *outside;		     /* the command's program on the host; NULL: none was found */
	bool may_be_outside;	     /* where the caller may not look */
	struct strbuf outside_binds; /* the options that show it, a blank before each */
	char *directory_note;	     /* why the working directory is not shown; NULL: it is */
	/* It is shown, but as another user's than the command's; requesting it would map that. */
	bool is_directory_foreign;
	char *elsewhere_note; /* if the command started elsewhere, says so; NULL: need not */
	char *closed_note;    /* what is bound but cannot be read; NULL: nothing */
	char *note;	      /* which defaults could not be applied; NULL: none */
	char *core_note;      /* what a crash may start on the host; NULL: nothing */
};

/* Appends a step, whose text is a printf format. Returns it; valid until the next one is added. */
struct step *plan_add(struct plan *plan, enum step_actor actor, const struct step_kind *kind,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds the failure ERR of STEP, in its PART, to DIAGS, with its place and a matching hint; returns
 * ERR. */
int step_fail(const struct step *step, enum step_part part, int err, struct diags *diags);

#endif
