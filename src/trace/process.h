/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns the tracer's events into the processes of a record; internal to this room. */
#ifndef PINFOLD_TRACE_PROCESS_H
#define PINFOLD_TRACE_PROCESS_H

#include <stddef.h>

#include "record/record.h"

struct process_table; /* opaque */

struct process_table *process_table_create(void);

/* Takes one event of LEN bytes from the ring buffer, ignoring other kinds. Returns the process that
 * started, changed its program, or ended with its last thread, valid until the next event; or
 * NULL. */
const struct record_process *process_table_add(struct process_table *table, const void *event,
					       size_t len);

/* Adds a process that was already running, and returns it as process_table_add() does. EXE is empty
 * if not known; ARGS are terminated strings (NULL: none), cut if ARGS_LEN is CMDLINE_MAX. */
const struct record_process *process_table_adopt(struct process_table *table, pid_t pid, pid_t ppid,
						 const char *exe, const char *args,
						 size_t args_len);

/* Returns how many processes have started and not ended, as far as events say. */
size_t process_table_living(const struct process_table *table);

/* Returns whether a process with HOST_PID is running, as far as events say. */
bool process_table_has(struct process_table *table, pid_t host_pid);

/* Returns the pid in the initial pid namespace of the process that has PID in the pen, as far as
 * events say; 0: not known. It takes a look at all of them. */
pid_t process_table_host_pid(struct process_table *table, pid_t pid);

/* Returns the program that the process of HOST_PID was running at a time (CLOCK_MONOTONIC), owned
 * by the table, or NULL if not known. Call it after all events were added. */
const char *process_table_exe(struct process_table *table, pid_t host_pid, uint64_t at_ns);

/* Moves the processes to *ret_processes, in the order of their start and with times relative to
 * START_NS, leaving the table empty; those that have not ended keep end_ns 0. */
void process_table_take(struct process_table *table, uint64_t start_ns,
			struct record_processes *ret_processes);

/* Returns how many processes the record does not keep. */
uint64_t process_table_forgotten(const struct process_table *table);

void process_table_destroy(struct process_table *table);

#endif
