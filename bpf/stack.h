/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in the program a call came from: its stack, and the files that its code is mapped from.
 * Both are told as they are at that moment, so that they can be read when the process is gone.
 * Kernel side only.
 */
#ifndef PINFOLD_BPF_STACK_H
#define PINFOLD_BPF_STACK_H

#include "bpf/call.h"
#include "bpf/process.h"

#define PAGE_SHIFT 12 /* x86 */

/* Where a stack is put together: too large for the stack of a program. */
struct stack_draft {
	__u64 addresses[EVENT_FRAMES];
	struct event_stack event;
	struct event_module module;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stack_draft);
} stack_draft SEC(".maps");

static struct stack_draft *get_stack_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&stack_draft, &zero);
}

/* One name, and on to the folder above; a root is its own parent. */
static long read_name(__u64 i, struct dentry **dentry)
{
	struct stack_draft *d = get_stack_draft();
	struct dentry *parent = BPF_CORE_READ(*dentry, d_parent);

	if (!d || i >= EVENT_PATH_DEPTH || parent == *dentry)
		return 1;
	bpf_probe_read_kernel_str(d->module.names[i], EVENT_NAME,
				  BPF_CORE_READ(*dentry, d_name.name));
	d->module.depth = (__u32)i + 1;
	*dentry = parent;
	return 0;
}

static void send_module(struct stack_draft *d, struct file *file, const struct module_key *key)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	__u32 one = 1;

	if (bpf_map_update_elem(&modules, key, &one, BPF_NOEXIST))
		return;
	d->module.event.kind = EVENT_MODULE;
	d->module.key = *key;
	d->module.depth = 0;
	bpf_loop(EVENT_PATH_DEPTH, read_name, &dentry, 0);
	if (bpf_ringbuf_output(&ring, &d->module, sizeof(d->module), wake_flags()))
		bpf_map_delete_elem(&modules, key);
}

static long take_mapping(struct task_struct *task, struct vm_area_struct *vma, void *data)
{
	struct stack_frame *frame = data;
	struct file *file = BPF_CORE_READ(vma, vm_file);
	struct stack_draft *d = get_stack_draft();

	if (!file || !d)
		return 0;
	frame->offset = frame->address - BPF_CORE_READ(vma, vm_start) +
			(BPF_CORE_READ(vma, vm_pgoff) << PAGE_SHIFT);
	frame->module.inode = BPF_CORE_READ(file, f_inode, i_ino);
	frame->module.device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	if (!bpf_map_lookup_elem(&modules, &frame->module))
		send_module(d, file, &frame->module);
	return 0;
}

/* The index comes as 64 bits: what a smaller type is cut from, the verifier loses the bounds of. */
static long find_mapping(__u64 i, void *unused)
{
	struct stack_draft *d = get_stack_draft();
	struct stack_frame frame = { 0 };

	if (!d || i >= EVENT_FRAMES || i >= d->event.n)
		return 1;
	frame.address = d->addresses[i];
	bpf_find_vma(bpf_get_current_task_btf(), frame.address, take_mapping, &frame, 0);
	d->event.frames[i] = frame;
	return 0;
}

/* The word that a call's return address is where the function has no frame of its own. */
static void read_top(struct event_stack *event, struct pt_regs *regs)
{
	void *sp = (void *)BPF_CORE_READ(regs, sp);

	if (bpf_probe_read_user(event->top, sizeof(event->top), sp) < 0)
		bpf_probe_read_user(event->top, sizeof(event->top[0]), sp);
}

static bool wants_stacks(void)
{
	__u32 zero = 0;
	struct run_config *c = bpf_map_lookup_elem(&config, &zero);

	return c && c->wants_stacks;
}

/* Tells the stack of the call that ends in CTX, a denial's first. */
static void send_stack(void *ctx, struct run_state *r, struct pt_regs *regs,
		       const struct denial_key *key)
{
	struct stack_draft *d = get_stack_draft();
	long size;

	if (!d || !wants_stacks())
		return;
	read_top(&d->event, regs);
	d->addresses[0] = d->event.top[0];
	size = bpf_get_stack(ctx, d->addresses + 1, sizeof(d->addresses) - sizeof(__u64),
			     BPF_F_USER_STACK);
	if (size <= 0) {
		count_lost(&r->lost_stacks);
		return;
	}
	fill_event(&d->event.event, r, bpf_get_current_task_btf(), EVENT_STACK);
	d->event.key = *key;
	d->event.n = (__u32)size / sizeof(d->addresses[0]) + 1;
	d->event.is_compat = key->abi == EVENT_ABI_X86;
	bpf_loop(EVENT_FRAMES, find_mapping, 0, 0);
	if (bpf_ringbuf_output(&ring, &d->event, sizeof(d->event), wake_flags()))
		count_lost(&r->lost_stacks);
}

#endif
