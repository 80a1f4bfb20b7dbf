// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The files and peers of allowed calls. In a separate object, which shares the maps of trace.bpf.c
 * and is attached before it, like stream.bpf.c. A text is read at the end of its call, when the
 * kernel itself has read it and its page is present. Successful uses are kept by directory, so that
 * a walk over a large tree takes few keys.
 */
#define ONE_RUN
#include "bpf/core_types.h"

#include <bpf/bpf_tracing.h>

#include "bpf/path.h"
#include "bpf/task.h"
#include "bpf/walk.h"

#define AF_UNIX	     1 /* linux/socket.h */
#define NR_EXECVE    59
#define ADDRESS_SIZE 110 /* linux/un.h: the longest one */

char LICENSE[] SEC("license") = "GPL";

/* Preallocated, like the next one: what the kernel has at hand for the others is soon used up. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PATH_KEYS);
	__type(key, struct path_key);
	__type(value, __u64);
} paths SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, PLACE_KEYS);
	__type(key, struct place_key);
	__type(value, struct place_names);
} places SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct path_losses);
} path_losses SEC(".maps");

/* A path being assembled: too large for the stack of a program. */
struct path_draft {
	__u64 args[8];
	struct path_key key;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct path_draft);
} path_draft SEC(".maps");

static struct path_draft *get_path_draft(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&path_draft, &zero);
}

static void count_path(struct path_draft *d)
{
	__u64 *count = bpf_map_lookup_elem(&paths, &d->key), none = 0;
	struct path_losses *losses;
	__u32 zero = 0;

	if (!count) {
		bpf_map_update_elem(&paths, &d->key, &none, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&paths, &d->key);
	}
	losses = bpf_map_lookup_elem(&path_losses, &zero);
	if (count)
		__sync_fetch_and_add(count, 1);
	else if (losses)
		atomic_increment(&losses->paths);
}

/* Makes the directory where the walk starts the place of the draft's key. */
static void set_place(struct path_draft *d, struct place_draft *place)
{
	keep_place(&places, place);
	d->key.place = place->key;
}

static void set_place_of_file(struct path_draft *d, struct file *file)
{
	struct place_draft *place = get_place_draft();

	if (!place)
		return;
	begin_at_folder(&place->walk, file);
	set_place(d, place);
}

static void set_place_here(struct path_draft *d)
{
	struct place_draft *place = get_place_draft();

	if (!place)
		return;
	begin_here(&place->walk);
	set_place(d, place);
}

static void set_base(struct path_draft *d, int fd)
{
	struct place_draft *place = get_place_draft();

	if (place && begin_at_base(&place->walk, fd))
		set_place(d, place);
	else
		d->key.is_cut = 1;
}

static void clear_key(struct path_draft *d, __u8 kind)
{
	__builtin_memset(&d->key.place, 0, sizeof(d->key.place));
	__builtin_memset(d->key.text, 0, sizeof(d->key.text));
	d->key.kind = kind;
	d->key.is_cut = 0;
	d->key.len = 0;
}

/* Removes the last byte of the text, unless it is a slash. */
static long drop_last(__u64 i, void *unused)
{
	struct path_draft *d = get_path_draft();
	__u64 at;

	if (!d || !d->key.len)
		return 1;
	at = d->key.len - 1;
	if (at >= PATH_TEXT || d->key.text[at] == '/')
		return 1;
	d->key.text[at] = 0;
	d->key.len = (__u16)at;
	return 0;
}

/* OPENED is what the call opened, or NULL: a directory that was opened is kept itself. */
static void take_name(struct path_draft *d, const struct path_row *row, struct file *opened)
{
	void *from = (void *)d->args[row->arg & 7];
	long len = bpf_probe_read_user_str(d->key.text, PATH_TEXT, from);
	__u8 dir = row->dir_arg & 7;

	d->key.is_cut = len < 0 || len == PATH_TEXT;
	d->key.len = (__u16)(len > 0 ? len - 1 : 0);
	/* No path, or an empty one (0 on older kernels), refers to a descriptor, which was opened
	 * before. */
	if (!from || len == 0 || len == 1)
		return;
	if (!d->key.error && !d->key.is_cut && !is_folder(opened) && !(d->key.flags & PATH_TMPFILE))
		bpf_loop(PATH_TEXT, drop_last, 0, 0);
	if (d->key.text[0] != '/')
		set_base(d, dir == PATH_ARG_NONE ? AT_FDCWD : (int)d->args[dir]);
	count_path(d);
}

static void take_address(struct path_draft *d, const struct path_row *row)
{
	__u64 arg = row->arg & 7, size = d->args[(arg + 1) & 7];
	void *from = (void *)d->args[arg];
	__u16 family;

	/* What comes after an address would make it a different one. */
	size = size > ADDRESS_SIZE ? ADDRESS_SIZE : size;
	if (!from || !size || bpf_probe_read_user(d->key.text, (__u32)size, from))
		return;
	d->key.len = (__u16)size;
	__builtin_memcpy(&family, d->key.text, sizeof(family));
	if (family == AF_UNIX && d->key.text[2] && d->key.text[2] != '/')
		set_place_here(d);
	count_path(d);
}

/* What a call opened; NULL: another thread has closed it since. */
static void take_opened(struct path_draft *d, struct file *file)
{
	clear_key(d, PATH_OPENED);
	d->key.is_cut = !file;
	if (file)
		set_place_of_file(d, file);
	count_path(d);
}

/* By now, a relative path would start from where it led. */
static void take_new_directory(struct path_draft *d)
{
	clear_key(d, PATH_OPENED);
	set_place_here(d);
	count_path(d);
}

static void set_flags(struct path_draft *d, const struct path_row *row)
{
	__u8 arg = row->flags_arg & 7;
	__u64 flags = 0;

	if (arg != PATH_ARG_NONE)
		flags = d->args[arg];
	if (row->is_behind && bpf_probe_read_user(&flags, sizeof(flags), (void *)flags))
		flags = 0;
	d->key.flags = (__u32)flags & PATH_FLAGS;
}

struct path_query {
	long ret;
	__u32 slot;
};

static long take_row(__u64 i, struct path_query *query)
{
	struct path_draft *d = get_path_draft();
	struct call_table *t = get_table();
	const struct path_row *row;
	struct file *opened = 0;
	__u32 slot;

	if (!d || !t)
		return 1;
	/* Not read before the helpers: it would be spilled, and Linux 6.1 forgets the bound of what
	 * is filled again. */
	slot = query->slot;
	if (slot >= SLOTS || i >= PATH_ROWS)
		return 1;
	row = &t->rows[slot][i];
	if (row->kind != PATH_NAMED && (row->kind != PATH_ADDRESS || row->form != ADDRESS_PLAIN))
		return 1;
	clear_key(d, row->kind);
	d->key.row = (__u8)i;
	set_flags(d, row);
	if (row->is_open && query->ret >= 0)
		opened = file_of((int)query->ret);
	if (row->is_chdir && !query->ret)
		take_new_directory(d);
	else if (row->kind == PATH_NAMED)
		take_name(d, row, opened);
	else
		take_address(d, row);
	if (row->is_open && query->ret >= 0)
		take_opened(d, opened);
	return 0;
}

SEC("raw_tp/sys_exit")
int on_exit_path(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_state *state = find_current(ctx->args[0]);
	struct path_draft *d = get_path_draft();
	long ret = (long)ctx->args[1];
	struct path_query query = { .ret = ret };

	if (!state || !state->is_open || !d)
		return 0;
	/* An interrupted call is restarted. */
	if (ret <= -ERESTART_FIRST && ret >= -ERESTART_LAST)
		return 0;
	/* It is kept with the failing calls; one that has only begun is here as well. */
	if (ret != -EINPROGRESS && is_failure(state->abi, state->nr, ret))
		return 0;
	query.slot = slot_of(state->abi, state->nr);
	d->key.nr = state->nr;
	d->key.abi = state->abi;
	d->key.error = ret < 0 && ret >= -MAX_ERRNO ? (__u16)-ret : 0;
	read_args(state->abi, d->args);
	bpf_loop(PATH_ROWS, take_row, &query, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec_path, struct task_struct *task)
{
	struct task_state *state = find_state(task, stack_of(task));
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	struct path_draft *d = get_path_draft();

	if (!state || !file || !d || (state->role != ROLE_LAUNCHING && state->role != ROLE_TRACED))
		return 0;
	clear_key(d, PATH_EXECUTED);
	d->key.nr = NR_EXECVE;
	d->key.abi = EVENT_ABI_X86_64;
	d->key.error = 0;
	d->key.row = 0;
	d->key.flags = 0;
	set_place_of_file(d, file);
	count_path(d);
	return 0;
}
