/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that the filter allowed but that failed in the way of what a pen keeps out: what each
 * named, and whether the pen was the cause. A trace source fills in everything but the verdict
 * (enum record_cause, its words and its fix), which src/cause adds after the run.
 */
#ifndef PINFOLD_RECORD_RECORD_FAILURE_H
#define PINFOLD_RECORD_RECORD_FAILURE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "record/record_stack.h"
#include "sys/arch.h"
#include "sys/syscall.h"

enum record_access { ACCESS_LOOK, ACCESS_READ, ACCESS_WRITE };

/* What kind of thing a failing call named. */
enum record_object {
	RECORD_OBJECT_NONE,
	RECORD_OBJECT_PATH,
	RECORD_OBJECT_ADDRESS, /* of a socket */
	RECORD_OBJECT_PROCESS, /* the target's pid is among the arguments */
};

/* Would the call have worked for the caller outside the pen? */
enum record_cause {
	RECORD_CAUSE_UNKNOWN,
	RECORD_CAUSE_PEN,
	RECORD_CAUSE_HOST, /* it fails there, too */
};

/* What is known of a capability that the failing call asked for and was refused. */
enum record_refusal {
	REFUSAL_UNKNOWN, /* the trace source, or the kernel, does not tell */
	REFUSAL_NONE,	 /* the call did not fail for the lack of one */
	REFUSAL_INSIDE,	 /* over the command's user namespace */
	REFUSAL_OUTSIDE, /* over another one, such as the host's */
};

/* Failing calls alike in ABI, number, error and what they named. */
struct record_failure {
	enum arch arch;
	uint32_t nr;
	int error; /* errno */
	enum record_object object;
	/*
	 * A path is absolute, below the first caller's root, without "." and "..", and may lead
	 * through links; raw bytes from the command. An address is "AF_INET 127.0.0.1:80" or
	 * "AF_UNIX "/run/x"", safe to print. NULL: nothing was named, or it was not readable, too
	 * long, or led through ".." in a way that only the file system knows.
	 */
	char *text;
	char *second; /* the other path of a rename or link; NULL: none, or not known */
	/* The path as the call had it, if it is relative and has "..", or if only the file system
	 * could resolve that; NULL: it says no more than the text does. */
	char *named;
	char *base; /* that a relative one starts from, absolute; NULL: none, or not known */
	enum record_access access; /* the kind of access requested */
	bool is_executed;	   /* the path was to be executed */
	bool is_made;	/* the path was to be created: its directory may be what is missing */
	bool is_remote; /* an internet address other than this machine's */
	int family;	/* of the address: AF_*; 0: none */
	uint16_t port;	/* of an internet address, in host byte order */
	enum record_refusal refusal;
	int capability;		     /* the one that was refused, CAP_* */
	uint64_t args[SYS_ARGS_MAX]; /* of the first; pointers are samples */
	uint64_t count;
	pid_t pid, tid, host_pid; /* of the first; pid and tid as in the pen */
	char comm[16];
	char *exe;		   /* its program; NULL: not known */
	pid_t last_host_pid;	   /* of the last */
	bool is_survived;	   /* the process of the last one ended well without it */
	uint64_t at_ns, last_ns;   /* of the first and the last, since the start of the command */
	struct record_stack stack; /* of the first, on request */
	enum record_cause cause;
	char *words;	 /* of the cause: "the directory is shown read-only"; NULL: none */
	char *fix;	 /* what lifts it: "-w ."; NULL: nothing, or not known */
	char *statement; /* the same in a policy: "bind rw /srv/x"; NULL as for fix */
};

struct record_failures {
	struct record_failure *v; /* ordered by the time of the first */
	size_t n, cap;
	bool are_known; /* the trace source sees them; if not, an empty list means nothing */
	uint64_t lost;	/* calls that were dropped, and are missing from v */
};

/* Returns whether the call was refused a capability, and lacking it is why it failed. */
bool record_is_refused(const struct record_failure *failure);

/* Frees what the failure owns, but not the failure itself. */
void record_finish_failure(struct record_failure *failure);

/* Frees all of them, and leaves the list empty. */
void record_finish_failures(struct record_failures *failures);

/* Returns how many calls the pen made fail: what check --pen-failures fails on. */
uint64_t record_pen_failures(const struct record_failures *failures);

#endif
