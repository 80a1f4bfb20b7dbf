// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Statements for the pen, one function each, the same for a line of a file and for an option.
 * Of statements that replace each other the first read wins (options come before files); two
 * that differ in one text are an error, since one of them would be ignored.
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/str.h"
#include "policy/parser.h"
#include "policy/quantity.h"
#include "policy/setting.h"

struct setting_row {
	const char *verb;
	size_t least, most; /* words after the verb */
	const char *usage;
	void (*take)(struct words *words);
};

struct diag *words_error(struct words *words, const char *message)
{
	struct diag *diag = parser_error(words->parser, &words->at->place, "%s", message);

	diag_set_hint(diag, "%s", words->usage);
	return diag;
}

struct diag *words_bad(struct words *words, const char *what)
{
	struct diag *diag = parser_error(words->parser, &words->at->place, "'%s' is not %s",
					 words->at->text, what);

	diag_set_hint(diag, "%s", words->usage);
	return diag;
}

bool words_accept(struct words *words, const char *text)
{
	if (words->at->kind != TOKEN_WORD || !str_eq(words->at->text, text))
		return false;
	words->at++;
	return true;
}

bool words_replace(struct words *words, const struct place *old)
{
	if (!is_written(old))
		return true;
	if (old->file == words->verb->place.file)
		parser_error(words->parser, &words->verb->place, "'%s' was said before, in line %u",
			     words->verb->text, old->line);
	return false;
}

char *words_path(struct words *words, bool is_inside)
{
	char *path = parser_path(words->parser, words->source, words->at->text);

	if (!*words->at->text) {
		words_error(words, "an empty path");
		return NULL;
	}
	if (is_inside && (strstr(path, "/../") || str_ends(path, "/.."))) {
		words_error(words, "a path inside the pen cannot have '..'");
		return NULL;
	}
	return path;
}

/* Where only the pen's own tree can be meant, a path relative to something outside is none. */
static bool is_absolute(struct words *words)
{
	if (words->at->text[0] == '/')
		return true;
	words_bad(words, "a path inside the pen: it begins with '/'");
	return false;
}

static void set_path(struct words *words, struct path_setting *setting, bool is_inside)
{
	char *path = words_path(words, is_inside);

	if (!path || !words_replace(words, &setting->place))
		return;
	setting->path = path;
	setting->place = words->verb->place;
}

static void take_root(struct words *words)
{
	set_path(words, &words->settings->root, false);
}

static void take_workdir(struct words *words)
{
	set_path(words, &words->settings->workdir, true);
}

static void take_bind(struct words *words)
{
	struct bind_setting bind = { .place = words->verb->place };

	bind.is_writable = words_accept(words, "rw");
	bind.is_optional = words_accept(words, "try");
	if (words->at->kind == TOKEN_END) {
		words_error(words, "the folder to bind is missing");
		return;
	}
	bind.source = words_path(words, false);
	if (!bind.source)
		return;
	/* A source with ".." has no name inside the pen unless one is given. */
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		if (!is_absolute(words))
			return;
	}
	bind.target = words_path(words, true);
	if (!bind.target)
		return;
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		words_error(words, "one bind a line: its source and its place in the pen");
		return;
	}
	*array_append(&words->settings->binds) = bind;
}

static void take_device(struct words *words)
{
	struct device_setting device = { .place = words->verb->place };

	device.is_optional = words_accept(words, "try");
	if (words->at->kind == TOKEN_END) {
		words_error(words, "the device node is missing");
		return;
	}
	device.path = words_path(words, true);
	if (!device.path)
		return;
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		words_error(words, "one device a line, which has the same path in the pen");
		return;
	}
	*array_append(&words->settings->devices) = device;
}

static bool parse_mode(const char *text, mode_t *ret_mode)
{
	mode_t mode = 0;

	if (!*text || strlen(text) > 4 || strspn(text, "01234567") != strlen(text))
		return false;
	for (; *text; text++)
		mode = mode << 3 | (mode_t)(*text - '0');
	*ret_mode = mode;
	return mode != 0;
}

static void take_tmpfs(struct words *words)
{
	struct tmpfs_setting tmpfs = { .place = words->verb->place };
	bool has_size = false, has_mode = false;

	if (!is_absolute(words))
		return;
	tmpfs.target = words_path(words, true);
	if (!tmpfs.target)
		return;
	for (words->at++; words->at->kind == TOKEN_WORD; words->at++) {
		const char *text = words->at->text;

		if (!has_mode && str_starts(text, "mode=")) {
			has_mode = parse_mode(text + 5, &tmpfs.mode);
			if (!has_mode) {
				words_bad(words, "an octal mode, like mode=0755");
				return;
			}
		} else if (!has_size && parse_size(text, &tmpfs.size) && tmpfs.size &&
			   tmpfs.size <= INT64_MAX) {
			has_size = true;
		} else {
			words_bad(words, "a size, like 64M, or mode=OCTAL");
			return;
		}
	}
	*array_append(&words->settings->tmpfs) = tmpfs;
}

static void take_hide(struct words *words)
{
	for (; words->at->kind == TOKEN_WORD; words->at++) {
		char *path;

		if (!is_absolute(words))
			return;
		path = words_path(words, true);
		if (!path)
			return;
		*array_append(&words->settings->hidden) =
			(struct path_setting){ .place = words->verb->place, .path = path };
	}
}

/* Without "." and empty parts; NULL: it has "..", or nothing is left. */
static char *clean_name(struct arena *arena, const char *name)
{
	char *clean = arena_strdup(arena, name), *end = clean;

	for (const char *at = name; *at;) {
		size_t len = strcspn(at, "/");

		if (len == 2 && at[0] == '.' && at[1] == '.')
			return NULL;
		if (len && !(len == 1 && *at == '.')) {
			if (end != clean)
				*end++ = '/';
			memcpy(end, at, len);
			end += len;
		}
		at += len + strspn(at + len, "/");
	}
	*end = '\0';
	return end == clean ? NULL : clean;
}

static void take_guard(struct words *words)
{
	for (; words->at->kind == TOKEN_WORD; words->at++) {
		char *name = clean_name(&words->parser->policy->arena, words->at->text);

		if (words->at->text[0] == '/' || !name) {
			words_bad(words, "a name below each writable folder, without '..'");
			return;
		}
		*array_append(&words->settings->guarded) =
			(struct path_setting){ .place = words->verb->place, .path = name };
	}
}

static void take_net(struct words *words)
{
	struct net_setting net = { .place = words->verb->place };

	if (str_eq(words->at->text, "host")) {
		net.mode = NET_HOST;
	} else if (str_eq(words->at->text, "user")) {
		net.mode = NET_USER;
	} else if (!str_eq(words->at->text, "none")) {
		words_bad(words, "a network: none, host or user");
		return;
	}
	if (words_replace(words, &words->settings->net.place))
		words->settings->net = net;
}

/* As useradd(8) takes it; a number is none. */
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

/* Takes TEXT as a number, or as a name. Ids: -1 means "unchanged" to the kernel, so that it is
 * none.
 */
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

static const struct setting_row rows[] = {
	{ "root", 1, 1, "root DIR", take_root },
	{ "bind", 1, 4, "bind [rw] [try] SRC [DST]", take_bind },
	{ "device", 1, 2, "device [try] PATH", take_device },
	{ "tmpfs", 1, 3, "tmpfs DST [SIZE] [mode=OCTAL]", take_tmpfs },
	{ "hide", 1, SIZE_MAX, "hide PATH...", take_hide },
	{ "guard", 1, SIZE_MAX, "guard NAME...", take_guard },
	{ "workdir", 1, 1, "workdir DIR", take_workdir },
	{ "net", 1, 1, "net none|host|user", take_net },
	{ "user", 1, 1, "user UID[:GID] or NAME[:GROUP]", take_user },
	{ "hostname", 1, 1, "hostname NAME", take_hostname },
	{ "env", 2, SIZE_MAX, "env keep NAME..., env set NAME=VALUE or env file PATH",
	  setting_take_env },
	{ "limit", 2, 4, "limit memory|swap|pids|cpu|time|cputime VALUE", setting_take_limit },
	{ "rlimit", 2, 2, "rlimit NAME SOFT[:HARD]", setting_take_rlimit },
	{ "share", 1, SIZE_MAX, "share net|ipc|uts|cgroup...", setting_take_share },
	{ "capability", 1, SIZE_MAX, "capability NAME...", setting_take_capability },
	{ "tty", 1, 1, "tty new|keep", setting_take_tty },
	{ "fd", 1, SIZE_MAX, "fd N...", setting_take_fd },
};

void parser_take_setting(struct parser *parser, const struct statement *statement)
{
	struct words words = { .parser = parser,
			       .source = statement->source,
			       .settings = &parser->policy->settings,
			       .verb = &statement->tokens[0],
			       .at = &statement->tokens[1] };
	size_t n = statement->n_tokens - 2;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!str_eq(rows[i].verb, words.verb->text))
			continue;
		words.usage = rows[i].usage;
		if (n >= rows[i].least && n <= rows[i].most) {
			rows[i].take(&words);
			return;
		}
		words.at = &statement->tokens[n < rows[i].least ? n + 1 : rows[i].most + 1];
		words_error(&words, n < rows[i].least ? "a word is missing" : "a word too many");
		return;
	}
}

const char *setting_verb(size_t i)
{
	return i < ARRAY_SIZE(rows) ? rows[i].verb : NULL;
}
