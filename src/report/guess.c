// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Without a trace by eBPF nothing is known of failing calls. A guess is made only from a status
 * that the command is known to end with, or for work that it cannot do otherwise, for want of what
 * this pen lacks; where that is no sign, nothing is said.
 */
#include "report/guess.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "report/policy_facts.h"

enum lack { LACK_NETWORK, LACK_WRITING, LACK_PROGRAM };

static const struct {
	const char *words, *fix;
} lacks[] = {
	[LACK_NETWORK] = { "it has no network", "fix: --net user" },
	[LACK_WRITING] = { "its working directory is read-only", "fix: -w ." },
	[LACK_PROGRAM] = { "a program may be outside it",
			   "fix: -r DIR, the directory of that program" },
};

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
	for (; *command; command++) {
		size_t len = strlen(*command);

		for (const char *at = words; *at;) {
			size_t word = strcspn(at, " ");

			if (word == len && strncmp(at, *command, len) == 0)
				return true;
			at += word + (at[word] == ' ');
		}
	}
	return false;
}

static bool is_lacking(enum lack lack, const struct report *report)
{
	if (lack == LACK_NETWORK)
		return !facts_have_network(report);
	return lack != LACK_WRITING || !facts_have_writable_directory(report);
}

static void add_guess(struct page *page, enum lack lack)
{
	const struct page_view *view = &page->view;
	struct page_part *part = page_add(page, NULL);

	strbuf_printf(&part->head,
		      "%spinfold: perhaps caused by the pen:%s %s, and the command ended with %d\n",
		      view->palette->strong, view->palette->end, lacks[lack].words,
		      view->report->exit.status);
	page_format_fix(view, "  ", lacks[lack].fix, &part->head);
}

void guess_add(struct page *page)
{
	const struct report *report = page->view.report;
	char *const *command = report->command;

	if (report->record->failures.are_known || report->exit.by != EXIT_BY_CHILD ||
	    (!report->policy && !report->saved) || !command || !command[0])
		return;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (report->exit.status != rows[i].status ||
		    !is_program(command[0], rows[i].program) ||
		    !has_word(command + 1, rows[i].words) || !is_lacking(rows[i].lack, report))
			continue;
		add_guess(page, rows[i].lack);
		return;
	}
}
