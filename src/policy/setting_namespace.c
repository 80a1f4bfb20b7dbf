// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements for the pen about what its namespaces contain, or whose they are: net, share, user,
 * hostname. What cannot be done without breaking another promise is refused with the reason.
 */
#include <ctype.h>

#include "policy/print.h"
#include "policy/quantity.h"
#include "policy/setting.h"

enum { CHECK_NET, CHECK_NET_USER };

// clang-format off
static const struct lint_check net_checks[] = {
	[CHECK_NET] = { "net-host", SEVERITY_NOTE,
		"services on the host's loopback interface and abstract sockets can be reached", "net none" },
	[CHECK_NET_USER] = { "net-user", SEVERITY_NOTE,
		"a UDP port from which the command sends is occupied on all addresses of the host", "net none" },
};

static const struct lint_check share_checks[] = {
	{ "shared-namespace", SEVERITY_NOTE,
		"it removes a wall between the command and the caller", "leave it out" },
};

static const struct lint_check user_checks[] = {
	{ "user-root", SEVERITY_WARNING,
		"outside the pen the command is root: where root's files are shown, it can read and write them",
		"leave it out" },
};
// clang-format on

static const char *const net_names[] = {
	[NET_NONE] = "none",
	[NET_HOST] = "host",
	[NET_USER] = "user",
	[NET_RELAY] = "relay",
};

static const char *net_name(size_t i)
{
	return net_names[i];
}

static void take_net(struct words *words)
{
	size_t mode;

	if (words_choose(words, ARRAY_SIZE(net_names), net_name, "a network: ", &mode) &&
	    words_replace(words, &words->settings->net.place))
		words->settings->net = (struct net_setting){ .place = words->verb->place,
							     .mode = (enum net_mode)mode };
}

SETTING_AT(net_at, net)

static void print_net(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)i;
	strbuf_printf(buf, " %s", net_names[settings->net.mode]);
}

static enum change compare_net(const struct setting_question *question, const char **ret_why)
{
	static const unsigned int reach[] = {
		[NET_NONE] = 0, [NET_RELAY] = 1, [NET_USER] = 2, [NET_HOST] = 3
	};

	(void)ret_why;
	return change_by_size(reach[question->before->net.mode], reach[question->after->net.mode]);
}

static bool is_default_net(const struct settings *settings, size_t i)
{
	(void)i;
	return settings->net.mode == NET_NONE ||
	       (settings->net.mode == NET_RELAY && settings->connects.n);
}

static void lint_net(const struct settings *settings, size_t i, struct exposures *list)
{
	(void)i;
	if (settings->net.mode == NET_USER)
		exposure_add(list, &net_checks[CHECK_NET_USER], NULL, "net user");
	if (settings->net.mode == NET_HOST)
		exposure_add(list, &net_checks[CHECK_NET], NULL, "net host");
}

static const char *net_without_namespaces(const struct settings *settings, size_t i)
{
	(void)i;
	return settings->net.mode == NET_NONE || settings->net.mode == NET_HOST
		       ? NULL
		       : "it needs a network namespace";
}

/* The network is a separate setting: "share net" is "net host". */
static void share_net(struct words *words)
{
	struct net_setting *net = &words->settings->net;

	if (is_written(&net->place) && net->place.file == words->verb->place.file) {
		parser_error(words->parser, &words->at->place,
			     "'net' was already set in line %u; 'share net' is 'net host'",
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
		const char *why; /* why it is impossible; NULL: it is possible */
	} rows[] = {
		{ "ipc", SHARE_IPC, NULL },
		{ "uts", SHARE_UTS, NULL },
		{ "cgroup", SHARE_CGROUP, NULL },
		{ "user", 0,
		  "the pen's own user namespace limits the privileges of its set-up, and keeps "
		  "the command from creating others" },
		{ "pid", 0,
		  "the pen ends with its pid namespace: without one a process could outlive it, "
		  "and see and signal those of the host" },
		{ "mount", 0,
		  "the pen's root is set up in its mount namespace: without one the host's mounts "
		  "would change" },
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

static void take_share(struct words *words)
{
	for (; words->at->kind == TOKEN_WORD; words->at++)
		take_shared(words);
}

static const struct place *share_at(const struct settings *settings, size_t i)
{
	return i < SHARE_COUNT ? &settings->shared[i] : NULL;
}

static void print_share(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)settings;
	strbuf_printf(buf, " %s", share_name((enum share_kind)i));
}

static const char *const share_reasons[SHARE_COUNT] = {
	[SHARE_IPC] = "what the caller's other programs exchange can be read and written",
	[SHARE_UTS] = "the host's name is visible",
	[SHARE_CGROUP] = "the host's cgroup paths are visible",
};

static void lint_share(const struct settings *settings, size_t i, struct exposures *list)
{
	(void)settings;
	exposure_add(list, &share_checks[0], share_reasons[i], "share %s",
		     share_name((enum share_kind)i));
}

/* As useradd(8) accepts it; a number is not a name. */
static bool is_account_name(const char *text)
{
	static const char *const more = "_.-";
	size_t len = strlen(text);

	if (len && text[len - 1] == '$')
		len--;
	if (!len || len > 255 || (!isalpha((unsigned char)*text) && *text != '_'))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr(more, text[i]))
			return false;
	return true;
}

/* Takes TEXT as a number or as a name. The id -1 means "unchanged" to the kernel, so it is
 * invalid. */
static bool take_account(const char *text, uint32_t *ret_id, const char **ret_name)
{
	uint64_t number;

	if (parse_count(text, UINT32_MAX - 1, &number)) {
		*ret_id = (uint32_t)number;
		return true;
	}
	*ret_name = text;
	return is_account_name(text);
}

static void take_user(struct words *words)
{
	struct user_setting user = { .place = words->verb->place };
	char *name = arena_strdup(&words->parser->policy->arena, words->at->text);
	char *group = strchr(name, ':');
	bool is_right;

	if (group)
		*group++ = '\0';
	is_right = take_account(name, &user.uid, &user.name);
	user.has_own_group = user.name && !group;
	if (!user.has_own_group)
		is_right &= take_account(group ? group : name, &user.gid, &user.group);
	if (!is_right) {
		words_bad(words, "a user: UID or NAME, and after a colon GID or GROUP");
		return;
	}
	if (words_replace(words, &words->settings->user.place))
		words->settings->user = user;
}

SETTING_AT(user_at, user)

static void print_user(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)i;
	strbuf_puts(buf, " ");
	user_print(&settings->user, buf);
}

/* Root's names are the same everywhere. */
static bool is_root(const char *name, uint32_t id)
{
	return name ? str_eq(name, "root") : id == 0;
}

static bool is_root_user(const struct settings *settings)
{
	const struct user_setting *user = &settings->user;

	return is_written(&user->place) && is_root(user->name, user->uid);
}

static enum change compare_user(const struct setting_question *question, const char **ret_why)
{
	bool before = is_root_user(question->before), after = is_root_user(question->after);

	if (before != after)
		return change_by_size(before, after);
	*ret_why = "another user has other files";
	return CHANGE_UNCLEAR;
}

static void lint_user(const struct settings *settings, size_t i, struct exposures *list)
{
	const struct user_setting *user = &settings->user;
	struct strbuf text = { 0 };

	(void)i;
	if (!is_root(user->name, user->uid) &&
	    (user->has_own_group || !is_root(user->group, user->gid)))
		return;
	user_print(user, &text);
	exposure_add(list, &user_checks[0], NULL, "user %s", text.text);
	strbuf_finish(&text);
}

static void take_hostname(struct words *words)
{
	struct path_setting *hostname = &words->settings->hostname;
	const char *name = words->at->text;
	size_t len = strlen(name);

	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && name[i] != '-' && name[i] != '.')
			len = 0;
	if (!len || len > 64 || name[0] == '-' || name[0] == '.') {
		words_bad(words, "a host name");
		return;
	}
	if (!words_replace(words, &hostname->place))
		return;
	hostname->path = arena_strdup(&words->parser->policy->arena, name);
	hostname->place = words->verb->place;
}

SETTING_AT(hostname_at, hostname)

static void print_hostname(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)i;
	word_print(settings->hostname.path, buf);
}

static const struct setting_row rows[] = {
	{
		.verb = "net",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "net none|host|user|relay",
		.options = { { "net", 0, "none|host|user|relay",
			       "an empty network, the host's, one through pasta, or only "
			       "what connect lists",
			       NULL } },
		.take = take_net,
		.at = net_at,
		.print = print_net,
		.compare = compare_net,
		.lint = lint_net,
		SETTING_CHECKS(net_checks),
		.is_default = is_default_net,
		.without_namespaces = net_without_namespaces,
	},
	{
		.verb = "share",
		.least = 1,
		.most = SIZE_MAX,
		.usage = "share net|ipc|uts|cgroup...",
		.options = { { "share", 0, "NAMESPACE...",
			       "namespaces of the caller to stay in: net, ipc, uts, cgroup",
			       NULL } },
		.take = take_share,
		.at = share_at,
		.print = print_share,
		.compare = change_is_wider,
		.lint = lint_share,
		SETTING_CHECKS(share_checks),
		.without_namespaces = setting_needs_none,
	},
	{
		.verb = "user",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "user UID[:GID] or NAME[:GROUP]",
		.options = { { "user", 0, "USER[:GROUP]", "the user that the command is outside",
			       NULL } },
		.take = take_user,
		.at = user_at,
		.print = print_user,
		.compare = compare_user,
		.lint = lint_user,
		SETTING_CHECKS(user_checks),
		.without_namespaces = setting_needs_none,
	},
	{
		.verb = "hostname",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "hostname NAME",
		.options = { { "hostname", 0, "NAME", "the host name inside", NULL } },
		.take = take_hostname,
		.at = hostname_at,
		.print = print_hostname,
		.compare = change_is_neutral,
		.lint = setting_exposes_nothing,
	},
};

SETTING_TABLE(setting_table_namespace, rows);
