// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The in-kernel tracer for kernels without BTF, or before 5.17: raw tracepoints, whose arguments
 * have no types, and a hash of tasks by number. A task belongs to the pen if it is in the pen's pid
 * namespace, which also has its numbers there. Whatever needs the offset of a member of task_struct
 * is not available: no processes, no stacks, no threads that a filter killed while others lived on;
 * a trap and a kill look alike, and that a task has installed its own filter or traced another is
 * only known for the pen as a whole. Counts are as exact as those of trace.bpf.c, whose head
 * explains how they come about.
 */
#define ONE_RUN
#include "bpf/fixed_types.h"

#include "bpf/maps.h"
#include "bpf/stopped.h"

#define SYS_SECCOMP   1 /* asm-generic/siginfo.h */
#define SIGSYS	      31
#define VSYSCALL_PAGE 0xffffffffff600000UL /* asm/vsyscall.h: VSYSCALL_ADDR */
#define PR_SECCOMP    22		   /* linux/prctl.h: PR_SET_SECCOMP */

enum { NR_EXECVEAT = 322, NR_SECCOMP = 317, NR_PRCTL = 157, NR_PTRACE = 101 };
enum { NR_X86_SECCOMP = 354, NR_X86_PRCTL = 172, NR_X86_PTRACE = 26 };
enum { INIT_PID = 1 };

char LICENSE[] SEC("license") = "GPL";

/* Set before the programs are loaded. */
const volatile struct raw_place place = { 0 };

/* What the pen's tasks have requested so far. */
__u8 has_own_filter, has_tracer;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, RAW_TASKS);
	__type(key, __u32);
	__type(value, struct task_state);
} raw_tasks SEC(".maps");

/* The registers of the current call. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pt_regs);
} registers SEC(".maps");

static struct pt_regs *current_regs(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&registers, &zero);
}

static void take_regs(__u64 from)
{
	struct pt_regs *regs = current_regs();

	if (regs)
		bpf_probe_read_kernel(regs, sizeof(*regs), (void *)from);
}

static __u8 denial_flags(const struct task_state *state)
{
	return (has_own_filter ? DENIAL_OWN_FILTER : 0) | (has_tracer ? DENIAL_PTRACED : 0);
}

static void fill_caller(struct run_state *r, struct denial_value *first)
{
	struct pt_regs *regs = current_regs();
	struct bpf_pidns_info in_pen = { 0 };

	bpf_get_ns_current_pid_tgid(place.pid_device, place.pid_inode, &in_pen, sizeof(in_pen));
	first->ip = regs ? regs->ip : 0;
	first->host_pid = (__u32)(bpf_get_current_pid_tgid() >> 32);
	first->pid = in_pen.tgid;
	first->tid = in_pen.pid;
}

/* Whether the current task belongs to the pen and is not its init. */
static bool is_in_pen(void)
{
	struct bpf_pidns_info in_pen;

	return !bpf_get_ns_current_pid_tgid(place.pid_device, place.pid_inode, &in_pen,
					    sizeof(in_pen)) &&
	       in_pen.tgid != INIT_PID;
}

/* Returns the state of the current task, created if it is missing; NULL: the task is not in the
 * pen, or there is no room. */
static struct task_state *find_state(struct run_state *r, bool *is_new)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct task_state *state, none = { 0 };

	if (!r || !is_in_pen())
		return 0;
	state = bpf_map_lookup_elem(&raw_tasks, &tid);
	*is_new = !state;
	if (state)
		return state;
	bpf_map_update_elem(&raw_tasks, &tid, &none, BPF_NOEXIST);
	state = bpf_map_lookup_elem(&raw_tasks, &tid);
	if (!state)
		atomic_increment(&r->lost_tasks);
	return state;
}

/* The flags of struct thread_info: its first member, and it is the first member of task_struct. */
static __u64 current_flags(void)
{
	__u64 flags = 0;

	bpf_probe_read_kernel(&flags, sizeof(flags), (void *)bpf_get_current_task());
	return flags;
}

static __u32 current_status(void)
{
	__u32 status = 0;

	bpf_probe_read_kernel(&status, sizeof(status),
			      (void *)bpf_get_current_task() + place.status_offset);
	return status;
}

/* Any task that requests a filter or a tracer may get it, and that may have done what the policy
 * does not explain. */
static void note_asked(const struct task_state *state)
{
	struct pt_regs *regs = current_regs();
	bool is_x86 = state->abi == EVENT_ABI_X86;
	__u32 nr = state->nr & ~X32_BIT;

	if (!regs)
		return;
	if (nr == (is_x86 ? NR_X86_SECCOMP : NR_SECCOMP))
		has_own_filter = 1;
	else if (nr == (is_x86 ? NR_X86_PRCTL : NR_PRCTL) &&
		 (__u32)(is_x86 ? regs->bx : regs->di) == PR_SECCOMP)
		has_own_filter = 1;
	else if (nr == (is_x86 ? NR_X86_PTRACE : NR_PTRACE))
		has_tracer = 1;
}

SEC("raw_tracepoint/sys_enter")
int on_raw_enter(struct bpf_raw_tracepoint_args *ctx)
{
	bool is_new;
	struct run_state *r = get_run(0);
	struct task_state *state = find_state(r, &is_new);

	if (!state)
		return 0;
	take_regs(ctx->args[0]);
	state->nr = (__u32)ctx->args[1];
	state->abi = abi_of(current_status(), state->nr);
	state->sigsys = SIGSYS_FROM_NOTHING;
	if (!r->start_ns) {
		state->is_open = 1;
		return 0;
	}
	note_asked(state);
	if (begin_call(state))
		begin_rare(state->run, state->abi, state->nr);
	return 0;
}

static void stopped_call(struct task_state *state, long ret)
{
	struct pt_regs *regs = current_regs();
	struct call_draft *d = get_draft();
	bool is_lost;
	__u32 nr;

	if (!d || !regs)
		return;
	nr = (__u32)regs->orig_ax;
	is_lost = begin_denial(state, d, abi_of(current_status(), nr), nr);
	d->key.how = state->sigsys ? DENIAL_SIGSYS : DENIAL_RETURNED;
	d->key.data = state->sigsys ? state->sigsys_errno : -ret;
	state->sigsys = SIGSYS_FROM_NOTHING;
	count_denial(0, is_lost);
}

/* As in denial.h, except that nobody knows whether there is a listener. */
static void interrupted_call(struct task_state *state)
{
	struct pt_regs *regs = current_regs();
	struct call_draft *d = get_draft();
	__u32 nr;

	if (!d || !regs)
		return;
	nr = (__u32)regs->orig_ax;
	begin_key(d, KEY_DENIAL, abi_of(current_status(), nr), nr);
	d->key.flags = denial_flags(state) | DENIAL_INTERRUPTED;
	d->key.data = bpf_get_current_pid_tgid() >> 32;
	count_denial(0, false);
}

SEC("raw_tracepoint/sys_exit")
int on_raw_exit(struct bpf_raw_tracepoint_args *ctx)
{
	bool is_new;
	long ret = (long)ctx->args[1];
	struct run_state *r = get_run(0);
	struct task_state *state = find_state(r, &is_new);

	if (!state)
		return 0;
	if (!r->start_ns) {
		/* The command's own exec starts the counting. */
		if (state->is_open && state->nr == NR_EXECVEAT && !ret)
			r->start_ns = bpf_ktime_get_ns();
		state->is_open = 0;
	} else if (state->is_open) {
		if (end_call(state, ret) == END_LEFT)
			count_other_error(state->run, state->abi, state->nr, (__u32)-ret);
	} else if (is_new && !state->sigsys) {
		/* The end of the call that created this task. */
	} else if (ret == -ERESTARTSYS && !state->sigsys && current_flags() & options.signal_bits) {
		take_regs(ctx->args[0]);
		interrupted_call(state);
	} else {
		take_regs(ctx->args[0]);
		stopped_call(state, ret);
	}
	return 0;
}

/* Like on_signal in trace.bpf.c. */
SEC("raw_tracepoint/signal_generate")
int on_raw_signal(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 info = ctx->args[1];
	struct sigsys_info told = { 0 };
	struct task_state *state;
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	if ((int)ctx->args[0] != SIGSYS || ctx->args[2] != bpf_get_current_task() || info <= 2 ||
	    !is_in_pen())
		return 0;
	state = bpf_map_lookup_elem(&raw_tasks, &tid);
	if (!state || state->is_open)
		return 0;
	bpf_probe_read_kernel(&told, sizeof(told), (void *)info);
	if (told.code != SYS_SECCOMP || (told.call_addr & ~0xfffUL) == VSYSCALL_PAGE)
		return 0;
	state->sigsys = SIGSYS_FROM_FILTER;
	state->sigsys_errno = (__u16)told.number;
	return 0;
}

/* A thread that calls execve gets the number of the first one. */
SEC("raw_tracepoint/sched_process_exec")
int on_raw_exec(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 old = (__u32)ctx->args[1], tid = (__u32)bpf_get_current_pid_tgid();
	struct task_state *state, moved;

	if (old == tid || !is_in_pen())
		return 0;
	state = bpf_map_lookup_elem(&raw_tasks, &old);
	if (!state)
		return 0;
	moved = *state;
	bpf_map_update_elem(&raw_tasks, &tid, &moved, BPF_ANY);
	bpf_map_delete_elem(&raw_tasks, &old);
	return 0;
}

SEC("raw_tracepoint/sched_process_exit")
int on_raw_end(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&raw_tasks, &tid);
	return 0;
}
