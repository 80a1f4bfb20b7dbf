/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the in-kernel tracer and the user side share: the layout of maps and events. Fixed widths
 * only; every size is asserted on both sides.
 */
#ifndef PINFOLD_BPF_EVENT_H
#define PINFOLD_BPF_EVENT_H

#include <linux/types.h>

enum {
	EVENT_ARGS = 6,
	EVENT_COMM = 16,
	EVENT_PATH = 4096, /* linux/limits.h: PATH_MAX */
	EVENT_ARGV = 512,
	EVENT_FRAMES = 33,     /* of a stack */
	EVENT_TOP = 64,	       /* words at the top of a stack */
	EVENT_TEXTS = 2,       /* of a call: rename(2) has two paths */
	EVENT_TEXT = 252,      /* bytes of one */
	EVENT_PATH_DEPTH = 40, /* folders of a module's path */
	EVENT_NAME = 80,       /* of one of them */

	/* Counters by ABI and number: x86-64, i386 and x32 (without its bit) end below 640. */
	SLOTS_PER_ABI = 640,
	SLOT_ABIS = 3,
	SLOTS = SLOTS_PER_ABI * SLOT_ABIS,

	GROUP = 32, /* counters that are found by one step */
	GROUPS = SLOTS / GROUP,

	/* Room for what is kept of calls, by kind; together as many as the map has buckets. */
	DENIAL_KEYS = 16384, /* distinct calls that did not run */
	VALUE_KEYS = 8192,   /* distinct arguments of allowed calls */
	ERROR_KEYS = 4096,   /* distinct errors by call */
	ODD_CALLS = 1024,    /* numbers past the slots */
	MODULE_KEYS = 256,   /* distinct files of code that stacks lead through */
	KEYS = 32768,

	RUNS = 256,	      /* that share a tracer */
	TASK_SLOTS_BITS = 12, /* places for tasks that take one step to find */
	RAW_TASKS = 32768,    /* at a time, with raw tracepoints */
	SAMPLES = 256, /* denials whose first call is reported; their count is not bounded by it */
	CALL_SAMPLES = 256, /* and allowed calls, by number, where their stacks are requested */
	RING_BYTES = 1 << 20,
	RING_BYTES_LEAST = 4096,
};

/* In the order of enum arch. */
enum event_abi {
	EVENT_ABI_X86_64,
	EVENT_ABI_X86,
	EVENT_ABI_X32,
};

/* What a task is to the tracer. */
enum task_role {
	ROLE_INIT = 1,	/* pid 1 of the pen: not counted; its first child is the command */
	ROLE_LAUNCHING, /* the command before its exec: not counted */
	ROLE_TRACED,	/* counted, and so are its descendants */
	ROLE_TARGET,	/* ran before, and will be counted when it is adopted */
};

/* What a sys_exit without a sys_enter is, if it is the first thing that is seen of a task. */
enum first_exit {
	FIRST_EXIT_DENIED,  /* as every other one */
	FIRST_EXIT_IGNORED, /* the end of the call that made the task, of its exec, or of one under
			       way */
	FIRST_EXIT_UNSURE,  /* one of the two */
	FIRST_EXIT_OUTSIDE, /* denied, but that rt_sigreturn looks so too: its number is -1 */
};

/* What a SIGSYS, or a SIGSEGV, that the kernel sent for a call that did not run says of it. */
enum sigsys_from {
	SIGSYS_FROM_NOTHING,
	SIGSYS_FROM_FILTER,
	SIGSYS_FROM_DISPATCH, /* the task's own user dispatch took the call: no sys_exit follows */
	SIGSYS_FROM_SELECTOR, /* its selector could not be read, or is none: the task ends */
};

/* What the last call came to, if it did not run. */
enum last_stop {
	STOP_OTHER,
	STOP_TRAPPED, /* SIGSYS from a filter */
	STOP_DEAD,    /* killed by a filter */
};

/* Kept with every task of the pen. */
struct task_state {
	__u32 nr;	 /* of the last call, entered or stopped */
	__u8 role;	 /* enum task_role */
	__u8 abi;	 /* of the last call */
	__u8 is_open;	 /* a call was entered and has not ended */
	__u8 is_new;	 /* no call was seen yet: written by the task alone once it is counted */
	__u8 first_exit; /* enum first_exit: what the first exit is while it is new */
	__u8 sigsys;	 /* enum sigsys_from, of the call that is at hand */
	__u8 last_stop;	 /* enum last_stop */
	__u8 is_native;	 /* what is entered can only be a 64-bit call: the filter stops all else */
	__u16 sigsys_errno; /* si_errno of that signal: the data of the filter's return */
	__u16 run;	    /* whose task it is */
	__u32 filters;	    /* seccomp filters at the start of the command */
	__u32 generation;   /* of the run: one with the same number came before, or after */
	__u64 calls, denied;
	union {
		__u64 entered_ns; /* the open call, where times are wanted */
		__s64 ret;	  /* of a call that was not entered, while it ends */
		__u64 trapped_ip; /* after STOP_TRAPPED: where it was made */
	};
};

/* A place for a task that is counted. */
struct task_slot {
	__u64 owner; /* where the registers of its calls stand: at the top of its stack; 0: free */
	struct task_state state;
	__u32 others; /* tasks that would have had this place, and have their state elsewhere */
	__u32 zero;
};

struct call_counts {
	__u64 allowed;	       /* entered */
	__u64 denied;	       /* did not run, whoever stopped it */
	__u64 failed;	       /* ended with an error */
	__u64 restarted;       /* ended with a restart code */
	__u64 other;	       /* allowed, but its arguments found no room */
	__u64 time_ns, max_ns; /* from entry to end, of all and of the longest */
	__u64 first; /* who made the first one, where that was requested: enum first_use */
};

/* The counters of neighbouring numbers. */
struct call_group {
	struct call_counts calls[GROUP];
	__u64 errors[GROUP];	 /* how many ended with the error below: most end with one alone */
	__u16 error[GROUP];	 /* the first one; 0: none. Others are kept by key */
	__u8 key_args[GROUP];	 /* which arguments of a call are kept: bit 1 << argument */
	__u8 denied_args[GROUP]; /* and which of one that did not run */
};

/* Which process, and when: in one word, so that the least one is the first; 0: not known. */
enum first_use {
	FIRST_PID_BITS =
		22, /* linux/threads.h: PID_MAX_LIMIT; above them microseconds of the run */
};

/* What a key stands for. */
enum key_kind {
	KEY_DENIAL, /* a call that did not run */
	KEY_VALUE,  /* the arguments of one that did */
	KEY_ERROR,  /* another error of one than its first; the data is its number */
	KEY_ODD,    /* the counters of a number past the slots */
	KEY_MODULE, /* a file of code that was told of: inode, device, generation */
	KEY_KINDS,
};

/* One run's own state. */
struct run_state {
	__u64 start_ns;	    /* CLOCK_MONOTONIC at the start of the command; 0: not started */
	__u64 lost_events;  /* no room in the ring buffer */
	__u64 lost_keys;    /* no room for a call's number, or for what is kept of a denial */
	__u64 lost_errors;  /* no room for an error */
	__u64 lost_tasks;   /* no storage for a task */
	__u64 samples;	    /* told */
	__u64 lost_stacks;  /* not told: too many, no room in the ring buffer, not readable */
	__u64 missed_exits; /* a call was entered while another was open */
	__u64 lost_lines;   /* of the stream: no room in the ring buffer */
	__u64 lost_starts;  /* calls under way at the start that may have been denied */
	__u32 pid_level;    /* nesting of the pen's pid namespace */
	__u32 has_level;
	__u32 keys[KEY_KINDS]; /* that are kept */
	__u8 odd_key_args;     /* which arguments of calls past the slots are kept */
	__u8 zero[3];
	__u32 tasks; /* that live, but for pid 1 of the pen and what was adopted */
	__u32 generation;
	struct call_counts rest; /* of calls whose number found no room: the sums stay exact */
};

/* What the programs do beyond counting; set before they are loaded, so that the verifier takes out
 * what was not requested. */
struct run_options {
	__u8 wants_stacks; /* of the first call of each denial */
	__u8 wants_times;
	__u8 wants_stream; /* every denial as an event */
	__u8 wants_wakes;  /* the reader woken by each event */
	__u8 wants_firsts; /* of each call, who made the first */
	__u8 zero[3];
	__u64 cgroup_id;   /* whose new processes are targets; 0: none */
	__u32 hierarchy;   /* that the id is of; 0: version 2 */
	__u32 signal_bits; /* of a thread's flags: a signal waits for it, or what interrupts so */
};

/* What is known of calls, the same for every run. */
struct call_table {
	__u8 strings[SLOTS];   /* which arguments lead to a terminated string: bit 1 << argument */
	__u8 addresses[SLOTS]; /* and which to a socket's address */
	__u8 streamed[SLOTS];  /* 1: entry and end are reported as they happen */
};

/* For raw tracepoints: which pid namespace is the pen's, and where a thread's status stands. */
struct raw_place {
	__u64 pid_device, pid_inode;
	__u64 status_offset; /* in task_struct */
};

struct call_id {
	__u32 nr;
	__u32 abi;
};

/* How the kernel stopped a call. */
enum denial_how {
	DENIAL_RETURNED, /* it returned at once: data is the negated return value */
	DENIAL_TRAPPED,	 /* SIGSYS: data is si_errno */
	DENIAL_KILLED,	 /* the task died of it: data is si_errno where a signal was sent */
	DENIAL_SIGSYS,	 /* one of these two, raw tracepoints cannot tell which */
};

enum denial_flags {
	DENIAL_OWN_FILTER = 1, /* the task has more filters than the command started with */
	DENIAL_PTRACED = 2,    /* the task has a tracer */
	DENIAL_EMULATED = 4,   /* and that uses PTRACE_SYSEMU: seccomp was never asked */
	DENIAL_DISPATCHED = 8, /* by the task's own user dispatch: seccomp was never asked */
	DENIAL_ENDING = 16, /* the task was killed, as is one that ends in a stop of its tracer */
	DENIAL_HELD = 32,   /* its tracer stops it at the entry of calls */
	/* A signal took it from a listener, or another filter gave the number that looks so:
	 * counted in its key alone, whose data is its process. */
	DENIAL_INTERRUPTED = 64,
};

/* What is kept of a call. */
struct call_key {
	__u32 nr;
	__u8 abi;
	__u8 how;   /* enum denial_how */
	__u8 flags; /* enum denial_flags */
	__u8 kind;  /* enum key_kind */
	__s64 data;
	__u64 args[EVENT_ARGS]; /* those that are not kept are 0 */
};

/* The first call of a denial, when the last one was, and how many there were. */
struct denial_value {
	__u64 count;
	__u64 at_ns, last_ns; /* CLOCK_MONOTONIC */
	__u64 ip;
	__u64 args[EVENT_ARGS];
	__u32 host_pid, pid, tid; /* pid and tid as in the pen */
	__u32 zero;
	char comm[EVENT_COMM];
};

enum { VALUE_COUNTERS = sizeof(struct denial_value) / sizeof(__u64) };

union call_value {
	struct denial_value denial;
	struct call_counts odd;
	__u64 counters[VALUE_COUNTERS]; /* of values and errors the first one alone */
};

enum event_kind {
	EVENT_FORK = 1,
	EVENT_EXEC,
	EVENT_EXIT,
	EVENT_DENIAL,
	EVENT_CALL,
	EVENT_MODULE,
	EVENT_TARGET, /* a process entered the cgroup, and is to be adopted: struct event alone */
	EVENT_DENIED, /* from here on: told as they happen */
	EVENT_ENTERED,
	EVENT_RETURNED,
};

struct event {
	__u32 kind;
	__u32 host_pid, host_tid;
	__u32 pid, tid; /* as in the pen */
	__u32 zero;
	__u64 at_ns; /* CLOCK_MONOTONIC */
};

/* A new process (not a thread); event.pid is the child's. Its parent is not who made it where that
 * asked for CLONE_PARENT. */
struct event_fork {
	struct event event;
	__u32 maker_host_pid, parent_pid;
};

struct event_exec {
	struct event event;
	__u32 argv_len;	       /* bytes of argv, as many as fit */
	__u32 argv_all;	       /* and how many there are; 4294967295: or more */
	char argv[EVENT_ARGV]; /* terminated strings, one after the other */
	char path[EVENT_PATH]; /* the event ends behind its end */
};

/* The end of a task. */
struct event_exit {
	struct event event;
	__u32 exit_code;    /* as wait(2) gives it */
	__u8 is_group_exit; /* the whole process ends with this code */
	__u8 is_filtered;   /* a filter killed the task, or its last call got SIGSYS from one */
	__u8 is_last;	    /* no other thread of the process is left */
	__u8 zero;
	__u32 nr, abi;	     /* of the last call */
	__u64 calls, denied; /* of this task */
};

/* A task that was found by walking over all of them. */
struct found_task {
	__u32 host_pid, host_tid;
};

/* A file that code is mapped from. */
struct module_key {
	__u64 inode;
	__u32 device;	  /* as the kernel has it: 12 bits of major, 20 bits of minor number */
	__u32 generation; /* of the inode, whose number is used again */
};

/* The device of code that is in no file. */
#define DEVICE_NONE 0xffffffffU

/* A place in a program; all of its module is 0 where nothing that can be executed is mapped. */
struct stack_frame {
	__u64 address;
	__u64 offset; /* in the file */
	struct module_key module;
};

enum text_kind {
	TEXT_NONE, /* not readable */
	TEXT_STRING,
	TEXT_ADDRESS, /* struct sockaddr */
};

/* What a pointer led to, as far as there is room: another thread may have changed it since. */
struct event_text {
	__u8 arg;
	__u8 kind; /* enum text_kind */
	__u16 len; /* bytes, without the terminator of a string */
	char bytes[EVENT_TEXT];
};

/* A call as it happens: one that did not run (EVENT_DENIED), or whose number is streamed. In its
 * key are no arguments, and where a call returned the data is its result. */
struct event_call {
	struct event event;
	struct call_key key;
	__u64 args[EVENT_ARGS];
	char comm[EVENT_COMM];
	__u32 n_texts;
	__u32 zero;
	struct event_text texts[EVENT_TEXTS]; /* the event ends behind the last one that is there */
};

/*
 * The first call of a denial (EVENT_DENIAL), or of an allowed call's number, in a key that holds no
 * more (EVENT_CALL): what its pointers led to, and its stack by frame pointers. A function that
 * keeps none hides its caller: the words at the top of the stack are for finding that.
 */
struct event_sample {
	struct event_call call;
	__u32 n;
	__u32 is_compat; /* of a 32-bit call */
	__u32 is_busy;	 /* a mapping could not be looked up: its frame lacks its module */
	__u32 zero;
	struct stack_frame frames[EVENT_FRAMES]; /* the first: where the top word leads to */
	__u64 top[EVENT_TOP];
};

/* The first time that a stack leads through a file. */
struct event_module {
	struct event event;
	struct module_key key;
	__u32 depth; /* names that are there; EVENT_PATH_DEPTH: there may be more */
	__u32 zero;
	char names[EVENT_PATH_DEPTH][EVENT_NAME]; /* from the file up to the root of its mount */
};

_Static_assert(sizeof(struct task_state) == 48, "layout");
_Static_assert(sizeof(struct run_options) == 24, "layout");
_Static_assert(sizeof(struct task_slot) == 64, "layout");
_Static_assert(sizeof(struct run_state) == 184, "layout");
_Static_assert(sizeof(struct call_table) == 3 * SLOTS, "layout");
_Static_assert(sizeof(struct call_counts) == 64, "layout");
_Static_assert(sizeof(struct call_group) == GROUP * 76 && GROUPS * GROUP == SLOTS, "layout");
_Static_assert(DENIAL_KEYS + VALUE_KEYS + ERROR_KEYS + ODD_CALLS + MODULE_KEYS <= KEYS, "room");
_Static_assert(sizeof(struct raw_place) == 24, "layout");
_Static_assert(sizeof(struct call_id) == 8, "layout");
_Static_assert(sizeof(struct call_key) == 64, "layout");
_Static_assert(sizeof(struct denial_value) == 112, "layout");
_Static_assert(sizeof(union call_value) == 112, "layout");
_Static_assert(sizeof(struct event) == 32, "layout");
_Static_assert(sizeof(struct event_fork) == 40, "layout");
_Static_assert(sizeof(struct event_exec) == 40 + EVENT_ARGV + EVENT_PATH, "layout");
_Static_assert(sizeof(struct event_exit) == 64, "layout");
_Static_assert(sizeof(struct found_task) == 8, "layout");
_Static_assert(sizeof(struct module_key) == 16, "layout");
_Static_assert(sizeof(struct stack_frame) == 32, "layout");
_Static_assert(sizeof(struct event_call) == 168 + 256 * EVENT_TEXTS, "layout");
_Static_assert(sizeof(struct event_sample) ==
		       sizeof(struct event_call) + 16 + 32 * EVENT_FRAMES + 8 * EVENT_TOP,
	       "layout");
_Static_assert(sizeof(struct event_text) == 256, "layout");
_Static_assert(sizeof(struct event_module) == 56 + EVENT_PATH_DEPTH * EVENT_NAME, "layout");

#endif
