// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Without a trace by eBPF nothing is known of failing calls; and with one, some programs give up
 * though none of their calls failed, because of what they are, or what they see. A guess is made
 * only from a status that the command is known to end with, or for work that it cannot do
 * otherwise, for want of what this pen lacks; where that is no sign, nothing is said.
 */
#include "report/guess.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/failures.h"
#include "report/policy_facts.h"

enum lack { LACK_NETWORK, LACK_WRITING, LACK_PROGRAM, LACK_OWNER, LACK_RIGHTS };

static const struct {
	const char *words, *fix;
	bool is_silent; /* no call fails */
} lacks[] = {
	[LACK_NETWORK] = { "it has no network", "fix: --net user" },
	[LACK_WRITING] = { "its working directory is read-only", "fix: -w ." },
	[LACK_PROGRAM] = { "a program may be outside it",
			   "fix: -r DIR, the directory of that program" },
	[LACK_OWNER] = { "its working directory belongs to another user than the command's",
			 "fix: -r .", true },
	[LACK_RIGHTS] = { "a set-user-ID bit gives no rights in it",
			  "hint: leave that program out; --user and --capability say what the "
			  "command is and may do",
			  true },
};

enum { ANY_FAILURE = 0 };

static const struct {
	const char *program; /* NULL: any */
	const char *words;   /* one of which is an argument; NULL: no matter */
	int status;
	enum lack lack;
} rows[] = {
	{ "curl", NULL, 6, LACK_NETWORK },  /* curl(1): a host was not resolved, */
	{ "curl", NULL, 7, LACK_NETWORK },  /* or not connected to */
	{ "wget", NULL, 4, LACK_NETWORK },  /* wget(1): network failure */
	{ "ssh", NULL, 255, LACK_NETWORK }, /* ssh(1): an error of its own */
	{ "scp", NULL, 255, LACK_NETWORK },
	{ "sftp", NULL, 255, LACK_NETWORK },
	{ "rsync", NULL, 10, LACK_NETWORK }, /* rsync(1): an error of a socket */
	{ "rsync", NULL, 255, LACK_NETWORK },
	{ "dig", NULL, 9, LACK_NETWORK }, /* dig(1): no reply */
	{ "git", "clone fetch ls-remote pull push submodule", 128, LACK_NETWORK },
	{ "npm", "add ci i install publish update", 1, LACK_NETWORK },
	{ "pip", "download install", 1, LACK_NETWORK },
	{ "pip3", "download install", 1, LACK_NETWORK },
	{ "cargo", "fetch install publish search update", 101, LACK_NETWORK },
	{ "go", "get mod", 1, LACK_NETWORK },
	{ "gem", "fetch install update", 2, LACK_NETWORK },
	{ "git",
	  "add am apply branch checkout cherry-pick commit config gc init merge mv rebase reset "
	  "restore "
	  "revert rm stash switch tag worktree",
	  128, LACK_WRITING },
	/* git(1): safe.directory */
	{ "git",
	  "add am apply bisect blame branch checkout cherry-pick clean commit config describe diff "
	  "fetch gc grep log ls-files merge mv pull push rebase reset restore rev-list rev-parse "
	  "revert rm shortlog show stash status submodule switch tag worktree",
	  128, LACK_OWNER },
	{ "sudo", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "su", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "doas", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "pkexec", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "passwd", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "gpasswd", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "chfn", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "chsh", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ "newgrp", NULL, ANY_FAILURE, LACK_RIGHTS },
	{ NULL, NULL, 126, LACK_PROGRAM }, /* as shells end that cannot execute one, */
	{ NULL, NULL, 127, LACK_PROGRAM }, /* or find none */
};

static bool is_program(const char *command, const char *name)
{
	const char *slash = strrchr(command, '/');

	return !name || str_eq(slash ? slash + 1 : command, name);
}

static bool has_word(char *const *command, const char *words)
{
	if (!words)
		return true;
	for (; *command; command++)
		if (str_is_among(*command, words))
			return true;
	return false;
}

static bool process_has_word(const struct record_process *process, const char *words)
{
	const char *at = process->args, *end = at ? at + process->args_len : NULL;

	if (!words)
		return true;
	for (; at && at < end && memchr(at, '\0', (size_t)(end - at)); at += strlen(at) + 1)
		if (str_is_among(at, words))
			return true;
	return false;
}

static bool is_lacking(enum lack lack, const struct report *report)
{
	switch (lack) {
	case LACK_NETWORK:
		return !facts_have_network(report);
	case LACK_WRITING:
		return !facts_have_writable_directory(report);
	case LACK_OWNER:
		return report->enforced && report->enforced->is_directory_foreign;
	case LACK_PROGRAM:
	case LACK_RIGHTS:
		break;
	}
	return true;
}

/* WHO ended so; NULL: the command. */
static void add_guess(struct page *page, enum lack lack, const char *who, int status)
{
	const struct page_view *view = &page->view;
	struct page_part *part = page_add(page, NULL);

	strbuf_printf(&part->head,
		      "%spinfold: perhaps caused by the pen:%s %s, and %s ended with %d\n",
		      view->palette->strong, view->palette->end, lacks[lack].words,
		      who ? who : "the command", status);
	page_format_fix(view, "  ", lacks[lack].fix, &part->head);
}

static bool is_status(size_t row, int status)
{
	return rows[row].status == ANY_FAILURE ? status != 0 : status == rows[row].status;
}

/* Returns whether PROCESS ended with STATUS for want of what row ROW says. */
static bool is_silent_row(size_t row, const struct record_process *process, int status,
			  const struct report *report)
{
	return lacks[rows[row].lack].is_silent && is_status(row, status) && process->exe &&
	       is_program(process->exe, rows[row].program) &&
	       process_has_word(process, rows[row].words) && is_lacking(rows[row].lack, report);
}

/* Adds what a program may have given up for without a failing call, the command or another one of
 * the run. */
static void guess_silent(struct page *page)
{
	const struct report *report = page->view.report;
	const struct record_processes *processes = &report->record->processes;

	for (size_t i = processes->n; i-- > 0;) {
		const struct record_process *process = &processes->v[i];
		int status = WIFEXITED(process->wait_status) ? WEXITSTATUS(process->wait_status)
							     : 0;
		size_t row = 0;

		while (row < ARRAY_SIZE(rows) && !is_silent_row(row, process, status, report))
			row++;
		if (row == ARRAY_SIZE(rows))
			continue;
		add_guess(page, rows[row].lack, rows[row].program, status);
		return;
	}
}

void guess_add(struct page *page)
{
	const struct report *report = page->view.report;
	char *const *command = report->command;

	if (report->exit.by != EXIT_BY_CHILD || !report->exit.status ||
	    (!report->policy && !report->saved) || !command || !command[0])
		return;
	if (report->record->failures.are_known) {
		if (!failures_have_cause(&report->record->failures))
			guess_silent(page);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!is_status(i, report->exit.status) ||
		    !is_program(command[0], rows[i].program) ||
		    !has_word(command + 1, rows[i].words) || !is_lacking(rows[i].lack, report))
			continue;
		add_guess(page, rows[i].lack, NULL, report->exit.status);
		return;
	}
}
