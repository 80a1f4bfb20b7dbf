// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A run may create processes without end, and the supervisor's memory must not grow with them: the
 * first RECORD_PROCESSES_MAX are kept for the record. Later ones are known only as long as they
 * live, are reported live, and are then forgotten, except in a count.
 */
#include "trace/process.h"

#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "bpf/event.h"
#include "trace/cmdline.h"
#include "trace/program_images.h"

/* How much of each program's path and arguments is always kept, and how much is kept of all longer
 * ones together: repeating the longest possible arguments must not make the supervisor grow. */
enum { SHORT_EXE = 127, SHORT_ARGS = 127, LONG_BYTES_MAX = 16 << 20 };

/* The process with a given host pid. */
struct living {
	pid_t host_pid;
	size_t at;			/* among the kept ones */
	struct record_process *passing; /* or this, which is not kept */
	bool has_ended;			/* its end was reported */
	bool has_group_end;		/* all its threads end at once */
};

struct process_table {
	struct record_processes processes;
	struct program_images images;
	void *living; /* tsearch(3) tree of struct living */
	size_t n_living;
	struct record_process *gone; /* the last one that was not kept and ended; NULL: none */
	uint64_t n_forgotten;
	size_t long_bytes; /* used by paths and arguments above the short limits */
};

static int compare_living(const void *a, const void *b)
{
	const struct living *x = a, *y = b;

	return (x->host_pid > y->host_pid) - (x->host_pid < y->host_pid);
}

struct process_table *process_table_create(void)
{
	return mem_alloc(sizeof(struct process_table));
}

static struct living *find_living(struct process_table *table, pid_t host_pid)
{
	struct living key = { .host_pid = host_pid };
	struct living **found = tfind(&key, &table->living, compare_living);

	return found ? *found : NULL;
}

static struct record_process *process_of(struct process_table *table, const struct living *living)
{
	if (!living)
		return NULL;
	return living->passing ? living->passing : &table->processes.v[living->at];
}

static struct record_process *find_process(struct process_table *table, uint32_t host_pid)
{
	return process_of(table, find_living(table, (pid_t)host_pid));
}

/* Reserves room for LEN bytes, of which SHORT_LEN are always kept; returns how many to keep. */
static size_t take_room(struct process_table *table, size_t len, size_t short_len)
{
	if (len <= short_len)
		return len;
	if (len > LONG_BYTES_MAX - table->long_bytes)
		return short_len;
	table->long_bytes += len;
	return len;
}

static void leave_room(struct process_table *table, size_t len, size_t short_len)
{
	if (len > short_len)
		table->long_bytes -= len;
}

static void drop_program(struct process_table *table, struct record_process *process)
{
	leave_room(table, process->exe ? strlen(process->exe) : 0, SHORT_EXE);
	leave_room(table, process->args_len, SHORT_ARGS);
	free(process->exe);
	free(process->args);
}

static void free_passing(struct process_table *table, struct record_process *process)
{
	if (!process)
		return;
	drop_program(table, process);
	free(process);
}

static void free_living(void *data)
{
	struct living *living = data;

	if (living->passing) {
		free(living->passing->exe);
		free(living->passing->args);
		free(living->passing);
	}
	free(living);
}

/* A returned process that is not kept must stay valid until the next event. */
static void forget(struct process_table *table, struct living *living)
{
	free_passing(table, table->gone);
	table->gone = living->passing;
	tdelete(living, &table->living, compare_living);
	free(living);
}

/* Adds a new process: an earlier one with that host pid has ended, or its end was lost. */
static struct record_process *add_process(struct process_table *table, const struct event *event)
{
	struct living *living = find_living(table, (pid_t)event->host_pid);
	struct record_process *process;

	table->n_living += !living || living->has_ended;
	if (!living) {
		living = mem_alloc(sizeof(*living));
		living->host_pid = (pid_t)event->host_pid;
		tsearch(living, &table->living, compare_living);
	}
	living->has_ended = living->has_group_end = false;
	free_passing(table, steal(&living->passing));
	if (table->processes.n < RECORD_PROCESSES_MAX) {
		process = array_append(&table->processes);
		living->at = table->processes.n - 1;
	} else {
		process = living->passing = mem_alloc(sizeof(*process));
		table->n_forgotten++;
	}
	process->host_pid = (pid_t)event->host_pid;
	process->pid = (pid_t)event->pid;
	process->start_ns = event->at_ns;
	return process;
}

/* A program that is not kept whole is not known later. */
static void add_image(struct process_table *table, const struct event *event,
		      const struct record_process *process)
{
	const struct living *living = find_living(table, (pid_t)event->host_pid);

	if (!living->passing)
		program_images_add(&table->images, (pid_t)event->host_pid, event->at_ns,
				   process->has_cut_exe ? NULL : process->exe);
}

/* A program with its whole path and arguments, or what is known of them. */
struct program {
	const char *exe, *args;
	size_t args_len;
	bool has_cut_exe, has_cut_args, has_claimed_args;
};

static void set_program(struct process_table *table, struct record_process *process,
			const struct program *program)
{
	size_t all = strlen(program->exe), exe_len, args_len;

	drop_program(table, process);
	exe_len = take_room(table, all, SHORT_EXE);
	args_len = take_room(table, program->args_len, SHORT_ARGS);
	process->exe = mem_alloc(exe_len + 1);
	memcpy(process->exe, program->exe, exe_len);
	process->has_cut_exe = program->has_cut_exe || exe_len < all;
	process->args_len = args_len;
	process->args = mem_alloc(args_len + 1);
	memcpy(process->args, program->args, args_len);
	process->has_cut_args = program->has_cut_args || args_len < program->args_len;
	process->has_claimed_args = program->has_claimed_args && args_len == program->args_len;
}

static const struct record_process *on_fork(struct process_table *table, const void *data)
{
	const struct event_fork *event = data;
	struct record_process *process = add_process(table, &event->event);
	const struct record_process *maker = find_process(table, event->maker_host_pid);

	process->ppid = (pid_t)event->parent_pid;
	if (!maker || maker == process || !maker->exe)
		return process;
	set_program(table, process,
		    &(struct program){ maker->exe, maker->args, maker->args_len, maker->has_cut_exe,
				       maker->has_cut_args, maker->has_claimed_args });
	add_image(table, &event->event, process);
	return process;
}

/* Replaces the arguments that fit into the event by all of them, if the process still shows as
 * many: its pid may have been reused by now. It may have overwritten the part beyond what fits, so
 * that part is only the process's own claim. */
static char *read_rest(const struct event_exec *event, struct program *program)
{
	char *all = NULL;
	size_t len = 0;

	if (event->argv_all <= EVENT_ARGV)
		return NULL;
	program->has_cut_args = true;
	if (cmdline_is_known())
		all = cmdline_read((pid_t)event->event.host_pid, &len);
	if (!all || len < program->args_len || memcmp(all, event->argv, program->args_len) != 0 ||
	    len != (event->argv_all < CMDLINE_MAX ? event->argv_all : CMDLINE_MAX))
		return all;
	program->args = all;
	program->args_len = len;
	program->has_claimed_args = true;
	return all;
}

static const struct record_process *on_exec(struct process_table *table, const void *data)
{
	const struct event_exec *event = data;
	struct record_process *process = find_process(table, event->event.host_pid);
	struct program program = {
		.exe = event->path,
		.args = event->argv,
		.args_len = event->argv_len < EVENT_ARGV ? event->argv_len : EVENT_ARGV,
	};
	auto_free char *all = read_rest(event, &program);

	if (!process) {
		process = add_process(table, &event->event);
		process->ppid = 1;
	}
	set_program(table, process, &program);
	add_image(table, &event->event, process);
	return process;
}

const struct record_process *process_table_adopt(struct process_table *table, pid_t pid, pid_t ppid,
						 const char *exe, const char *args, size_t args_len)
{
	const struct event event = { .host_pid = (uint32_t)pid, .pid = (uint32_t)pid };
	struct record_process *process = add_process(table, &event);

	process->ppid = ppid;
	if (!*exe)
		return process;
	set_program(table, process,
		    &(struct program){ exe, args ? args : "", args_len, false,
				       args_len == CMDLINE_MAX, args != NULL });
	add_image(table, &event, process);
	return process;
}

size_t process_table_living(const struct process_table *table)
{
	return table->n_living;
}

bool process_table_has(struct process_table *table, pid_t host_pid)
{
	const struct living *living = find_living(table, host_pid);

	return living && !living->has_ended;
}

/* Two threads that end at the same time may both look like the last one. */
static bool is_end(struct process_table *table, const struct event_exit *event)
{
	struct living *living = find_living(table, (pid_t)event->event.host_pid);

	if (!living || living->has_ended || !event->is_last)
		return false;
	living->has_ended = true;
	table->n_living--;
	if (living->passing)
		forget(table, living);
	return true;
}

/* Takes what ended a process: if all its threads end at once, any of them may have been the cause.
 * One that a filter killed earlier, while others lived on, was not. */
static void take_end(struct living *living, struct record_process *process,
		     const struct event_exit *event)
{
	bool is_first = event->is_group_exit && !living->has_group_end;

	living->has_group_end = event->is_group_exit;
	process->wait_status = (int)event->exit_code;
	if (is_first || !event->is_group_exit)
		process->is_filtered = false;
	if (!event->is_filtered)
		return;
	process->is_filtered = true;
	process->last_arch = (enum arch)event->abi;
	process->last_nr = event->nr;
}

/* Each thread reports its own end; the process's status is that of the group exit, or else its
 * leader's. */
static const struct record_process *on_exit_event(struct process_table *table, const void *data)
{
	const struct event_exit *event = data;
	struct record_process *process = find_process(table, event->event.host_pid);

	if (!process)
		return NULL;
	process->calls += event->calls;
	process->denied += event->denied;
	process->end_ns = event->event.at_ns;
	if (event->is_group_exit || event->event.host_tid == event->event.host_pid)
		take_end(find_living(table, (pid_t)event->event.host_pid), process, event);
	return is_end(table, event) ? process : NULL;
}

/* Returns whether the path is terminated within the event. */
static bool has_path(const struct event_exec *event, size_t len)
{
	return memchr(event->path, '\0', len - offsetof(struct event_exec, path));
}

const struct record_process *process_table_add(struct process_table *table, const void *event,
					       size_t len)
{
	static const struct {
		size_t size;
		const struct record_process *(*take)(struct process_table *table, const void *data);
	} kinds[] = {
		[EVENT_FORK] = { sizeof(struct event_fork), on_fork },
		[EVENT_EXEC] = { offsetof(struct event_exec, path) + 1, on_exec },
		[EVENT_EXIT] = { sizeof(struct event_exit), on_exit_event },
	};
	uint32_t kind = len >= sizeof(struct event) ? ((const struct event *)event)->kind : 0;

	if (kind >= ARRAY_SIZE(kinds) || !kinds[kind].take || len < kinds[kind].size)
		return NULL;
	if (kind == EVENT_EXEC && !has_path(event, len))
		return NULL;
	return kinds[kind].take(table, event);
}

struct pen_search {
	struct process_table *table;
	pid_t pid;
	const struct record_process *latest;
};

static void look_at_living(const void *node, VISIT visit, void *data)
{
	struct pen_search *search = data;
	const struct record_process *process;

	if (visit != postorder && visit != leaf)
		return;
	process = process_of(search->table, *(const struct living *const *)node);
	if (process->pid == search->pid &&
	    (!search->latest || process->start_ns > search->latest->start_ns))
		search->latest = process;
}

pid_t process_table_host_pid(struct process_table *table, pid_t pid)
{
	struct pen_search search = { .table = table, .pid = pid };

	twalk_r(table->living, look_at_living, &search);
	return search.latest ? search.latest->host_pid : 0;
}

const char *process_table_exe(struct process_table *table, pid_t host_pid, uint64_t at_ns)
{
	return program_images_find(&table->images, host_pid, at_ns);
}

static uint64_t since(uint64_t at, uint64_t start)
{
	return at > start ? at - start : 0;
}

void process_table_take(struct process_table *table, uint64_t start_ns,
			struct record_processes *ret_processes)
{
	for (size_t i = 0; i < table->processes.n; i++) {
		struct record_process *process = &table->processes.v[i];

		process->start_ns = since(process->start_ns, start_ns);
		if (process->end_ns)
			process->end_ns = since(process->end_ns, start_ns);
	}
	*ret_processes = table->processes;
	table->processes = (struct record_processes){ 0 };
	tdestroy(table->living, free_living);
	table->living = NULL;
}

uint64_t process_table_forgotten(const struct process_table *table)
{
	return table->n_forgotten;
}

void process_table_destroy(struct process_table *table)
{
	struct record unused = { .processes = table->processes };

	tdestroy(table->living, free_living);
	free_passing(table, table->gone);
	program_images_finish(&table->images);
	record_finish(&unused);
	free(table);
}
