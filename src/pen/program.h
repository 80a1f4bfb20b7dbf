/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command's program file: whether it can be executed, and what to say if not. Internal to
 * pen/. */
#ifndef PINFOLD_PEN_PROGRAM_H
#define PINFOLD_PEN_PROGRAM_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/diag.h"

struct pen;
struct plan;
struct strbuf;

enum { PROGRAM_NAME_ROOM = 256 };

/* Why a file cannot be executed. The later ones are only suspicions: exec decides. */
enum program_flaw {
	PROGRAM_NO_FLAW,
	PROGRAM_UNREACHABLE, /* a directory on the way is not accessible */
	PROGRAM_FOLDER,
	PROGRAM_SPECIAL, /* not a regular file */
	PROGRAM_NOEXEC,	 /* its file system is noexec */
	PROGRAM_CLOSED,	 /* its mode does not allow it */
	PROGRAM_NO_INTERPRETER,
	PROGRAM_NO_LOADER,
	PROGRAM_FOREIGN, /* for another machine */
	PROGRAM_TEXT,	 /* its first bytes are of an unknown format */
	PROGRAM_MARKED,	 /* a byte order mark comes before its "#!" */
};

/* What pid 2 found out about the file, with the command's rights, inside the pen. */
struct program_look {
	enum program_flaw flaw;
	int error;		      /* about what it needs: ENOENT, EACCES ... */
	char name[PROGRAM_NAME_ROOM]; /* of what it needs, or its own; may be cut */
	bool is_script;
	unsigned int machine; /* EM_*, of PROGRAM_FOREIGN */
	mode_t mode;	      /* of PROGRAM_CLOSED, with the owner */
	uid_t uid;
	gid_t gid;
};

/* In pid 2: returns 0 if PATH may be executed, otherwise -errno, with the reason in LOOK unless
 * that has an earlier flaw. */
int program_check(const char *path, struct program_look *look);

/* In pid 2: looks into PATH, which may be executed, and stores in LOOK what exec will find
 * missing. */
void program_look_inside(const char *path, struct program_look *look);

/* program_outside.c: finds the command on the host, with the caller's rights, for the messages
 * below. Call it when the plan's files are complete. */
void program_find_outside(struct plan *plan);

/* Appends the options that show the host's program PATH in the pen, each after a blank; nothing if
 * it is shown already, or cannot be. */
void program_format_binds(const struct plan *plan, const char *path, struct strbuf *buf);

/* program_words.c: add to DIAGS why the command was not found, or not executed, with ERROR; return
 * false, with nothing in DIAGS, if there is no more to say than what the step itself says. */
bool program_explain_find(const struct pen *pen, int error, struct diags *diags);
bool program_explain_exec(const struct pen *pen, int error, struct diags *diags);

#endif
