// SPDX-License-Identifier: GPL-2.0-or-later
#include "notify/task.h"

#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/un.h>

#include "base/proc.h"
#include "denial/seen.h"

enum { PAGE_BYTES = 4096, STATUS_BYTES = 4096 };

void task_read_names(pid_t host_tid, struct task_names *ret_names)
{
	char status[STATUS_BYTES], comm[EVENT_COMM + 1];
	struct task_names names = { 0 };
	ssize_t n = proc_read(host_tid, "comm", comm, sizeof(comm));

	/* A newline follows it, and the name itself may contain one, too. */
	if (n > 0)
		memcpy(names.comm, comm, (size_t)n - 1);
	if (proc_read(host_tid, "status", status, sizeof(status)) > 0) {
		names.host_pid = proc_status_number(status, "Tgid");
		names.pid = proc_status_number(status, "NStgid");
		names.tid = proc_status_number(status, "NSpid");
	}
	*ret_names = names;
}

/* Reads up to SIZE bytes; the next page may be missing. Returns how many were read. */
static size_t read_memory(pid_t host_tid, uint64_t address, char *room, size_t size)
{
	size_t first = PAGE_BYTES - address % PAGE_BYTES;
	struct iovec local = { room, size };
	struct iovec remote[2] = { { (void *)(uintptr_t)address, first < size ? first : size } };
	ssize_t n;

	remote[1] = (struct iovec){ (void *)(uintptr_t)(address + remote[0].iov_len),
				    size - remote[0].iov_len };
	n = process_vm_readv(host_tid, &local, 1, remote, 2, 0);
	return n > 0 ? (size_t)n : 0;
}

static char *read_string(pid_t host_tid, uint64_t address)
{
	struct event_text text = { .kind = TEXT_STRING };
	size_t n = read_memory(host_tid, address, text.bytes, sizeof(text.bytes));
	size_t len = strnlen(text.bytes, n);

	/* If the memory ends before the string does, it is not a string. */
	if (!n || (len == n && n < sizeof(text.bytes)))
		return NULL;
	text.len = (uint16_t)(len < sizeof(text.bytes) ? len : sizeof(text.bytes) - 1);
	return seen_decode(&text);
}

static char *read_address(pid_t host_tid, uint64_t address, uint64_t size)
{
	struct event_text text = { .kind = TEXT_ADDRESS };
	size_t most = sizeof(struct sockaddr_un);

	text.len = (uint16_t)read_memory(host_tid, address, text.bytes, size < most ? size : most);
	return text.len ? seen_decode(&text) : NULL;
}

void task_read_pointers(pid_t host_tid, const struct task_pointers *pointers,
			const uint64_t args[EVENT_ARGS], char *seen[EVENT_ARGS])
{
	for (size_t i = 0; i < EVENT_ARGS; i++) {
		if (pointers->strings >> i & 1)
			seen[i] = read_string(host_tid, args[i]);
		else if (pointers->addresses >> i & 1 && i + 1 < EVENT_ARGS)
			seen[i] = read_address(host_tid, args[i], (uint32_t)args[i + 1]);
	}
}
