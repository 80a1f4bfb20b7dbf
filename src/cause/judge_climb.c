// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Failures that name a path with "..". In the pen it leads to the pen's root at most, and to the
 * directory above what is shown; for the caller, to the directory above on the host. So the host is
 * asked about the path as it was named, from the directory on the host that it started in, and
 * resolves it itself: what is before a ".." may be a link.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/pathname.h"
#include "base/str.h"
#include "cause/inquiry.h"
#include "cause/locate.h"
#include "cause/want.h"
#include "policy/print.h"

/* A path with "..", and where it leads on the host. */
struct climb {
	struct inquiry *inquiry;
	enum want want;
	bool is_lost; /* it started in the caller's working directory, which is not shown */
	const struct pen_part *part; /* that shows where it started; NULL: none does */
	struct ask_path answer;
};

/* Returns the length of what is before the first ".." of PATH. */
static size_t find_parent(const char *path)
{
	const char *at = path;

	while ((at = strstr(at, "..")) &&
	       !((at == path || at[-1] == '/') && (!at[2] || at[2] == '/')))
		at += 2;
	return at ? (size_t)(at - path) : strlen(path);
}

/* Returns the directory on the host that the path of CLIMB is relative to up to its first "..",
 * which BEFORE is in the pen; freed by the caller, or NULL. */
static char *find_start(struct climb *climb, const char *before)
{
	const struct pen_view *view = climb->inquiry->facts->view;
	const char *base = climb->inquiry->failure->base;
	auto_free char *plain = path_normalize(before), *path = NULL;

	climb->is_lost = base && str_eq(base, "/") && view->is_elsewhere && view->directory &&
			 !str_eq(view->directory, "/");
	if (!plain)
		return NULL;
	if (climb->is_lost)
		return mem_printf("%s%s", view->directory, plain);
	path = locate_resolve(view, plain);
	climb->part = pen_view_find(view, path);
	return locate_on_host(climb->part, path);
}

/* Asks the host about the path. Returns whether there is an answer. */
static bool ask(struct climb *climb)
{
	const struct cause_host *host = climb->inquiry->host;
	const struct record_failure *failure = climb->inquiry->failure;
	auto_free char *whole = NULL, *before = NULL, *start = NULL, *path = NULL;
	size_t len;

	if (!failure->base && failure->named[0] != '/')
		return false;
	whole = failure->base ? mem_printf("%s/%s", failure->base, failure->named)
			      : mem_strdup(failure->named);
	len = find_parent(whole);
	before = mem_printf("%.*s", (int)len, whole);
	start = find_start(climb, before);
	if (!start)
		return false;
	path = mem_printf("%s/%s", start, whole + len);
	host->path(host->data, path, &climb->answer);
	return true;
}

static bool is_change(enum want want)
{
	return want != WANT_LOOK && want != WANT_READ && want != WANT_EXECUTE;
}

/* The fix shows what the path leads to on the host, and the directory that it started in. */
static void blame_lost_directory(const struct climb *climb)
{
	struct inquiry *inquiry = climb->inquiry;
	const char *directory = inquiry->facts->view->directory;
	auto_free char *above = locate_directory(climb->answer.real);
	const char *path = is_change(climb->want) ? above : climb->answer.real;
	const char *option = is_change(climb->want) ? "-w" : "-r";

	blame_pen(inquiry, "the working directory is not in the pen");
	if (path_is_below(path, directory) || locate_is_shown(inquiry->facts->view, path))
		fix_with_path(inquiry, is_change(climb->want) ? "-w" : "-r", directory);
	else if (str_eq(path, "/"))
		return;
	else if (path_is_below(directory, path))
		fix_with_path(inquiry, option, path);
	else
		fix_with_path_besides(inquiry, option, path);
}

/* What is above a directory that has another name in the pen. */
static void blame_other_name(const struct climb *climb)
{
	struct inquiry *inquiry = climb->inquiry;
	auto_free char *from = NULL, *to = NULL;
	struct strbuf words = { 0 };

	blame_pen(inquiry, "what is above that directory is not in the pen");
	if (is_change(climb->want)) {
		from = locate_directory(climb->answer.real);
		to = locate_directory(inquiry->failure->text);
	}
	if (to && (str_eq(to, "/") || str_eq(from, "/")))
		return;
	word_print(from ? from : climb->answer.real, &words);
	word_print(to ? to : inquiry->failure->text, &words);
	fix_with_words(inquiry, from ? "-w" : "-r", words.text + 1); /* it begins with a blank */
	strbuf_finish(&words);
}

/* Returns the name in the pen of what the host's path leads to, if it is shown with where that
 * started, or by its own name; freed by the caller, or NULL. */
static char *name_in_pen(const struct climb *climb)
{
	const struct pen_part *part = climb->part;
	const char *real = climb->answer.real;

	if (!locate_is_host(part) || str_eq(part->source, part->target))
		return mem_strdup(real);
	if (!path_is_below(real, part->source))
		return NULL;
	return mem_printf("%s%s", str_eq(part->target, "/") ? "" : part->target,
			  real + (str_eq(part->source, "/") ? 0 : strlen(part->source)));
}

static void judge(struct climb *climb)
{
	struct inquiry *inquiry = climb->inquiry;
	const char *text = inquiry->failure->text;
	auto_free char *name = climb->is_lost ? NULL : name_in_pen(climb);

	if (climb->is_lost)
		blame_lost_directory(climb);
	else if (!name && text && inquiry->failure->error == ENOENT)
		blame_other_name(climb);
	else if (text)
		inquire_about(inquiry, text);
	else if (name)
		inquire_about(inquiry, inquiry->resolved = steal(&name));
}

void inquire_climb(struct inquiry *inquiry)
{
	struct climb climb = { .inquiry = inquiry, .want = want_find(inquiry) };
	const char *text = inquiry->failure->text;

	if (!ask(&climb))
		return;
	if (climb.answer.doubt)
		blame_nobody(inquiry, climb.answer.doubt);
	else if (!want_host_error(inquiry, climb.want, &climb.answer))
		judge(&climb);
	else if (text) /* the name that it has in the pen may be the one that was meant */
		inquire_about(inquiry, text);
	else
		blame_host(inquiry);
}
