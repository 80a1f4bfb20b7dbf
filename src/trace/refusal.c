// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel also asks for capabilities that would merely grant more, and its tracepoint does not
 * tell those from the others: what is refused then is no reason for the call to fail.
 */
#include "trace/refusal.h"

#include <linux/capability.h>

#include "base/mem.h"
#include "base/str.h"
#include "sys/syscall.h"

enum { ANY = -1 };

static const struct aside {
	const char *call;
	int capability;
	bool is_outside; /* only over another user namespace */
} asides[] = {
	/* The last pages of memory are for those who have it (cap_vm_enough_memory()). */
	{ "execve", CAP_SYS_ADMIN, true },
	{ "execveat", CAP_SYS_ADMIN, true },
	{ "mmap", CAP_SYS_ADMIN, true },
	{ "mmap2", CAP_SYS_ADMIN, true },
	{ "mremap", CAP_SYS_ADMIN, true },
	{ "mprotect", CAP_SYS_ADMIN, true },
	{ "pkey_mprotect", CAP_SYS_ADMIN, true },
	{ "shmat", CAP_SYS_ADMIN, true },
	/* It limits only what can be inherited (cap_inh_is_capped()). */
	{ "capset", CAP_SETPCAP, false },
	/* Memory is charged to those who do not have it. */
	{ "io_uring_setup", CAP_IPC_LOCK, true },
	/* They answer for the real user, without capabilities (access_override_creds()). */
	{ "access", ANY, false },
	{ "faccessat", ANY, false },
};

static bool is_aside(const struct record_failure *failure)
{
	const char *call = sys_call_name(failure->arch, failure->nr);

	for (size_t i = 0; call && i < ARRAY_SIZE(asides); i++)
		if (str_eq(asides[i].call, call) &&
		    (asides[i].capability == ANY || asides[i].capability == failure->capability) &&
		    (!asides[i].is_outside || failure->refusal == REFUSAL_OUTSIDE))
			return true;
	return false;
}

void refusal_take(const struct failure_key *key, bool is_seen, struct record_failure *failure)
{
	if (!is_seen)
		return;
	failure->refusal = REFUSAL_NONE;
	if (!key->refused)
		return;
	failure->capability = (key->refused & ~REFUSED_OUTSIDE) - 1;
	failure->refusal = key->refused & REFUSED_OUTSIDE ? REFUSAL_OUTSIDE : REFUSAL_INSIDE;
	if (is_aside(failure))
		failure->refusal = REFUSAL_NONE;
}
