// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/process.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "bpf/event.h"

/* Where the living process of a host pid stands among the processes. */
struct living {
	pid_t host_pid;
	size_t at;
};

struct process_table {
	struct record_processes processes;
	void *living; /* tsearch(3) tree of struct living */
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

static struct record_process *find_process(struct process_table *table, uint32_t host_pid)
{
	struct living key = { .host_pid = (pid_t)host_pid };
	struct living **found = tfind(&key, &table->living, compare_living);

	return found ? &table->processes.v[(*found)->at] : NULL;
}

/* A new process: one of the same host pid has ended, or its end was lost. */
static struct record_process *add_process(struct process_table *table, const struct event *event)
{
	struct record_process *process = array_append(&table->processes);
	struct living key = { .host_pid = (pid_t)event->host_pid };
	struct living **found = tfind(&key, &table->living, compare_living);

	if (!found) {
		struct living *entry = mem_alloc(sizeof(*entry));

		entry->host_pid = key.host_pid;
		found = tsearch(entry, &table->living, compare_living);
	}
	(*found)->at = table->processes.n - 1;
	process->host_pid = (pid_t)event->host_pid;
	process->pid = (pid_t)event->pid;
	process->start_ns = event->at_ns;
	return process;
}

/* Arguments are kept as far as they fit; the last one ends where the room did. */
static void set_image(struct record_process *process, const char *path, const char *argv,
		      size_t argv_len)
{
	free(process->exe);
	free(process->args);
	process->exe = mem_strdup(path);
	process->args_len = argv_len;
	process->args = mem_alloc(argv_len + 1);
	memcpy(process->args, argv, argv_len);
}

static void on_fork(struct process_table *table, const void *data)
{
	const struct event_fork *event = data;
	const struct record_process *parent = find_process(table, event->parent_host_pid);
	size_t at = parent ? (size_t)(parent - table->processes.v) : SIZE_MAX;
	struct record_process *process = add_process(table, &event->event);

	process->ppid = (pid_t)event->parent_pid;
	if (at != SIZE_MAX && table->processes.v[at].exe)
		set_image(process, table->processes.v[at].exe, table->processes.v[at].args,
			  table->processes.v[at].args_len);
}

static void on_exec(struct process_table *table, const void *data)
{
	const struct event_exec *event = data;
	struct record_process *process = find_process(table, event->event.host_pid);
	size_t len = event->argv_len < EVENT_ARGV ? event->argv_len : EVENT_ARGV;
	char path[EVENT_PATH + 1] = "";

	if (!process) {
		process = add_process(table, &event->event);
		process->ppid = 1;
	}
	memcpy(path, event->path, EVENT_PATH);
	set_image(process, path, event->argv, len);
}

/* Each thread tells its own end; the process's status is that of the group, else its leader's. */
static void on_exit_event(struct process_table *table, const void *data)
{
	const struct event_exit *event = data;
	struct record_process *process = find_process(table, event->event.host_pid);

	if (!process)
		return;
	process->calls += event->calls;
	process->denied += event->denied;
	process->end_ns = event->event.at_ns;
	if (event->is_group_exit || event->event.host_tid == event->event.host_pid) {
		process->wait_status = (int)event->exit_code;
		if (event->is_filtered) {
			process->is_filtered = true;
			process->last_arch = (enum arch)event->abi;
			process->last_nr = event->nr;
		}
	}
}

void process_table_add(struct process_table *table, const void *event, size_t len)
{
	static const struct {
		size_t size;
		void (*take)(struct process_table *table, const void *data);
	} kinds[] = {
		[EVENT_FORK] = { sizeof(struct event_fork), on_fork },
		[EVENT_EXEC] = { sizeof(struct event_exec), on_exec },
		[EVENT_EXIT] = { sizeof(struct event_exit), on_exit_event },
	};
	uint32_t kind = len >= sizeof(struct event) ? ((const struct event *)event)->kind : 0;

	if (kind < ARRAY_SIZE(kinds) && kinds[kind].take && len >= kinds[kind].size)
		kinds[kind].take(table, event);
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
	tdestroy(table->living, free);
	table->living = NULL;
}

void process_table_destroy(struct process_table *table)
{
	struct record unused = { .processes = table->processes };

	tdestroy(table->living, free);
	record_finish(&unused);
	free(table);
}
