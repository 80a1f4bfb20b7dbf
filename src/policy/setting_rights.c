// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements that take a wall of the pen down, or leave one standing: share, capability, tty, fd.
 * What could not be done without breaking another promise is refused with the reason.
 */
#include <ctype.h>
#include <limits.h>
#include <sys/capability.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/quantity.h"
#include "policy/setting.h"

/* The network is its own setting: "share net" is "net host". */
static void share_net(struct words *words)
{
	struct net_setting *net = &words->settings->net;

	if (is_written(&net->place) && net->place.file == words->verb->place.file) {
		parser_error(words->parser, &words->at->place,
			     "'net' was said before, in line %u; 'share net' is 'net host'",
			     net->place.line);
		return;
	}
	if (!is_written(&net->place))
		*net = (struct net_setting){ .place = words->verb->place, .mode = NET_HOST };
}

static void take_shared(struct words *words)
{
	static const struct {
		const char *name;
		enum share_kind kind;
		const char *why; /* it is not possible; NULL: it is */
	} rows[] = {
		{ "ipc", SHARE_IPC, NULL },
		{ "uts", SHARE_UTS, NULL },
		{ "cgroup", SHARE_CGROUP, NULL },
		{ "user", 0,
		  "the pen's own user namespace is what its set-up's rights end at, and what keeps "
		  "the command from making others" },
		{ "pid", 0,
		  "the pen ends with its pid namespace: without one a process could outlive it, "
		  "and see and signal those of the host" },
		{ "mount", 0,
		  "the pen's root is made in its mount namespace: without one the host's mounts "
		  "would be changed" },
	};

	if (str_eq(words->at->text, "net")) {
		share_net(words);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct place *place;

		if (!str_eq(words->at->text, rows[i].name))
			continue;
		if (rows[i].why) {
			words_error(words, "this namespace cannot be shared");
			diags_hint(words->parser->diags, "%s", rows[i].why);
			return;
		}
		place = &words->settings->shared[rows[i].kind];
		if (!is_written(place))
			*place = words->verb->place;
		return;
	}
	words_bad(words, "a namespace to share: net, ipc, uts or cgroup");
}

void setting_take_share(struct words *words)
{
	for (; words->at->kind == TOKEN_WORD; words->at++)
		take_shared(words);
}

/* By libcap's table; with or without "cap_", in any case. -1: there is none. Numbers, which libcap
 * would take too, are none: they say nothing to who reads the policy. */
static int find_capability(const char *name)
{
	auto_free char *full = NULL;
	cap_value_t value;

	for (const char *at = name; *at; at++)
		if (!isalpha((unsigned char)*at) && *at != '_')
			return -1;
	full = mem_printf("%s%s", strncasecmp(name, "cap_", 4) == 0 ? "" : "cap_", name);
	if (cap_from_name(full, &value) < 0 || value < 0 || value > 63)
		return -1;
	return value;
}

void setting_take_capability(struct words *words)
{
	struct capability_setting *setting = &words->settings->capabilities;

	for (; words->at->kind == TOKEN_WORD; words->at++) {
		int value = find_capability(words->at->text);

		if (value < 0) {
			words_bad(words, "a capability");
			diags_hint(words->parser->diags, "they are named as in capabilities(7), "
							 "like net_bind_service");
			continue;
		}
		if (value == CAP_SYS_ADMIN)
			parser_warn(words->parser, &words->at->place,
				    "with %s the command can undo what the pen hides or shows "
				    "read-only",
				    words->at->text);
		if (!is_written(&setting->place))
			setting->place = words->verb->place;
		setting->mask |= 1ULL << value;
	}
}

void setting_take_tty(struct words *words)
{
	struct tty_setting tty = { .place = words->verb->place };

	if (str_eq(words->at->text, "new")) {
		tty.mode = TTY_NEW;
	} else if (str_eq(words->at->text, "keep")) {
		tty.mode = TTY_KEEP;
	} else {
		words_bad(words, "new or keep");
		return;
	}
	if (words_replace(words, &words->settings->tty.place))
		words->settings->tty = tty;
}

static bool has_fd(const struct fd_settings *fds, int fd)
{
	for (size_t i = 0; i < fds->n; i++)
		if (fds->v[i].fd == fd)
			return true;
	return false;
}

void setting_take_fd(struct words *words)
{
	struct fd_settings *fds = &words->settings->fds;

	for (; words->at->kind == TOKEN_WORD; words->at++) {
		uint64_t fd;

		if (!parse_count(words->at->text, INT_MAX, &fd)) {
			words_bad(words, "the number of a descriptor");
			return;
		}
		if (fd <= STDERR_FILENO) {
			words_bad(words, "a descriptor to hand on");
			diags_hint(words->parser->diags, "0, 1 and 2 are the command's without it");
			return;
		}
		if (has_fd(fds, (int)fd))
			continue;
		if (fds->n == FDS_MOST) {
			words_error(words, "too many descriptors");
			diags_hint(words->parser->diags, "%d at the most", FDS_MOST);
			return;
		}
		*array_append(fds) = (struct fd_setting){ .place = words->verb->place,
							  .fd = (int)fd };
	}
}
