// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json_word.h"

#include "base/mem.h"
#include "base/str.h"
#include "report/report.h"

#define WORDS(...)                                                         \
	{                                                                  \
		(const char *const[]){ __VA_ARGS__ },                      \
			ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })) \
	}

const struct json_words json_modes = WORDS([MODE_ENFORCE] = "enforce", [MODE_COMPLAIN] = "complain",
					   [MODE_RECORD] = "record", [MODE_TRACE] = "trace");

const struct json_words json_ends =
	WORDS([EXIT_BY_CHILD] = "child", [EXIT_BY_SIGNAL] = "signal", [EXIT_BY_FILTER] = "filter",
	      [EXIT_BY_LIMIT] = "limit", [EXIT_BY_PINFOLD] = "pinfold", [EXIT_BY_TRACE] = "trace");

const struct json_words json_authors =
	WORDS([BY_POLICY] = "policy", [BY_OTHER_FILTER] = "other-filter", [BY_PTRACE] = "ptrace",
	      [BY_USER_DISPATCH] = "user-dispatch", [BY_UNEXPLAINED] = "unexplained");

const struct json_words json_deciders =
	WORDS([VERDICT_RULE] = "rule", [VERDICT_DEFAULT] = "default", [VERDICT_UNKNOWN] = "unknown",
	      [VERDICT_ARCH] = "arch", [VERDICT_LAUNCH] = "launch");

const struct json_words json_objects =
	WORDS([RECORD_OBJECT_NONE] = NULL, [RECORD_OBJECT_PATH] = "path",
	      [RECORD_OBJECT_ADDRESS] = "address", [RECORD_OBJECT_PROCESS] = "process");

const struct json_words json_uses =
	WORDS([ACCESS_LOOK] = "look", [ACCESS_READ] = "read", [ACCESS_WRITE] = "write");

const struct json_words json_causes =
	WORDS([RECORD_CAUSE_UNKNOWN] = "unknown", [RECORD_CAUSE_PEN] = "pen",
	      [RECORD_CAUSE_HOST] = "host");

const struct json_words json_refusals =
	WORDS([REFUSAL_UNKNOWN] = "unknown", [REFUSAL_NONE] = "none", [REFUSAL_INSIDE] = "inside",
	      [REFUSAL_OUTSIDE] = "outside");

bool json_word_find(const struct json_words *words, const char *word, unsigned int *ret_value)
{
	for (size_t i = 0; i < words->n; i++) {
		if (!words->v[i] || !str_eq(words->v[i], word))
			continue;
		*ret_value = (unsigned int)i;
		return true;
	}
	return false;
}
