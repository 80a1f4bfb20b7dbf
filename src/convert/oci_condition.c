// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules of calls whose arguments matter. */
#include <string.h>

#include "base/str.h"
#include "convert/oci_line.h"

/* Returns the mildest or the most severe of the actions that a call may get when RULE does not
 * hold. */
static const struct action *what_else(const struct policy_writer *writer,
				      const struct oci_call *call, const struct oci_rule *rule,
				      enum loss_grade than)
{
	const struct action *found = &writer->rules.default_action;

	for (rule++; rule < call->v + call->n; rule++)
		if (loss_grade_of(found, &rule->action) == than)
			found = &rule->action;
	return found;
}

/*
 * Appends when RULE holds. What the language cannot express counts as true where the rule denies
 * more severely than what follows, and as false otherwise: rather deny a call than let it through.
 */
static enum oci_truth write_rule(struct policy_writer *writer, const struct oci_call *call,
				 const struct oci_rule *rule, struct strbuf *buf)
{
	const struct action *mildest = what_else(writer, call, rule, LOSS_WIDER);
	const struct action *hardest = what_else(writer, call, rule, LOSS_NARROWER);
	bool is_harder = loss_grade_of(&rule->action, mildest) == LOSS_WIDER, is_cut = false;
	enum oci_truth truth = OCI_ALWAYS, said = OCI_ALWAYS;
	size_t start = buf->len;

	for (size_t i = 0; i < rule->n_conds && truth != OCI_NEVER; i++) {
		size_t before = buf->len;
		enum oci_truth is_so;

		if (truth == OCI_SOMETIMES)
			strbuf_puts(buf, " and ");
		is_so = oci_cond_write(&rule->conds[i], call->row, call->arch, buf, &is_cut);
		if (is_so == OCI_UNSAID) {
			said = OCI_UNSAID;
			is_so = is_harder ? OCI_ALWAYS : OCI_NEVER;
		}
		if (is_so != OCI_SOMETIMES)
			buf->len = before;
		truth = is_so == OCI_ALWAYS ? truth : is_so;
	}
	if (truth != OCI_SOMETIMES)
		buf->len = start;
	if (buf->text)
		buf->text[buf->len] = '\0';
	if (said == OCI_UNSAID && is_harder && loss_grade_of(hardest, &rule->action) == LOSS_WIDER)
		oci_tell(writer, &rule->entry->args[0].place, hardest, &rule->action,
			 "%s: the language cannot express its comparisons, and another entry "
			 "denies it "
			 "more severely",
			 rule->name->text);
	if (said == OCI_UNSAID && is_harder)
		oci_tell(
			writer, &rule->entry->args[0].place, mildest, &rule->action,
			"%s: the language cannot express its comparisons, and it is denied without "
			"them",
			rule->name->text);
	else if (said == OCI_UNSAID)
		oci_tell(writer, &rule->entry->args[0].place, &rule->action, hardest,
			 "%s: the language cannot express its comparisons, which never hold",
			 rule->name->text);
	else if (is_cut)
		oci_tell(writer, &rule->entry->args[0].place,
			 truth == OCI_NEVER ? &rule->action : hardest,
			 truth == OCI_NEVER ? mildest : &rule->action,
			 "%s: a number has more bits than the kernel reads of the argument",
			 rule->name->text);
	return truth;
}

/* Writes all rules of a call, in order; returns whether they decide it in all cases. */
enum oci_truth oci_write_rules(struct policy_writer *writer, const struct oci_call *call,
			       const char *name)
{
	enum oci_truth truth = OCI_NEVER;
	bool is_alone = oci_arches_with(writer, name) == 1U << call->arch;

	for (size_t i = 0; i < call->n && truth != OCI_ALWAYS; i++) {
		struct strbuf text = { 0 };

		truth = write_rule(writer, call, &call->v[i], &text);
		if (truth != OCI_NEVER) {
			oci_start_line(writer, &call->v[i].action,
				       i > 0 || oci_is_multiplexed(writer, name));
			oci_put_word(writer, name);
			oci_put_arches(writer, is_alone ? 0 : 1U << call->arch);
			if (truth == OCI_SOMETIMES)
				strbuf_printf(writer->buf, " if %s", text.text);
			strbuf_puts(writer->buf, "\n");
		}
		strbuf_finish(&text);
	}
	return truth;
}

/* Appends the condition of ENTRY for the call: any of its rules. */
static enum oci_truth write_condition(struct policy_writer *writer, const struct oci_call *call,
				      const struct oci_entry *entry, struct strbuf *buf)
{
	enum oci_truth truth = OCI_NEVER;

	for (size_t i = 0; i < call->n && truth != OCI_ALWAYS; i++) {
		size_t before = buf->len;
		enum oci_truth is_so;

		if (call->v[i].entry != entry)
			continue;
		if (truth == OCI_SOMETIMES)
			strbuf_puts(buf, " or ");
		is_so = write_rule(writer, call, &call->v[i], buf);
		if (is_so == OCI_NEVER)
			buf->len = before;
		truth = is_so == OCI_NEVER ? truth : is_so;
	}
	if (buf->text)
		buf->text[buf->len] = '\0';
	return truth;
}

/* Writes ENTRY's conditional rules for NAME, once for all ABIs that read them the same way. */
void oci_write_conditional(struct policy_writer *writer, const struct oci_entry *entry,
			   const char *name)
{
	const struct action action = oci_action_of(&entry->action);
	uint32_t all = oci_arches_with(writer, name), done = 0;
	struct strbuf texts[ARCH_COUNT] = { 0 };
	enum oci_truth truths[ARCH_COUNT] = { 0 };

	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		struct oci_call *call = oci_rules_find(&writer->rules, arch, name);

		truths[arch] = OCI_NEVER;
		if (call && !call->whole && !call->is_beyond && !call->is_written &&
		    !call->is_ordered)
			truths[arch] = write_condition(writer, call, entry, &texts[arch]);
		if (truths[arch] == OCI_ALWAYS)
			call->is_written = true;
	}
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		uint32_t on = 0;

		for (enum arch other = arch; other < ARCH_COUNT; other++)
			if (truths[other] == truths[arch] && !(done >> other & 1) &&
			    !strcmp(texts[other].text ?: "", texts[arch].text ?: ""))
				on |= 1U << other;
		done |= on;
		on &= all;
		if (truths[arch] == OCI_NEVER || !on)
			continue;
		oci_start_line(writer, &action, oci_is_multiplexed(writer, name));
		oci_put_word(writer, name);
		oci_put_arches(writer, on == all ? 0 : on);
		if (truths[arch] == OCI_SOMETIMES)
			strbuf_printf(writer->buf, " if %s", texts[arch].text);
		strbuf_puts(writer->buf, "\n");
	}
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
		strbuf_finish(&texts[arch]);
}

/* Writes all rules of NAME, for a call whose rules libseccomp tests in another order than that of
 * the entries. */
void oci_write_ordered(struct policy_writer *writer, const char *name)
{
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		struct oci_call *call = oci_rules_find(&writer->rules, arch, name);

		if (!call || !call->is_ordered || call->is_beyond || call->is_written)
			continue;
		oci_write_rules(writer, call, name);
		call->is_written = true;
	}
}
