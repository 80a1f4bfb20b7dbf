// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows about system calls: which there are, what filter is on pinfold itself, what seccomp can do.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/proc.h"
#include "doctor/attempt.h"
#include "doctor/row.h"
#include "notify/notify.h"
#include "pen/tries.h"
#include "sys/action.h"

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/* A call that cannot succeed with ARGS. A filter may also hide one by EPERM: MAY_NOT says that the
 * kernel itself returns that to callers without privileges. */
struct tried_call {
	const char *name;
	long nr, args[5];
	bool may_not, has_substitute;
};

/* What a pen calls only in its own namespaces, with every right there: its host's name. */
static const char host_name[] = "pinfold";

static const struct tried_call calls[] = {
	{ "clone3", SYS_clone3, { 0 }, false, true },
	{ "openat2", SYS_openat2, { -1 }, false, false },
	{ "pidfd_open", SYS_pidfd_open, { -1 }, false, false },
	{ "pidfd_send_signal", SYS_pidfd_send_signal, { -1 }, false, false },
	{ "execveat", SYS_execveat, { -1 }, false, false },
	{ "seccomp", SYS_seccomp, { 0xffff }, false, false },
	{ "close_range", SYS_close_range, { 1, 0 }, false, false },
	{ "statx", SYS_statx, { -1 }, false, false },
	{ "memfd_create", SYS_memfd_create, { 0 }, false, false },
	{ "mount", SYS_mount, { 0 }, true, false },
	{ "pivot_root", SYS_pivot_root, { 0 }, true, false },
	{ "open_tree", SYS_open_tree, { -1 }, true, true },
	{ "move_mount", SYS_move_mount, { -1, 0, -1 }, true, true },
	{ "fsopen", SYS_fsopen, { 0 }, true, true },
	{ "fsmount", SYS_fsmount, { -1 }, true, true },
	{ "mount_setattr", SYS_mount_setattr, { -1 }, true, true },
};

/* Exit statuses of the child; an errno is never one of them. */
enum { CALL_IS_THERE = 0, CALL_IS_HIDDEN = 255 };

static int try_call(void *data)
{
	const struct tried_call *call = data;
	long got = syscall(call->nr, call->args[0], call->args[1], call->args[2], call->args[3],
			   call->args[4]);

	if (got < 0 && (errno == ENOSYS || (errno == EPERM && !call->may_not)))
		return CALL_IS_HIDDEN;
	return CALL_IS_THERE;
}

static int try_host_name(void *data)
{
	(void)data;
	return sethostname(host_name, sizeof(host_name) - 1) < 0 ||
			       setdomainname(host_name, sizeof(host_name) - 1) < 0
		       ? CALL_IS_HIDDEN
		       : CALL_IS_THERE;
}

/* Appends the call NAME, unless GOT is the result of an attempt that shows that it is there.
 * Returns how many there are now. */
static size_t add_hidden(const char *name, int got, size_t hidden, struct strbuf *found)
{
	if (got == CALL_IS_THERE)
		return hidden;
	strbuf_printf(found, "%s%s%s", hidden ? ", " : "", name,
		      got > ATTEMPT_KILLED ? " (which kills)" : "");
	return hidden + 1;
}

unsigned int look_calls(struct doctor *doctor, struct look *look)
{
	size_t needed = 0, hidden = 0;
	int got;

	(void)doctor;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		size_t before = hidden;

		got = attempt(0, try_call, (void *)&calls[i], ATTEMPT_MS);
		hidden = add_hidden(calls[i].name, got, hidden, &look->found);
		needed += hidden > before && !calls[i].has_substitute;
	}
	got = attempt(pen_default_namespaces(), try_host_name, NULL, ATTEMPT_MS);
	if (got > 0) { /* below 0, there are no namespaces, which has its own row */
		hidden = add_hidden("sethostname", got, hidden, &look->found);
		needed++;
	}
	strbuf_puts(&look->found, !hidden	? "all can be made"
				  : hidden == 1 ? " is hidden or does not exist"
						: " are hidden or do not exist");
	return needed ? 2 : hidden > 0;
}

unsigned int look_own_filter(struct doctor *doctor, struct look *look)
{
	char status[4096];
	bool is_filtered;
	pid_t filters;

	if (proc_read(PROC_SELF, "status", status, sizeof(status)) < 0) {
		strbuf_puts(&look->found, "/proc/self/status cannot be read");
		return 2;
	}
	is_filtered = proc_status_number(status, "Seccomp") == SECCOMP_MODE_FILTER;
	filters = proc_status_number(status, "Seccomp_filters");
	if (!is_filtered)
		strbuf_puts(&look->found, "none");
	else if (filters > 1) /* before Linux 5.9 nobody knows how many */
		strbuf_printf(&look->found, "%d filters", filters);
	else
		strbuf_puts(&look->found, "a filter");
	if (proc_status_number(status, "NoNewPrivs"))
		strbuf_puts(&look->found, "; no_new_privs is set");
	if (is_filtered && doctor_find(doctor, MACHINE_CALLS)->state == DOCTOR_OK)
		strbuf_puts(&look->found, "; no call that a pen needs is hidden");
	return is_filtered && doctor_find(doctor, MACHINE_CALLS)->state != DOCTOR_OK;
}

/* Whether seccomp(2) knows FLAG: then it goes on to the program, which is not there. */
static bool has_flag(unsigned long flag)
{
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flag, NULL) < 0 && errno == EFAULT;
}

unsigned int look_seccomp(struct doctor *doctor, struct look *look)
{
	static const struct {
		const char *name;
		unsigned long value;
	} flags[] = {
		{ "log", SECCOMP_FILTER_FLAG_LOG },
		{ "new-listener", SECCOMP_FILTER_FLAG_NEW_LISTENER },
		{ "wait-killable",
		  SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV },
	};
	size_t missing = 0;

	(void)doctor;
	if (!has_flag(0)) {
		strbuf_printf(&look->found, "no filters: %s", strerror(errno));
		return 2;
	}
	for (enum action_kind kind = ACTION_ALLOW; kind <= ACTION_KILL_PROCESS; kind++) {
		uint32_t action = action_row(kind)->ret;

		if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0)
			strbuf_printf(&look->found, "%s%s", missing++ ? ", " : "without ",
				      action_row(kind)->verb);
	}
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (!has_flag(flags[i].value))
			strbuf_printf(&look->found, "%s%s", missing++ ? ", " : "without ",
				      flags[i].name);
	if (!missing)
		strbuf_puts(&look->found, "every action and flag that pinfold uses");
	return missing > 0;
}

/* The trial of the launch itself. */
unsigned int look_listener(struct doctor *doctor, struct look *look)
{
	struct diags diags = { 0 };
	unsigned int flags = 0;
	int err = notify_probe(&flags, &diags);

	(void)doctor;
	if (err) {
		strbuf_puts(&look->found, diags.v[0].message);
		look->remedy = mem_strdup(diags.v[0].hint ? diags.v[0].hint
							  : "see the row own-filter");
	} else {
		strbuf_puts(&look->found, flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
						  ? "it waits for signals that kill only"
						  : "it waits for any signal");
	}
	diags_finish(&diags);
	return err ? 2 : !(flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
}
