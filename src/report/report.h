/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A report: what one run was meant to be, and what it was. Formats are rows; each turns the same
 * data into text and computes nothing. */
#ifndef PINFOLD_REPORT_REPORT_H
#define PINFOLD_REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "policy/policy.h"
#include "record/enforced.h"
#include "record/guard_change.h"
#include "record/network_use.h"
#include "record/record.h"

enum report_mode { MODE_ENFORCE, MODE_COMPLAIN, MODE_RECORD, MODE_TRACE };

enum exit_by {
	EXIT_BY_CHILD,
	EXIT_BY_SIGNAL,
	EXIT_BY_FILTER,
	EXIT_BY_LIMIT,
	EXIT_BY_PINFOLD,
	EXIT_BY_TRACE
};

struct report_exit {
	enum exit_by by;
	int status;		   /* exit status of pinfold */
	int signal;		   /* that killed the command; 0: none */
	const char *detail;	   /* "limit time", "limit memory"; an error message; NULL */
	const struct place *place; /* of the limit's statement; NULL: it was not a limit */
};

struct saved_facts;
struct judged;
struct baseline;

struct report {
	char *const *command; /* NULL at the end */
	pid_t pid;	      /* of a process that was already running; 0: none */
	const char *cgroup;   /* or the directory of its cgroup; NULL: none */
	const char *machine; /* that it ran on, hashed (base/machine_hash.h); NULL: not requested */
	struct timespec started;
	uint64_t elapsed_ns;
	enum report_mode mode;
	bool is_verbose;	     /* text: everything, not only what matters */
	bool is_file;		     /* text: everything that matters, however long */
	bool is_pen_judged;	     /* what the pen caused is a violation, too */
	const struct judged *judged; /* what else violates the policy (report/judged.h); or NULL */
	const struct baseline *baseline; /* what is no news (report/baseline.h); NULL: all is */
	struct report_exit exit;
	const struct policy *policy; /* of a run; NULL: it could not be read, or it is saved */
	const struct saved_facts
		*saved; /* of a saved report (report/policy_facts.h); NULL: of a run */
	const struct enforced *enforced; /* NULL: the pen was not made */
	const struct resources *resources;
	const struct guard_changes *guarded; /* NULL: the pen was not made */
	const struct network_use *network;   /* NULL: the pen was not made */
	const struct record *record;
};

struct report_format {
	const char *name;      /* as --format takes it */
	const char *extension; /* of a file that selects it: ".json"; NULL: none */
	const char *about;     /* for hints: "a summary in Markdown" */
	bool has_commands;     /* some of its lines are commands to the program that logs them */
	bool has_samples;      /* it shows the run over time */
	void (*write)(const struct report *report, FILE *to);
};

/* Returns the format of a file called PATH, by its longest extension that is one, or NULL. */
const struct report_format *report_format_of_file(const char *path);

/* Returns row I, or NULL past the end. */
const struct report_format *report_format_row(size_t i);

/* Those that are written without being asked for by name. */
extern const struct report_format report_text, report_json;

/* Returns "child", "signal", "filter", "limit", "pinfold" or "trace". */
const char *exit_by_name(enum exit_by by);

/* Writes how the run ended as one line of JSON, for --status-fd. */
void report_write_exit(const struct report_exit *end, FILE *to);

#endif
