// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The in-kernel half of the tracer. It marks the tasks of the pen, counts their calls exactly, and
 * keeps what did not run.
 *
 * At a system call the kernel consults seccomp first and only then passes sys_enter; it passes
 * sys_exit in either case (kernel/entry/common.c). So a sys_exit of a task that entered no call is
 * a call that was stopped. One way of dying passes neither: a thread that a filter kills while
 * others live on; it is found when the task exits.
 *
 * Counting must never depend on the ring buffer: it carries the events of processes and samples of
 * denials, and whatever does not fit in it, or in a map, is counted.
 */
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/denial.h"
#include "bpf/failing.h"
#include "bpf/listener.h"
#include "bpf/process.h"
#include "bpf/refused.h"
#include "bpf/request.h"

/* asm-generic/siginfo.h */
#define SYS_SECCOMP	  1
#define SYS_USER_DISPATCH 2
#define SI_KERNEL	  0x80

#define SIGSEGV	      11
#define SIGSYS	      31
#define VSYSCALL_PAGE 0xffffffffff600000UL /* asm/vsyscall.h: VSYSCALL_ADDR */

char LICENSE[] SEC("license") = "GPL";

/* What is rare is in few programs, so that it is verified once. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, RARE_PROGRAMS);
	__type(key, __u32);
	__type(value, __u32);
} rare SEC(".maps");

SEC("raw_tp/sys_enter")
int on_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = find_current(ctx->args[0]);
	__u32 nr = (__u32)ctx->args[1], run;

	if (!state)
		return 0;
	run = state->run;
	state->nr = nr;
	state->abi = (__u8)(state->is_native ? abi_of(0, nr) : current_abi(nr));
	state->is_new = false;
	state->sigsys = SIGSYS_FROM_NOTHING;
	if (!begin_call(state))
		return 0;
	bpf_tail_call(ctx, &rare, RARE_EXIT);
	lose_exit(run);
	return 0;
}

/* The end of a call that was entered. Returns what is left to other programs: SAMPLE_FAILURE is for
 * on_failure, the errors for on_exit. */
static enum task_sample end_entered(struct task_state *state, long ret)
{
	enum call_end end = end_call(state, ret);
	bool is_kept = end != END_COUNTED
			       ? is_failure(state->abi, state->nr, ret)
			       : state->refused && ret >= 0 && may_reply(state->abi, state->nr);

	if (end == END_LEFT)
		return is_kept ? SAMPLE_KEPT_ERROR : SAMPLE_ERROR;
	return is_kept ? SAMPLE_FAILURE : SAMPLE_NONE;
}

SEC("raw_tp/sys_exit")
int on_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = find_current(ctx->args[0]);

	if (!state)
		return 0;
	if (state->is_open) {
		enum task_sample left = end_entered(state, (long)ctx->args[1]);

		if (left == SAMPLE_NONE)
			return 0;
		if (left == SAMPLE_FAILURE) {
			bpf_tail_call(ctx, &rare, RARE_FAILURE);
			lose_failure(state->run);
			return 0;
		}
		state->sample = (__u8)left;
	}
	state->ret = (long)ctx->args[1];
	bpf_tail_call(ctx, &rare, RARE_EXIT);
	lose_exit(state->run);
	return 0;
}

/* From on_sys_exit, for an allowed call that failed; the first of a kind continues in on_exit. */
SEC("raw_tp/sys_exit")
int on_failure(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = find_current(ctx->args[0]);
	long ret = (long)ctx->args[1];
	__u32 found;

	if (!state || (ret >= 0 && !is_request(state->abi)))
		return 0;
	found = (__u32)keep_failure(state->run, state->abi, state->nr,
				    ret < 0 ? (__u32)-ret : EPERM, state->refused);
	if (!(found & FAILURE_IS_NEW))
		return 0;
	state->ret = found & ~FAILURE_IS_NEW;
	state->sample = SAMPLE_FAILURE;
	bpf_tail_call(ctx, &rare, RARE_EXIT);
	return 0;
}

/* Whether the kernel ends the process with this signal: then the task makes no other call. */
static bool is_forced_end(struct task_struct *task, int sig)
{
	void *actions = BPF_CORE_READ(task, sighand);
	struct signal_action action = { 0 };

	actions += bpf_core_field_offset(struct sighand_struct, action);
	bpf_probe_read_kernel(&action, sizeof(action), (struct signal_action *)actions + (sig - 1));
	return action.flags & SA_IMMUTABLE;
}

/* What a signal that the current task sends to itself, but not from within a call, says about one.
 * The kernel also sends SIGSEGV for a signal frame that cannot be written: the task may handle
 * that. */
static enum sigsys_from who_sent(struct task_struct *task, int sig, int code)
{
	/* Not for a fault. */
	if (code == SI_KERNEL && (long)regs_of(task)->orig_ax != -1 && is_forced_end(task, sig))
		return SIGSYS_FROM_SELECTOR;
	if (sig != SIGSYS)
		return SIGSYS_FROM_NOTHING;
	if (code == SYS_USER_DISPATCH)
		return SIGSYS_FROM_DISPATCH;
	/* A call through the vsyscall page passes no sys_exit, which this would be about. */
	if (code == SYS_SECCOMP && (regs_of(task)->ip & ~0xfffUL) != VSYSCALL_PAGE)
		return SIGSYS_FROM_FILTER;
	return SIGSYS_FROM_NOTHING;
}

/* Notes for the current task what a signal says about a call: FROM, and its si_errno, which is
 * NUMBER. Returns the task's run, or -1 if it is not one of ours, or is within a call. */
ONCE int note_signal(__u32 from, __u32 number)
{
	struct task_state *state = find_current(stack_of(bpf_get_current_task_btf()));

	if (!state || state->is_open)
		return -1;
	state->sigsys = (__u8)from;
	state->sigsys_errno = (__u16)number;
	if (from == SIGSYS_FROM_DISPATCH)
		state->ret = 0;
	return state->run;
}

/*
 * SIGSYS for a call that did not run: sent by the task to itself (force_sig_seccomp), with code
 * SYS_SECCOMP and no call entered. A forged one is sent from within a call. After one from user
 * dispatch, no sys_exit is passed (syscall_exit_work()), so the call is counted here.
 */
SEC("raw_tp/signal_generate")
int on_signal(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sigsys_info info = { 0 };
	int sig = (int)ctx->args[0], run;
	enum sigsys_from from;

	/* 0, 1 and 2 are kinds of senders, not a siginfo (linux/sched/signal.h). */
	if ((sig != SIGSYS && sig != SIGSEGV) || ctx->args[2] != bpf_get_current_task() ||
	    ctx->args[1] <= 2)
		return 0;
	bpf_probe_read_kernel(&info, sizeof(info), (void *)ctx->args[1]);
	from = who_sent(task, sig, info.code);
	if (!from)
		return 0;
	run = note_signal(from, (__u32)info.number);
	if (run >= 0 && from == SIGSYS_FROM_DISPATCH) {
		bpf_tail_call(ctx, &rare, RARE_EXIT);
		lose_exit((__u32)run);
	}
	return 0;
}

/*
 * Linux 6.14 and later: a capability was asked for, and refused if the result is not 0. Whether the
 * call fails because of that is seen when it ends: many are asked for only to grant more.
 */
SEC("raw_tp/cap_capable")
int on_capability(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state;

	if (!(int)ctx->args[4])
		return 0;
	state = find_current(stack_of(bpf_get_current_task_btf()));
	if (state)
		note_refused(state, (__u32)ctx->args[3], ctx->args[1] == ctx->args[2]);
	return 0;
}

/* Keeps the state of a new task; returns whether there is room. */
static bool keep_state(struct task_struct *task, struct task_state *state)
{
	__u64 stack = stack_of(task);

	if (state->role == ROLE_TRACED && take_slot(stack, state))
		return true;
	if (!bpf_task_storage_get(&tasks, task, state, BPF_LOCAL_STORAGE_GET_F_CREATE))
		return false;
	if (state->role == ROLE_TRACED)
		note_stored(stack);
	return true;
}

/* Returns whether there is a state to start with. From here on there is one path for the verifier,
 * wherever it was kept. */
static bool copy_state(const struct task_state *from, struct task_state *init)
{
	if (!from)
		return false;
	init->role = from->role;
	init->run = from->run;
	init->generation = from->generation;
	init->is_native = from->is_native;
	init->filters = from->filters;
	init->is_new = true;
	init->first_exit = FIRST_EXIT_IGNORED;
	return true;
}

/* A new task inherits the state of its creator before it runs. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	struct task_state init = { 0 };
	struct run_state *r;

	if (!copy_state(find_state(parent, stack_of(parent)), &init))
		return 0;
	r = get_run(init.run);
	if (!r || init.generation != r->generation)
		return 0;
	/* What a container's runtime starts there, such as hooks, is not the command. */
	if (init.role == ROLE_WAITING && child->pid == child->tgid)
		return 0;
	if (init.role == ROLE_INIT) {
		init.role = ROLE_LAUNCHING;
		if (!r->has_level) {
			r->pid_level = BPF_CORE_READ(parent, thread_pid, level);
			r->reader_level = BPF_CORE_READ(parent, real_parent, thread_pid, level);
		}
		r->has_level = 1;
	}
	if (!keep_state(child, &init)) {
		atomic_increment(&r->lost_tasks);
		return 0;
	}
	__sync_fetch_and_add(&r->tasks, 1);
	if (init.role == ROLE_TRACED && child->pid == child->tgid)
		send_fork(init.run, r, parent, child);
	return 0;
}

/* The command's own exec starts the counting; the call itself ends after this. */
static void start_counting(struct task_struct *task, struct task_state *state, struct run_state *r)
{
	__u64 stack = stack_of(task);

	state->role = ROLE_TRACED;
	state->is_new = true;
	state->first_exit = FIRST_EXIT_IGNORED;
	/* Of a container, none is pinfold's. */
	state->filters = options.mount_ns ? 0 : (__u16)task->seccomp.filter_count.counter;
	if (!r->start_ns) /* a trace of others began earlier */
		r->start_ns = bpf_ktime_get_ns();
	if (!take_slot(stack, state))
		note_stored(stack);
}

SEC("raw_tp/sched_process_exec")
int on_exec(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = find_state(task, stack_of(task));
	__u32 run = state ? state->run : 0;
	struct run_state *r = state ? get_run(run) : 0;

	if (!r || state->generation != r->generation || state->role == ROLE_INIT ||
	    state->role == ROLE_TARGET || state->role == ROLE_WAITING)
		return 0;
	if (state->role == ROLE_LAUNCHING)
		start_counting(task, state, r);
	send_exec(run, r, (void *)ctx->args[2]);
	return 0;
}

/* Whether the first exit seen of a task is that of a call that was stopped. */
static bool is_first_denied(struct task_struct *task, __u32 first, __u32 run, long ret)
{
	struct run_state *r = get_run(run);

	if (first == FIRST_EXIT_OUTSIDE)
		first = (__u32)regs_of(task)->orig_ax == (__u32)-1 ? FIRST_EXIT_UNSURE
								   : FIRST_EXIT_DENIED;
	if (first == FIRST_EXIT_UNSURE && may_be_denied(task, ret) && r)
		atomic_increment(&r->lost_starts);
	return first == FIRST_EXIT_DENIED;
}

/* Whether it looks like a call that waited for a listener's answer until a signal came
 * (seccomp_do_user_notification()). Without a signal, a filter, a listener or a tracer returned
 * this number; a call that a filter traps has its own number as the result. */
static bool is_interrupted(struct task_struct *task, long ret)
{
	return ret == -ERESTARTSYS && task->thread_info.flags & options.signal_bits &&
	       has_listener(task);
}

enum { NOT_FIRST = 255 };

/* A sys_exit that does not end a call that was entered. FIRST: enum first_exit, or NOT_FIRST. Only
 * numbers: a state may be kept in either of two places, which would make two paths for the verifier
 * of all that follows. */
ONCE int exit_alone(__u32 run, __u32 first, __u32 has_sigsys, long ret)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (first != NOT_FIRST && !has_sigsys && !is_first_denied(task, first, run, ret))
		return 0;
	if (!has_sigsys && is_interrupted(task, ret))
		interrupted_call();
	else
		stopped_call(ret, false);
	return 0;
}

static void end_task(struct task_struct *task, struct task_state *state, struct run_state *r,
		     __u64 stack)
{
	if (task->seccomp.mode == SECCOMP_MODE_DEAD && state->last_stop != STOP_DEAD &&
	    !state->is_open)
		stopped_call(0, true);
	send_exit(r, state);
	leave_slot(stack);
}

/* Reports the first call of a kind that failed: the kind with the number NUMBER. */
ONCE int sample_failure(__u32 run, __u32 abi, __u32 nr, __u32 number)
{
	struct call_key key = { .nr = nr, .abi = (__u8)abi, .kind = KEY_FAILURE };
	struct event_draft *sample = begin_sample(run, &key);
	struct run_state *r = get_run(run);

	if (!sample || !r || r->failure_samples >= FAILURE_SAMPLES)
		return 0;
	sample->call.key.args[0] = number;
	__sync_fetch_and_add(&r->failure_samples, 1);
	send_sample(run, EVENT_FAILURE);
	return 0;
}

/* Completes the start of a call, and reports it if its stack was requested. */
ONCE int enter_rare(__u32 run, __u32 abi, __u32 nr)
{
	struct call_key key = { .nr = nr, .abi = (__u8)abi, .kind = KEY_CONTINUED };
	struct event_draft *sample;
	__u32 number;

	if (!begin_rare(run, abi, nr) || !has_requests(run))
		return 0;
	number = (__u32)take_request(run);
	sample = begin_sample(run, &key);
	if (!sample || !number)
		return 0;
	sample->call.key.args[0] = number;
	send_sample(run, EVENT_CONTINUED);
	return 0;
}

/* The end of a call that was entered. SAMPLE: enum task_sample; RET: the call's result, or for
 * SAMPLE_FAILURE the number of the kind. Returns whether on_failure is next. */
ONCE int end_rare(__u32 sample, __u32 run, __u32 abi, __u32 nr, long ret)
{
	if (sample == SAMPLE_FAILURE) {
		sample_failure(run, abi, nr, (__u32)ret);
		return false;
	}
	count_other_error(run, abi, nr, (__u32)-ret);
	return sample == SAMPLE_KEPT_ERROR;
}

/* What the programs for calls left of the current one. Returns whether on_failure is next. */
static bool take_call(struct task_state *state)
{
	__u32 sample = state->sample, first;

	if (state->is_open) {
		enter_rare(state->run, state->abi, state->nr);
		return false;
	}
	if (sample) {
		state->sample = SAMPLE_NONE;
		return end_rare(sample, state->run, state->abi, state->nr, state->ret);
	}
	first = state->is_new ? state->first_exit : NOT_FIRST;
	state->is_new = false;
	exit_alone(state->run, first, state->sigsys, state->ret);
	return false;
}

/* The end of a task; also from other programs, for what is rare at a call. Before Linux 6.16 this
 * tracepoint has one argument, and a program that reads two cannot be attached. */
SEC("raw_tp/sched_process_exit")
int on_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 stack = stack_of(task);
	struct task_state *state = find_state(task, stack);
	struct run_state *r = state ? get_run(state->run) : 0;
	__u32 role;

	if (!r || state->generation != r->generation)
		return 0;
	if (!(task->flags & PF_EXITING)) {
		if (take_call(state)) {
			bpf_tail_call(ctx, &rare, RARE_FAILURE);
			lose_failure(state->run);
		}
		return 0;
	}
	role = state->role;
	if (role == ROLE_TRACED)
		end_task(task, state, r, stack);
	/* Last: whoever finds no tasks takes the run's place (ebpf/seat.h). */
	if (role == ROLE_TRACED || role == ROLE_LAUNCHING)
		__sync_fetch_and_add(&r->tasks, -1);
	return 0;
}
