/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What held a run, and what it used. Made by the pen, for reports: numbers of the kernel's, and
 * texts. */
#ifndef PINFOLD_RECORD_ENFORCED_H
#define PINFOLD_RECORD_ENFORCED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ENFORCED_LIMITS_MAX = 8,
	ENFORCED_FDS_MAX = 80,
	ENFORCED_NOTES_MAX = 8,
	ENFORCED_MISSING_MAX = 12,
	ENFORCED_FOLDER_NOTES_MAX = 4
};

/* A limit of the cgroup, or on time, by its name in the language and in its unit there: bytes,
 * processes, percent of one CPU, nanoseconds. */
struct enforced_limit {
	const char *name;
	uint64_t value;
	uint64_t most; /* that the pen can have of it, as its use is counted; 0: the value */
};

/* A step of the set-up, in words: "bind '/usr'", and which process does it. */
struct enforced_step {
	const char *actor, *text;
};

/* What was in force. */
struct enforced {
	unsigned long namespaces; /* CLONE_NEW* */
	uint64_t capabilities;	  /* of the command, in its user namespace: bit 1 << CAP_* */
	const char *root;	  /* the new root's source: a directory, or "host view" */
	int cgroup_version;	  /* 0: none */
	const char *cgroup_path;
	struct enforced_limit limits[ENFORCED_LIMITS_MAX];
	size_t n_limits;
	int fds[ENFORCED_FDS_MAX]; /* all descriptors that the command got */
	size_t n_fds;
	const char *directory_note; /* why the working directory is not shown; NULL: it is */
	bool is_directory_foreign;  /* it belongs to another user than the command's, which -r of
				       it would change */
	/* What of directories the caller may expect otherwise; and what the defaults ask for and
	 * could not be had. */
	const char *folder_notes[ENFORCED_FOLDER_NOTES_MAX];
	size_t n_folder_notes;
	const char *notes[ENFORCED_NOTES_MAX];
	size_t n_notes;
	const char *pen; /* what it is made of: "namespaces" or "landlock" */
	const char *missing[ENFORCED_MISSING_MAX]; /* what one with namespaces would keep from the
						      command */
	size_t n_missing;
	const struct enforced_step *steps; /* in order */
	size_t n_steps;
};

/* UINT64_MAX in a number: not known. */
struct resources {
	const char *source; /* of memory_peak: "cgroup" or "rusage" */
	uint64_t cpu_ns, memory_peak, pids_peak, oom_kills;
	struct {
		const char *cpu_ns, *memory_peak, *pids_peak, *oom_kills; /* NULL: not known */
	} sources;
};

#endif
