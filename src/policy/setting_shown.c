// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen that show something of the host: allow set-id, root, bind, device. */
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
		if (!words_is_absolute(words))
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

	*ret_why = "of two binds on one place the later one is seen";
	if (!is_same_bind(setting_find_bind(own, bind->target), bind))
		return CHANGE_UNCLEAR;
	seen = setting_find_bind(change_other(question), bind->target);
	*ret_why = "another folder is shown there";
	if (seen && !str_eq(seen->source, bind->source))
		return CHANGE_UNCLEAR;
	if (seen)
		return change_turn(question, change_by_size(seen->is_writable, bind->is_writable));
	*ret_why = "it covers what the pen shows there";
	if (!str_eq(bind->source, bind->target) && setting_is_shown_by_default(own, bind->target))
		return CHANGE_UNCLEAR;
	return change_turn(question, CHANGE_WIDER);
}

/* Of two binds on one place the later one is seen. */
static bool is_bind_ordered(const struct settings *settings, size_t i)
{
	for (size_t k = 0; k < settings->binds.n; k++)
		if (k != i && str_eq(settings->binds.v[k].target, settings->binds.v[i].target))
			return true;
	return false;
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
	*words_append(words, devices) = device;
}

SETTING_AT_EACH(device_at, devices)

static void print_device(const struct settings *settings, size_t i, struct strbuf *buf)
{
	strbuf_puts(buf, settings->devices.v[i].is_optional ? " try" : "");
	word_print(settings->devices.v[i].path, buf);
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
	},
	{
		.verb = "root",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "root DIR",
		.options = { { "root", 0, "DIR",
			       "use DIR as the root instead of the host's system folders", NULL } },
		.take = take_root,
		.at = root_at,
		.print = print_root,
		.compare = compare_root,
	},
	{
		.verb = "bind",
		.least = 1,
		.most = 4,
		.usage = "bind [rw] [try] SRC [DST]",
		.options = { { "bind", 'r', "SRC [DST]", "show a file or folder inside, read-only",
			       NULL },
			     { "bind-rw", 'w', "SRC [DST]",
			       "show a file or folder inside, writable", "bind rw" } },
		.take = take_bind,
		.at = bind_at,
		.print = print_bind,
		.compare = compare_bind,
		.is_ordered = is_bind_ordered,
	},
	{
		.verb = "device",
		.least = 1,
		.most = 2,
		.usage = "device [try] PATH",
		.options = { { "device", 0, "PATH",
			       "a device node, or those in a folder, that can be opened", NULL } },
		.take = take_device,
		.at = device_at,
		.print = print_device,
		.compare = change_is_wider,
	},
};

SETTING_TABLE(setting_table_shown, rows);
