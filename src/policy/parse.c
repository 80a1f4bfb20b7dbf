// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From texts to a policy: reads all texts, then the rules, then checks them as a whole. The result
 * is complete, or there is none; all errors are reported at once, in reading order.
 */
#include "policy/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/built_in.h"
#include "policy/parser.h"
#include "policy/setting.h"
#include "sys/name.h"

static void init_policy(struct policy *policy)
{
	policy->kernel = sys_newest_kernel;
	policy->arches = 1U << arch_native();
	policy->default_action = (struct action){ .kind = ACTION_ERRNO,
						  .data = (uint16_t)errno_find("EPERM") };
}

/* Reads all of them, first: which ones apply is known when the statements for the pen have been
 * read. */
static void read_built_in(struct parser *parser)
{
	struct source *source = parser_add_source(parser, SOURCE_BUILT_IN, POLICY_BUILT_IN);
	struct strbuf text = { 0 };

	built_in_write(&text);
	source->text = arena_strndup(&parser->policy->arena, text.text, text.len);
	source->len = text.len;
	strbuf_finish(&text);
	parser_read_text(parser, source);
}

/* "bind rw" is the option --bind-rw. */
static void read_option(struct parser *parser, const struct policy_option *option)
{
	struct strbuf name = { 0 }, text = { 0 };
	struct source *source;

	strbuf_printf(&name, "--%s", option->verb);
	for (size_t i = 0; i < name.len; i++)
		if (name.text[i] == ' ')
			name.text[i] = '-';
	strbuf_printf(&text, "%s %s", option->verb, option->words);
	source = parser_add_source(parser, SOURCE_OPTION, name.text);
	source->text = arena_strndup(&parser->policy->arena, text.text, text.len);
	source->len = text.len;
	if (strchr(source->text, '\n')) {
		struct place place = { .file = source->name };

		parser_error(parser, &place, "an option is one statement on one line");
	} else {
		parser_read_text(parser, source);
	}
	strbuf_finish(&name);
	strbuf_finish(&text);
}

static void collect_paths(struct parser *parser)
{
	struct policy *policy = parser->policy;
	size_t n = 0;

	policy->paths = arena_alloc(&policy->arena,
				    (2 * parser->sources.n + 1) * sizeof(*policy->paths));
	for (size_t i = 0; i < parser->sources.n; i++) {
		const struct source *source = parser->sources.v[i];

		if (!source->path)
			continue;
		policy->paths[n++] = arena_strdup(&policy->arena, source->path);
		policy->paths[n++] = arena_strdup(&policy->arena, source->name);
	}
}

static void collect_texts(struct parser *parser)
{
	struct policy *policy = parser->policy;

	policy->texts = arena_alloc(&policy->arena, parser->sources.n * sizeof(*policy->texts));
	for (size_t i = 0; i < parser->sources.n; i++) {
		const struct source *source = parser->sources.v[i];

		if (source->kind != SOURCE_BUILT_IN && source->text)
			policy->texts[policy->n_texts++] =
				(struct policy_text){ source->name, source->text, source->len };
	}
}

static bool is_shipped(const struct parser *parser, const struct place *place)
{
	const struct source *source = parser_source(parser, place);

	return !source || source->kind == SOURCE_SHIPPED || source->kind == SOURCE_BUILT_IN;
}

static bool are_shipped(const struct parser *parser, const struct definitions *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (!is_shipped(parser, &all->v[i].place))
			return false;
	return true;
}

static void finish_policy(struct parser *parser)
{
	struct policy *policy = parser->policy;

	if (!policy->unknown_place.file) {
		policy->unknown_action = policy->default_action;
		if (action_is_denial(&policy->default_action))
			policy->unknown_action = (struct action){
				.kind = ACTION_ERRNO, .data = (uint16_t)errno_find("ENOSYS")
			};
	}
	policy->files = arena_alloc(&policy->arena, parser->files.n * sizeof(*policy->files));
	if (parser->files.n)
		memcpy(policy->files, parser->files.v, parser->files.n * sizeof(*policy->files));
	policy->n_files = parser->files.n;
	policy->has_definitions = !are_shipped(parser, &parser->constants) ||
				  !are_shipped(parser, &parser->sets);
	collect_paths(parser);
	collect_texts(parser);
}

static size_t source_order(const struct parser *parser, const struct diag *diag)
{
	for (size_t i = 0; diag->file && i < parser->sources.n; i++)
		if (str_eq(parser->sources.v[i]->name, diag->file))
			return i;
	return 0;
}

/* A diagnostic with its position in reading order. */
struct placed_diag {
	struct diag diag;
	size_t source, added;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed_diag *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->diag.line != y->diag.line)
		return x->diag.line < y->diag.line ? -1 : 1;
	if (x->diag.col != y->diag.col)
		return x->diag.col < y->diag.col ? -1 : 1;
	return (x->added > y->added) - (x->added < y->added);
}

/* Sorts what was added from FIRST on into reading order. */
static void sort_diags(const struct parser *parser, struct diags *diags, size_t first)
{
	size_t n = diags->n - first;
	auto_free struct placed_diag *placed = mem_alloc(n * sizeof(*placed));

	for (size_t i = 0; i < n; i++)
		placed[i] = (struct placed_diag){ diags->v[first + i],
						  source_order(parser, &diags->v[first + i]), i };
	qsort(placed, n, sizeof(*placed), compare_placed);
	for (size_t i = 0; i < n; i++)
		diags->v[first + i] = placed[i].diag;
}

static void parser_finish(struct parser *parser)
{
	for (size_t i = 0; i < parser->sources.n; i++) {
		free(parser->sources.v[i]->lines.v);
		if (parser->sources.v[i]->folder_fd >= 0)
			close(parser->sources.v[i]->folder_fd);
	}
	for (size_t i = 0; i < parser->folders.n; i++)
		policy_folder_finish(&parser->folders.v[i]);
	free(parser->folders.v);
	free(parser->sources.v);
	definitions_finish(&parser->constants);
	definitions_finish(&parser->sets);
	free(parser->rules.v);
	free(parser->files.v);
}

void parser_destroy(struct parser *parser)
{
	if (parser)
		parser_finish(parser);
	free(parser);
}

/* The second pass. Returns 0, or -errno with errors in the parser's diags. */
static int take_rules(struct parser *parser, size_t first_diag)
{
	parser_read_rules(parser);
	if (!parser->n_errors)
		parser_check_reach(parser);
	else
		parser_hide_secrets(parser, first_diag);
	sort_diags(parser, parser->diags, first_diag);
	if (!parser->n_errors)
		return 0;
	return parser->err ? parser->err : -EINVAL;
}

/* Takes the parser's policy, whose texts have been read, through the second pass. */
static int conclude(struct parser *parser, size_t first_diag, struct policy **ret_policy)
{
	int err = take_rules(parser, first_diag);

	finish_policy(parser);
	parser_finish(parser);
	if (err)
		policy_destroy(parser->policy);
	else
		*ret_policy = parser->policy;
	return err;
}

/* Whether everything that the rules depend on is shipped with the program, whose tests read it. */
static bool can_wait(const struct parser *parser)
{
	const struct policy *policy = parser->policy;
	const struct place *heads[] = { &parser->kernel_place, &policy->arch_place,
					&policy->default_place, &policy->unknown_place };

	if (parser->n_errors || parser->folders.n || !are_shipped(parser, &parser->constants) ||
	    !are_shipped(parser, &parser->sets))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(heads); i++)
		if (!is_shipped(parser, heads[i]))
			return false;
	for (size_t i = 0; i < parser->rules.n; i++)
		if (!is_shipped(parser, &parser->rules.v[i].tokens[0].place))
			return false;
	return true;
}

/* Keeps the parser with its policy until the rules are needed. */
static struct policy *leave_rules(struct parser *parser, size_t first_diag)
{
	struct policy *policy = parser->policy;

	finish_policy(parser);
	sort_diags(parser, parser->diags, first_diag);
	parser_drop_idle(parser);
	policy->unread = mem_alloc(sizeof(*parser));
	*policy->unread = *parser;
	policy->unread->diags = NULL;
	return policy;
}

int policy_read_rules(struct policy *policy, struct diags *diags)
{
	struct parser *parser = policy->unread;
	int err;

	if (!parser)
		return 0;
	policy->unread = NULL;
	parser->diags = diags;
	err = take_rules(parser, diags->n);
	parser_destroy(parser);
	return err;
}

static void parser_init(struct parser *parser, enum policy_use use, struct diags *diags)
{
	*parser = (struct parser){ .policy = mem_alloc(sizeof(*parser->policy)), .diags = diags };
	init_policy(parser->policy);
	parser->policy->use = use;
	parser->walls = &parser->policy->settings;
	read_built_in(parser);
	memset(parser->spent, 0, sizeof(parser->spent));
}

const struct place *policy_rule_place(const struct policy *policy, size_t i)
{
	const struct parser *parser = policy->unread;

	if (parser)
		return i < parser->rules.n ? &parser->rules.v[i].tokens[0].place : NULL;
	return i < policy->n_rules ? &policy->rules[i]->place : NULL;
}

static void read_text(struct parser *parser, const char *name, const char *text, size_t len)
{
	struct source *source = parser_add_source(parser, SOURCE_FILE, name);

	source->text = arena_strndup(&parser->policy->arena, text, len);
	source->len = len;
	*array_append(&parser->files) = source->name;
	parser_read_text(parser, source);
}

int policy_parse(const struct policy_source *source, struct policy **ret_policy,
		 struct diags *diags)
{
	size_t first_diag = diags->n;
	struct parser parser;

	parser_init(&parser, source->use, diags);
	parser.is_rules_only = source->is_rules_only;
	include_add_folders(&parser, source);
	for (size_t i = 0; i < source->n_options; i++)
		read_option(&parser, &source->options[i]);
	for (size_t i = 0; i < source->n_files; i++)
		parser_read_file(&parser, source->files[i], NULL, NULL);
	if (source->text)
		read_text(&parser, source->name, source->text, strlen(source->text));
	setting_conclude_network(&parser);
	if (!source->can_wait || !can_wait(&parser))
		return conclude(&parser, first_diag, ret_policy);
	*ret_policy = leave_rules(&parser, first_diag);
	return 0;
}

int policy_parse_text(const char *name, const char *text, size_t len, struct policy **ret_policy,
		      struct diags *diags)
{
	size_t first_diag = diags->n;
	struct parser parser;

	parser_init(&parser, POLICY_AS_TEXT, diags);
	read_text(&parser, name, text, len);
	setting_conclude_network(&parser);
	return conclude(&parser, first_diag, ret_policy);
}

struct policy *policy_read_built_in(const struct policy *like)
{
	struct policy *policy = NULL;
	struct diags diags = { 0 };
	struct parser parser;

	parser_init(&parser, like->use, &diags);
	parser.policy->arches = (1U << ARCH_COUNT) - 1;
	parser.policy->default_action = (struct action){ .kind = ACTION_ALLOW };
	parser.walls = &like->settings;
	conclude(&parser, 0, &policy);
	diags_finish(&diags);
	return policy;
}
