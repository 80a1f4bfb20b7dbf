/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One failure under judgement; inside this room only. */
#ifndef PINFOLD_CAUSE_INQUIRY_H
#define PINFOLD_CAUSE_INQUIRY_H

#include "cause/facts.h"
#include "record/failure.h"

struct inquiry {
	const struct cause_facts *facts;
	const struct cause_host *host;
	const struct record_failure *failure;
	const char *call; /* its name, "" if it has none */
	/* The verdict. */
	enum record_cause cause;
	char *words, *fix;
};

/* Each gives the verdict of its kind in *INQUIRY: unknown, unless it says otherwise. */
void inquire_path(struct inquiry *inquiry);
void inquire_address(struct inquiry *inquiry);
void inquire_capability(struct inquiry *inquiry);
void inquire_process(struct inquiry *inquiry);
void inquire_processes(struct inquiry *inquiry);
void inquire_memory(struct inquiry *inquiry);
void inquire_descriptors(struct inquiry *inquiry);
void inquire_file_size(struct inquiry *inquiry);

/* As inquire_path(), of PATH in the place of the failure's. */
void inquire_about(struct inquiry *inquiry, const char *path);

/* Say that the pen is the cause, in these words. The fix stays as it is. */
void blame_pen(struct inquiry *inquiry, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void blame_host(struct inquiry *inquiry);
/* Leaves it open, for the reason of DOUBT. */
void blame_nobody(struct inquiry *inquiry, enum ask_doubt doubt);

/* Returns whether the call is one of NAMES, which NULL ends. */
bool is_call(const struct inquiry *inquiry, const char *const *names);

/* Sets the fix to OPTION with WORD, as one word of a shell; none where WORD has no such form. */
void fix_with_word(struct inquiry *inquiry, const char *option, const char *word);
/* The same for PATH, which is written as the working directory has it where it is below that. */
void fix_with_path(struct inquiry *inquiry, const char *option, const char *path);

#endif
