// SPDX-License-Identifier: GPL-2.0-or-later
/* The head of a learned policy: what was run and seen, for the person who signs it off. */
#include "learn/learner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "sys/name.h"

void learner_format_call(struct strbuf *buf, const struct record_call *call)
{
	const char *name = sys_call_name(call->arch, call->nr);

	if (name)
		strbuf_puts(buf, name);
	else
		strbuf_printf(buf, "[%" PRIu32 "]", call->nr);
}

bool learner_has_arch(const struct record *record, enum arch arch)
{
	for (size_t i = 0; i < record->calls.n; i++)
		if (record->calls.v[i].arch == arch && record->calls.v[i].allowed)
			return true;
	return false;
}

void learner_write_origin(const struct learner *learner)
{
	struct strbuf line = { 0 };
	char day[sizeof("9999-12-31")], libc[64] = "an unknown C library";
	struct utsname host;
	struct tm tm;

	for (size_t i = 0; learner->source->command && learner->source->command[i]; i++) {
		strbuf_puts(&line, " ");
		strbuf_escape(&line, learner->source->command[i],
			      strlen(learner->source->command[i]));
	}
	strftime(day, sizeof(day), "%Y-%m-%d", gmtime_r(&learner->source->started, &tm));
	confstr(_CS_GNU_LIBC_VERSION, libc, sizeof(libc));
	uname(&host);
	fprintf(learner->to, "# Recorded on %s from:%s\n", day, line.len ? line.text : "");
	fprintf(learner->to, "# Machine: Linux %s on %s, %s\n", host.release, host.machine, libc);
	strbuf_finish(&line);
}

/* What only some of the runs needed is what a single run might have missed. */
static void write_runs(const struct learner *learner)
{
	unsigned int n = learner->source->n_runs;
	struct strbuf line = { 0 };

	for (size_t i = 0; n > 1 && i < learner->record->calls.n; i++) {
		const struct record_call *call = &learner->record->calls.v[i];

		if (!call->allowed || call->runs == n || learner_has_in_base(learner, call))
			continue;
		strbuf_puts(&line, line.len ? ", " : "");
		learner_format_call(&line, call);
		strbuf_printf(&line, " in %u", call->runs);
	}
	if (n > 1)
		fprintf(learner->to, "# Runs: %u; not needed by all of them: %s\n", n,
			line.len ? line.text : "no call");
	strbuf_finish(&line);
}

void learner_write_completeness(const struct learner *learner)
{
	struct record_totals totals = record_sum(learner->record);
	const struct record_lost *lost = &learner->record->lost;

	fprintf(learner->to, "# Trace: %s; %" PRIu64 " calls",
		record_is_complete(learner->record) ? "complete" : "NOT COMPLETE", totals.allowed);
	if (learner->record->processes.n)
		fprintf(learner->to, " in %zu %s", learner->record->processes.n,
			learner->record->processes.n == 1 ? "process" : "processes");
	fprintf(learner->to, "%s\n", learner->source->n_runs > 1 ? " of the last run" : "");
	if (record_has_losses(learner->record))
		fprintf(learner->to,
			"# Lost: %" PRIu64 " events, %" PRIu64 " map entries, %" PRIu64
			" runs, %" PRIu64 " tasks, %" PRIu64 " exits, %" PRIu64
			" starts: the program may need more\n",
			lost->events, lost->map_full, lost->missed_runs, lost->tasks,
			lost->missed_exits, lost->starts);
	if (lost->interrupted)
		fprintf(learner->to,
			"# Disturbed: %" PRIu64
			" calls may have failed with EINTR only because of the trace\n",
			lost->interrupted);
	for (size_t i = 0; record_unseen(learner->record, i); i++)
		fprintf(learner->to, "# Not seen: %s\n", record_unseen(learner->record, i));
	write_runs(learner);
}

#define LIFT(by) "lifted by: " by

/* Errors that the pen's walls cause; the program may have met them outside too. Some calls have a
 * different cause for an error than the rest. */
static const char *find_remedy(int number, const char *call)
{
	static const struct {
		int number;
		const char *calls; /* separated by spaces; NULL: the rest */
		const char *remedy;
	} rows[] = {
		{ ENOSPC, " clone clone3 unshare ",
		  "nothing lifts that: a pen allows no user namespaces" },
		{ ENOSPC, " inotify_add_watch epoll_ctl ",
		  LIFT("the host's limit on watches, in /proc/sys/fs") },
		{ EMFILE, " inotify_init inotify_init1 ",
		  LIFT("fs.inotify.max_user_instances of the host") },
		{ EAGAIN, " clone clone3 fork vfork ", LIFT("limit pids NUMBER") },
		{ EROFS, NULL, LIFT("bind rw PATH") },
		{ EACCES, NULL, LIFT("bind PATH, or user UID") },
		{ ENETUNREACH, NULL, LIFT("net host, or net user") },
		{ ENETDOWN, NULL, LIFT("net host, or net user") },
		{ EPERM, NULL, LIFT("capability NAME") },
		{ ENOSPC, NULL, LIFT("tmpfs PATH SIZE") },
		{ EMFILE, NULL, LIFT("rlimit nofile NUMBER") },
		{ ENOMEM, NULL, LIFT("limit memory SIZE") },
	};
	auto_free char *word = mem_printf(" %s ", call);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].number == number && (!rows[i].calls || strstr(rows[i].calls, word)))
			return rows[i].remedy;
	return NULL;
}

void learner_write_errors(const struct learner *learner)
{
	for (size_t i = 0; i < learner->record->calls.n; i++) {
		const struct record_call *call = &learner->record->calls.v[i];

		for (size_t k = 0; k < call->errors.n; k++) {
			struct strbuf name = { 0 };
			const char *remedy;

			learner_format_call(&name, call);
			remedy = find_remedy(call->errors.v[k].number, name.text);
			if (remedy)
				fprintf(learner->to,
					"# Perhaps by the pen: %s failed with %s, %" PRIu64
					" time%s; %s\n",
					name.text, errno_name(call->errors.v[k].number),
					call->errors.v[k].count,
					call->errors.v[k].count == 1 ? "" : "s", remedy);
			strbuf_finish(&name);
		}
	}
}

/* Under no_new_privs a set-id program runs as the user who starts it. */
static void write_set_ids(const struct learner *learner)
{
	const struct record_processes *processes = &learner->record->processes;

	for (size_t i = 0; i < processes->n; i++) {
		const char *exe = processes->v[i].exe;
		bool is_new = true;
		struct strbuf text = { 0 };
		struct stat st;

		for (size_t k = 0; exe && k < i; k++)
			is_new = is_new &&
				 !(processes->v[k].exe && str_eq(processes->v[k].exe, exe));
		if (!exe || !is_new || stat(exe, &st) || !(st.st_mode & (S_ISUID | S_ISGID)))
			continue;
		strbuf_escape(&text, exe, strlen(exe));
		fprintf(learner->to, "# Ran without its set-user-ID or set-group-ID: %s\n",
			text.text);
		strbuf_finish(&text);
	}
}

static void write_denials(const struct learner *learner)
{
	for (size_t i = 0; i < learner->record->denials.n; i++) {
		const struct record_denial *denial = &learner->record->denials.v[i];
		const char *name = sys_call_name(denial->arch, denial->nr);

		if (!denial->is_expected && denial->by == BY_POLICY && name)
			fprintf(learner->to,
				"# Denied while recording: %s, %" PRIu64
				" time%s; lifted by: allow %s\n",
				name, denial->count, denial->count == 1 ? "" : "s", name);
	}
}

void learner_write_head(const struct learner *learner)
{
	const struct record *record = learner->record;

	if (learner->source->fleet) {
		learner_write_fleet(learner);
	} else {
		learner_write_origin(learner);
		learner_write_completeness(learner);
		learner_write_errors(learner);
		write_denials(learner);
		write_set_ids(learner);
	}
	fprintf(learner->to, "policy 1\nkernel %d.%d\n", sys_newest_kernel >> 8,
		sys_newest_kernel & 0xff);
	if (learner_has_arch(record, ARCH_X86) || learner_has_arch(record, ARCH_X32)) {
		fputs("arch", learner->to);
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			if (arch == arch_native() || learner_has_arch(record, arch))
				fprintf(learner->to, " %s", arch_get(arch)->name);
		fputc('\n', learner->to);
	}
	fputs("default deny EPERM\nunknown deny ENOSYS\n", learner->to);
	learner_write_network(learner);
	learner_write_pen(learner);
}
