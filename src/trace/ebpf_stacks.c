// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/ebpf_stacks.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#include "bpf/stacks.skel.h"
#pragma GCC diagnostic pop

#include "base/mem.h"

struct ebpf_stacks {
	struct stacks_bpf *skeleton;
};

int ebpf_stacks_load(const struct ebpf *ebpf, const struct run_options *options,
		     struct ebpf_stacks **ret_stacks, struct diags *diags)
{
	struct stacks_bpf *skeleton;
	struct ebpf_stacks *stacks;
	int err;

	libbpf_set_print(NULL);
	skeleton = stacks_bpf__open();
	if (!skeleton)
		return ebpf_explain_load(errno, diags);
	skeleton->rodata->options = *options;
	err = ebpf_share_maps(ebpf, skeleton->obj);
	if (!err)
		err = stacks_bpf__load(skeleton);
	if (err) {
		stacks_bpf__destroy(skeleton);
		return ebpf_explain_load(-err, diags);
	}
	stacks = mem_alloc(sizeof(*stacks));
	stacks->skeleton = skeleton;
	*ret_stacks = stacks;
	return 0;
}

int ebpf_stacks_attach(struct ebpf_stacks *stacks)
{
	return stacks ? stacks_bpf__attach(stacks->skeleton) : 0;
}

void ebpf_stacks_destroy(struct ebpf_stacks *stacks)
{
	if (!stacks)
		return;
	stacks_bpf__destroy(stacks->skeleton);
	free(stacks);
}
