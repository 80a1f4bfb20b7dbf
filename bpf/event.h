/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the in-kernel tracer and user space share: the layout of maps and events. Fixed widths only;
 * every size is asserted on both sides.
 */
#ifndef PINFOLD_BPF_EVENT_H
#define PINFOLD_BPF_EVENT_H

#include <linux/types.h>

#include "bpf/place.h"

enum {
	EVENT_ARGS = 6,
	EVENT_COMM = 16,
	EVENT_PATH = 4096, /* linux/limits.h: PATH_MAX */
	EVENT_ARGV = 512,
	EVENT_FRAMES = 33,     /* in a stack */
	EVENT_TOP = 64,	       /* words at the top of a stack */
	EVENT_TEXTS = 2,       /* in a call: rename(2) has two paths */
	EVENT_TEXT = 252,      /* bytes in one */
	EVENT_PATH_DEPTH = 40, /* directories in a module's path */
	EVENT_NAME = 80,       /* for one of them */

	/* Counters by ABI and number: x86-64, i386 and x32 (without its bit) all end below 640. */
	SLOTS_PER_ABI = 640,
	SLOT_ABIS = 3,
	SLOTS = SLOTS_PER_ABI * SLOT_ABIS,

	GROUP = 32, /* counters found in one step */
	GROUPS = SLOTS / GROUP,

	/* Room for what is kept about calls, by kind; no more in total than the map has buckets. */
	DENIAL_KEYS = 16384, /* distinct calls that did not run */
	VALUE_KEYS = 8192,   /* distinct arguments of allowed calls */
	ERROR_KEYS = 4096,   /* distinct errors by call */
	ODD_CALLS = 1024,    /* numbers past the slots */
	MODULE_KEYS = 256,   /* distinct files with code that stacks lead through */
	KEYS = 32768,

	/* Indexes of the map of tail calls. */
	RARE_EXIT = 0,
	RARE_FAILURE = 1,
	RARE_PROGRAMS = 2,

	RUNS = 256,	      /* that can share a tracer */
	TASK_SLOTS_BITS = 12, /* slots for tasks that are found in one step */
	RAW_TASKS = 32768,    /* at a time, with raw tracepoints */
	SAMPLES = 256,	      /* denials whose first call is reported; does not limit the counts */
	CALL_SAMPLES = 256,   /* allowed calls, by number, if their stacks are requested */
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
	ROLE_TARGET,	/* was running before, and will be counted once adopted */
	ROLE_WAITING,	/* the same, once it executes a program in the mount namespace requested */
};

/* What a sys_exit without a sys_enter means if it is the first thing seen of a task. */
enum first_exit {
	FIRST_EXIT_DENIED,  /* like every other one */
	FIRST_EXIT_IGNORED, /* the end of the call that created the task, of its exec, or of one in
			       progress */
	FIRST_EXIT_UNSURE,  /* one of the two */
	FIRST_EXIT_OUTSIDE, /* denied, unless it is rt_sigreturn, which looks the same: its number
			       is -1 */
};

/* What a SIGSYS or SIGSEGV that the kernel sent for a call that did not run says about it. */
enum sigsys_from {
	SIGSYS_FROM_NOTHING,
	SIGSYS_FROM_FILTER,
	SIGSYS_FROM_DISPATCH, /* the task's own user dispatch took the call: no sys_exit follows */
	SIGSYS_FROM_SELECTOR, /* its selector could not be read, or is invalid: the task ends */
};

/* The outcome of the last call, if it did not run. */
enum last_stop {
	STOP_OTHER,
	STOP_TRAPPED, /* SIGSYS from a filter */
	STOP_DEAD,    /* killed by a filter */
};

/* Why on_exit is called at the end of a call that was entered. */
enum task_sample {
	SAMPLE_NONE,
	SAMPLE_FAILURE,	   /* the current call is an allowed one that fails as none before it */
	SAMPLE_ERROR,	   /* it ends with an error that is not the usual one */
	SAMPLE_KEPT_ERROR, /* the same, and what it named is kept */
};

enum { REFUSED_OUTSIDE = 0x80 };

/* Kept for every task of the pen. */
struct task_state {
	__u32 nr;	    /* of the last call, entered or stopped */
	__u8 role;	    /* enum task_role */
	__u8 abi;	    /* of the last call */
	__u8 is_open;	    /* a call was entered and has not ended */
	__u8 is_new;	    /* no call seen yet: once counted, only the task itself writes it */
	__u8 first_exit;    /* enum first_exit: what the first exit means while is_new */
	__u8 sigsys;	    /* enum sigsys_from, of the current call */
	__u8 last_stop;	    /* enum last_stop */
	__u8 is_native;	    /* only 64-bit calls can be entered: the filter stops all others */
	__u16 sigsys_errno; /* si_errno of that signal: the data of the filter's return */
	__u16 run;	    /* that the task belongs to */
	__u16 filters;	    /* seccomp filters at the start of the command */
	__u8 sample;	    /* enum task_sample */
	__u8 refused;	    /* the capability that the current call was refused, + 1; 0: none. With
			       REFUSED_OUTSIDE: not over the task's own user namespace */
	__u32 generation;   /* of the run: run numbers are reused */
	__u64 calls, denied;
	union {
		__u64 entered_ns; /* of the open call, if times are requested */
		__s64 ret; /* of a call that was not entered, or the number of a failure, while it
			      ends */
		__u64 trapped_ip; /* after STOP_TRAPPED: where it was made */
	};
};

/* A slot for a task that is counted. */
struct task_slot {
	__u64 owner; /* where the registers of its calls are: at the top of its stack; 0: free */
	struct task_state state;
	__u32 others; /* tasks that hash to this slot but have their state elsewhere */
	__u32 zero;
};

struct call_counts {
	__u64 allowed;	       /* entered */
	__u64 denied;	       /* did not run, whatever stopped it */
	__u64 failed;	       /* ended with an error */
	__u64 restarted;       /* ended with a restart code */
	__u64 other;	       /* allowed, but its arguments did not fit */
	__u64 time_ns, max_ns; /* from entry to end: the sum, and the longest */
	__u64 first;	       /* who made the first one, if requested: enum first_use */
};

/* The counters of neighbouring numbers. */
struct call_group {
	struct call_counts calls[GROUP];
	__u64 errors[GROUP];	 /* how many ended with the error below: most calls have only one */
	__u16 error[GROUP];	 /* the first one; 0: none. others are kept by key */
	__u8 key_args[GROUP];	 /* which arguments of a call are kept: bit 1 << argument, and
				    KEY_REQUESTED */
	__u8 denied_args[GROUP]; /* likewise for a call that did not run */
};

enum {
	KEY_ARGS = (1 << EVENT_ARGS) - 1,
	KEY_REQUESTED = 0x80, /* the listener may request the stack of the call */
};

/* Which process, and when: in one word, so that the smallest one is the first; 0: not known. */
enum first_use {
	FIRST_PID_BITS =
		22, /* linux/threads.h: PID_MAX_LIMIT; above them microseconds of the run */
};

/* What a key is about. */
enum key_kind {
	KEY_DENIAL, /* a call that did not run */
	KEY_VALUE,  /* the arguments of one that did */
	KEY_ERROR,  /* an error of one other than its first; the data is its number */
	KEY_ODD,    /* the counters of a number past the slots */
	KEY_MODULE, /* a reported file with code: inode, device, generation */
	KEY_KINDS,
	KEY_FAILURE = KEY_KINDS, /* of samples alone: the first argument is its number */
	KEY_CONTINUED,		 /* likewise, and that of the request */
};

/* The state of one run. */
struct run_state {
	__u64 start_ns;	     /* CLOCK_MONOTONIC at the start of the command; 0: not started */
	__u64 lost_events;   /* no room in the ring buffer */
	__u64 lost_keys;     /* no room for a call's number, or for a denial */
	__u64 lost_errors;   /* no room for an error */
	__u64 lost_tasks;    /* no storage for a task */
	__u64 samples;	     /* reported */
	__u64 lost_stacks;   /* not reported: too many, no room in the ring buffer, not readable */
	__u64 missed_exits;  /* a call was entered while another was open */
	__u64 lost_lines;    /* of the stream: no room in the ring buffer */
	__u64 lost_starts;   /* calls in progress at the start that may have been denied */
	__u64 lost_failures; /* no room for what a failing call named */
	__u32 failures;	     /* distinct ones */
	__u32 failure_samples;
	__u32 pid_level;    /* nesting of the pen's pid namespace */
	__u16 reader_level; /* of that of the process that started the pen, which may be the same */
	__u16 has_level;
	__u32 keys[KEY_KINDS]; /* how many are kept */
	__u8 odd_key_args;     /* which arguments of calls past the slots are kept */
	__u8 zero[3];
	__u32 tasks; /* alive, except pid 1 of the pen and adopted ones */
	__u32 generation;
	struct call_counts rest; /* of calls whose number did not fit: the sums stay exact */
};

/* What the programs do beyond counting; set before they are loaded, so that the verifier removes
 * what was not requested. */
struct run_options {
	__u8 wants_stacks; /* for the first call of each denial */
	__u8 wants_times;
	__u8 wants_stream; /* every denial as an event */
	__u8 wants_wakes;  /* wake the reader for each event */
	__u8 wants_firsts; /* for each call, who made the first */
	__u8 zero[3];
	__u64 cgroup_id;   /* new processes in it are targets; 0: none */
	__u32 hierarchy;   /* that the id belongs to; 0: version 2 */
	__u32 signal_bits; /* thread flags: a signal, or something that interrupts like one, is
			      pending */
	/* Offsets in struct fs_struct and struct files_struct; 0: as the kernel resolves them. */
	__u32 fs_root, fs_pwd, files_fdt;
	__u32 mount_ns; /* inode: targets are counted from their first exec there on; 0: at once */
};

/* What is known about calls, the same for every run. */
struct call_table {
	__u8 strings[SLOTS];   /* which arguments lead to a terminated string: bit 1 << argument */
	__u8 addresses[SLOTS]; /* and which to a socket's address */
	__u8 streamed[SLOTS];  /* 1: entry and end are reported as they happen */
	__u8 failing[SLOTS];   /* enum failing */
	struct path_row rows[SLOTS][PATH_ROWS];
};

/* For raw tracepoints: which pid namespace is the pen's, and the offset of a thread's status. */
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
	DENIAL_KILLED,	 /* the task died of it: data is si_errno if a signal was sent */
	DENIAL_SIGSYS,	 /* one of the two above: raw tracepoints cannot tell which */
};

enum denial_flags {
	DENIAL_OWN_FILTER = 1, /* the task has more filters than the command started with */
	DENIAL_PTRACED = 2,    /* the task has a tracer */
	DENIAL_EMULATED = 4,   /* which uses PTRACE_SYSEMU: seccomp was never consulted */
	DENIAL_DISPATCHED = 8, /* by the task's own user dispatch: seccomp was never consulted */
	DENIAL_ENDING = 16,    /* the task was killed, or ended while stopped by its tracer */
	DENIAL_HELD = 32,      /* its tracer stops it on entry to calls */
	/* A signal took it from a listener, or another filter returned the errno that looks the
	 * same: counted only in its key, whose data is its process. */
	DENIAL_INTERRUPTED = 64,
};

/* What is kept about a call. */
struct call_key {
	__u32 nr;
	__u8 abi;
	__u8 how;   /* enum denial_how */
	__u8 flags; /* enum denial_flags */
	__u8 kind;  /* enum key_kind */
	__s64 data;
	__u64 args[EVENT_ARGS]; /* 0 for those that are not kept */
};

/* The first call of a denial, the time of the last one, and how many there were. */
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
	__u64 counters[VALUE_COUNTERS]; /* values and errors use only the first one */
};

enum event_kind {
	EVENT_FORK = 1,
	EVENT_EXEC,
	EVENT_EXIT,
	EVENT_DENIAL,
	EVENT_CALL,
	EVENT_MODULE,
	EVENT_FAILURE,	 /* the first of its kind: a sample, as for a denial */
	EVENT_CONTINUED, /* the same for a call that was denied, but let go on, as requested */
	EVENT_TARGET,	 /* a process entered the cgroup and must be adopted: only struct event */
	EVENT_DENIED,	 /* from here on: reported as they happen */
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

/* A new process (not a thread); event.pid is the child's. With CLONE_PARENT its parent is not the
 * process that created it. */
struct event_fork {
	struct event event;
	__u32 maker_host_pid, parent_pid;
};

struct event_exec {
	struct event event;
	__u32 argv_len;	       /* bytes of argv, as many as fit */
	__u32 argv_all;	       /* and how many there are; 4294967295: or more */
	char argv[EVENT_ARGV]; /* terminated strings, one after the other */
	char path[EVENT_PATH]; /* the event ends after its terminator */
};

/* The end of a task. */
struct event_exit {
	struct event event;
	__u32 exit_code;    /* as wait(2) returns it */
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
	__u32 device;	  /* in the kernel's encoding: 12 bits of major, 20 bits of minor number */
	__u32 generation; /* of the inode, because inode numbers are reused */
};

/* The device of code that is not from a file. */
#define DEVICE_NONE 0xffffffffU

/* A location in a program; its module is all 0 if nothing executable is mapped there. */
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

/* What a pointer led to, as far as it fits: another thread may have changed it since. */
struct event_text {
	__u8 arg;
	__u8 kind; /* enum text_kind */
	__u16 len; /* bytes, without the terminator of a string */
	char bytes[EVENT_TEXT];
};

/* A call as it happens: one that did not run (EVENT_DENIED), or whose number is streamed. Its key
 * has no arguments, and if the call returned, the key's data is its result. */
struct event_call {
	struct event event;
	struct call_key key;
	__u64 args[EVENT_ARGS];
	char comm[EVENT_COMM];
	__u32 n_texts;
	__u32 zero;
	struct event_text texts[EVENT_TEXTS]; /* the event ends after the last one present */
};

/*
 * The first call of a denial (EVENT_DENIAL), or of an allowed call's number with nothing else in
 * its key (EVENT_CALL): what its pointers led to, and its stack by frame pointers. A function
 * without a frame pointer hides its caller: the words at the top of the stack are there to find it,
 * in code that a frame is in, or that of the program.
 */
struct event_sample {
	struct event_call call;
	__u32 n;
	__u32 is_compat; /* from a 32-bit call */
	__u32 is_busy;	 /* a mapping could not be looked up: its frame has no module */
	__u32 n_places;	 /* n, or n + 1: the program's code follows the frames */
	struct stack_frame frames[EVENT_FRAMES]; /* the first one: where the top word points */
	__u64 top[EVENT_TOP];
};

/* The first time that a stack leads through a file. */
struct event_module {
	struct event event;
	struct module_key key;
	__u32 depth; /* number of names; EVENT_PATH_DEPTH: there may be more */
	__u32 zero;
	char names[EVENT_PATH_DEPTH][EVENT_NAME]; /* from the file up to the root of its mount */
};

_Static_assert(sizeof(struct task_state) == 48, "layout");
_Static_assert(sizeof(struct run_options) == 40, "layout");
_Static_assert(sizeof(struct task_slot) == 64, "layout");
_Static_assert(sizeof(struct run_state) == 200, "layout");
_Static_assert(sizeof(struct call_table) == (4 + 8 * PATH_ROWS) * SLOTS, "layout");
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
