// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules that can never apply, because an earlier one without a condition decides the same call. The
 * author of a denial believes that it works, so a dead one is an error in the text it is in, and
 * one that is dead for some calls of its set is a warning: systemd's SystemCallFilter= is written
 * in the opposite order. That one text decides before another (an option before a file, a file
 * before what it includes) is what their order is for, and not a fault; nor is what comes before a
 * 'rest'.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "policy/parser.h"

enum {
	NAMES_MAX = 40,
	TEXT_MAX = 72,
	MULTIPLEX_END = 32,
	X86_SOCKETCALL = 102,
	FORMS = ARCH_COUNT + 1
};

/* The first rule without a condition that decides a call of one arch. */
struct coverer {
	uint32_t nr;
	const struct rule *rule;
};

struct coverers {
	const struct rule *by_number[SYS_NR_END];
	struct coverer *v; /* for numbers past the table */
	size_t n, cap;
};

struct reach {
	struct parser *parser;
	size_t statement; /* of the current rule, among the parser's */
	struct coverers by_arch[ARCH_COUNT];
	/* i386's calls behind socketcall and ipc. */
	const struct rule *multiplexed[2][MULTIPLEX_END];
};

static bool is_known_number(uint32_t nr)
{
	return (nr & ~SYS_X32_BIT) < SYS_NR_END;
}

static const struct rule *find_coverer(const struct coverers *coverers, uint32_t nr)
{
	if (is_known_number(nr))
		return coverers->by_number[nr & ~SYS_X32_BIT];
	for (size_t i = 0; i < coverers->n; i++)
		if (coverers->v[i].nr == nr)
			return coverers->v[i].rule;
	return NULL;
}

static const struct rule **find_multiplexed(struct reach *reach, const struct multiplex *multiplex)
{
	return &reach->multiplexed[multiplex->nr != X86_SOCKETCALL]
				  [multiplex->number % MULTIPLEX_END];
}

/* A call has one form for each arch, and the multiplexed one as its last. Returns whether CALL has
 * form number I, and the rule that decides it first. */
static bool has_form(struct reach *reach, const struct rule_call *call, unsigned int i,
		     const struct rule **ret_coverer)
{
	const struct rule *coverer;

	if (i < ARCH_COUNT) {
		*ret_coverer = NULL;
		if (call->numbers[i] == CALL_NONE)
			return false;
		*ret_coverer = find_coverer(&reach->by_arch[i], call->numbers[i]);
		return true;
	}
	if (!call->multiplex.nr)
		return false;
	coverer = *find_multiplexed(reach, &call->multiplex);
	*ret_coverer = coverer ? coverer
			       : find_coverer(&reach->by_arch[ARCH_X86], call->multiplex.nr);
	return true;
}

/* Returns whether the order of the texts explains that COVERER comes before RULE. */
static bool is_intended(const struct parser *parser, const struct rule *rule,
			const struct rule *coverer)
{
	const struct source *mine = parser_source(parser, &rule->place);
	const struct source *first = parser_source(parser, &coverer->place);

	if (!mine || !first || mine->kind == SOURCE_SHIPPED)
		return mine != first;
	if (first->kind == SOURCE_OPTION)
		return mine->kind != SOURCE_OPTION;
	for (const struct source *at = mine->parent; at; at = at->parent)
		if (at == first)
			return true;
	return false;
}

static const struct source *top_of(const struct parser *parser, const struct rule *rule)
{
	const struct source *source = parser_source(parser, &rule->place);

	while (source && source->parent)
		source = source->parent;
	return source;
}

static bool is_same_action(const struct rule *a, const struct rule *b)
{
	return a->action.kind == b->action.kind && a->action.data == b->action.data;
}

/* How bad it is that COVERER decides a call of RULE: letting through what should be denied is the
 * worst, and of several harms the worst is reported. */
enum harm { HARM_NONE, HARM_IDLE, HARM_OTHER, HARM_OPEN };

static enum harm harm_of(const struct parser *parser, const struct rule *rule,
			 const struct rule *coverer)
{
	if (!coverer || is_intended(parser, rule, coverer))
		return HARM_NONE;
	if (is_same_action(rule, coverer))
		return HARM_IDLE;
	if (action_is_denial(&rule->action) && !action_is_denial(&coverer->action))
		return HARM_OPEN;
	return HARM_OTHER;
}

/* What earlier rules decide of a rule's call, or calls. */
struct fate {
	size_t n, n_dead, n_open; /* calls; dead and open ones are so in every form */
	enum harm harm;
	const struct rule *first; /* the rule that did the harm */
	uint32_t open;		  /* forms in which the last call is let through: bit 1 << form */
};

static void ask_call(struct reach *reach, const struct rule *rule, const struct rule_call *call,
		     struct fate *fate)
{
	unsigned int n = 0, n_dead = 0, n_open = 0;
	const struct rule *coverer;

	fate->open = 0;
	for (unsigned int i = 0; i < FORMS; i++) {
		enum harm harm;

		if (!has_form(reach, call, i, &coverer))
			continue;
		harm = harm_of(reach->parser, rule, coverer);
		n++;
		n_dead += coverer != NULL;
		n_open += harm == HARM_OPEN;
		fate->open |= harm == HARM_OPEN ? 1U << i : 0;
		if (coverer && (!fate->first || harm > fate->harm)) {
			fate->first = coverer;
			fate->harm = harm;
		}
	}
	fate->n++;
	fate->n_dead += n && n_dead == n;
	fate->n_open += n && n_open == n;
}

static void hint_first(struct parser *parser, const struct rule *coverer, const char *more)
{
	struct place place = coverer->place;
	auto_free char *where = place.line ? mem_printf("%s:%u", place.file, place.line)
					   : mem_strdup(place.file);
	bool is_long = strlen(coverer->text) > TEXT_MAX;

	diags_hint(parser->diags, "%s decides first: %.*s%s%s", where, TEXT_MAX, coverer->text,
		   is_long ? " ..." : "", more);
}

/* Reports that RULE is dead for WHAT ("": all of it). */
static void tell_dead(struct parser *parser, const struct rule *rule, const struct place *place,
		      const char *what, const struct fate *fate)
{
	bool is_denial = action_is_denial(&rule->action);

	if (is_denial && fate->harm > HARM_IDLE && !rule->is_rest &&
	    top_of(parser, rule) == top_of(parser, fate->first))
		parser_error(parser, place, "this denial can never apply%s", what);
	else
		parser_warn(parser, place, "this %s can never apply%s",
			    is_denial && fate->harm == HARM_OPEN ? "denial" : "rule", what);
	hint_first(parser, fate->first, "");
}

/* Appends the name, and the ABIs for which it is let through, unless that is all of them. */
static void add_open(struct strbuf *names, const struct rule_call *call, uint32_t open)
{
	bool is_all = true;

	for (unsigned int i = 0; i < FORMS; i++)
		if (i < ARCH_COUNT ? call->numbers[i] != CALL_NONE : call->multiplex.nr != 0)
			is_all &= open >> i & 1;
	strbuf_printf(names, "%s%s", names->len ? ", " : "", call->name ? call->name : "");
	if (!call->name)
		strbuf_printf(names, "[%u]", call->nr);
	if (is_all)
		return;
	for (unsigned int i = 0; i < ARCH_COUNT; i++)
		if (open >> i & 1)
			strbuf_printf(names, " on %s", arch_get((enum arch)i)->name);
	if (open >> ARCH_COUNT & 1)
		strbuf_printf(names, " through %s",
			      call->multiplex.nr == X86_SOCKETCALL ? "socketcall" : "ipc");
}

/* Returns the word as written: for a set its name, which the calls do not have. */
static const char *word_text(const struct reach *reach, const struct rule_call *call)
{
	const struct statement *statement = &reach->parser->rules.v[reach->statement];
	char number[16];

	snprintf(number, sizeof(number), "[%u]", call->nr);
	if (!call->name)
		return arena_strdup(&reach->parser->policy->arena, number);
	for (size_t i = 0; i < statement->n_tokens; i++)
		if (statement->tokens[i].place.line == call->place.line &&
		    statement->tokens[i].place.col == call->place.col)
			return statement->tokens[i].text;
	return call->name;
}

/* Reports that N_OPEN of the N calls of one word of RULE, listed in NAMES, are let through before
 * it. */
static void tell_open(const struct reach *reach, const struct rule *rule,
		      const struct rule_call *word, const struct strbuf *names, size_t n_open,
		      size_t n, const struct rule *first)
{
	const char *text = word_text(reach, word);
	struct parser *parser = reach->parser;
	struct strbuf action = { 0 };
	auto_free char *more = NULL;

	action_format(&action, &rule->action);
	if (word->is_from_set)
		parser_warn(parser, &word->place,
			    "%zu of the %zu calls of '%s' %s let through before this denial: %s",
			    n_open, n, text, n_open == 1 ? "is" : "are", names->text);
	else
		parser_warn(parser, &word->place, "let through before this denial: %s",
			    names->text);
	more = mem_printf("; the first rule decides, while in systemd's units the last one does: "
			  "put the denial before it, or write '%s rest %s' if that is intended",
			  action.text, text);
	hint_first(parser, first, more);
	strbuf_finish(&action);
}

/* "allow mount on x86_64" before "deny mount" is an exception that its author wrote as one. */
static bool is_exception(const struct rule_call *call, const struct rule *coverer)
{
	for (size_t i = 0; coverer->is_on_arch && !call->is_from_set && i < coverer->n_calls; i++)
		if (!coverer->calls[i].is_from_set && coverer->calls[i].name && call->name &&
		    str_eq(coverer->calls[i].name, call->name))
			return true;
	return false;
}

/* The N calls at CALLS, which come from one word of RULE. */
static void check_word(struct reach *reach, const struct rule *rule, const struct rule_call *calls,
		       size_t n)
{
	struct fate fate = { 0 };
	struct strbuf names = { 0 };
	auto_free char *what = NULL;
	size_t n_named = 0;

	for (size_t i = 0; i < n; i++) {
		ask_call(reach, rule, &calls[i], &fate);
		if (fate.open && n_named++ < NAMES_MAX)
			add_open(&names, &calls[i], fate.open);
	}
	if (n_named > NAMES_MAX)
		strbuf_printf(&names, " and %zu more", n_named - NAMES_MAX);
	if (fate.n_dead == n && (!calls->is_from_set || fate.n_open == n) && !rule->is_rest) {
		what = mem_printf(" to '%s'", word_text(reach, calls));
		if (fate.harm > HARM_IDLE)
			tell_dead(reach->parser, rule, &calls->place, what, &fate);
	} else if (n_named && !rule->is_rest && !is_exception(calls, fate.first)) {
		tell_open(reach, rule, calls, &names, n_named, n, fate.first);
	}
	strbuf_finish(&names);
}

static bool is_same_word(const struct rule_call *a, const struct rule_call *b)
{
	return a->place.line == b->place.line && a->place.col == b->place.col;
}

/* Returns whether an earlier rule decides some form of a call of RULE differently. */
static bool check_rule(struct reach *reach, const struct rule *rule)
{
	struct fate fate = { 0 };

	for (size_t i = 0; i < rule->n_calls; i++)
		ask_call(reach, rule, &rule->calls[i], &fate);
	if (!fate.first)
		return false;
	if (fate.n_dead == rule->n_calls) {
		if (fate.harm > HARM_NONE)
			tell_dead(reach->parser, rule, &rule->place, "", &fate);
		return true;
	}
	for (size_t i = 0, end; i < rule->n_calls; i = end) {
		for (end = i + 1; end < rule->n_calls; end++)
			if (!is_same_word(&rule->calls[i], &rule->calls[end]))
				break;
		check_word(reach, rule, &rule->calls[i], end - i);
	}
	return true;
}

static void add_coverer(struct reach *reach, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_calls; i++) {
		const struct rule_call *call = &rule->calls[i];

		for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
			struct coverers *coverers = &reach->by_arch[arch];
			uint32_t nr = call->numbers[arch];

			if (nr == CALL_NONE || find_coverer(coverers, nr))
				continue;
			if (is_known_number(nr))
				coverers->by_number[nr & ~SYS_X32_BIT] = rule;
			else
				*array_append(coverers) = (struct coverer){ nr, rule };
		}
		if (call->multiplex.nr && !*find_multiplexed(reach, &call->multiplex))
			*find_multiplexed(reach, &call->multiplex) = rule;
	}
}

static bool is_of_statement(const struct rule *rule, const struct statement *statement)
{
	const struct place *place = &statement->tokens[0].place;

	return place->file == rule->place.file && place->line == rule->place.line &&
	       place->col == rule->place.col;
}

void parser_check_reach(struct parser *parser)
{
	auto_free struct reach *reach = mem_alloc(sizeof(*reach));

	reach->parser = parser;
	for (size_t i = 0; i < parser->policy->n_rules; i++) {
		struct rule *rule = (struct rule *)parser->policy->rules[i];

		if (!parser_goes_on(parser, &rule->place))
			break;
		while (!is_of_statement(rule, &parser->rules.v[reach->statement]))
			reach->statement++;
		/* Printed as one text, the same order would be an error without the word. */
		if (check_rule(reach, rule) && action_is_denial(&rule->action))
			rule->is_rest = true;
		/* The pen's walls are no fault of the rules they come before. */
		if (!rule->expr && !parser_is_built_in(parser, &rule->place))
			add_coverer(reach, rule);
	}
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		free(reach->by_arch[arch].v);
}
