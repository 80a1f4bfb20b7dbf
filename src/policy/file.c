// SPDX-License-Identifier: GPL-2.0-or-later
/* Files, pipes and shipped policies as texts of a policy, and what they include. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/input.h"
#include "base/proc.h"
#include "base/str.h"
#include "policy/parser.h"
#include "policy/shipped.h"

static void fail_to_read(struct parser *parser, const char *name, const struct place *place,
			 const char *why, int err)
{
	if (place && parser_source(parser, place)->is_guarded)
		parser_error(parser, place, "cannot read the included file: %s", why)->is_plain =
			true;
	else
		parser_error(parser, place, "cannot read the policy '%s': %s", name, why);
	if (!place && !parser->err)
		parser->err = err;
}

/* A text that names a policy, or one that led to it, is itself a policy. */
static void show(struct parser *parser, const struct place *place)
{
	struct source *source = place ? parser_source(parser, place) : NULL;

	if (source)
		source->is_guarded = false;
}

/* Returns whether PATH is already being read; if so, adds an error that shows the cycle. */
static bool is_cycle(struct parser *parser, const char *path, const struct source *parent,
		     const struct place *place)
{
	struct strbuf way = { 0 };
	const struct source *source = parent;

	while (source && !(source->path && str_eq(source->path, path)))
		source = source->parent;
	if (!source)
		return false;
	for (const struct source *at = parent; at != source; at = at->parent) {
		auto_free char *rest = mem_strdup(way.text ? way.text : "");

		strbuf_finish(&way);
		strbuf_printf(&way, " includes '%s'%s", at->name, rest);
	}
	parser_error(parser, place, "the include is a cycle: '%s'%s includes '%s'", source->name,
		     way.text ? way.text : "", source->name);
	show(parser, place);
	strbuf_finish(&way);
	return true;
}

static bool is_too_deep(struct parser *parser, const struct source *parent,
			const struct place *place)
{
	unsigned int depth = 0;

	for (; parent; parent = parent->parent)
		depth++;
	if (depth <= INCLUDE_DEPTH_MAX)
		return false;
	parser_error(parser, place, "includes are nested more than %d deep", INCLUDE_DEPTH_MAX);
	show(parser, place);
	/* A file that includes itself under many names would repeat this as often as it can be
	 * included. */
	parser->is_exhausted = true;
	return true;
}

static void start_text(struct parser *parser, struct source *source, const struct place *place)
{
	*array_append(&parser->files) = source->name;
	if (parser_spend(parser, place, BUDGET_TEXTS, 1) &&
	    parser_spend(parser, place, BUDGET_BYTES, source->len))
		parser_read_text(parser, source);
}

static const char *shipped_name(size_t i, void *data)
{
	(void)data;
	return policy_shipped_name((unsigned int)i);
}

static void read_shipped(struct parser *parser, const char *name, const struct source *parent,
			 const struct place *place)
{
	auto_free char *bare = mem_strdup(name + 1);
	struct source *source;
	const char *text, *near;

	bare[strlen(bare) - 1] = '\0';
	text = policy_shipped(bare);
	if (!text) {
		fail_to_read(parser, name, place, "pinfold has no policy of this name", -ENOENT);
		near = str_nearest(bare, shipped_name, NULL);
		if (near)
			diags_hint(parser->diags, "did you mean '<%s>'?", near);
		else
			diags_hint(parser->diags, "'pinfold policies' lists them");
		return;
	}
	if (is_cycle(parser, name, parent, place))
		return;
	source = parser_add_source(parser, SOURCE_SHIPPED, name);
	source->path = source->name;
	source->parent = parent;
	source->text = text;
	source->len = strlen(text);
	start_text(parser, source, place);
}

/* Opens a file that the caller names, wherever it is. Its path is what the kernel reports for the
 * opened file: a name looked up before or after may lead elsewhere by then. */
static int open_named(const char *name, struct policy_file *ret_file)
{
	struct policy_file file = { open(name, POLICY_OPEN_FLAGS), -1, NULL };

	if (file.fd < 0)
		return -errno;
	file.path = mem_alloc(PATH_MAX + 1);
	/* A shell's /dev/fd/63 leads to "pipe:[...]", which has no path. */
	if (proc_read_fd_link(file.fd, file.path, PATH_MAX + 1) < 0 || *file.path != '/') {
		free(file.path);
		file.path = mem_strdup(name);
	}
	*ret_file = file;
	return 0;
}

/* Returns whether the caller's NAME is where the file is: no part of it is a link. */
static bool is_named_plainly(struct parser *parser, const char *name, const char *path)
{
	struct source here = { .folder_fd = -1 };

	return str_eq(parser_lexical_path(parser, &here, name), path);
}

static void add_file(struct parser *parser, const char *name, const struct source *parent,
		     struct policy_file *file, const struct input *input, const struct place *place)
{
	struct arena *arena = &parser->policy->arena;
	struct source *source = parser_add_source(
		parser, SOURCE_FILE, parent ? parser_path(parser, parent, name) : name);

	source->parent = parent;
	if (!input->is_pipe) {
		source->path = arena_strdup(arena, file->path);
		source->is_guarded = parent || !is_named_plainly(parser, name, file->path);
		/* Absolute, even if the directories above hide it from realpath(). */
		source->folder = parser_path(parser, source, file->path);
		*strrchr(source->folder, '/') = '\0';
		source->folder_fd = steal_fd(&file->folder_fd);
	}
	source->text = arena_strndup(arena, input->text, input->len);
	source->len = input->len;
	start_text(parser, source, place);
}

static void hint_include(struct parser *parser, const char *name, int err)
{
	if (err == -EXDEV)
		diags_hint(parser->diags,
			   "--include-dir DIR also allows includes at or below another directory");
	else if (policy_shipped(name))
		diags_hint(parser->diags, "did you mean '<%s>', which is part of pinfold?", name);
}

static const char *why_not(int err)
{
	return err == -EXDEV ? "it is outside the directory of the including file"
			     : input_error(err, POLICY_BYTES_MAX);
}

static void read_stdin(struct parser *parser, const char *name)
{
	struct policy_file none = { -1, -1, NULL };
	struct input input = { 0 };
	int err = input_read(name, POLICY_BYTES_MAX, &input);

	if (err)
		fail_to_read(parser, input_name(name), NULL, why_not(err), err);
	else
		add_file(parser, input_name(name), NULL, &none, &input, NULL);
	free(input.text);
}

void parser_read_file(struct parser *parser, const char *name, const struct source *parent,
		      const struct place *place)
{
	struct policy_file file = { -1, -1, NULL };
	struct input input = { 0 };
	int err;

	if (is_too_deep(parser, parent, place))
		return;
	if (*name == '<' && str_ends(name, ">")) {
		read_shipped(parser, name, parent, place);
		return;
	}
	if (!parent && input_is_stdin(name)) {
		read_stdin(parser, name);
		return;
	}
	err = parent ? include_open(parser, parent, name, &file) : open_named(name, &file);
	if (file.path && is_cycle(parser, file.path, parent, place)) {
		policy_file_finish(&file);
		return;
	}
	if (!err)
		err = input_read_fd(file.fd, POLICY_BYTES_MAX, &input);
	if (err) {
		fail_to_read(parser, name, place, why_not(err), err);
		hint_include(parser, name, err);
	} else {
		add_file(parser, name, parent, &file, &input, place);
	}
	free(input.text);
	policy_file_finish(&file);
}

void policy_file_finish(struct policy_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->folder_fd >= 0)
		close(file->folder_fd);
	free(file->path);
}
