// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The in-kernel half of the tracer. It marks the tasks of the pen, counts their calls exactly, and
 * keeps what did not run.
 *
 * At a system call the kernel asks seccomp first and only then passes sys_enter; sys_exit is
 * passed in either case (kernel/entry/common.c). So a sys_exit of a task that entered no call is
 * a call that was stopped. One way of dying passes neither: a thread that a filter kills while
 * others live on; it is found when the task exits.
 *
 * Counting must never depend on the ring buffer: it carries only the events of processes, and what
 * finds no room in it, or in a map, is counted.
 */
#include "bpf/core_types.h"

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "bpf/event.h"

/* Kernel constants that no UAPI header has. */
#define TS_COMPAT	  0x2	      /* arch/x86/include/asm/thread_info.h: entered as i386 */
#define X32_BIT		  0x40000000U /* asm/unistd.h */
#define SECCOMP_MODE_DEAD 3	      /* kernel/seccomp.c: a filter has killed the task */
#define SYS_SECCOMP	  1	      /* asm-generic/siginfo.h */
#define SIGSYS		  31
#define VSYSCALL_PAGE	  0xffffffffff600000UL /* asm/vsyscall.h: VSYSCALL_ADDR */
#define SIGNAL_GROUP_EXIT 0x4 /* linux/sched/signal.h */
#define MAX_ERRNO	  4095
#define ERESTART_FIRST	  512 /* linux/errno.h: ERESTARTSYS to ERESTART_RESTARTBLOCK */
#define ERESTART_LAST	  516

enum { NR_RT_SIGRETURN = 15, NR_X86_SIGRETURN = 119, NR_X86_RT_SIGRETURN = 173 };
enum { NR_X32_RT_SIGRETURN = 513 };

/* Wakes the reader only when the ring fills up: a short run wakes it never. */
#define RING_WAKE_BYTES (RING_BYTES / 4)

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct run_state);
} run SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct run_config);
} config SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SLOTS);
	__type(key, __u32);
	__type(value, struct call_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ODD_CALLS);
	__type(key, struct call_id);
	__type(value, struct call_counts);
} odd_calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ERROR_KEYS);
	__type(key, struct error_key);
	__type(value, __u64);
} errors SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, VALUE_KEYS);
	__type(key, struct value_key);
	__type(value, __u64);
} values SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, DENIAL_KEYS);
	__type(key, struct denial_key);
	__type(value, struct denial_value);
} denials SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES);
} ring SEC(".maps");

static struct run_state *get_run(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&run, &zero);
}

static void count_lost(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

/* A task of the pen that is counted, or NULL. */
static struct task_state *get_traced(struct task_struct *task)
{
	struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);

	return state && state->role == ROLE_TRACED ? state : 0;
}

static __u32 current_abi(struct task_struct *task, __u32 nr)
{
	if (task->thread_info.status & TS_COMPAT)
		return EVENT_ABI_X86;
	/* -1 has the x32 bit too, and is an ordinary number that does not exist. */
	if ((nr & X32_BIT) && nr != (__u32)-1)
		return EVENT_ABI_X32;
	return EVENT_ABI_X86_64;
}

/* Where a call is counted, or SLOTS for a number past the slots. */
static __u32 slot_of(__u32 abi, __u32 nr)
{
	if (abi == EVENT_ABI_X32)
		nr &= ~X32_BIT;
	if (nr >= SLOTS_PER_ABI || abi >= SLOT_ABIS)
		return SLOTS;
	return abi * SLOTS_PER_ABI + nr;
}

static struct call_counts *odd_counts(__u32 abi, __u32 nr)
{
	struct call_id id = { .nr = nr, .abi = abi };
	struct call_counts none = { 0 }, *counts_ = bpf_map_lookup_elem(&odd_calls, &id);

	if (!counts_) {
		bpf_map_update_elem(&odd_calls, &id, &none, BPF_NOEXIST);
		counts_ = bpf_map_lookup_elem(&odd_calls, &id);
	}
	return counts_;
}

/* The counters of a call: this CPU's own, or shared ones for a number past the slots; NULL when
 * that finds no room. */
static struct call_counts *get_counts(__u32 abi, __u32 nr)
{
	__u32 slot = slot_of(abi, nr);

	if (slot < SLOTS)
		return bpf_map_lookup_elem(&counts, &slot);
	return odd_counts(abi, nr);
}

static __u8 key_args(__u32 abi, __u32 nr)
{
	__u32 zero = 0, slot = slot_of(abi, nr);
	struct run_config *c = bpf_map_lookup_elem(&config, &zero);

	if (!c)
		return 0;
	return slot < SLOTS ? c->key_args[slot] : c->odd_key_args;
}

/* The registers that seccomp shows to a filter (syscall_get_arguments). */
static void read_args(struct pt_regs *regs, __u32 abi, __u64 args[EVENT_ARGS])
{
	if (abi == EVENT_ABI_X86) {
		args[0] = (__u32)regs->bx;
		args[1] = (__u32)regs->cx;
		args[2] = (__u32)regs->dx;
		args[3] = (__u32)regs->si;
		args[4] = (__u32)regs->di;
		args[5] = (__u32)regs->bp;
	} else {
		args[0] = regs->di;
		args[1] = regs->si;
		args[2] = regs->dx;
		args[3] = regs->r10;
		args[4] = regs->r8;
		args[5] = regs->r9;
	}
}

static void keep_args(__u64 key[EVENT_ARGS], const __u64 args[EVENT_ARGS], __u8 mask)
{
	key[0] = mask & 1 ? args[0] : 0;
	key[1] = mask & 2 ? args[1] : 0;
	key[2] = mask & 4 ? args[2] : 0;
	key[3] = mask & 8 ? args[3] : 0;
	key[4] = mask & 16 ? args[4] : 0;
	key[5] = mask & 32 ? args[5] : 0;
}

static void count_values(struct call_counts *counts_, struct pt_regs *regs, __u32 abi, __u32 nr)
{
	__u8 mask = key_args(abi, nr);
	struct value_key key = { .nr = nr, .abi = abi };
	__u64 args[EVENT_ARGS], zero = 0, *count;

	if (!mask)
		return;
	read_args(regs, abi, args);
	keep_args(key.args, args, mask);
	count = bpf_map_lookup_elem(&values, &key);
	if (!count) {
		bpf_map_update_elem(&values, &key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&values, &key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		__sync_fetch_and_add(&counts_->other, 1);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = get_traced(task);
	struct run_state *r;
	struct call_counts *c;

	if (!state)
		return 0;
	r = get_run();
	if (!r)
		return 0;
	if (state->is_open)
		count_lost(&r->missed_exits);
	state->nr = (__u32)id;
	state->abi = current_abi(task, (__u32)id);
	state->is_open = 1;
	state->is_trapped = 0;
	state->is_new = 0;
	state->calls++;
	c = get_counts(state->abi, state->nr);
	if (!c) {
		count_lost(&r->lost_keys);
		c = &r->rest;
	}
	__sync_fetch_and_add(&c->allowed, 1);
	count_values(c, regs, state->abi, state->nr);
	return 0;
}

static void count_error(struct run_state *r, __u32 abi, __u32 nr, __u32 number)
{
	struct error_key key = { .nr = nr, .abi = abi, .number = number };
	__u64 zero = 0, *count = bpf_map_lookup_elem(&errors, &key);

	if (!count) {
		bpf_map_update_elem(&errors, &key, &zero, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&errors, &key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		count_lost(&r->lost_errors);
}

/* What rt_sigreturn "returns" is the result of the call that the signal interrupted. */
static bool is_sigreturn(__u32 abi, __u32 nr)
{
	if (abi == EVENT_ABI_X86)
		return nr == NR_X86_RT_SIGRETURN || nr == NR_X86_SIGRETURN;
	if (abi == EVENT_ABI_X32)
		return nr == (NR_X32_RT_SIGRETURN | X32_BIT);
	return nr == NR_RT_SIGRETURN;
}

static void end_call(struct run_state *r, struct task_state *state, long ret)
{
	struct call_counts *c;
	bool is_lost;

	state->is_open = 0;
	if (ret >= 0 || ret < -MAX_ERRNO || is_sigreturn(state->abi, state->nr))
		return;
	c = get_counts(state->abi, state->nr);
	is_lost = !c;
	if (!c)
		c = &r->rest;
	if (ret <= -ERESTART_FIRST && ret >= -ERESTART_LAST) {
		__sync_fetch_and_add(&c->restarted, 1);
		return;
	}
	__sync_fetch_and_add(&c->failed, 1);
	if (!is_lost)
		count_error(r, state->abi, state->nr, (__u32)-ret);
}

/* The number of PID in the pid namespace of the pen; 0 when it has none there. */
static __u32 pid_in_pen(struct run_state *r, struct pid *pid)
{
	__u32 level = r->pid_level;
	struct upid *at;
	int nr = 0;

	if (!pid || level > BPF_CORE_READ(pid, level))
		return 0;
	at = (void *)pid + bpf_core_field_offset(struct pid, numbers) +
	     level * bpf_core_type_size(struct upid);
	bpf_core_read(&nr, sizeof(nr), &at->nr);
	return (__u32)nr;
}

static __u32 tid_of(struct run_state *r, struct task_struct *task)
{
	return pid_in_pen(r, BPF_CORE_READ(task, thread_pid));
}

static __u32 pid_of(struct run_state *r, struct task_struct *task)
{
	return pid_in_pen(r, BPF_CORE_READ(task, group_leader, thread_pid));
}

static __u8 denial_flags(struct task_struct *task, struct task_state *state)
{
	unsigned int emulated = bpf_core_enum_value(enum syscall_work_bit,
						    SYSCALL_WORK_BIT_SYSCALL_EMU);
	__u8 flags = 0;

	if ((__u32)task->seccomp.filter_count.counter > state->filters)
		flags |= DENIAL_OWN_FILTER;
	if (task->ptrace)
		flags |= DENIAL_PTRACED;
	if (task->thread_info.syscall_work >> emulated & 1)
		flags |= DENIAL_EMULATED;
	return flags;
}

static void sample_denial(struct run_state *r, struct task_struct *task, struct pt_regs *regs,
			  const __u64 args[EVENT_ARGS], struct denial_value *value)
{
	value->at_ns = bpf_ktime_get_ns();
	value->ip = BPF_CORE_READ(regs, ip);
	value->host_pid = task->tgid;
	value->pid = pid_of(r, task);
	value->tid = tid_of(r, task);
	__builtin_memcpy(value->args, args, sizeof(value->args));
	bpf_get_current_comm(value->comm, sizeof(value->comm));
}

static void count_denial(struct run_state *r, struct task_struct *task, struct task_state *state,
			 struct pt_regs *regs, struct denial_key *key)
{
	struct denial_value *value, first = { 0 };
	__u64 args[EVENT_ARGS];
	struct call_counts *c;
	bool is_lost;

	state->denied++;
	state->calls++;
	state->nr = key->nr;
	state->abi = key->abi;
	c = get_counts(key->abi, key->nr);
	is_lost = !c;
	if (!c)
		c = &r->rest;
	__sync_fetch_and_add(&c->denied, 1);
	read_args(regs, key->abi, args);
	keep_args(key->args, args, key_args(key->abi, key->nr));
	key->flags = denial_flags(task, state);
	value = bpf_map_lookup_elem(&denials, key);
	if (!value) {
		sample_denial(r, task, regs, args, &first);
		bpf_map_update_elem(&denials, key, &first, BPF_NOEXIST);
		value = bpf_map_lookup_elem(&denials, key);
	}
	if (value)
		__sync_fetch_and_add(&value->count, 1);
	/* Once a call, whatever of it was lost. */
	if (is_lost || !value)
		count_lost(&r->lost_keys);
}

/* A sys_exit without its sys_enter: what stopped the call shows in what the task got for it. */
static void stopped_call(struct run_state *r, struct task_struct *task, struct task_state *state,
			 struct pt_regs *regs, long ret)
{
	struct denial_key key = { 0 };

	key.nr = (__u32)regs->orig_ax;
	key.abi = current_abi(task, key.nr);
	if (task->seccomp.mode == SECCOMP_MODE_DEAD) {
		key.how = DENIAL_KILLED;
		key.data = state->sigsys_errno;
		state->is_dead = 1;
	} else if (state->is_sigsys) {
		key.how = DENIAL_TRAPPED;
		key.data = state->sigsys_errno;
	} else {
		key.how = DENIAL_RETURNED;
		key.data = -ret;
	}
	state->is_trapped = state->is_sigsys;
	state->is_sigsys = 0;
	count_denial(r, task, state, regs, &key);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = get_traced(task);
	struct run_state *r = get_run();

	if (!state || !r)
		return 0;
	if (state->is_open) {
		end_call(r, state, ret);
	} else if (state->is_new) {
		state->is_new = 0;
	} else if (ret <= -ERESTART_FIRST && ret >= -ERESTART_LAST) {
		/* A notification to a listener of the child's own, interrupted: it is repeated. */
	} else {
		stopped_call(r, task, state, regs, ret);
	}
	return 0;
}

/*
 * SIGSYS for a call that a filter stopped: sent by the task to itself (force_sig_seccomp), with
 * code SYS_SECCOMP and no call entered. A forged one is sent from within a call.
 */
SEC("tp_btf/signal_generate")
int BPF_PROG(on_signal, int sig, struct kernel_siginfo *info, struct task_struct *target)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state;
	struct pt_regs *regs;
	int number = 0, code = 0;

	if (sig != SIGSYS || target != task)
		return 0;
	state = get_traced(task);
	/* 0, 1 and 2 stand for kinds of senders, not for a siginfo (linux/sched/signal.h). */
	if (!state || state->is_open || (unsigned long)info <= 2)
		return 0;
	bpf_core_read(&code, sizeof(code), &info->si_code);
	bpf_core_read(&number, sizeof(number), &info->si_errno);
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
	/* A call through the vsyscall page passes no sys_exit, which this would speak of. */
	if (code != SYS_SECCOMP || (BPF_CORE_READ(regs, ip) & ~0xfffUL) == VSYSCALL_PAGE)
		return 0;
	state->is_sigsys = 1;
	state->sigsys_errno = (__u16)number;
	return 0;
}

static void fill_event(struct event *event, struct run_state *r, struct task_struct *task,
		       __u32 kind)
{
	event->kind = kind;
	event->host_pid = BPF_CORE_READ(task, tgid);
	event->host_tid = BPF_CORE_READ(task, pid);
	event->pid = pid_of(r, task);
	event->tid = tid_of(r, task);
	event->zero = 0;
	event->at_ns = bpf_ktime_get_ns();
}

static __u64 wake_flags(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= RING_WAKE_BYTES ? BPF_RB_FORCE_WAKEUP
									      : BPF_RB_NO_WAKEUP;
}

static void send_fork(struct run_state *r, struct task_struct *parent, struct task_struct *child)
{
	struct event_fork *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);

	if (!event) {
		count_lost(&r->lost_events);
		return;
	}
	fill_event(&event->event, r, child, EVENT_FORK);
	event->parent_host_pid = BPF_CORE_READ(parent, tgid);
	event->parent_pid = pid_of(r, parent);
	bpf_ringbuf_submit(event, wake_flags());
}

/* A new task gets the state of its maker before it runs. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	struct task_state *state = bpf_task_storage_get(&tasks, parent, 0, 0);
	struct task_state init = { 0 };
	struct run_state *r = get_run();

	if (!state || !r)
		return 0;
	if (state->role == ROLE_INIT && !r->has_level) {
		r->pid_level = BPF_CORE_READ(parent, thread_pid, level);
		r->has_level = 1;
	}
	init.role = state->role == ROLE_INIT ? ROLE_LAUNCHING : state->role;
	init.filters = state->filters;
	init.is_new = 1;
	if (!bpf_task_storage_get(&tasks, child, &init, BPF_LOCAL_STORAGE_GET_F_CREATE)) {
		count_lost(&r->lost_tasks);
		return 0;
	}
	if (init.role == ROLE_TRACED && child->pid == child->tgid)
		send_fork(r, parent, child);
	return 0;
}

static void send_exec(struct run_state *r, struct task_struct *task, struct linux_binprm *bprm)
{
	struct event_exec *event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	unsigned long start = BPF_CORE_READ(task, mm, arg_start);
	unsigned long len = BPF_CORE_READ(task, mm, arg_end) - start;

	if (!event) {
		count_lost(&r->lost_events);
		return;
	}
	fill_event(&event->event, r, task, EVENT_EXEC);
	event->zero = 0;
	if (bpf_probe_read_kernel_str(event->path, sizeof(event->path),
				      BPF_CORE_READ(bprm, filename)) < 0)
		event->path[0] = '\0';
	if (len > EVENT_ARGV)
		len = EVENT_ARGV;
	event->argv_len = (__u32)len;
	if (bpf_probe_read_user(event->argv, (__u32)len, (void *)start) < 0)
		event->argv_len = 0;
	bpf_ringbuf_submit(event, wake_flags());
}

/* The command's own exec starts the counting; the call that did it ends after this. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);
	struct run_state *r = get_run();

	if (!state || !r || state->role == ROLE_INIT)
		return 0;
	if (state->role == ROLE_LAUNCHING) {
		state->role = ROLE_TRACED;
		state->is_new = 1;
		state->filters = task->seccomp.filter_count.counter;
		r->start_ns = bpf_ktime_get_ns();
	}
	send_exec(r, task, bprm);
	return 0;
}

/* A thread that a filter killed while others live on passed no sys_exit and got no signal. */
static void killed_thread(struct run_state *r, struct task_struct *task, struct task_state *state)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct denial_key key = { .how = DENIAL_KILLED };

	key.nr = (__u32)BPF_CORE_READ(regs, orig_ax);
	key.abi = current_abi(task, key.nr);
	state->is_dead = 1;
	count_denial(r, task, state, regs, &key);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct task_state *state = get_traced(task);
	struct run_state *r = get_run();
	struct event_exit *event;

	if (!state || !r)
		return 0;
	if (task->seccomp.mode == SECCOMP_MODE_DEAD && !state->is_dead && !state->is_open)
		killed_thread(r, task, state);
	event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	if (!event) {
		count_lost(&r->lost_events);
		return 0;
	}
	fill_event(&event->event, r, task, EVENT_EXIT);
	event->is_group_exit = !!(BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT);
	event->exit_code = event->is_group_exit ? BPF_CORE_READ(task, signal, group_exit_code)
						: task->exit_code;
	event->is_filtered = state->is_dead || state->is_trapped;
	event->nr = state->nr;
	event->abi = state->abi;
	event->calls = state->calls;
	event->denied = state->denied;
	bpf_ringbuf_submit(event, wake_flags());
	return 0;
}
