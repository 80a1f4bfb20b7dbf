/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A failure being judged; internal to this room. */
#ifndef PINFOLD_CAUSE_INQUIRY_H
#define PINFOLD_CAUSE_INQUIRY_H

#include "cause/facts.h"
#include "record/record_failure.h"

struct inquiry {
	const struct cause_facts *facts;
	const struct cause_host *host;
	const struct record_failure *failure;
	const char *call; /* its name, or "" if it has none */
	enum record_refusal refusal;
	int capability; /* that was refused */
	/* The verdict. */
	enum record_cause cause;
	char *words, *fix, *statement;
	char *resolved; /* the path, if the call's own text did not say which one; NULL: it did */
};

/* Each stores the verdict for its kind in *INQUIRY, which stays unknown otherwise. */
void inquire_path(struct inquiry *inquiry);
void inquire_climb(struct inquiry *inquiry);
void inquire_address(struct inquiry *inquiry);
void inquire_capability(struct inquiry *inquiry);
/* A command without CAP_SYS_ADMIN is in a Landlock domain, which denies mounts before the kernel
 * asks for that capability: takes it as the one that was refused. */
void find_walled(struct inquiry *inquiry);
void inquire_process(struct inquiry *inquiry);
void inquire_processes(struct inquiry *inquiry);
void inquire_memory(struct inquiry *inquiry);
void inquire_descriptors(struct inquiry *inquiry);
void inquire_file_size(struct inquiry *inquiry);

/* As inquire_path(), for PATH instead of the failure's own. */
void inquire_about(struct inquiry *inquiry, const char *path);

/* Whether what PATH names, in the home directory that the pen has, is missing there, but not in the
 * caller's; then it stores that verdict. */
bool inquire_home(struct inquiry *inquiry, const char *path);

/* Records that the pen is the cause, in these words. Does not touch the fix. */
void blame_pen(struct inquiry *inquiry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void blame_host(struct inquiry *inquiry);
/* Leaves the verdict open, for the reason DOUBT. */
void blame_nobody(struct inquiry *inquiry, enum ask_doubt doubt);

/* Returns whether the pen is one without namespaces. */
bool lacks_namespaces(const struct inquiry *inquiry);

/* Returns whether the call is one of the NULL-terminated NAMES. */
bool is_call(const struct inquiry *inquiry, const char *const *names);

/* Sets the fix to OPTION with WORDS, quoted as one shell word, and to the statement that means the
 * same; to none if WORDS cannot be written so. */
void fix_with_words(struct inquiry *inquiry, const char *option, const char *words);
/* The same for PATH, written relative to the working directory if it is below that. */
void fix_with_path(struct inquiry *inquiry, const char *option, const char *path);
/* As fix_with_path(), with -r of the working directory besides; so there is no single statement. */
void fix_with_path_besides(struct inquiry *inquiry, const char *option, const char *path);
/* Sets the fix to CAPABILITY, CAP_*. */
void fix_with_capability(struct inquiry *inquiry, int capability);
void fix_with_nothing(struct inquiry *inquiry);

#endif
