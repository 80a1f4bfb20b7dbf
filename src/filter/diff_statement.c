// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each statement for the pen knows what is wider: by itself, or by the value that the other policy
 * has, which is the default where it has none. There is no order only where it takes more than two
 * policies to know: what is in a folder, what a caller may have.
 */
#include "filter/diff_statement.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "policy/print.h"
#include "policy/quantity.h"

enum { PIDS_DEFAULT = 512, GRACE_DEFAULT_S = 2, CORE_DEFAULT = 1, NICE_DEFAULT = 20 };

static enum change mirror(enum change change)
{
	switch (change) {
	case CHANGE_WIDER:
		return CHANGE_NARROWER;
	case CHANGE_NARROWER:
		return CHANGE_WIDER;
	default:
		return change;
	}
}

static const struct settings *own(const struct statement_question *question)
{
	return question->is_added ? question->after : question->before;
}

static const struct settings *other(const struct statement_question *question)
{
	return question->is_added ? question->before : question->after;
}

/* What CHANGE is where the statement was added, or taken away. */
static enum change turn(const struct statement_question *question, enum change change)
{
	return question->is_added ? change : mirror(change);
}

static enum change by_size(uint64_t before, uint64_t after)
{
	if (before == after)
		return CHANGE_OTHER;
	return before < after ? CHANGE_WIDER : CHANGE_NARROWER;
}

/* Two changes of one statement; CHANGE_OTHER is none. */
static enum change both(enum change a, enum change b, const char **ret_why)
{
	if (a == CHANGE_OTHER || a == b)
		return b;
	if (b == CHANGE_OTHER)
		return a;
	*ret_why = "it is wider in one way, and narrower in another";
	return CHANGE_UNCLEAR;
}

static bool is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return !strncmp(path, folder, len) && (path[len] == '/' || !path[len]);
}

/* Returns whether the pen shows something at PATH, or around it, without a statement that says so.
 */
static bool is_shown_by_default(const struct settings *settings, const char *path)
{
	static const char *const folders[] = { "/usr", "/bin", "/sbin", "/lib", "/lib64",
					       "/opt", "/etc", "/dev",	"/tmp" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		if (is_within(path, folders[i]))
			return true;
	return is_written(&settings->root.place);
}

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	return text && !strncmp(text, line, len) && text[len] == '\n' && !text[len + 1];
}

static bool is_bind(const struct bind_setting *bind, const char *line)
{
	struct settings alone = { .binds = { (struct bind_setting *)bind, 1, 1 } };
	struct strbuf text = { 0 };
	bool is_it;

	settings_print(&alone, &text);
	is_it = has_line(text.text, line);
	strbuf_finish(&text);
	return is_it;
}

/* Returns the last bind of SETTINGS on TARGET, which is the one that is seen, or NULL. */
static const struct bind_setting *find_bind(const struct settings *settings, const char *target)
{
	for (size_t i = settings->binds.n; i-- > 0;)
		if (str_eq(settings->binds.v[i].target, target))
			return &settings->binds.v[i];
	return NULL;
}

static bool has_second_bind(const struct settings *settings)
{
	for (size_t i = 0; i < settings->binds.n; i++)
		if (find_bind(settings, settings->binds.v[i].target) != &settings->binds.v[i])
			return true;
	return false;
}

static enum change compare_bind(const struct statement_question *question, const char **ret_why)
{
	const struct bind_settings *binds = &own(question)->binds;
	const struct bind_setting *bind = NULL, *seen;

	for (size_t i = 0; i < binds->n; i++)
		if (is_bind(&binds->v[i], question->line))
			bind = &binds->v[i];
	*ret_why = "of two binds on one place the later one is seen";
	if (!bind || find_bind(own(question), bind->target) != bind)
		return CHANGE_UNCLEAR;
	seen = find_bind(other(question), bind->target);
	*ret_why = "another folder is shown there";
	if (seen && !str_eq(seen->source, bind->source))
		return CHANGE_UNCLEAR;
	if (seen)
		return turn(question, by_size(seen->is_writable, bind->is_writable));
	*ret_why = "it covers what the pen shows there";
	if (!str_eq(bind->source, bind->target) && is_shown_by_default(own(question), bind->target))
		return CHANGE_UNCLEAR;
	return turn(question, CHANGE_WIDER);
}

static mode_t mode_of(const struct tmpfs_setting *tmpfs)
{
	if (tmpfs->mode)
		return tmpfs->mode;
	return str_eq(tmpfs->target, "/tmp") ? 01777 : 0755;
}

/* The sticky bit takes a right away. */
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
	*ret_why = "its mode has bits that the other has not";
	return CHANGE_UNCLEAR;
}

static const struct tmpfs_setting *find_tmpfs(const struct settings *settings, const char *target,
					      size_t len)
{
	for (size_t i = settings->tmpfs.n; i-- > 0;)
		if (strlen(settings->tmpfs.v[i].target) == len &&
		    !memcmp(settings->tmpfs.v[i].target, target, len))
			return &settings->tmpfs.v[i];
	return NULL;
}

/* The private /tmp is there without a statement. */
static enum change compare_two_tmpfs(const struct tmpfs_setting *before,
				     const struct tmpfs_setting *after, const char **ret_why)
{
	enum change mode = compare_modes(mode_of(before), mode_of(after), ret_why);

	if (mode == CHANGE_UNCLEAR)
		return mode;
	if (before->size != after->size && (!before->size || !after->size)) {
		*ret_why = "the size that it has by default is a share of the machine's memory, or "
			   "of limit memory";
		return CHANGE_UNCLEAR;
	}
	return both(mode, by_size(before->size, after->size), ret_why);
}

static enum change compare_tmpfs(const struct statement_question *question, const char **ret_why)
{
	const char *target = question->line + strlen("tmpfs ");
	const struct tmpfs_setting *before, *after, *any;
	struct tmpfs_setting by_default = { .target = (char *)"/tmp" };
	struct strbuf word = { 0 };

	/* In the line the path may stand in quotes. */
	any = NULL;
	for (size_t i = 0; i < own(question)->tmpfs.n && !any; i++) {
		const struct tmpfs_setting *tmpfs = &own(question)->tmpfs.v[i];

		word_print(tmpfs->target, &word);
		if (str_starts(target - 1, word.text) &&
		    (target[word.len - 1] == ' ' || !target[word.len - 1]))
			any = tmpfs;
		strbuf_finish(&word);
	}
	if (!any)
		return CHANGE_UNCLEAR;
	target = any->target;
	before = find_tmpfs(question->before, target, strlen(target));
	after = find_tmpfs(question->after, target, strlen(target));
	if (str_eq(target, "/tmp")) {
		before = before ? before : &by_default;
		after = after ? after : &by_default;
	}
	if (before && after)
		return compare_two_tmpfs(before, after, ret_why);
	*ret_why = "it covers what the pen shows there";
	if (is_shown_by_default(own(question), target) || find_bind(other(question), target))
		return CHANGE_UNCLEAR;
	return turn(question, CHANGE_WIDER);
}

static enum net_mode net_of(const struct settings *settings)
{
	return is_written(&settings->net.place) ? settings->net.mode : NET_NONE;
}

static enum change compare_net(const struct statement_question *question, const char **ret_why)
{
	static const unsigned int reach[] = { [NET_NONE] = 0, [NET_USER] = 1, [NET_HOST] = 2 };

	(void)ret_why;
	return by_size(reach[net_of(question->before)], reach[net_of(question->after)]);
}

static enum change compare_tty(const struct statement_question *question, const char **ret_why)
{
	bool before = is_written(&question->before->tty.place) &&
		      question->before->tty.mode == TTY_NEW;
	bool after = is_written(&question->after->tty.place) &&
		     question->after->tty.mode == TTY_NEW;

	(void)ret_why;
	return by_size(!before, !after);
}

static bool is_root_user(const struct settings *settings)
{
	const struct user_setting *user = &settings->user;

	return is_written(&user->place) &&
	       (user->name ? str_eq(user->name, "root") : user->uid == 0);
}

static enum change compare_user(const struct statement_question *question, const char **ret_why)
{
	bool before = is_root_user(question->before), after = is_root_user(question->after);

	if (before != after)
		return by_size(before, after);
	*ret_why = "another user has other files";
	return CHANGE_UNCLEAR;
}

static bool is_covered(const char *name, const char *pattern)
{
	size_t len = strlen(pattern);

	if (len && pattern[len - 1] == '*')
		return !strncmp(name, pattern, len - 1);
	return str_eq(name, pattern);
}

static bool is_kept(const struct settings *settings, const char *name)
{
	for (size_t i = 0; env_kept_by_default[i]; i++)
		if (is_covered(name, env_kept_by_default[i]))
			return true;
	for (size_t i = 0; i < settings->env.n; i++)
		if (settings->env.v[i].verb == ENV_KEEP &&
		    is_covered(name, settings->env.v[i].name))
			return true;
	return false;
}

static enum change compare_env_keep(const struct statement_question *question, const char **ret_why)
{
	const char *name = question->line + strlen("env keep ");

	(void)ret_why;
	return is_kept(other(question), name) ? CHANGE_OTHER : turn(question, CHANGE_WIDER);
}

/* What holds of a limit; UINT64_MAX: none does. */
static uint64_t limit_of(const struct settings *settings, enum limit_kind kind)
{
	if (is_written(&settings->limits[kind].place))
		return settings->limits[kind].value;
	if (kind == LIMIT_PIDS)
		return PIDS_DEFAULT;
	if (kind == LIMIT_SWAP && is_written(&settings->limits[LIMIT_MEMORY].place))
		return 0;
	return UINT64_MAX;
}

static uint64_t grace_of(const struct settings *settings)
{
	const struct limit_setting *limit = &settings->limits[LIMIT_TIME];

	return is_written(&limit->place) && limit->grace ? limit->grace
							 : GRACE_DEFAULT_S * 1000000000ULL;
}

static enum change compare_limit(const struct statement_question *question, const char **ret_why)
{
	const char *name = question->line + strlen("limit ");
	enum limit_kind kind = 0;
	enum change change;

	while (kind < LIMIT_COUNT &&
	       (!str_starts(name, limit_name(kind)) || name[strlen(limit_name(kind))] != ' '))
		kind++;
	if (kind == LIMIT_COUNT)
		return CHANGE_UNCLEAR;
	change = by_size(limit_of(question->before, kind), limit_of(question->after, kind));
	if (kind == LIMIT_TIME && is_written(&question->before->limits[kind].place) &&
	    is_written(&question->after->limits[kind].place))
		change = both(change,
			      by_size(grace_of(question->before), grace_of(question->after)),
			      ret_why);
	return change;
}

/* Returns whether the hard limit that holds is known: that of the caller is not. */
static bool rlimit_of(const struct settings *settings, int resource, uint64_t *ret_hard)
{
	static const struct {
		int resource;
		uint64_t hard;
	} defaults[] = { { RLIMIT_CORE, CORE_DEFAULT },
			 { RLIMIT_RTPRIO, 0 },
			 { RLIMIT_NICE, NICE_DEFAULT } };

	for (size_t i = 0; i < settings->rlimits.n; i++) {
		const struct rlimit_setting *rlimit = &settings->rlimits.v[i];

		if (rlimit->resource != resource)
			continue;
		/* The kernel spares the handler at 1, so that 0 is taken as 1. */
		*ret_hard = resource == RLIMIT_CORE && !rlimit->hard ? CORE_DEFAULT : rlimit->hard;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		if (defaults[i].resource != resource)
			continue;
		*ret_hard = defaults[i].hard;
		return true;
	}
	return false;
}

static enum change compare_rlimit(const struct statement_question *question, const char **ret_why)
{
	const char *name = question->line + strlen("rlimit ");
	auto_free char *word = mem_strdup(name);
	uint64_t before = 0, after = 0;
	bool has_before, has_after;
	int resource;

	word[strcspn(word, " ")] = '\0';
	resource = rlimit_find(word);
	has_before = rlimit_of(question->before, resource, &before);
	has_after = rlimit_of(question->after, resource, &after);
	/* The command may set the soft limit to any value up to the hard one. */
	if (has_before && has_after)
		return by_size(before, after);
	if (resource == RLIMIT_SIGPENDING || resource == RLIMIT_MSGQUEUE) {
		*ret_why = "without it a quarter of the caller's limit holds";
		return CHANGE_UNCLEAR;
	}
	return turn(question, (question->is_added ? after : before) == RLIM_INFINITY
				      ? CHANGE_WIDER
				      : CHANGE_NARROWER);
}

/* What a statement changes where it is added: the answer where there is no function. */
static const struct {
	const char *lead; /* how its line begins */
	enum change added;
	const char *why; /* it has no order; NULL: it has */
	enum change (*compare)(const struct statement_question *question, const char **ret_why);
} rows[] = {
	{ "allow set-id", CHANGE_WIDER, NULL, NULL },
	{ "root ", CHANGE_UNCLEAR, "another tree is shown, with other files", NULL },
	{ "bind ", CHANGE_WIDER, NULL, compare_bind },
	{ "device ", CHANGE_WIDER, NULL, NULL },
	{ "tmpfs ", CHANGE_WIDER, NULL, compare_tmpfs },
	{ "hide ", CHANGE_NARROWER, NULL, NULL },
	{ "guard ", CHANGE_NARROWER, NULL, NULL },
	{ "workdir ", CHANGE_OTHER, NULL, NULL },
	{ "net ", CHANGE_WIDER, NULL, compare_net },
	{ "share ", CHANGE_WIDER, NULL, NULL },
	{ "user ", CHANGE_UNCLEAR, NULL, compare_user },
	{ "hostname ", CHANGE_OTHER, NULL, NULL },
	{ "env keep ", CHANGE_WIDER, NULL, compare_env_keep },
	{ "env set ", CHANGE_OTHER, NULL, NULL },
	{ "env file ", CHANGE_WIDER, NULL, NULL },
	{ "capability ", CHANGE_WIDER, NULL, NULL },
	{ "limit ", CHANGE_NARROWER, NULL, compare_limit },
	{ "rlimit ", CHANGE_NARROWER, NULL, compare_rlimit },
	{ "tty ", CHANGE_NARROWER, NULL, compare_tty },
	{ "fd ", CHANGE_WIDER, NULL, NULL },
};

int diff_statement_kind(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (str_starts(line, rows[i].lead))
			return (int)i;
	return -1;
}

enum change diff_statement(const struct statement_question *question, const char **ret_why)
{
	int kind = diff_statement_kind(question->line);
	const char *why = NULL;
	enum change change;

	if (kind < 0)
		return CHANGE_UNCLEAR;
	change = rows[kind].compare ? rows[kind].compare(question, &why)
				    : turn(question, rows[kind].added);
	if (change == CHANGE_UNCLEAR)
		*ret_why = rows[kind].why ? rows[kind].why : why;
	return change;
}

bool diff_statement_is_free(const char *line, const struct settings *before,
			    const struct settings *after)
{
	return !str_starts(line, "bind ") || (!has_second_bind(before) && !has_second_bind(after));
}
