// SPDX-License-Identifier: GPL-2.0-or-later
#include "cause/judge.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "policy/multiplex.h"
#include "policy/setting_row.h"
#include "sys/syscall.h"

static const char *const forks[] = { "clone", "clone3", "fork", "vfork", NULL };
static const char *const privileges[] = { "chown",  "lchown",  "fchown",   "fchownat",
					  "chroot", "mknod",   "mknodat",  "acct",
					  "swapon", "swapoff", "quotactl", NULL };
static const char *const instances[] = { "inotify_init", "inotify_init1", "fanotify_init", NULL };

/* For a call that fails so for want of a capability, as far as its name says. */
static void inquire_privilege(struct inquiry *inquiry)
{
	if (inquiry->refusal == REFUSAL_UNKNOWN)
		inquire_capability(inquiry);
	else
		inquire_path(inquiry);
}

/* The first row that matches decides; what matches none stays unknown. */
static const struct {
	int error; /* 0: any */
	enum record_object object;
	const char *const *calls; /* NULL: any */
	void (*inquire)(struct inquiry *inquiry);
} rows[] = {
	/* Instances are counted per user, by another limit: nothing is known about the caller's. */
	{ EMFILE, RECORD_OBJECT_NONE, instances, NULL },
	{ EMFILE, RECORD_OBJECT_NONE, NULL, inquire_descriptors },
	{ EMFILE, RECORD_OBJECT_PATH, NULL, inquire_descriptors },
	{ EAGAIN, RECORD_OBJECT_NONE, forks, inquire_processes },
	{ ENOMEM, RECORD_OBJECT_NONE, NULL, inquire_memory },
	{ EFBIG, RECORD_OBJECT_NONE, NULL, inquire_file_size },
	{ EFBIG, RECORD_OBJECT_PATH, NULL, inquire_file_size },
	{ ENOMEM, RECORD_OBJECT_PATH, NULL, inquire_memory },
	{ EPERM, RECORD_OBJECT_NONE, NULL, inquire_capability },
	{ EACCES, RECORD_OBJECT_NONE, NULL, inquire_capability },
	{ EPERM, RECORD_OBJECT_PATH, privileges, inquire_privilege },
	{ 0, RECORD_OBJECT_PATH, NULL, inquire_path },
	{ 0, RECORD_OBJECT_ADDRESS, NULL, inquire_address },
	{ 0, RECORD_OBJECT_PROCESS, NULL, inquire_process },
};

bool is_call(const struct inquiry *inquiry, const char *const *names)
{
	for (; *names; names++)
		if (str_eq(*names, inquiry->call))
			return true;
	return false;
}

static void decide(struct inquiry *inquiry, enum record_cause cause, char *words)
{
	free(inquiry->words);
	inquiry->words = words;
	inquiry->cause = cause;
}

void blame_pen(struct inquiry *inquiry, const char *format, ...)
{
	char *words = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		words = NULL;
	va_end(args);
	decide(inquiry, RECORD_CAUSE_PEN, words);
}

void blame_host(struct inquiry *inquiry)
{
	decide(inquiry, RECORD_CAUSE_HOST, NULL);
}

void blame_nobody(struct inquiry *inquiry, enum ask_doubt doubt)
{
	static const char *const why[] = {
		[DOUBT_NONE] = "the host has changed since",
		[DOUBT_LINK] = "it leads through a link that others could have put there",
		[DOUBT_MOUNT] = "it is mounted on demand",
		[DOUBT_PROC] = "it is another file for each process",
		[DOUBT_NAME] = "the host cannot be queried by that name",
		[DOUBT_LATE] = "the host did not answer in time",
	};

	decide(inquiry, RECORD_CAUSE_UNKNOWN, mem_strdup(why[doubt]));
}

/* Whether the path that the call named is not why it failed: a capability that is not over files
 * was refused. */
static bool lacks_more_than_files(const struct inquiry *inquiry)
{
	static const uint64_t over_files = 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_DAC_READ_SEARCH |
					   1ULL << CAP_FOWNER;

	return inquiry->failure->object == RECORD_OBJECT_PATH &&
	       (inquiry->refusal == REFUSAL_INSIDE || inquiry->refusal == REFUSAL_OUTSIDE) &&
	       !(over_files >> inquiry->capability & 1);
}

static void inquire_by_row(struct inquiry *inquiry)
{
	const struct record_failure *failure = inquiry->failure;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if ((rows[i].error && rows[i].error != failure->error) ||
		    rows[i].object != failure->object ||
		    (rows[i].calls && !is_call(inquiry, rows[i].calls)))
			continue;
		if (rows[i].inquire)
			rows[i].inquire(inquiry);
		return;
	}
}

/* Returns the name of the call that FAILURE is about, "" if it has none: socketcall(2) stands for
 * several. */
static const char *name_call(const struct record_failure *failure)
{
	static const char *const meant[] = { "bind", "connect", "sendto", "sendmsg", "sendmmsg" };
	const char *name = sys_call_name(failure->arch, failure->nr);
	struct multiplex multiplex;

	if (!name)
		return "";
	for (size_t i = 0; str_eq(name, "socketcall") && i < ARRAY_SIZE(meant); i++)
		if (multiplex_find(meant[i], &multiplex) && multiplex.number == failure->args[0])
			return meant[i];
	return name;
}

bool lacks_namespaces(const struct inquiry *inquiry)
{
	return inquiry->facts->enforced->pen && str_eq(inquiry->facts->enforced->pen, "landlock");
}

/* Drops a remedy that is refused in a pen without namespaces, and says so. */
static void drop_refused_fix(struct inquiry *inquiry)
{
	const char *statement = inquiry->statement ? inquiry->statement : "";
	auto_free char *verb = strndup(statement, strcspn(statement, " "));
	const struct setting_row *row = setting_find(verb);

	if (!lacks_namespaces(inquiry) || !row || row->without_namespaces)
		return;
	blame_pen(inquiry, "%s; in a pen with namespaces %s lifts it", inquiry->words,
		  inquiry->fix);
	fix_with_nothing(inquiry);
}

void judge_failure(const struct cause_facts *facts, const struct cause_host *host,
		   struct record_failure *failure)
{
	struct inquiry inquiry = {
		.facts = facts,
		.host = host,
		.failure = failure,
		.call = name_call(failure),
		.refusal = failure->refusal,
		.capability = failure->capability,
	};

	find_walled(&inquiry);
	if (lacks_more_than_files(&inquiry))
		inquire_capability(&inquiry);
	else
		inquire_by_row(&inquiry);
	drop_refused_fix(&inquiry);
	free(failure->words);
	free(failure->fix);
	free(failure->statement);
	failure->refusal = inquiry.refusal;
	failure->capability = inquiry.capability;
	failure->cause = inquiry.cause;
	failure->words = inquiry.words;
	if (inquiry.cause != RECORD_CAUSE_PEN)
		fix_with_nothing(&inquiry);
	failure->fix = inquiry.fix;
	failure->statement = inquiry.statement;
	if (inquiry.resolved && !failure->text)
		failure->text = steal(&inquiry.resolved);
	free(inquiry.resolved);
}
