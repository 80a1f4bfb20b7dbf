// SPDX-License-Identifier: GPL-2.0-or-later
/* The policies that come with the program: what they are for, and their text. Each begins with its
 * license, then "# NAME: ABOUT" on a line. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "cmd/options.h"
#include "policy/shipped.h"

enum { NAME_WIDTH = 12 };

static const char *name_row(size_t i, void *data)
{
	(void)data;
	return policy_shipped_name((unsigned int)i);
}

static void print_about(const char *name, const char *text)
{
	auto_free char *head = mem_printf("# %s: ", name);
	const char *about = strstr(text, head);

	about = about ? about + strlen(head) : "";
	printf("<%s>%*s%.*s\n", name, NAME_WIDTH - (int)strlen(name), "", (int)strcspn(about, "\n"),
	       about);
}

static int refuse(const char *name)
{
	struct diags diags = { 0 };

	diags_fail(&diags, 0, "pinfold has no policy named '%s'", name);
	if (!diags_hint_nearest(&diags, name, name_row, NULL))
		diags_hint(&diags, "'pinfold policies' lists them");
	diags_print(&diags, stderr);
	diags_finish(&diags);
	return STATUS_USAGE;
}

/* As a policy names it, or without the brackets. */
static char *bare_name(const char *word)
{
	size_t len = strlen(word);

	if (word[0] == '<' && word[len - 1] == '>')
		return mem_printf("%.*s", (int)len - 2, word + 1);
	return mem_strdup(word);
}

static int print_one(const char *word)
{
	auto_free char *name = bare_name(word);
	const char *text = policy_shipped(name);

	if (!text)
		return refuse(name);
	fputs(text, stdout);
	return STATUS_OK;
}

static int run(const struct options *options)
{
	const char *name;

	if (options->n_operands)
		return print_one(options->operands[0]);
	for (unsigned int i = 0; (name = policy_shipped_name(i)); i++)
		print_about(name, policy_shipped(name));
	return STATUS_OK;
}

const struct command cmd_policies = {
	.name = "policies",
	.bit = COMMAND_POLICIES,
	.operands = "[PROFILE]",
	.about = "list the policies that come with pinfold, or print one",
	.most_operands = 1,
	.run = run,
	.examples = {
		"pinfold policies",
		"pinfold policies python",
		"pinfold run -p '<python>' -- python3 -c 'print(6 * 7)'",
	},
};
