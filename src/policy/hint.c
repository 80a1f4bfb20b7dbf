// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/hint.h"

#include <stddef.h>

#include "base/mem.h"
#include "base/str.h"

static const struct {
	enum hint_kind kind;
	const char *text, *hint;
} rows[] = {
	{ HINT_SIGN, "&&", "tests are joined with 'and'" },
	{ HINT_SIGN, "||", "tests are joined with 'or'" },
	{ HINT_SIGN, "!", "a test is negated with 'not': not domain == AF_INET" },
	{ HINT_SIGN, ",", "names and the values of 'in' are separated by blanks: in 1 2 3" },
	{ HINT_SIGN, ";", "one statement on each line" },
	{ HINT_SIGN, "{", "the values of 'in' are written without brackets: in 1 2 3" },
	{ HINT_SIGN, "*", "'default' is for all calls, and a set for many: pinfold-policy(5)" },
	{ HINT_SIGN, "\"",
	  "a filter sees numbers, not what they point to; restrict paths with bind and hide" },
	{ HINT_SIGN, "'", "names and values are written without quotes" },
	{ HINT_STATEMENT, "memory", "limit memory 256M" },
	{ HINT_STATEMENT, "swap", "limit swap 0" },
	{ HINT_STATEMENT, "pids", "limit pids 64" },
	{ HINT_STATEMENT, "cpu", "limit cpu 50%" },
	{ HINT_STATEMENT, "time", "limit time 30s" },
	{ HINT_STATEMENT, "timeout", "limit time 30s" },
	{ HINT_STATEMENT, "cputime", "limit cputime 30s" },
	{ HINT_STATEMENT, "network", "net none, net host, net user or net relay" },
	{ HINT_STATEMENT, "mount", "bind [rw] [try] SRC [DST]" },
	{ HINT_STATEMENT, "ro", "bind SRC [DST]" },
	{ HINT_STATEMENT, "rw", "bind rw SRC [DST]" },
	{ HINT_STATEMENT, "chroot", "root DIR" },
	{ HINT_STATEMENT, "cwd", "workdir DIR" },
	{ HINT_STATEMENT, "chdir", "workdir DIR" },
	{ HINT_STATEMENT, "descriptor", "fd N..." },
	{ HINT_STATEMENT, "inherit", "fd N..." },
	{ HINT_STATEMENT, "block", "deny CALL..." },
	{ HINT_STATEMENT, "permit", "allow CALL..." },
	{ HINT_ARCH, "amd64", "x86_64" },
	{ HINT_ARCH, "x86-64", "x86_64" },
	{ HINT_ARCH, "x64", "x86_64" },
	{ HINT_ARCH, "i386", "x86" },
	{ HINT_ARCH, "i686", "x86" },
	{ HINT_ARCH, "arm64", "aarch64" },
	{ HINT_COMPARISON, "=", "==" },
	{ HINT_COMPARISON, "is", "==" },
	{ HINT_COMPARISON, "eq", "==" },
	{ HINT_COMPARISON, "ne", "!=" },
	{ HINT_COMPARISON, "contains", "has" },
};

const char *hint_find(enum hint_kind kind, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].kind == kind && (kind == HINT_SIGN ? str_starts(text, rows[i].text)
							       : str_eq(text, rows[i].text)))
			return rows[i].hint;
	return NULL;
}
