// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd/oci_text.h"

#include <stdlib.h>

int oci_text_make(const struct runtime *runtime, const struct policy_source *source,
		  struct strbuf *text, struct losses *losses, struct diags *diags)
{
	struct runtime_added added = { 0 };
	struct policy *policy = NULL;
	int err = policy_parse(source, &policy, diags);

	if (!err && runtime->kinds)
		err = runtime_widen(runtime, source, &policy, &added, losses, diags);
	if (!err)
		convert_to_oci(policy, text, losses);
	if (!err && added.n)
		runtime_mark(&added, text);
	if (!err)
		convert_check_oci(policy, text->text, losses);
	if (!err && !runtime->kinds)
		runtime_tell_lack(policy, losses);
	free(added.v);
	policy_destroy(policy);
	return err;
}
