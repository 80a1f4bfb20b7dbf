// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen that show something of the host: allow set-id, root, bind. */
#include "policy/print.h"
#include "policy/setting.h"

static void take_set_id(struct words *words)
{
	struct place *set_id = &words->settings->set_id;

	if (!is_written(set_id))
		*set_id = words->verb->place;
}

static const struct place *set_id_at(const struct settings *settings, size_t i)
{
	return i ? NULL : &settings->set_id;
}

static void print_set_id(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)settings;
	(void)i;
	(void)buf;
}

// clang-format off
static const struct lint_check set_id_checks[] = {
	{ "set-id", SEVERITY_WARNING,
		"a set-user-ID file in a writable directory gives anyone who runs it on the host its owner's rights",
		"leave it out, and install as root in a separate container" },
};
// clang-format on

static void lint_set_id(const struct settings *settings, size_t i, struct exposures *list)
{
	(void)settings;
	(void)i;
	exposure_add(list, &set_id_checks[0], NULL, "allow set-id");
}

static void take_root(struct words *words)
{
	words_set_path(words, &words->settings->root, false);
}

SETTING_AT(root_at, root)

static void print_root(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)i;
	word_print(settings->root.path, buf);
}

static enum change compare_root(const struct setting_question *question, const char **ret_why)
{
	(void)question;
	*ret_why = "another tree is shown, with other files";
	return CHANGE_UNCLEAR;
}

static void lint_root(const struct settings *settings, size_t i, struct exposures *list)
{
	(void)i;
	exposure_add_path(list, "root", settings->root.path);
}

static void take_bind(struct words *words)
{
	struct bind_setting bind = { .place = words->verb->place };

	bind.is_writable = words_accept(words, "rw");
	bind.is_optional = words_accept(words, "try");
	if (words->at->kind == TOKEN_END) {
		words_error(words, "expected the file or directory to bind");
		return;
	}
	bind.source = words_path(words, false);
	if (!bind.source)
		return;
	/* A source with ".." has no name inside the pen unless one is given. */
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		if (!words_is_absolute(words))
			return;
	}
	bind.target = words_path(words, true);
	if (!bind.target)
		return;
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		words_error(words, "one bind on each line: its source and its path in the pen");
		return;
	}
	*words_append(words, binds) = bind;
}

SETTING_AT_EACH(bind_at, binds)

static void print_bind(const struct settings *settings, size_t i, struct strbuf *buf)
{
	const struct bind_setting *bind = &settings->binds.v[i];

	strbuf_printf(buf, "%s%s", bind->is_writable ? " rw" : "", bind->is_optional ? " try" : "");
	word_print(bind->source, buf);
	if (!str_eq(bind->source, bind->target))
		word_print(bind->target, buf);
}

static bool is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) && (path[len] == '/' || !path[len]);
}

bool setting_is_shown_by_default(const struct settings *settings, const char *path)
{
	static const char *const folders[] = { "/usr", "/bin", "/sbin", "/lib", "/lib64",
					       "/opt", "/etc", "/dev",	"/tmp" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (is_within(path, folders[i]))
			return true;
	return is_written(&settings->root.place);
}

const struct bind_setting *setting_find_bind(const struct settings *settings, const char *target)
{
	for (size_t i = settings->binds.n; i-- > 0;)
		if (str_eq(settings->binds.v[i].target, target))
			return &settings->binds.v[i];
	return NULL;
}

static bool is_same_bind(const struct bind_setting *a, const struct bind_setting *b)
{
	return str_eq(a->source, b->source) && str_eq(a->target, b->target) &&
	       a->is_writable == b->is_writable && a->is_optional == b->is_optional;
}

static enum change compare_bind(const struct setting_question *question, const char **ret_why)
{
	const struct settings *own = change_own(question);
	const struct bind_setting *bind = &own->binds.v[question->index], *seen;

	*ret_why = "of two binds on one path the later one is visible";
	if (!is_same_bind(setting_find_bind(own, bind->target), bind))
		return CHANGE_UNCLEAR;
	seen = setting_find_bind(change_other(question), bind->target);
	*ret_why = "another directory is shown there";
	if (seen && !str_eq(seen->source, bind->source))
		return CHANGE_UNCLEAR;
	if (seen)
		return change_turn(question, change_by_size(seen->is_writable, bind->is_writable));
	*ret_why = "it covers what the pen shows there";
	if (!str_eq(bind->source, bind->target) && setting_is_shown_by_default(own, bind->target))
		return CHANGE_UNCLEAR;
	return change_turn(question, CHANGE_WIDER);
}

/* Of two binds on one path the later one is visible. */
static bool is_bind_ordered(const struct settings *settings, size_t i)
{
	for (size_t k = 0; k < settings->binds.n; k++)
		if (k != i && str_eq(settings->binds.v[k].target, settings->binds.v[i].target))
			return true;
	return false;
}

enum { CHECK_WRITABLE, CHECK_SOCKET };

// clang-format off
static const struct lint_check bind_checks[] = {
	[CHECK_WRITABLE] = { "writable-system", SEVERITY_WARNING,
		"the host runs or reads what is written there", "bind it read-only, or a directory below" },
	[CHECK_SOCKET] = { "control-socket", SEVERITY_WARNING,
		"whoever can talk to this service can start anything on the host", NULL },
};

/* The first match is reported. */
static const struct {
	unsigned int check;
	const char *path;
	bool is_whole; /* only this path itself; else also what is below */
} host_paths[] = {
	{ CHECK_WRITABLE, "/", true },
	{ CHECK_WRITABLE, "/home", true },
	{ CHECK_WRITABLE, "/var", true },
	{ CHECK_WRITABLE, "/etc", false },
	{ CHECK_WRITABLE, "/usr", false },
	{ CHECK_WRITABLE, "/bin", false },
	{ CHECK_WRITABLE, "/sbin", false },
	{ CHECK_WRITABLE, "/lib", false },
	{ CHECK_WRITABLE, "/lib64", false },
	{ CHECK_WRITABLE, "/boot", false },
	{ CHECK_WRITABLE, "/dev", false },
	{ CHECK_WRITABLE, "/sys", false },
	{ CHECK_WRITABLE, "/proc", false },
	{ CHECK_SOCKET, "/run", true },
	{ CHECK_SOCKET, "/var/run", true },
	{ CHECK_SOCKET, "/run/docker.sock", false },
	{ CHECK_SOCKET, "/var/run/docker.sock", false },
	{ CHECK_SOCKET, "/run/containerd", false },
	{ CHECK_SOCKET, "/run/podman", false },
	{ CHECK_SOCKET, "/run/systemd", false },
	{ CHECK_SOCKET, "/run/dbus", false },
};
// clang-format on

static bool is_at(const char *path, size_t row)
{
	size_t len = strlen(host_paths[row].path);

	if (str_eq(path, host_paths[row].path))
		return true;
	return !host_paths[row].is_whole && str_starts(path, host_paths[row].path) &&
	       path[len] == '/';
}

static void lint_bind(const struct settings *settings, size_t i, struct exposures *list)
{
	const struct bind_setting *bind = &settings->binds.v[i];

	for (size_t k = 0; k < ARRAY_SIZE(host_paths); k++) {
		/* A socket can be connected to through a read-only mount too. */
		if (!is_at(bind->source, k) ||
		    (host_paths[k].check == CHECK_WRITABLE && !bind->is_writable))
			continue;
		exposure_add(list, &bind_checks[host_paths[k].check], NULL, "binds %s%s",
			     bind->source, bind->is_writable ? " writable" : "");
		return;
	}
	exposure_add_path(list, "binds", bind->source);
}

/* A process without a mount namespace of its own sees every file where it is. That nothing writable
 * is above a read-only bind is up to the pen, which follows links. */
static const char *bind_without_namespaces(const struct settings *settings, size_t i)
{
	const struct bind_setting *bind = &settings->binds.v[i];

	if (!str_eq(bind->source, bind->target))
		return "a file or directory can only be shown where it is";
	if (is_within(bind->source, "/dev") || is_within(bind->source, "/proc"))
		return "its device nodes and other processes would be shown, too";
	return NULL;
}

static const struct setting_row rows[] = {
	{
		.verb = "allow set-id",
		.is_rule = true,
		.is_one = true,
		.usage = "allow set-id",
		.take = take_set_id,
		.at = set_id_at,
		.print = print_set_id,
		.compare = change_is_wider,
		.lint = lint_set_id,
		SETTING_CHECKS(set_id_checks),
		.without_namespaces = setting_needs_none,
	},
	{
		.verb = "root",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "root DIR",
		.part = SETTING_FILES,
		.options = { { "root", 0, "DIR",
			       "use DIR as the root instead of the host's system directories",
			       NULL } },
		.take = take_root,
		.at = root_at,
		.print = print_root,
		.compare = compare_root,
		.lint = lint_root,
		SETTING_CHECKS(exposed_checks),
	},
	{
		.verb = "bind",
		.least = 1,
		.most = 4,
		.usage = "bind [rw] [try] SRC [DST]",
		.part = SETTING_FILES,
		.options = { { "bind", 'r', "SRC [DST]",
			       "show a file or directory inside, read-only", NULL },
			     { "bind-rw", 'w', "SRC [DST]",
			       "show a file or directory inside, writable", "bind rw" } },
		.take = take_bind,
		.at = bind_at,
		.print = print_bind,
		.compare = compare_bind,
		.lint = lint_bind,
		SETTING_CHECKS(bind_checks),
		.is_ordered = is_bind_ordered,
		.without_namespaces = bind_without_namespaces,
	},
};

SETTING_TABLE(setting_table_shown, rows);
