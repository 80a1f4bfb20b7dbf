// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen about what the command gets from its caller: tty, fd. */
#include <limits.h>
#include <unistd.h>

#include "policy/quantity.h"
#include "policy/setting.h"

static const char *tty_name(size_t i)
{
	static const char *const names[] = { [TTY_KEEP] = "keep", [TTY_NEW] = "new" };

	return names[i];
}

static void take_tty(struct words *words)
{
	size_t mode;

	if (words_choose(words, TTY_NEW + 1, tty_name, "", &mode) &&
	    words_replace(words, &words->settings->tty.place))
		words->settings->tty = (struct tty_setting){ .place = words->verb->place,
							     .mode = (enum tty_mode)mode };
}

SETTING_AT(tty_at, tty)

static void print_tty(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)i;
	strbuf_printf(buf, " %s", tty_name(settings->tty.mode));
}

static enum change compare_tty(const struct setting_question *question, const char **ret_why)
{
	bool before = is_written(&question->before->tty.place) &&
		      question->before->tty.mode == TTY_NEW;
	bool after = is_written(&question->after->tty.place) &&
		     question->after->tty.mode == TTY_NEW;

	(void)ret_why;
	return change_by_size(!before, !after);
}

static bool has_fd(const struct fd_settings *fds, int fd)
{
	for (size_t i = 0; i < fds->n; i++)
		if (fds->v[i].fd == fd)
			return true;
	return false;
}

static void take_fd(struct words *words)
{
	struct fd_settings *fds = &words->settings->fds;

	for (; words->at->kind == TOKEN_WORD; words->at++) {
		uint64_t fd;

		if (!parse_count(words->at->text, INT_MAX, &fd)) {
			words_bad(words, "the number of a descriptor");
			return;
		}
		if (fd <= STDERR_FILENO) {
			words_bad(words, "a descriptor to pass on");
			diags_hint(words->parser->diags, "the command gets 0, 1 and 2 anyway");
			return;
		}
		if (has_fd(fds, (int)fd))
			continue;
		if (fds->n == FDS_MOST) {
			words_error(words, "too many descriptors");
			diags_hint(words->parser->diags, "at most %d", FDS_MOST);
			return;
		}
		*words_append(words, fds) = (struct fd_setting){ .place = words->verb->place,
								 .fd = (int)fd };
	}
}

SETTING_AT_EACH(fd_at, fds)

static void print_fd(const struct settings *settings, size_t i, struct strbuf *buf)
{
	strbuf_printf(buf, " %d", settings->fds.v[i].fd);
}

// clang-format off
static const struct lint_check fd_checks[] = {
	{ "descriptor", SEVERITY_NOTE,
		"the command gets whatever the caller has open there",
		"use the option where the descriptor is opened: --fd N" },
};
// clang-format on

static void lint_fd(const struct settings *settings, size_t i, struct exposures *list)
{
	exposure_add(list, &fd_checks[0], NULL, "fd %d", settings->fds.v[i].fd);
}

static const struct setting_row rows[] = {
	{
		.verb = "tty",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "tty new|keep",
		.options = { { "tty", 0, "new|keep",
			       "a session without a terminal, or the caller's terminal", NULL } },
		.take = take_tty,
		.at = tty_at,
		.print = print_tty,
		.compare = compare_tty,
		.lint = setting_exposes_nothing,
		.without_namespaces = setting_needs_none,
	},
	{
		.verb = "fd",
		.least = 1,
		.most = SIZE_MAX,
		.usage = "fd N...",
		.options = { { "fd", 0, "N...",
			       "pass on open descriptors: pipes, sockets, regular files, "
			       "terminals, eventfds",
			       NULL } },
		.take = take_fd,
		.at = fd_at,
		.print = print_fd,
		.compare = change_is_wider,
		.lint = lint_fd,
		SETTING_CHECKS(fd_checks),
		.without_namespaces = setting_needs_none,
	},
};

SETTING_TABLE(setting_table_handed, rows);
