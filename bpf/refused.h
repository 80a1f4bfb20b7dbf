/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capability that a call was refused. A call may be refused several: the last one is what made
 * it fail, unless that is only another way to the same thing. Kernel side only.
 */
#ifndef PINFOLD_BPF_REFUSED_H
#define PINFOLD_BPF_REFUSED_H

#include "bpf/task.h"

#include <linux/capability.h>

#define CAPABILITY(number) (1ULL << (number))

/* Returns which capabilities the kernel asks for before CAPABILITY where either would do: they are
 * the narrower ones (bpf_token_capable(), perfmon_capable(), checkpoint_restore_ns_capable(),
 * generic_permission(), sk_setsockopt()). */
ONCE __u64 narrower_than(__u32 capability)
{
	if (capability == CAP_SYS_ADMIN)
		return CAPABILITY(CAP_BPF) | CAPABILITY(CAP_PERFMON) |
		       CAPABILITY(CAP_CHECKPOINT_RESTORE) | CAPABILITY(CAP_NET_ADMIN);
	if (capability == CAP_DAC_OVERRIDE)
		return CAPABILITY(CAP_DAC_READ_SEARCH);
	return capability == CAP_NET_ADMIN ? CAPABILITY(CAP_NET_RAW) : 0;
}

/* Notes that the task's call was refused CAPABILITY; IS_OWN: over the task's own user namespace. */
static void note_refused(struct task_state *state, __u32 capability, bool is_own)
{
	__u8 refused = (__u8)((capability & 63) + 1) | (is_own ? 0 : REFUSED_OUTSIDE);
	__u8 before = state->refused;

	if (before && !((before ^ refused) & REFUSED_OUTSIDE) &&
	    narrower_than(capability) >> (((before & ~REFUSED_OUTSIDE) - 1) & 63) & 1)
		return;
	state->refused = refused;
}

#endif
