// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a program and a call: the simulator refuses, or ends with a value. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "filter/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sock_filter prog[BPF_MAXINSNS];
	struct seccomp_data call;
	uint32_t value = 0;
	size_t len, insn = 0;

	if (size < sizeof(call))
		return 0;
	memcpy(&call, data, sizeof(call));
	len = (size - sizeof(call)) / sizeof(prog[0]);
	if (len > BPF_MAXINSNS)
		len = BPF_MAXINSNS;
	memcpy(prog, data + sizeof(call), len * sizeof(prog[0]));
	if (!filter_simulate(prog, len, &call, &value, &insn) && insn >= len)
		__builtin_trap();
	return 0;
}
