/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is told of the first call of a denial: what its pointers led to, its stack, and the files
 * that its code is mapped from; all as they are at that moment, since the process may be gone
 * later. Kernel side only.
 */
#ifndef PINFOLD_BPF_SAMPLE_H
#define PINFOLD_BPF_SAMPLE_H

#include "bpf/call.h"
#include "bpf/process.h"

#define PAGE_SHIFT 12 /* x86 */
#define VM_EXEC	   4  /* linux/mm.h */
#define EBUSY	   16

/* What addresses take (linux/un.h, linux/in6.h, linux/in.h). */
enum { SOCKADDR_UN_SIZE = 110, SOCKADDR_IN6_SIZE = 28, SOCKADDR_IN_SIZE = 16 };

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MODULE_KEYS);
	__type(key, struct module_key);
	__type(value, __u32);
} modules SEC(".maps");

/* Where a sample is put together: too large for the stack of a program. */
struct sample_draft {
	__u64 addresses[EVENT_FRAMES];
	struct event_sample event;
	struct event_module module;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sample_draft);
} sample_draft SEC(".maps");

static struct sample_draft *get_sample_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&sample_draft, &zero);
}

/* One name, and on to the folder above; a root is its own parent. */
static long read_name(__u64 i, struct dentry **dentry)
{
	struct sample_draft *d = get_sample_draft();
	struct dentry *parent = BPF_CORE_READ(*dentry, d_parent);

	if (!d || i >= EVENT_PATH_DEPTH || parent == *dentry)
		return 1;
	bpf_probe_read_kernel_str(d->module.names[i], EVENT_NAME,
				  BPF_CORE_READ(*dentry, d_name.name));
	d->module.depth = (__u32)i + 1;
	*dentry = parent;
	return 0;
}

static void send_module(struct sample_draft *d, struct file *file, const struct module_key *key)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	__u32 one = 1;

	if (bpf_map_update_elem(&modules, key, &one, BPF_NOEXIST))
		return;
	d->module.event.kind = EVENT_MODULE;
	d->module.event.at_ns = bpf_ktime_get_ns();
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
	struct sample_draft *d = get_sample_draft();

	/* Where a register is no frame pointer it leads to data. */
	if (!d || !(BPF_CORE_READ(vma, vm_flags) & VM_EXEC))
		return 0;
	frame->module.device = DEVICE_NONE;
	if (!file)
		return 0;
	frame->offset = frame->address - BPF_CORE_READ(vma, vm_start) +
			(BPF_CORE_READ(vma, vm_pgoff) << PAGE_SHIFT);
	frame->module.inode = BPF_CORE_READ(file, f_inode, i_ino);
	frame->module.device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	frame->module.generation = BPF_CORE_READ(file, f_inode, i_generation);
	if (!bpf_map_lookup_elem(&modules, &frame->module))
		send_module(d, file, &frame->module);
	return 0;
}

/* The index comes as 64 bits: what a smaller type is cut from, the verifier loses the bounds of. */
static long find_mapping(__u64 i, void *unused)
{
	struct sample_draft *d = get_sample_draft();
	struct stack_frame frame = { 0 };

	if (!d || i >= EVENT_FRAMES || i >= d->event.n)
		return 1;
	frame.address = d->addresses[i];
	if (bpf_find_vma(bpf_get_current_task_btf(), frame.address, take_mapping, &frame, 0) ==
	    -EBUSY)
		d->event.is_busy = 1;
	d->event.frames[i] = frame;
	return 0;
}

/* The word that a call's return address is where the function has no frame of its own. */
static void read_top(struct event_sample *event, struct pt_regs *regs)
{
	void *sp = (void *)BPF_CORE_READ(regs, sp);

	if (bpf_probe_read_user(event->top, sizeof(event->top), sp) < 0)
		bpf_probe_read_user(event->top, sizeof(event->top[0]), sp);
}

/* As much as an address can be, or as the memory behind it is. */
static __u32 read_address(char bytes[EVENT_TEXT], void *from)
{
	if (!bpf_probe_read_user(bytes, SOCKADDR_UN_SIZE, from))
		return SOCKADDR_UN_SIZE;
	if (!bpf_probe_read_user(bytes, SOCKADDR_IN6_SIZE, from))
		return SOCKADDR_IN6_SIZE;
	return bpf_probe_read_user(bytes, SOCKADDR_IN_SIZE, from) ? 0 : SOCKADDR_IN_SIZE;
}

static void read_text(struct event_text *text, __u8 arg, bool is_string, void *from, __u32 size)
{
	long len;

	text->arg = arg;
	text->len = 0;
	text->kind = TEXT_NONE;
	if (is_string) {
		len = bpf_probe_read_user_str(text->bytes, sizeof(text->bytes), from);
		if (len < 0)
			return;
		/* Before 6.18 (seen on 6.1 and 6.12) an empty string is 0 bytes long, not 1. */
		text->len = len ? (__u16)(len - 1) : 0;
	} else {
		text->len = (__u16)read_address(text->bytes, from);
		if (text->len > size)
			text->len = (__u16)size;
		if (!text->len)
			return;
	}
	text->kind = is_string ? TEXT_STRING : TEXT_ADDRESS;
}

struct text_query {
	__u64 args[EVENT_ARGS + 1]; /* an address is followed by its size */
	__u32 strings, all;	    /* bit 1 << argument */
};

static long find_text(__u64 i, struct text_query *query)
{
	struct sample_draft *d = get_sample_draft();
	__u32 n;

	if (!d || i >= EVENT_ARGS)
		return 1;
	n = d->event.call.n_texts;
	if (n >= EVENT_TEXTS || !(query->all >> i & 1))
		return n >= EVENT_TEXTS;
	read_text(&d->event.call.texts[n], (__u8)i, query->strings >> i & 1, (void *)query->args[i],
		  (__u32)query->args[i + 1]);
	d->event.call.n_texts = n + 1;
	return 0;
}

static void read_texts(struct sample_draft *d, struct run_config *c, const struct denial_key *key)
{
	struct text_query query = { 0 };
	__u32 slot = slot_of(key->abi, key->nr);

	if (slot >= SLOTS)
		return;
	query.strings = c->strings[slot];
	query.all = query.strings | c->addresses[slot];
	if (!query.all)
		return;
	__builtin_memcpy(query.args, d->event.call.args, sizeof(d->event.call.args));
	bpf_loop(EVENT_ARGS, find_text, &query, 0);
}

/* The call of KEY by the current task, with all but what its pointers lead to. */
static void fill_call(struct event_call *call, struct run_state *r, struct pt_regs *regs,
		      const struct denial_key *key, __u32 kind)
{
	fill_event(&call->event, r, bpf_get_current_task_btf(), kind);
	call->key = *key;
	read_args(regs, key->abi, call->args);
	bpf_get_current_comm(call->comm, sizeof(call->comm));
	call->n_texts = 0;
	call->zero = 0;
}

/* Events of processes come first: nothing else fills the buffer up. */
static bool has_ring_room(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) <= RING_BYTES / 2;
}

/* Tells of a call as it happens; its pointers are followed where that still leads somewhere. */
static void stream_call(struct run_state *r, struct pt_regs *regs, const struct denial_key *key,
			__u32 kind, bool has_memory)
{
	__u32 zero = 0;
	struct run_config *c = bpf_map_lookup_elem(&config, &zero);
	struct sample_draft *d = get_sample_draft();
	__u64 size = offsetof(struct event_call, texts);

	if (!d || !c)
		return;
	if (!has_ring_room()) {
		count_lost(&r->lost_lines);
		return;
	}
	fill_call(&d->event.call, r, regs, key, kind);
	if (has_memory)
		read_texts(d, c, key);
	if (d->event.call.n_texts)
		size = sizeof(struct event_call);
	if (bpf_ringbuf_output(&ring, &d->event.call, size, wake_flags()))
		count_lost(&r->lost_lines);
}

static void read_stack(void *ctx, struct run_state *r, struct sample_draft *d, struct pt_regs *regs)
{
	long size;

	read_top(&d->event, regs);
	d->addresses[0] = d->event.top[0];
	size = bpf_get_stack(ctx, d->addresses + 1, sizeof(d->addresses) - sizeof(__u64),
			     BPF_F_USER_STACK);
	if (size <= 0) {
		count_lost(&r->lost_stacks);
		return;
	}
	d->event.n = (__u32)size / sizeof(d->addresses[0]) + 1;
	bpf_loop(EVENT_FRAMES, find_mapping, 0, 0);
}

/* Tells of the call that CTX is about: KIND is EVENT_DENIAL or EVENT_CALL. */
static void send_sample(void *ctx, struct run_state *r, struct pt_regs *regs,
			const struct denial_key *key, __u32 kind)
{
	__u32 zero = 0;
	struct run_config *c = bpf_map_lookup_elem(&config, &zero);
	struct sample_draft *d = get_sample_draft();

	if (!d || !c)
		return;
	if (!has_ring_room()) {
		count_lost(&r->lost_stacks);
		return;
	}
	fill_call(&d->event.call, r, regs, key, kind);
	d->event.is_compat = key->abi == EVENT_ABI_X86;
	d->event.n = 0;
	d->event.is_busy = 0;
	d->event.zero = 0;
	read_texts(d, c, key);
	if (options.wants_stacks)
		read_stack(ctx, r, d, regs);
	if (bpf_ringbuf_output(&ring, &d->event, sizeof(d->event), wake_flags()) ||
	    d->event.is_busy)
		count_lost(&r->lost_stacks);
}

/* Of each kind of denial that is not past the bound. */
static void sample_denied(void *ctx, struct run_state *r, struct pt_regs *regs,
			  const struct denial_key *key)
{
	if (r->samples >= SAMPLES) {
		count_lost(&r->lost_stacks);
		return;
	}
	__sync_fetch_and_add(&r->samples, 1);
	send_sample(ctx, r, regs, key, EVENT_DENIAL);
}

#endif
