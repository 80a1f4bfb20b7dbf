// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows about the caller: its rights, its limits, its ids, and the /proc that it sees. */
#include <errno.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "confine/rights.h"
#include "doctor/attempt.h"
#include "doctor/row.h"
#include "pen/tries.h"
#include "policy/quantity.h"
#include "trace/trace.h"

/* Processes of a run: the supervisor's helpers, pid 1 and the command. */
enum { RUN_PROCESSES = 8 };

/* Returns whether this is the initial user namespace, as far as /proc says: its file has a fixed
 * number (PROC_USER_INIT_INO). */
static bool is_initial_user_namespace(void)
{
	char link[64];
	ssize_t len = readlink("/proc/self/ns/user", link, sizeof(link) - 1);

	link[len < 0 ? 0 : len] = '\0';
	return len < 0 || str_eq(link, "user:[4026531837]");
}

unsigned int look_capabilities(struct doctor *doctor, struct look *look)
{
	static const int useful[] = { CAP_BPF,	     CAP_PERFMON,    CAP_SYS_ADMIN,
				      CAP_SETUID,    CAP_SETGID,     CAP_SETFCAP,
				      CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_DAC_OVERRIDE };
	const uint64_t mask = rights_effective();
	const bool is_initial = is_initial_user_namespace();
	struct diags diags = { 0 };
	int err = trace_probe(&diags);
	bool can_trace = is_initial && err != -EPERM;
	size_t n = 0;

	(void)doctor;
	diags_finish(&diags);
	for (size_t i = 0; i < ARRAY_SIZE(useful); i++) {
		char name[CAPABILITY_NAME_ROOM];

		if (mask >> useful[i] & 1)
			strbuf_printf(&look->found, "%s%s", n++ ? ", " : "",
				      capability_name(useful[i], name));
	}
	strbuf_puts(&look->found, n ? "" : "none that pinfold uses");
	if (n && !is_initial)
		strbuf_puts(&look->found, "; only in a user namespace, not on the host");
	if (can_trace)
		return pen_is_privileged() ? 0 : 3;
	return pen_is_privileged() || !is_initial ? 2 : 1;
}

static int wait_for_end(void *data)
{
	char byte;

	(void)data;
	return read(*(const int *)data, &byte, 1) < 0;
}

/* In a child: as many processes as a run has, at the same time. Returns 0 or an errno. */
static int try_processes(void *data)
{
	int ends[2], err = 0, n = 0;

	(void)data;
	if (pipe(ends) < 0)
		return errno;
	while (n < RUN_PROCESSES && !err) {
		pid_t pid = fork();

		if (pid == 0) {
			close(ends[1]);
			_exit(wait_for_end(&ends[0]));
		}
		err = pid < 0 ? errno : 0;
		n += pid > 0;
	}
	close(ends[1]);
	while (n-- > 0)
		wait(NULL);
	return err;
}

static void add_limit(struct strbuf *found, const char *name, int resource)
{
	struct rlimit limit = { 0 };

	getrlimit(resource, &limit);
	if (limit.rlim_cur == RLIM_INFINITY)
		strbuf_printf(found, "%s unlimited", name);
	else
		strbuf_printf(found, "%s %llu", name, (unsigned long long)limit.rlim_cur);
}

unsigned int look_rlimits(struct doctor *doctor, struct look *look)
{
	int got = attempt(0, try_processes, NULL, ATTEMPT_MS);
	struct diags diags = { 0 };
	unsigned int outcome;

	(void)doctor;
	add_limit(&look->found, "nofile", RLIMIT_NOFILE);
	add_limit(&look->found, ", nproc", RLIMIT_NPROC);
	if (got) {
		strbuf_printf(&look->found, "; %d more processes: %s", RUN_PROCESSES,
			      strerror(got < 0 ? -got : got));
		return 2;
	}
	outcome = trace_probe(&diags) == -EMFILE;
	diags_finish(&diags);
	return outcome;
}

unsigned int look_proc(struct doctor *doctor, struct look *look)
{
	char self[16] = "", own[16];
	struct statfs fs;
	ssize_t len;

	(void)doctor;
	if (statfs("/proc", &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC) {
		strbuf_puts(&look->found, "no procfs is mounted there");
		return 1;
	}
	len = readlink("/proc/self", self, sizeof(self) - 1);
	self[len < 0 ? 0 : len] = '\0';
	snprintf(own, sizeof(own), "%d", (int)getpid());
	if (!str_eq(self, own)) {
		strbuf_puts(&look->found, "it belongs to another pid namespace");
		return 1;
	}
	strbuf_puts(&look->found, "a procfs of this pid namespace");
	return 0;
}

unsigned int look_own_file(struct doctor *doctor, struct look *look)
{
	const struct diag *error = doctor->sealing->n ? doctor->sealing->v : NULL;

	if (error && doctor_find(doctor, MACHINE_PROC)->remedy)
		look->remedy = mem_strdup(doctor_find(doctor, MACHINE_PROC)->remedy);
	strbuf_puts(&look->found, error ? error->message : "out of the command's reach");
	return error != NULL;
}

unsigned int look_subordinate_ids(struct doctor *doctor, struct look *look)
{
	struct strbuf ids = { 0 };
	const char *why_none = pen_describe_ids(&ids);

	(void)doctor;
	if (pen_is_privileged())
		strbuf_puts(&look->found, "not needed: the caller has every id");
	else if (why_none)
		strbuf_puts(&look->found, why_none);
	else
		strbuf_printf(&look->found, "the users %s", ids.text);
	strbuf_finish(&ids);
	return why_none != NULL;
}
