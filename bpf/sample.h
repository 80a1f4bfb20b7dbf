/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is reported about the first call of a denial: what its pointers led to, its stack, and the
 * files that its code is mapped from; all as of that moment, because the process may be gone later.
 * Kernel side only.
 */
#ifndef PINFOLD_BPF_SAMPLE_H
#define PINFOLD_BPF_SAMPLE_H

#include "bpf/process.h"

#define PAGE_SHIFT 12 /* x86 */
#define VM_EXEC	   4  /* linux/mm.h */
#define EBUSY	   16

/* The sizes of addresses (linux/un.h, linux/in6.h, linux/in.h). */
enum { SOCKADDR_UN_SIZE = 110, SOCKADDR_IN6_SIZE = 28, SOCKADDR_IN_SIZE = 16 };

/* Reads one name, and moves on to the directory above; a root is its own parent. */
static long read_name(__u64 i, struct dentry **dentry)
{
	struct event_draft *d = get_event_draft();
	struct dentry *parent = BPF_CORE_READ(*dentry, d_parent);

	if (!d || i >= EVENT_PATH_DEPTH || parent == *dentry)
		return 1;
	bpf_probe_read_kernel_str(d->module.names[i], EVENT_NAME,
				  BPF_CORE_READ(*dentry, d_name.name));
	d->module.depth = (__u32)i + 1;
	*dentry = parent;
	return 0;
}

static void send_module(struct event_draft *d, struct file *file, const struct module_key *key)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);

	d->module.event.kind = EVENT_MODULE;
	d->module.event.at_ns = bpf_ktime_get_ns();
	d->module.key = *key;
	d->module.depth = 0;
	bpf_loop(EVENT_PATH_DEPTH, read_name, &dentry, 0);
	if (send_draft(d->run, PART_MODULE, 0))
		forget_module(d->run);
}

/* Reports a file, unless that was done before. */
static void tell_module(struct event_draft *d, struct file *file, const struct module_key *module)
{
	struct call_draft *key = get_draft();
	int found;

	if (!key)
		return;
	begin_key(key, KEY_MODULE, 0, 0);
	key->key.args[0] = module->inode;
	key->key.args[1] = module->device;
	key->key.args[2] = module->generation;
	found = count_key(d->run, 0, MODULE_KEYS);
	if (found == KEY_ADDED)
		send_module(d, file, module);
	else if (found == KEY_LOST)
		d->sample.is_busy = 1;
}

static long take_mapping(struct task_struct *task, struct vm_area_struct *vma, void *data)
{
	struct stack_frame *frame = data;
	struct file *file = BPF_CORE_READ(vma, vm_file);
	struct event_draft *d = get_event_draft();

	/* A register that is not a frame pointer leads to data. */
	if (!d || !(vma->vm_flags & VM_EXEC))
		return 0;
	frame->module.device = DEVICE_NONE;
	if (!file)
		return 0;
	frame->offset = frame->address - vma->vm_start + (vma->vm_pgoff << PAGE_SHIFT);
	frame->module.inode = BPF_CORE_READ(file, f_inode, i_ino);
	frame->module.device = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	frame->module.generation = BPF_CORE_READ(file, f_inode, i_generation);
	tell_module(d, file, &frame->module);
	return 0;
}

/* The index is 64 bits wide: when it is truncated to a smaller type, the verifier loses its
 * bounds. */
static long find_mapping(__u64 i, void *unused)
{
	struct event_draft *d = get_event_draft();
	struct stack_frame frame = { 0 };

	if (!d || i >= EVENT_FRAMES || i >= d->sample.n_places)
		return 1;
	frame.address = d->addresses[i];
	if (bpf_find_vma(bpf_get_current_task_btf(), frame.address, take_mapping, &frame, 0) ==
	    -EBUSY)
		d->sample.is_busy = 1;
	d->sample.frames[i] = frame;
	return 0;
}

/* The word where a call's return address is if the function has no frame of its own. */
static void read_top(struct event_sample *event)
{
	void *sp = (void *)current_regs()->sp;

	if (bpf_probe_read_user(event->top, sizeof(event->top), sp) < 0)
		bpf_probe_read_user(event->top, sizeof(event->top[0]), sp);
}

/* Reads the longest address that is readable at FROM; returns its size, or 0. */
static __u32 read_address(char bytes[EVENT_TEXT], void *from)
{
	if (!bpf_probe_read_user(bytes, SOCKADDR_UN_SIZE, from))
		return SOCKADDR_UN_SIZE;
	if (!bpf_probe_read_user(bytes, SOCKADDR_IN6_SIZE, from))
		return SOCKADDR_IN6_SIZE;
	return bpf_probe_read_user(bytes, SOCKADDR_IN_SIZE, from) ? 0 : SOCKADDR_IN_SIZE;
}

/* Reads what the argument ARG, at FROM, leads to into the draft's next text: a string, or an
 * address of SIZE bytes. */
ONCE int read_text(__u32 arg, __u64 from, __u32 is_string, __u32 size)
{
	struct event_draft *d = get_event_draft();
	struct event_text *text;
	__u32 n = d ? d->call.n_texts : EVENT_TEXTS;
	long len;

	if (!d || n >= EVENT_TEXTS)
		return 0;
	text = &d->call.texts[n];
	d->call.n_texts = n + 1;
	text->arg = (__u8)arg;
	text->len = 0;
	text->kind = TEXT_NONE;
	if (is_string) {
		len = bpf_probe_read_user_str(text->bytes, sizeof(text->bytes), (void *)from);
		if (len < 0)
			return 0;
		/* Before 6.18 (seen on 6.1 and 6.12) the length of an empty string is 0, not 1. */
		text->len = len ? (__u16)(len - 1) : 0;
		text->kind = TEXT_STRING;
		return 0;
	}
	len = read_address(text->bytes, (void *)from);
	text->len = (__u16)(len > size ? size : len);
	text->kind = text->len ? TEXT_ADDRESS : TEXT_NONE;
	return 0;
}

struct text_query {
	__u64 args[EVENT_ARGS + 1]; /* an address is followed by its size */
	__u32 strings, all;	    /* bit 1 << argument */
};

static long find_text(__u64 i, struct text_query *query)
{
	if (i >= EVENT_ARGS)
		return 1;
	if (query->all >> i & 1)
		read_text((__u32)i, query->args[i], query->strings >> i & 1,
			  (__u32)query->args[i + 1]);
	return 0;
}

static void read_texts(struct event_draft *d, struct call_table *t)
{
	const struct call_key *key = &d->call.key;
	struct text_query query = { 0 };
	__u32 slot = slot_of(key->abi, key->nr);

	if (slot >= SLOTS)
		return;
	query.strings = t->strings[slot];
	query.all = query.strings | t->addresses[slot];
	if (!query.all)
		return;
	__builtin_memcpy(query.args, d->call.args, sizeof(d->call.args));
	bpf_loop(EVENT_ARGS, find_text, &query, 0);
}

/* Starts the report of a call of the current task, whose key is KEY. */
static struct event_draft *begin_sample(__u32 run, const struct call_key *key)
{
	struct event_draft *d = get_event_draft();

	if (d) {
		d->run = run;
		d->call.key = *key;
	}
	return d;
}

/* The call of the draft's key by the current task, with everything except what its pointers lead
 * to. */
static void fill_call(struct event_draft *d, __u32 kind)
{
	struct event_call *call = &d->call;

	fill_event(d->run, bpf_get_current_task(), kind);
	read_args(call->key.abi, call->args);
	bpf_get_current_comm(call->comm, sizeof(call->comm));
	call->n_texts = 0;
	call->zero = 0;
}

/* Events of processes take precedence: nothing else may fill up the buffer. */
static bool has_ring_room(__u32 run)
{
	return unread_bytes(run) <= RING_BYTES / 2;
}

/* Reports a call as it happens; its pointers are followed if they still lead somewhere. */
static void stream_call(struct event_draft *d, struct run_state *r, __u32 kind, bool has_memory)
{
	struct call_table *t = get_table();
	__u32 size = offsetof(struct event_call, texts);

	if (!t)
		return;
	if (!has_ring_room(d->run)) {
		atomic_increment(&r->lost_lines);
		return;
	}
	fill_call(d, kind);
	if (has_memory)
		read_texts(d, t);
	if (d->call.n_texts)
		size = sizeof(struct event_call);
	if (send_draft(d->run, PART_EVENT, size))
		atomic_increment(&r->lost_lines);
}

/* What lacks of a failure is not counted: it says no more than the stack would. Who requests a
 * stack sees that it does not come. */
static void lose_stack(struct run_state *r, __u32 kind)
{
	if (kind == EVENT_DENIAL || kind == EVENT_CALL)
		atomic_increment(&r->lost_stacks);
}

/* In a program without frame pointers no frame may be known but that of a library's function. */
static __u32 add_program(struct event_draft *d, __u32 n)
{
	if (n >= EVENT_FRAMES)
		return n;
	d->addresses[n] = BPF_CORE_READ(bpf_get_current_task_btf(), mm, start_code);
	return n + 1;
}

static void read_stack(struct run_state *r, struct event_draft *d, __u32 kind)
{
	long size;

	read_top(&d->sample);
	d->addresses[0] = d->sample.top[0];
	size = bpf_get_task_stack(bpf_get_current_task_btf(), d->addresses + 1,
				  sizeof(d->addresses) - sizeof(__u64), BPF_F_USER_STACK);
	if (size <= 0) {
		lose_stack(r, kind);
		return;
	}
	d->sample.n = (__u32)size / sizeof(d->addresses[0]) + 1;
	d->sample.n_places = add_program(d, d->sample.n);
	bpf_loop(EVENT_FRAMES, find_mapping, 0, 0);
}

/* Reports the call in the draft: KIND is EVENT_DENIAL, EVENT_CALL, EVENT_FAILURE or
 * EVENT_CONTINUED. */
ONCE int send_sample(__u32 run, __u32 kind)
{
	struct event_draft *d = get_event_draft();
	struct run_state *r = get_run(run);
	struct call_table *t = get_table();

	if (!d || !r || !t)
		return 0;
	if (!has_ring_room(d->run)) {
		lose_stack(r, kind);
		return 0;
	}
	fill_call(d, kind);
	d->sample.is_compat = d->call.key.abi == EVENT_ABI_X86;
	d->sample.n = 0;
	d->sample.is_busy = 0;
	d->sample.n_places = 0;
	read_texts(d, t);
	if (options.wants_stacks)
		read_stack(r, d, kind);
	if (send_draft(d->run, PART_EVENT, sizeof(d->sample)) || d->sample.is_busy)
		lose_stack(r, kind);
	return 0;
}

/* For each kind of denial up to the limit. */
static void sample_denied(__u32 run, struct run_state *r)
{
	if (r->samples >= SAMPLES) {
		atomic_increment(&r->lost_stacks);
		return;
	}
	__sync_fetch_and_add(&r->samples, 1);
	send_sample(run, EVENT_DENIAL);
}

#endif
