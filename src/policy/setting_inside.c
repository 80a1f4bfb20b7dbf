// SPDX-License-Identifier: GPL-2.0-or-later
/* Statements for the pen about its own tree: tmpfs, hide, guard, workdir. */
#include "policy/print.h"
#include "policy/quantity.h"
#include "policy/setting.h"

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

	if (!words_is_absolute(words))
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
	*words_append(words, tmpfs) = tmpfs;
}

SETTING_AT_EACH(tmpfs_at, tmpfs)

static void print_tmpfs(const struct settings *settings, size_t i, struct strbuf *buf)
{
	const struct tmpfs_setting *tmpfs = &settings->tmpfs.v[i];

	word_print(tmpfs->target, buf);
	if (tmpfs->size)
		size_print(tmpfs->size, buf);
	if (tmpfs->mode)
		strbuf_printf(buf, " mode=%04o", (unsigned int)tmpfs->mode);
}

static mode_t mode_of(const struct tmpfs_setting *tmpfs)
{
	if (tmpfs->mode)
		return tmpfs->mode;
	return str_eq(tmpfs->target, "/tmp") ? 01777 : 0755;
}

/* The sticky bit takes a permission away. */
static enum change compare_modes(mode_t before, mode_t after, const char **ret_why)
{
	before ^= 01000;
	after ^= 01000;
	if (before == after)
		return CHANGE_OTHER;
	if ((before | after) == after)
		return CHANGE_WIDER;
	if ((before | after) == before)
		return CHANGE_NARROWER;
	*ret_why = "its mode has bits that the other does not have";
	return CHANGE_UNCLEAR;
}

/* Returns the last one on TARGET, which is the visible one, or NULL. */
static const struct tmpfs_setting *find_tmpfs(const struct settings *settings, const char *target)
{
	for (size_t i = settings->tmpfs.n; i-- > 0;)
		if (str_eq(settings->tmpfs.v[i].target, target))
			return &settings->tmpfs.v[i];
	return NULL;
}

/* The private /tmp exists without a statement. */
static enum change compare_two_tmpfs(const struct tmpfs_setting *before,
				     const struct tmpfs_setting *after, const char **ret_why)
{
	enum change mode = compare_modes(mode_of(before), mode_of(after), ret_why);

	if (mode == CHANGE_UNCLEAR)
		return mode;
	if (before->size != after->size && (!before->size || !after->size)) {
		*ret_why = "its default size is a share of the machine's memory, or "
			   "of limit memory";
		return CHANGE_UNCLEAR;
	}
	return change_both(mode, change_by_size(before->size, after->size), ret_why);
}

static enum change compare_tmpfs(const struct setting_question *question, const char **ret_why)
{
	const char *target = change_own(question)->tmpfs.v[question->index].target;
	const struct tmpfs_setting *before = find_tmpfs(question->before, target);
	const struct tmpfs_setting *after = find_tmpfs(question->after, target);
	struct tmpfs_setting by_default = { .target = (char *)"/tmp" };

	if (str_eq(target, "/tmp")) {
		before = before ? before : &by_default;
		after = after ? after : &by_default;
	}
	if (before && after)
		return compare_two_tmpfs(before, after, ret_why);
	*ret_why = "it covers what the pen shows there";
	if (setting_is_shown_by_default(change_own(question), target) ||
	    setting_find_bind(change_other(question), target))
		return CHANGE_UNCLEAR;
	return change_turn(question, CHANGE_WIDER);
}

static void take_hide(struct words *words)
{
	for (; words->at->kind == TOKEN_WORD; words->at++) {
		char *path;

		if (!words_is_absolute(words))
			return;
		path = words_path(words, true);
		if (!path)
			return;
		*words_append(words, hidden) = (struct path_setting){ .place = words->verb->place,
								      .path = path };
	}
}

SETTING_AT_EACH(hide_at, hidden)

static void print_hide(const struct settings *settings, size_t i, struct strbuf *buf)
{
	word_print(settings->hidden.v[i].path, buf);
}

/* Returns the name without "." and empty parts; NULL: it has "..", or nothing is left. */
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
			words_bad(words, "a name below each writable directory, without '..'");
			return;
		}
		*words_append(words, guarded) = (struct path_setting){ .place = words->verb->place,
								       .path = name };
	}
}

SETTING_AT_EACH(guard_at, guarded)

static void print_guard(const struct settings *settings, size_t i, struct strbuf *buf)
{
	word_print(settings->guarded.v[i].path, buf);
}

static void take_workdir(struct words *words)
{
	words_set_path(words, &words->settings->workdir, true);
}

SETTING_AT(workdir_at, workdir)

static void print_workdir(const struct settings *settings, size_t i, struct strbuf *buf)
{
	(void)i;
	word_print(settings->workdir.path, buf);
}

/* A list of what is allowed takes nothing away; whether something allows it is up to the pen, which
 * knows what it shows by default. */
static const char *hide_without_namespaces(const struct settings *settings, size_t i)
{
	(void)settings;
	(void)i;
	return NULL;
}

static const char *guard_without_namespaces(const struct settings *settings, size_t i)
{
	(void)i;
	for (size_t k = 0; k < settings->binds.n; k++)
		if (settings->binds.v[k].is_writable)
			return "nothing in a writable directory can be kept read-only";
	return NULL;
}

static const struct setting_row rows[] = {
	{
		.verb = "tmpfs",
		.least = 1,
		.most = 3,
		.usage = "tmpfs DST [SIZE] [mode=OCTAL]",
		.part = SETTING_FILES,
		.options = { { "tmpfs", 0, "DST [SIZE]", "an empty writable directory in memory",
			       NULL } },
		.take = take_tmpfs,
		.at = tmpfs_at,
		.print = print_tmpfs,
		.compare = compare_tmpfs,
		.lint = setting_exposes_nothing,
	},
	{
		.verb = "hide",
		.least = 1,
		.most = SIZE_MAX,
		.usage = "hide PATH...",
		.part = SETTING_FILES,
		.options = { { "hide", 0, "PATH...", "make paths unreadable inside", NULL } },
		.take = take_hide,
		.at = hide_at,
		.print = print_hide,
		.compare = change_is_narrower,
		.lint = setting_exposes_nothing,
		.without_namespaces = hide_without_namespaces,
	},
	{
		.verb = "guard",
		.least = 1,
		.most = SIZE_MAX,
		.usage = "guard NAME...",
		.part = SETTING_FILES,
		.options = { { "guard", 0, "NAME...",
			       "keep names in writable directories read-only, besides .git/hooks "
			       "and the like",
			       NULL } },
		.take = take_guard,
		.at = guard_at,
		.print = print_guard,
		.compare = change_is_narrower,
		.lint = setting_exposes_nothing,
		.without_namespaces = guard_without_namespaces,
	},
	{
		.verb = "workdir",
		.is_one = true,
		.least = 1,
		.most = 1,
		.usage = "workdir DIR",
		.part = SETTING_FILES,
		.options = { { "workdir", 0, "DIR", "start in DIR", NULL } },
		.take = take_workdir,
		.at = workdir_at,
		.print = print_workdir,
		.compare = change_is_neutral,
		.lint = setting_exposes_nothing,
		.without_namespaces = setting_needs_none,
	},
};

SETTING_TABLE(setting_table_inside, rows);
