/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program file of the command: whether it can be executed, and what to say if not. Internal to
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

/* Why a file cannot be executed. The later ones are only suspected: exec decides. */
enum program_flaw {
	PROGRAM_NO_FLAW,
	PROGRAM_UNREACHABLE, /* a folder on the way is closed */
	PROGRAM_FOLDER,
	PROGRAM_SPECIAL, /* it is no regular file */
	PROGRAM_NOEXEC,	 /* by its file system */
	PROGRAM_CLOSED,	 /* by its mode */
	PROGRAM_NO_INTERPRETER,
	PROGRAM_NO_LOADER,
	PROGRAM_FOREIGN, /* for another machine */
	PROGRAM_TEXT,	 /* its first bytes are of no known kind */
	PROGRAM_MARKED,	 /* a byte order mark stands before its "#!" */
};

/* What pid 2 found out about the file, with the command's rights, inside the pen. */
struct program_look {
	enum program_flaw flaw;
	int error;		      /* of what it needs: ENOENT, EACCES ... */
	char name[PROGRAM_NAME_ROOM]; /* of what it needs, or its own; may be cut */
	bool is_script;
	unsigned int machine; /* EM_*, of PROGRAM_FOREIGN */
	mode_t mode;	      /* of PROGRAM_CLOSED, with the owner */
	uid_t uid;
	gid_t gid;
};

/* In pid 2: returns 0 if PATH may be executed, else -errno; why not is then in LOOK, unless an
 * earlier flaw is. */
int program_check(const char *path, struct program_look *look);

/* In pid 2: looks into PATH, which may be executed, and puts what exec will miss into LOOK. */
void program_look_inside(const char *path, struct program_look *look);

/* program_outside.c: finds the command on the host, with the caller's rights, for the words below.
 * To be called when the plan's files are complete. */
void program_find_outside(struct plan *plan);

/* Appends, each with a blank before it, the options that show the host's program PATH in the pen;
 * nothing if it is shown, or cannot be. */
void program_format_binds(const struct plan *plan, const char *path, struct strbuf *buf);

/* program_words.c: words why the command was not found, or not executed, by ERROR; both return
 * false, with nothing in DIAGS, where there is no more to say than the step itself does. */
bool program_explain_find(const struct pen *pen, int error, struct diags *diags);
bool program_explain_exec(const struct pen *pen, int error, struct diags *diags);

#endif
