// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks a written profile against its policy. The reader shares no code with the writer: whatever
 * either gets wrong about runtimes shows up as a difference here.
 */
#include "convert/convert.h"
#include "convert/loss_compare.h"

static const char *reason_of(const struct pair_part *part)
{
	if (part->low != part->high || !sys_call_name(part->arch, part->low))
		return "a profile has no numbers";
	if (part->first->by == VERDICT_ARCH || part->second->by == VERDICT_ARCH)
		return "a runtime lets other ABIs in";
	if (part->first->action.kind == part->second->action.kind &&
	    part->first->action.kind == ACTION_TRAP)
		return "a trap of a profile has no number";
	return "the profile, as a runtime reads it, decides differently";
}

/* What the reader could not express is a loss of the comparison. */
static void take_losses(const struct losses *from, struct losses *losses)
{
	for (size_t i = 0; i < from->n; i++)
		if (from->v[i].grade != LOSS_NOTE)
			loss_add(losses, from->v[i].grade, NULL, "in the profile, read back: %s",
				 from->v[i].message);
}

void convert_check_oci(const struct policy *policy, const char *profile, struct losses *losses)
{
	const struct oci_machine machine = { .arch = arch_native(), .kernel = sys_newest_kernel };
	struct policy *written = NULL;
	struct diags diags = { 0 };
	struct losses read = { 0 };
	struct strbuf text = { 0 };

	if (!convert_from_oci_text("the profile", profile, &machine, &text, &read, &diags))
		written = loss_read_back(text.text, &diags);
	if (written)
		loss_compare(policy, written, reason_of, losses);
	else
		loss_add_unknown(losses,
				 diags.n ? diags.v[diags.n - 1].message : "it cannot be read back");
	take_losses(&read, losses);
	policy_destroy(written);
	losses_finish(&read);
	strbuf_finish(&text);
	diags_finish(&diags);
}
