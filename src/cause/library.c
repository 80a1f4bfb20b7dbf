// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dynamic loader looks for a library in one directory after the other: in those of
 * LD_LIBRARY_PATH and of the program before the system's own. The first time that it does not find
 * one it looks for the directory, too, which it skips from then on if that is missing (open_path()
 * in glibc). So each missing directory has as many failing calls for itself as for libraries in it.
 * These are no failures if the system's directories, as the pen shows them, have the library, no
 * other one was missing there, and every process that may have made the calls ended well.
 */
#include "cause/library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cause/locate.h"
#include "sys/syscall.h"

/* Searched after all others, by ABI; one for which another ABI may have a library is not here. */
static const struct {
	enum arch arch;
	const char *directory;
} systems[] = {
	{ ARCH_X86_64, "/lib/x86_64-linux-gnu" },
	{ ARCH_X86_64, "/usr/lib/x86_64-linux-gnu" },
	{ ARCH_X86_64, "/lib64" },
	{ ARCH_X86_64, "/usr/lib64" },
	{ ARCH_X86, "/lib/i386-linux-gnu" },
	{ ARCH_X86, "/usr/lib/i386-linux-gnu" },
	{ ARCH_AARCH64, "/lib/aarch64-linux-gnu" },
	{ ARCH_AARCH64, "/usr/lib/aarch64-linux-gnu" },
	{ ARCH_AARCH64, "/lib64" },
	{ ARCH_AARCH64, "/usr/lib64" },
};

struct searches {
	const struct cause_facts *facts;
	const struct cause_host *host;
	struct record *record;
	struct record_failure **opens; /* what may have been a library */
	size_t n_opens;
};

static bool is_call_of(const struct record_failure *failure, const char *const *names)
{
	const char *name = sys_call_name(failure->arch, failure->nr);

	for (; name && *names; names++)
		if (str_eq(name, *names))
			return true;
	return false;
}

static bool is_missing(const struct record_failure *failure)
{
	return failure->error == ENOENT && failure->object == RECORD_OBJECT_PATH && failure->text &&
	       !failure->named && !failure->is_made && !failure->is_executed;
}

/* Whether FAILURE is of the kind by which the loader looks for a directory. */
static bool is_look(const struct record_failure *failure)
{
	static const char *const looks[] = { "newfstatat", "stat",  "stat64",
					     "fstatat64",  "statx", NULL };

	return is_missing(failure) && is_call_of(failure, looks);
}

/* Whether FAILURE is of the kind by which the loader opens a library. */
static bool is_open(const struct record_failure *failure)
{
	static const char *const opens[] = { "openat", "open", NULL };

	return is_missing(failure) && failure->access == ACCESS_READ && is_call_of(failure, opens);
}

/* Returns the name that the path of FAILURE has in DIRECTORY, or NULL. */
static const char *name_in(const struct record_failure *failure, const char *directory)
{
	size_t len = strlen(directory);

	if (strncmp(failure->text, directory, len) || failure->text[len] != '/' ||
	    strchr(failure->text + len + 1, '/'))
		return NULL;
	return failure->text + len + 1;
}

/* Returns whether a file of one of the system's directories was missing. A directory that the
 * loader skips may have it: only the first library that it looked for there is among the calls. */
static bool is_any_lost(const struct searches *searches)
{
	for (size_t i = 0; i < searches->n_opens; i++)
		for (size_t j = 0; j < ARRAY_SIZE(systems); j++)
			if (name_in(searches->opens[i], systems[j].directory))
				return true;
	return false;
}

/* Returns whether the pen shows the host's file PATH, for every user. */
static bool has_file(const struct cause_facts *facts, const struct cause_host *host,
		     const char *path)
{
	auto_free char *place = locate_resolve(facts->view, path);
	const struct pen_part *part = pen_view_find(facts->view, place);
	auto_free char *source = NULL;
	struct ask_path answer;

	if (!locate_is_host(part))
		return false;
	source = locate_on_host(part, place);
	host->path(host->data, source, &answer);
	return !answer.doubt && !answer.error && S_ISREG(answer.mode) && answer.mode & S_IROTH;
}

static bool has_library(const struct cause_facts *facts, const struct cause_host *host,
			enum arch arch, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(systems); i++) {
		auto_free char *path = mem_printf("%s/%s", systems[i].directory, name);

		if (systems[i].arch == arch && has_file(facts, host, path))
			return true;
	}
	return false;
}

/* Returns whether every process exited with status 0 that was there when calls alike to FAILURE
 * were made. */
static bool ended_well(const struct record *record, const struct record_failure *failure)
{
	for (size_t i = 0; i < record->processes.n; i++) {
		const struct record_process *process = &record->processes.v[i];

		if (process->start_ns <= failure->last_ns &&
		    (!process->end_ns || process->end_ns >= failure->at_ns) &&
		    (!process->end_ns || process->wait_status))
			return false;
	}
	return !record->lost.processes;
}

/* Returns whether all that was opened in the missing DIRECTORY was found elsewhere, and nobody else
 * looked for that. */
static bool is_found(const struct searches *searches, const struct record_failure *directory)
{
	uint64_t count = 0;

	for (size_t i = 0; i < searches->n_opens; i++)
		if (name_in(searches->opens[i], directory->text))
			count += searches->opens[i]->count;
	if (count != directory->count || !ended_well(searches->record, directory))
		return false;
	for (size_t i = 0; i < searches->n_opens; i++) {
		const struct record_failure *file = searches->opens[i];
		const char *name = name_in(file, directory->text);

		if (name && (file->arch != directory->arch || !ended_well(searches->record, file) ||
			     !has_library(searches->facts, searches->host, file->arch, name)))
			return false;
	}
	return true;
}

/* Marks in IS_STEP the failing calls that were steps of successful searches. */
static void mark_steps(const struct searches *searches, bool *is_step)
{
	struct record_failures *failures = &searches->record->failures;

	for (size_t i = 0; i < failures->n; i++) {
		if (!is_look(&failures->v[i]) || !is_found(searches, &failures->v[i]))
			continue;
		is_step[i] = true;
		for (size_t j = 0; j < searches->n_opens; j++)
			if (name_in(searches->opens[j], failures->v[i].text))
				is_step[searches->opens[j] - failures->v] = true;
	}
}

void library_drop_found(const struct cause_facts *facts, const struct cause_host *host,
			struct record *record)
{
	struct record_failures *failures = &record->failures;
	auto_free struct record_failure **opens = mem_alloc((failures->n + 1) * sizeof(*opens));
	auto_free bool *is_step = mem_alloc(failures->n + 1);
	struct searches searches = { facts, host, record, opens, 0 };
	size_t n = 0;

	for (size_t i = 0; i < failures->n; i++)
		if (is_open(&failures->v[i]))
			opens[searches.n_opens++] = &failures->v[i];
	if (!searches.n_opens || is_any_lost(&searches))
		return;
	mark_steps(&searches, is_step);
	for (size_t i = 0; i < failures->n; i++) {
		if (is_step[i])
			record_finish_failure(&failures->v[i]);
		else
			failures->v[n++] = failures->v[i];
	}
	failures->n = n;
}
