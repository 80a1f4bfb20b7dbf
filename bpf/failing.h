/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What allowed calls named that fail as they do in a pen. Kernel side only. A text is read at the
 * end of its call, when the kernel itself has read it and its page is there; a call that succeeds
 * comes here never.
 */
#ifndef PINFOLD_BPF_FAILING_H
#define PINFOLD_BPF_FAILING_H

#include "bpf/process.h"
#include "bpf/walk.h"

#define AF_UNIX	     1 /* linux/socket.h */
#define AF_NETLINK   16
#define ADDRESS_SIZE 110 /* linux/un.h: the longest one */
#define ECONNREFUSED 111
#define TCP_CLOSE    7 /* include/net/tcp_states.h */

#define NETLINK_SOCK_DIAG 4 /* linux/netlink.h */

/* The first arguments of socketcall(2): linux/net.h. */
#define SYS_BIND     2
#define SYS_CONNECT  3
#define SYS_SENDTO   11
#define SYS_SENDMSG  16
#define SYS_SENDMMSG 20

struct failures {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FAILURE_KEYS);
	__type(key, struct failure_key);
	__type(value, struct failure_value);
} failures SEC(".maps");

struct failed_places {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FAILURE_PLACES);
	__type(key, struct place_key);
	__type(value, struct place_names);
} failed_places SEC(".maps");

struct any_failures {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct failure_key);
	__type(value, struct failure_value);
};

struct any_places {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct place_key);
	__type(value, struct place_names);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, RUNS);
	__type(key, __u32);
	__array(values, struct any_failures);
} failures_of SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, RUNS);
	__type(key, __u32);
	__array(values, struct any_places);
} failed_places_of SEC(".maps");

struct failure_draft {
	__u64 args[8];
	struct failure_key key;
	struct failure_value value;
	struct path_row row; /* that is being followed */
	__u64 message, address, address_size;
	__s32 socket;
	__u32 words[6]; /* the arguments of the call that socketcall(2) stands for */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct failure_draft);
} failure_draft SEC(".maps");

static struct failure_draft *get_failure_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&failure_draft, &zero);
}

/* Adds the draft's key, if there are fewer than there is room for. */
ONCE int add_failure(__u32 run)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct failure_draft *d = get_failure_draft();
	struct run_state *r = get_run(run);
	void *map;

	if (!d || !r || r->failures >= FAILURE_KEYS)
		return 0;
	d->value.count = 0;
	d->value.at_ns = bpf_ktime_get_ns();
	__builtin_memcpy(d->value.args, d->args, sizeof(d->value.args));
	d->value.host_pid = task->tgid;
	d->value.pid = pid_of(r, task);
	d->value.tid = tid_of(r, task);
	d->value.number = __sync_fetch_and_add(&r->failures, 1) + 1;
	bpf_get_current_comm(d->value.comm, sizeof(d->value.comm));
	map = MAP_OF(failures, run);
	if (map)
		bpf_map_update_elem(map, &d->key, &d->value, BPF_NOEXIST);
	return 0;
}

/* Counts the draft's key if it is there; returns its number, or 0. */
ONCE int count_known_failure(__u32 run)
{
	struct failure_draft *d = get_failure_draft();
	void *map = MAP_OF(failures, run);
	struct failure_value *value = d && map ? bpf_map_lookup_elem(map, &d->key) : 0;

	if (!value)
		return 0;
	__sync_fetch_and_add(&value->count, 1);
	value->last_ns = bpf_ktime_get_ns();
	value->last_host_pid = (__u32)bpf_get_current_task_btf()->tgid;
	return (int)value->number;
}

/* Counts the draft's key. Returns its number, in which a bit says that it is new; 0: there is no
 * room. */
#define FAILURE_IS_NEW 0x40000000
ONCE int count_failure(__u32 run)
{
	__u32 number = (__u32)count_known_failure(run);
	struct run_state *r;

	if (number)
		return (int)number;
	add_failure(run);
	number = (__u32)count_known_failure(run);
	if (number)
		return (int)(number | FAILURE_IS_NEW);
	r = get_run(run);
	if (r)
		atomic_increment(&r->lost_failures);
	return 0;
}

/* From which descriptor, or directory, the path of the draft's key begins. */
enum failed_base { BASE_FOLDER, BASE_FILE };

/* Where the walk of what the descriptor FD leads to starts. */
enum place_start {
	START_NONE, /* it leads nowhere */
	START_PLACE,
	START_SOCKET, /* each has an inode, and no path */
};

/* Starts the walk; returns enum place_start. */
ONCE int begin_failed_place(int fd, __u32 base)
{
	struct place_draft *place = get_place_draft();
	struct file *file;

	if (!place)
		return START_NONE;
	if (base == BASE_FOLDER)
		return begin_at_base(&place->walk, fd) ? START_PLACE : START_NONE;
	file = file_of(fd);
	if (!file)
		return START_NONE;
	begin_at_file(&place->walk, file);
	return (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) == S_IFSOCK ? START_SOCKET
									   : START_PLACE;
}

/* Makes what the descriptor FD leads to the place of the draft's key. */
ONCE int set_failed_place(__u32 run, int fd, __u32 base)
{
	struct failure_draft *d = get_failure_draft();
	struct place_draft *place = get_place_draft();
	void *map = MAP_OF(failed_places, run);
	int start;

	if (!d || !place || !map)
		return 0;
	start = begin_failed_place(fd, base);
	d->key.is_cut |= start == START_NONE;
	if (start != START_PLACE)
		return 0;
	keep_place(map, place);
	d->key.place = place->key;
	return 0;
}

static void clear_failure(struct failure_draft *d, __u8 i)
{
	__builtin_memset(&d->key.place, 0, sizeof(d->key.place));
	__builtin_memset(d->key.text, 0, sizeof(d->key.text));
	d->key.kind = d->row.kind;
	d->key.row = i;
	d->key.flags = 0;
	d->key.is_cut = 0;
	d->key.len = 0;
}

/* Returns the open flags that the draft's row leads to. */
ONCE int failed_flags(void)
{
	struct failure_draft *d = get_failure_draft();
	__u64 flags = 0;

	if (!d)
		return 0;
	if (d->row.flags_arg != PATH_ARG_NONE)
		flags = d->args[d->row.flags_arg & 7];
	if (d->row.is_behind && bpf_probe_read_user(&flags, sizeof(flags), (void *)flags))
		flags = 0;
	return (int)((__u32)flags & PATH_FLAGS);
}

/* No path, or an empty one (0 on older kernels), speaks of the descriptor. */
ONCE int take_failed_name(__u32 run)
{
	struct failure_draft *d = get_failure_draft();
	long len = 0;
	void *from;
	int fd;

	if (!d)
		return 0;
	d->key.flags = (__u32)failed_flags();
	from = (void *)d->args[d->row.arg & 7];
	if (from)
		len = bpf_probe_read_user_str(d->key.text, PATH_TEXT, from);
	d->key.is_cut = len < 0 || len == PATH_TEXT;
	d->key.len = (__u16)(len > 0 ? len - 1 : 0);
	if (d->key.text[0] == '/')
		return 0;
	fd = d->row.dir_arg == PATH_ARG_NONE ? AT_FDCWD : (int)d->args[d->row.dir_arg & 7];
	return set_failed_place(run, fd, d->key.len || fd == AT_FDCWD ? BASE_FOLDER : BASE_FILE);
}

/* Reads where the address is of the call that socketcall(2) stands for. */
static void unwrap_multiplex(struct failure_draft *d)
{
	if (bpf_probe_read_user(d->words, sizeof(d->words), (void *)d->args[1]))
		return;
	d->socket = (int)d->words[0];
	switch (d->args[0]) {
	case SYS_BIND:
	case SYS_CONNECT:
		d->address = d->words[1];
		d->address_size = d->words[2];
		return;
	case SYS_SENDTO:
		d->address = d->words[4];
		d->address_size = d->words[5];
		return;
	case SYS_SENDMSG:
	case SYS_SENDMMSG:
		d->message = d->words[1];
	}
}

/* Reads the address of a message: one that was refused is the first of several. */
static void unwrap_message(struct failure_draft *d)
{
	bool is_wide = d->key.abi == EVENT_ABI_X86_64;
	__u32 size = 0;

	if (is_wide)
		bpf_probe_read_user(&d->address, sizeof(d->address), (void *)d->message);
	else if (!bpf_probe_read_user(&size, sizeof(size), (void *)d->message))
		d->address = size;
	size = 0;
	bpf_probe_read_user(&size, sizeof(size), (void *)(d->message + (is_wide ? 8 : 4)));
	d->address_size = size;
}

/* Finds the address of the draft's row; there may be none. */
ONCE int unwrap_address(void)
{
	struct failure_draft *d = get_failure_draft();
	__u64 arg;

	if (!d)
		return 0;
	arg = d->row.arg & 7;
	d->socket = (int)d->args[0];
	d->message = d->address = d->address_size = 0;
	if (d->row.form == ADDRESS_PLAIN) {
		d->address = d->args[arg];
		d->address_size = d->args[(arg + 1) & 7];
	} else if (d->row.form == ADDRESS_MESSAGE) {
		d->message = d->args[arg];
	} else {
		unwrap_multiplex(d);
	}
	if (d->message)
		unwrap_message(d);
	return 0;
}

ONCE int take_failed_address(__u32 run)
{
	struct failure_draft *d = get_failure_draft();
	__u64 size;
	__u16 family;

	if (!d)
		return 0;
	size = d->address_size;
	/* What lies behind an address would make it another one. */
	size = size > ADDRESS_SIZE ? ADDRESS_SIZE : size;
	if (!size || bpf_probe_read_user(d->key.text, (__u32)size, (void *)d->address))
		d->key.is_cut = 1;
	else
		d->key.len = (__u16)size;
	__builtin_memcpy(&family, d->key.text, sizeof(family));
	if (d->key.len && family == AF_UNIX && d->key.text[2] && d->key.text[2] != '/')
		set_failed_place(run, AT_FDCWD, BASE_FOLDER);
	return 0;
}

/* Returns whether the draft's socket, which has begun to connect, is closed again: on the loopback
 * the refusal is there when the call returns, but the call does not say so. */
ONCE int is_closed(void)
{
	struct failure_draft *d = get_failure_draft();
	struct sock_common *sock = d ? socket_of(d->socket) : 0;

	return sock && BPF_CORE_READ(sock, skc_state) == TCP_CLOSE;
}

/* Returns whether the current call sent a request through netlink, which the kernel handles within
 * the call, and whose refusal is a message. Those about sockets are not refused for want of a
 * capability: the reply is shorter (inet_diag_dump_icsk() and its neighbours). */
ONCE int is_request(__u32 abi)
{
	struct failure_draft *d = get_failure_draft();
	struct sock_common *sock;

	if (!d)
		return 0;
	read_args(abi, d->args);
	sock = socket_of((int)d->args[0]);
	return sock && BPF_CORE_READ(sock, skc_family) == AF_NETLINK &&
	       BPF_CORE_READ((struct sock *)sock, sk_protocol) != NETLINK_SOCK_DIAG;
}

/* In what take_failed_row() returns: the call has such a row. */
#define FAILURE_IS_ROW 0x20000000

/* Keeps what row I of the calls at SLOT names; FIRST: the number of the first row's key. Returns
 * what count_failure() does, with a bit more; 0: there is no such row. */
ONCE int take_failed_row(__u32 run, __u32 slot, __u32 i, __u32 first)
{
	struct failure_draft *d = get_failure_draft();
	struct call_table *t = get_table();

	if (!d || !t || slot >= SLOTS || i >= PATH_ROWS)
		return 0;
	d->row = t->rows[slot][i];
	if (d->row.kind == PATH_ADDRESS)
		unwrap_address();
	if (!d->row.kind || (d->row.kind == PATH_ADDRESS && !d->address))
		return 0;
	if (d->key.error == EINPROGRESS) {
		if (!is_closed())
			return FAILURE_IS_ROW;
		d->key.error = ECONNREFUSED;
	}
	clear_failure(d, (__u8)i);
	d->key.first = first;
	if (d->row.kind == PATH_NAMED)
		take_failed_name(run);
	else if (d->row.kind == PATH_ADDRESS)
		take_failed_address(run);
	else
		set_failed_place(run, (int)d->args[d->row.arg & 7], BASE_FILE);
	return count_failure(run) | FAILURE_IS_ROW;
}

/* Keeps a call by its arguments that names nothing in a row. */
static __u32 take_failed_call(__u32 run, struct failure_draft *d)
{
	__u64 mask = (__u64)denied_args(run, d->key.abi, d->key.nr);

	/* Whether a process is outside of the pen is asked by its number. */
	mask |= d->key.error == ESRCH;
	keep_args(d->key.args, d->args, mask);
	return (__u32)count_failure(run);
}

/* Of the end of an allowed call that was not looked at. */
static void lose_failure(__u32 run)
{
	struct run_state *r = get_run(run);

	if (r)
		atomic_increment(&r->lost_failures);
}

/* Keeps what the call of the current task named that ends with the error ERROR; REFUSED is the
 * capability that it was refused. Returns what count_failure() does. */
ONCE int keep_failure(__u32 run, __u32 abi, __u32 nr, __u32 error, __u32 refused)
{
	struct failure_draft *d = get_failure_draft();
	__u32 slot = slot_of(abi, nr), found;

	if (!d)
		return 0;
	__builtin_memset(&d->key, 0, sizeof(d->key));
	d->key.nr = nr;
	d->key.abi = (__u8)abi;
	d->key.error = (__u16)error;
	/* Only these errors say that a right is missing. */
	if (error == EPERM || error == EACCES)
		d->key.refused = (__u8)refused;
	read_args(abi, d->args);
	found = (__u32)take_failed_row(run, slot, 0, 0);
	if (!found && error == EINPROGRESS)
		return 0;
	if (!found)
		return (int)take_failed_call(run, d);
	found &= ~FAILURE_IS_ROW;
	if (found) /* a second path is lost with its first one, and counted once */
		take_failed_row(run, slot, 1, found & ~FAILURE_IS_NEW);
	return (int)found;
}

#endif
