// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The code that writes a format may be wrong about what it leaves out. So its output is read back
 * and compared with the policy for all calls: the losses are the actual differences, not the
 * writer's opinion.
 */
#include "convert/loss_compare.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "policy/built_in.h"
#include "policy/parse.h"

/* How many names a message lists; the others are counted. */
enum { NAMES_MAX = 8 };

/* Calls that the same statement of the policy decides, and that now get the same action. */
struct group {
	enum loss_grade grade;
	enum arch arch;
	struct verdict before;
	struct action after;
	const char *reason;
	struct loss_witness witness;
	struct strbuf names;
	uint32_t last; /* the number counted last */
	size_t n;
};

struct loss_comparison {
	const struct policy *policy;
	loss_reason *reason;
	struct losses *losses;
	size_t n_told; /* losses that were there before */
	struct {
		struct group *v;
		size_t n, cap;
	} groups;
};

void loss_add_unknown(struct losses *losses, const char *why)
{
	for (enum loss_grade grade = 0; grade < LOSS_NOTE; grade++)
		loss_add(losses, grade, NULL, "cannot be ruled out: %s", why);
}

struct policy *loss_read_back(const char *text, struct diags *diags)
{
	struct policy *policy = NULL;
	struct diags said = { 0 };
	size_t n = 0;

	if (policy_parse_text("the output", text, strlen(text), &policy, &said))
		diags_fail(diags, -EINVAL, "the output cannot be read back: %s",
			   said.n ? said.v[said.n - 1].message : "it is not a policy");
	diags_finish(&said);
	for (size_t i = 0; policy && i < policy->n_rules; i++)
		if (!str_eq(policy->rules[i]->place.file, POLICY_BUILT_IN))
			policy->rules[n++] = policy->rules[i];
	if (policy)
		policy->n_rules = n;
	return policy;
}

static bool is_same_group(const struct group *a, const struct group *b)
{
	return a->grade == b->grade && a->arch == b->arch &&
	       verdict_is_same(&a->before, &b->before) && action_is_same(&a->after, &b->after) &&
	       str_eq(a->reason, b->reason);
}

static struct loss_witness witness_of(const struct pair_part *part)
{
	struct seccomp_data data = region_witness(part->region);
	struct loss_witness witness = { .arch = part->arch,
					.nr = (uint32_t)data.nr,
					.before = part->first->action,
					.after = part->second->action };

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		witness.args[i] = data.args[i];
	return witness;
}

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += len)
		if ((at == text || !is_of_name(at[-1])) && !is_of_name(at[len]))
			return true;
	return false;
}

/* Returns what a message calls the numbers of PART. */
static const char *subject_of(const struct pair_part *part)
{
	const char *name = sys_call_name(part->arch, part->low);

	if (part->first->by == VERDICT_ARCH)
		return "ABI";
	if (part->low != part->high || !name || part->first->by == VERDICT_UNKNOWN)
		return "unknown calls";
	return name;
}

/* Returns the loss with which the writer reported PART, or NULL. */
static struct loss *find_told(const struct loss_comparison *comparison, const struct group *group,
			      const struct pair_part *part)
{
	for (size_t i = 0; i < comparison->n_told; i++) {
		struct loss *loss = &comparison->losses->v[i];

		if (loss->grade == group->grade && has_word(loss->message, subject_of(part)))
			return loss;
	}
	return NULL;
}

/* A built-in rule has no line that the reader could look up. */
static struct place place_of(const struct policy *policy, const struct verdict *verdict)
{
	struct place place = verdict_place(policy, verdict);

	if (place.file && str_eq(place.file, POLICY_BUILT_IN))
		place.line = 0;
	return place;
}

/* Adds what the writer did not know. */
static void complete(struct loss *loss, const struct policy *policy, const struct pair_part *part)
{
	const struct place place = place_of(policy, part->first);
	struct loss_witness witness;

	if (!loss->has_witness) {
		witness = witness_of(part);
		loss_set_witness(loss, &witness);
	}
	if (loss->file || !place.file)
		return;
	loss->file = mem_strdup(place.file);
	loss->line = place.line;
	loss->col = place.col;
}

static void add_name(struct group *group, const struct pair_part *part)
{
	const char *name = sys_call_name(part->arch, part->low);

	if (group->n && group->last == part->low)
		return;
	group->last = part->low;
	if (group->n++ >= NAMES_MAX)
		return;
	strbuf_puts(&group->names, group->n > 1 ? ", " : "");
	if (name)
		strbuf_puts(&group->names, name);
	else
		strbuf_printf(&group->names, "[%u]", part->low);
}

static void compare_part(const struct pair_part *part, void *context)
{
	const struct action *before = &part->first->action, *after = &part->second->action;
	const char *name = sys_call_name(part->arch, part->low);
	struct loss_comparison *comparison = context;
	struct group group = { 0 };
	struct loss *told;

	if (action_is_same(before, after) || (name && sys_call_is_exempt(name)))
		return;
	group.grade = loss_grade_of(before, after);
	group.arch = part->arch;
	group.before = *part->first;
	group.after = *after;
	group.reason = comparison->reason(part);
	told = find_told(comparison, &group, part);
	if (told) {
		complete(told, comparison->policy, part);
		return;
	}
	for (size_t i = comparison->groups.n; i-- > 0;) {
		if (is_same_group(&comparison->groups.v[i], &group)) {
			add_name(&comparison->groups.v[i], part);
			return;
		}
	}
	group.witness = witness_of(part);
	add_name(&group, part);
	*array_append(&comparison->groups) = group;
}

static void tell_group(struct loss_comparison *comparison, struct group *group)
{
	const struct place place = place_of(comparison->policy, &group->before);
	struct loss *loss;

	if (group->before.by == VERDICT_UNKNOWN) {
		strbuf_finish(&group->names);
		strbuf_puts(&group->names, "unknown calls");
	} else if (group->before.by == VERDICT_ARCH) {
		strbuf_finish(&group->names);
		strbuf_printf(&group->names, "calls of the ABI %s", arch_get(group->arch)->name);
	} else if (group->n > NAMES_MAX) {
		strbuf_printf(&group->names, " and %zu more", group->n - NAMES_MAX);
	}
	loss = loss_add(comparison->losses, group->grade, &place, "%s: %s", group->names.text,
			group->reason);
	loss_set_witness(loss, &group->witness);
	strbuf_finish(&group->names);
}

static bool is_verdict(const struct policy *policy, const struct seccomp_data *data,
		       const struct action *action)
{
	struct verdict verdict = policy_verdict(policy, data);

	return action_is_same(&verdict.action, action);
}

/* A witness from the writer stays if it is a true one; otherwise the comparison may find
 * another. */
static void check_witness(struct loss *loss, const struct policy *policy,
			  const struct policy *written)
{
	const struct loss_witness *witness = &loss->witness;
	struct seccomp_data data = { .nr = (int)witness->nr,
				     .arch = arch_get(witness->arch)->audit_arch };

	for (size_t i = 0; i < SYS_ARGS_MAX; i++)
		data.args[i] = witness->args[i];
	loss->has_witness = loss->has_witness && is_verdict(policy, &data, &witness->before) &&
			    is_verdict(written, &data, &witness->after);
}

void loss_compare(const struct policy *policy, const struct policy *written, loss_reason *reason,
		  struct losses *losses)
{
	struct loss_comparison comparison = {
		.policy = policy, .reason = reason, .losses = losses, .n_told = losses->n
	};

	/* Notes may be about what was done to the policy before the conversion. */
	for (size_t i = 0; i < losses->n; i++)
		if (losses->v[i].grade != LOSS_NOTE)
			check_witness(&losses->v[i], policy, written);
	if (!pair_walk(policy, written, compare_part, &comparison))
		loss_add_unknown(losses, "it is too intricate to be compared with the policy");
	for (size_t i = 0; i < comparison.groups.n; i++)
		tell_group(&comparison, &comparison.groups.v[i]);
	free(comparison.groups.v);
}
