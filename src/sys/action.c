// SPDX-License-Identifier: GPL-2.0-or-later
#include "sys/action.h"

#include <linux/seccomp.h>

#include "base/mem.h"
#include "base/str.h"

// clang-format off
static const struct action_row rows[] = {
	[ACTION_ALLOW] = { "allow", NULL, SECCOMP_RET_ALLOW, "allow", "SCMP_ACT_ALLOW", NULL },
	[ACTION_LOG] = { "log", NULL, SECCOMP_RET_LOG, "log", "SCMP_ACT_LOG", NULL },
	[ACTION_ERRNO] = { "deny", "errno", SECCOMP_RET_ERRNO, "errno", "SCMP_ACT_ERRNO", "error" },
	[ACTION_TRAP] = { "trap", NULL, SECCOMP_RET_TRAP, "trap", "SCMP_ACT_TRAP", "SIGSYS" },
	[ACTION_KILL_THREAD] = { "kill_thread", NULL, SECCOMP_RET_KILL_THREAD, "kill_thread",
		"SCMP_ACT_KILL_THREAD", "thread killed" },
	[ACTION_KILL_PROCESS] = { "kill", "kill_process", SECCOMP_RET_KILL_PROCESS, "kill_process",
		"SCMP_ACT_KILL_PROCESS", "killed" },
};
// clang-format on

const struct action_row *action_row(enum action_kind kind)
{
	return &rows[kind];
}

bool action_find(const char *verb, enum action_kind *ret_kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!str_eq(rows[i].verb, verb) && !(rows[i].alias && str_eq(rows[i].alias, verb)))
			continue;
		*ret_kind = (enum action_kind)i;
		return true;
	}
	return false;
}

const struct verdict_by_row *verdict_by_row(enum verdict_by by)
{
	static const struct verdict_by_row words[] = {
		[VERDICT_RULE] = { "a rule", "a rule decides it" },
		[VERDICT_DEFAULT] = { "default", "no rule decides it" },
		[VERDICT_UNKNOWN] = { "unknown", "the policy does not know it" },
		[VERDICT_ARCH] = { "arch", "the policy does not list this ABI" },
		[VERDICT_LAUNCH] = { "the launch", "it starts the command" },
	};

	return &words[by];
}

size_t action_n_words(void)
{
	size_t n = ARRAY_SIZE(rows);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		n += rows[i].alias != NULL;
	return n;
}

const char *action_word(size_t i)
{
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		if (!i--)
			return rows[k].verb;
		if (rows[k].alias && !i--)
			return rows[k].alias;
	}
	return NULL;
}

void action_list(struct strbuf *buf)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		strbuf_add_choice(buf, i, ARRAY_SIZE(rows), rows[i].verb);
}
