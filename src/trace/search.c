// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A shell, and execvp(3), look for a program in one directory of PATH after the other. If the
 * search ended with a program of that name, what was not there before it is no failure: the same
 * process, or one that it created, executed it.
 */
#include "trace/search.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Returns whether WORD, an argument, names the file TEXT itself. */
static bool names_file(const char *word, const char *text)
{
	size_t len, text_len = strlen(text);

	while (str_starts(word, "./"))
		word += 2;
	len = strlen(word);
	return len <= text_len && str_eq(text + text_len - len, word);
}

/* Returns whether PROCESS executed a program by the name of the missing file TEXT. A script is the
 * second of its interpreter's arguments, with the directory in which it was found: what names the
 * missing file itself is only an argument, as in 'ls /missing'. */
static bool has_executed(const struct record_process *process, const char *text)
{
	const char *name = base_of(text), *second;
	size_t first;

	if (process->exe && str_eq(base_of(process->exe), name))
		return true;
	if (!process->args || !process->args_len)
		return false;
	first = strnlen(process->args, process->args_len);
	if (first + 1 >= process->args_len ||
	    !memchr(process->args + first + 1, '\0', process->args_len - first - 1))
		return false;
	second = process->args + first + 1;
	return strchr(second, '/') && str_eq(base_of(second), name) && !names_file(second, text);
}

static bool was_found(const struct record_processes *processes,
		      const struct record_failure *failure)
{
	if (failure->error != ENOENT || failure->object != RECORD_OBJECT_PATH || !failure->text ||
	    (failure->access != ACCESS_LOOK && !failure->is_executed))
		return false;
	for (size_t i = 0; i < processes->n; i++) {
		const struct record_process *process = &processes->v[i];
		bool is_same = process->host_pid == failure->host_pid;

		if ((is_same || process->ppid == failure->pid) &&
		    (!process->end_ns || process->end_ns >= failure->at_ns) &&
		    has_executed(process, failure->text))
			return true;
	}
	return false;
}

void search_drop_found(struct record *record)
{
	struct record_failures *failures = &record->failures;
	size_t n = 0;

	for (size_t i = 0; i < failures->n; i++) {
		if (was_found(&record->processes, &failures->v[i]))
			record_finish_failure(&failures->v[i]);
		else
			failures->v[n++] = failures->v[i];
	}
	failures->n = n;
}
