/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random policies, the same for the same seed. */
#ifndef PINFOLD_TESTS_RANDOM_POLICY_H
#define PINFOLD_TESTS_RANDOM_POLICY_H

#include "policy_helper.h"

static uint64_t random_state = 1;

/* Returns a number below N (xorshift64). */
static inline uint32_t random_below(uint32_t n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 16) % n;
}

static const char *const random_values[] = {
	"0", "1", "2", "3", "7", "0x10", "0x7fffffff",
};
static const char *const random_wide_values[] = {
	"0",	       "1",	      "0xffffffff",	    "0x100000000",
	"0x100000001", "0x7ffffffff", "0x7000000000000000", "0x300000000",
};

/* Calls with two arguments each: one of 32 bits, one of 64; the second is signed for lseek. */
static const struct {
	const char *call, *narrow, *wide;
} random_calls[] = {
	{ "read", "fd", "count" },	     { "write", "fd", "count" },
	{ "lseek", "whence", "offset" },     { "getdents", "fd", "arg5" },
	{ "tgkill", "tgid", "arg5" },	     { "kill", "sig", "arg4" },
	{ "madvise", "behavior", "len_in" }, { "fallocate", "mode", "offset" },
};

static inline void random_test(struct strbuf *buf, size_t call)
{
	static const char *const ops[] = { "==", "!=", "<",   "<=",  ">",
					   ">=", "in", "has", "any", "only" };
	bool is_wide = random_below(2);
	const char *const *values = is_wide ? random_wide_values : random_values;
	uint32_t n = is_wide ? ARRAY_SIZE(random_wide_values) : ARRAY_SIZE(random_values);
	const char *op = ops[random_below(ARRAY_SIZE(ops))];

	strbuf_puts(buf, is_wide ? random_calls[call].wide : random_calls[call].narrow);
	if (random_below(4) == 0)
		strbuf_puts(buf, is_wide ? " & 0x7fffffffffffffff" : " & 0x7fffffff");
	strbuf_printf(buf, " %s %s", op, values[random_below(n)]);
	for (uint32_t i = random_below(6); str_eq(op, "in") && i > 0; i--)
		strbuf_printf(buf, " %s", values[random_below(n)]);
	if (str_eq(op, "in") && random_below(2))
		strbuf_puts(buf, is_wide ? " 2..0x200000005" : " 4..9");
}

static inline void random_condition(struct strbuf *buf, size_t call, unsigned int depth)
{
	uint32_t kind = depth ? random_below(4) : 0;

	if (kind == 0) {
		random_test(buf, call);
		return;
	}
	strbuf_puts(buf, kind == 3 ? "not (" : "(");
	random_condition(buf, call, depth - 1);
	if (kind != 3) {
		strbuf_puts(buf, kind == 1 ? " and " : " or ");
		random_condition(buf, call, depth - 1);
	}
	strbuf_puts(buf, ")");
}

/* Calls without a condition on lines of their own, which return the same to the kernel or not. */
static inline void random_lines(struct strbuf *buf)
{
	static const char *const actions[] = { "allow", "allow", "allow", "deny EIO", "log" };
	static const char *const calls[] = { "read",	"write", "open",   "close",  "stat",
					     "fstat",	"lstat", "poll",   "lseek",  "mmap",
					     "getpid",	"exit",	 "socket", "execve", "uname",
					     "madvise", "kill",	 "brk",	   "pipe2",  "tgkill" };

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (random_below(2))
			strbuf_printf(buf, "%s %s\n", actions[random_below(ARRAY_SIZE(actions))],
				      calls[i]);
}

/* Returns the text of a policy with rules for a few calls; the caller frees it. */
static inline char *random_policy(void)
{
	static const char *const actions[] = { "allow", "log", "deny EIO", "trap 3", "kill" };
	static const char *const arches[] = { "x86_64", "x86_64 x86", "x86_64 x32 x86 aarch64",
					      "x86", "aarch64 x86_64" };
	struct strbuf buf = { 0 };

	strbuf_printf(&buf, "arch %s\n", arches[random_below(ARRAY_SIZE(arches))]);
	for (uint32_t i = 2 + random_below(8); i > 0; i--) {
		size_t call = random_below(ARRAY_SIZE(random_calls));

		strbuf_printf(&buf, "%s %s", actions[random_below(ARRAY_SIZE(actions))],
			      random_calls[call].call);
		strbuf_puts(&buf, " on x86_64 x32 aarch64");
		strbuf_puts(&buf, " if ");
		random_condition(&buf, call, random_below(4));
		strbuf_puts(&buf, "\n");
	}
	random_lines(&buf);
	strbuf_puts(&buf, "allow @process @basic-io\n");
	return buf.text;
}

#endif
