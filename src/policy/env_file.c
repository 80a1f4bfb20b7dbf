// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * env file: variables from a file of NAME=VALUE lines. Such files hold secrets: their contents are
 * never shown, in no error and in no printed policy, and are not part of the policy's hash.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "base/walk.h"
#include "policy/setting.h"

struct env_file {
	struct words *words;
	const char *name; /* of the file, for places */
	const char *text; /* of the statement: the name of the policy */
};

static struct env_setting *find(const struct env_file *file, const char *name)
{
	struct env_settings *env = &file->words->settings->env;

	for (size_t i = 0; i < env->n; i++)
		if (env->v[i].verb == ENV_SET && str_eq(env->v[i].name, name))
			return &env->v[i];
	return NULL;
}

/* The first value read wins, as for all statements; two in one text are an error. */
static void take_variable(const struct env_file *file, const struct place *place, char *name,
			  char *value)
{
	struct words *words = file->words;
	const struct env_setting *old = find(file, name);

	if (old && old->from == file->text) {
		parser_error(words->parser, place, "this variable was already set in %s:%u",
			     old->place.file, old->place.line);
		return;
	}
	if (old || !parser_spend(words->parser, place, BUDGET_VARIABLES, 1))
		return;
	*words_append(words, env) = (struct env_setting){
		.place = *place, .verb = ENV_SET, .name = name, .value = value, .from = file->text
	};
}

static void take_line(const struct env_file *file, const struct place *place, const char *line,
		      size_t len)
{
	struct parser *parser = file->words->parser;
	const char *equals = memchr(line, '=', len);
	struct place at = *place;

	if (!len || line[0] == '#')
		return;
	for (size_t i = 0; i < len; i++) {
		if (((unsigned char)line[i] >= 0x20 && line[i] != 0x7f) || line[i] == '\t')
			continue;
		at.col = (unsigned int)i + 1;
		parser_error(parser, &at, "control characters are not allowed");
		return;
	}
	if (!equals || !setting_is_env_name(line, (size_t)(equals - line))) {
		parser_error(parser, place, "this line is not NAME=VALUE");
		diags_hint(parser->diags, "no quotes, no 'export', no blanks before '='; a line "
					  "that starts with '#' is a comment");
		return;
	}
	take_variable(file, place,
		      arena_strndup(&parser->policy->arena, line, (size_t)(equals - line)),
		      arena_strndup(&parser->policy->arena, equals + 1,
				    (size_t)(line + len - equals - 1)));
}

static void take_lines(const struct env_file *file, const char *text, size_t len)
{
	struct parser *parser = file->words->parser;
	struct place place = { .file = file->name, .line = 1, .col = 1 };
	const char *end = text + len;

	for (; text < end; place.line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		take_line(file, &place, text, (size_t)(stop - text));
		text = stop + 1;
		if (!parser_goes_on(parser, &place))
			return;
	}
}

/* An earlier run could have created a link, to obtain another file's lines; a descriptor that the
 * caller opened is no such link. */
static int read_file(const char *path, struct input *ret_input)
{
	auto_close int folder = -1, fd = -1;
	const char *name;
	struct walk walk;

	if (str_starts(path, "/dev/fd/") || str_starts(path, "/proc/self/fd/") ||
	    str_eq(path, "/dev/stdin"))
		return input_read(path, POLICY_BYTES_MAX, ret_input);
	folder = walk_open_parent(path, &name, &walk);
	if (folder < 0)
		return folder;
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return fd < 0 ? -errno : input_read_fd(fd, POLICY_BYTES_MAX, ret_input);
}

void setting_take_env_file(struct words *words)
{
	struct parser *parser = words->parser;
	struct source source = { .kind = SOURCE_FILE, .folder_fd = -1 };
	struct input input = { 0 };
	auto_free char *text = NULL;
	char *path;
	int err;

	path = words_path(words, false);
	if (!path)
		return;
	if (words->at[1].kind != TOKEN_END) {
		words->at++;
		words_error(words, "one file on each line");
		return;
	}
	err = read_file(path, &input);
	if (err) {
		parser_error(parser, &words->at->place, "cannot read '%s': %s", path,
			     err == -ELOOP ? "the path has a symbolic link"
					   : input_error(err, POLICY_BYTES_MAX));
		if (err == -ELOOP)
			walk_hint(path, parser->diags);
		else
			diags_hint(parser->diags, "a file with lines NAME=VALUE");
		return;
	}
	/* Not among the parser's sources: an error would show its line. */
	text = input.text;
	source.name = path;
	source.text = text;
	source.len = input.len;
	if (!parser_spend(parser, &words->at->place, BUDGET_BYTES, input.len))
		return;
	if (!parser_check_bytes(parser, &source))
		return;
	*words_append(words, env) =
		(struct env_setting){ .place = words->verb->place, .verb = ENV_FILE, .name = path };
	take_lines(&(struct env_file){ words, path, words->verb->place.file }, text, source.len);
}
