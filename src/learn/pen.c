// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Suggestions for the pen, as comments: a person decides. They are what the tracer saw in use, and
 * never more than the run had.
 */
#include "learn/learner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/pathname.h"
#include "learn/places.h"
#include "policy/print.h"
#include "policy/setting_row.h"
#include "sys/name.h"

enum { FAILURES_MAX = 32, PEERS_MAX = 32 };

/* A peak is from one run: twice as much leaves room, and still stops a runaway. */
static void write_limits(const struct learner *learner)
{
	uint64_t mebibytes = learner->source->memory_peak / (1 << 20) + 1;

	if (learner->source->memory_peak != UINT64_MAX)
		fprintf(learner->to, "# limit memory %" PRIu64 "M\n", 2 * mebibytes);
	if (learner->source->pids_peak != UINT64_MAX && learner->source->pids_peak)
		fprintf(learner->to, "# limit pids %" PRIu64 "\n", 2 * learner->source->pids_peak);
}

/* Control characters cannot be written in a policy, not even in a comment. */
static bool can_be_written(const char *path)
{
	for (size_t i = 0, len = strlen(path); i < len; i += str_step(path + i, len - i))
		if (str_control(path + i, len - i))
			return false;
	return true;
}

/* Appends the pen's statement for PATH, which the run had through BIND, if any; nothing if no
 * policy can name it. */
static void format_bind(struct strbuf *buf, const char *verb, const char *path,
			const struct bind_setting *bind)
{
	char *source = bind ? mem_printf("%s%s", bind->source, path + strlen(bind->target))
			    : mem_strdup(path);

	if (can_be_written(source) && can_be_written(path)) {
		strbuf_puts(buf, verb);
		word_print(source, buf);
		if (!str_eq(source, path))
			word_print(path, buf);
	}
	free(source);
}

/* What was used of a bind is suggested instead of the whole bind. */
static void write_use(const struct learner *learner, const struct place_use *use)
{
	struct strbuf line = { 0 };

	format_bind(&line, use->is_written ? "bind rw" : "bind", use->path, use->bind);
	if (!line.len) {
		strbuf_puts(&line, "No statement can name ");
		strbuf_escape(&line, use->path, strlen(use->path));
	}
	fprintf(learner->to, "# %s\n", line.text);
	strbuf_finish(&line);
}

static bool is_used(const struct place_uses *uses, const struct bind_setting *bind)
{
	for (size_t i = 0; i < uses->n; i++)
		if (uses->v[i].bind == bind)
			return true;
	return false;
}

static void write_binds(const struct learner *learner)
{
	const struct settings *settings = learner->source->settings;
	struct place_uses uses;

	place_list_uses(learner->record, settings, learner->source->has_pen, &uses);
	for (size_t i = 0; i < uses.n; i++)
		write_use(learner, &uses.v[i]);
	for (size_t i = 0; i < settings->binds.n; i++) {
		struct strbuf line = { 0 };

		word_print(settings->binds.v[i].target, &line);
		if (!is_used(&uses, &settings->binds.v[i]))
			fprintf(learner->to, "# Nothing in it was used: bind%s\n", line.text);
		strbuf_finish(&line);
	}
	place_finish_uses(&uses);
}

/* The other statements of the run. */
static void write_settings(const struct learner *learner)
{
	struct settings settings = *learner->source->settings;
	struct setting_lines lines;

	settings.binds.n = 0;
	settings.connects.n = 0; /* network.c */
	lines = setting_list(&settings);
	for (size_t i = 0; i < lines.n; i++)
		fprintf(learner->to, "# %s\n", lines.v[i].text);
	setting_lines_finish(&lines);
}

/* A new file is a write to its directory. */
static void format_writable(struct strbuf *buf, const char *path, const struct bind_setting *bind)
{
	char *folder = mem_strdup(path), *slash = strrchr(folder, '/');
	struct stat st;

	if (lstat(path, &st) && slash > folder)
		*slash = '\0';
	if (!bind || path_is_below(folder, bind->target))
		format_bind(buf, "bind rw", folder, bind);
	free(folder);
}

/* Appends the statement that would lift what the pen caused; nothing if none does. */
static void format_lift(const struct learner *learner, const struct record_failure *failed,
			struct strbuf *buf)
{
	const struct bind_setting *bind = NULL;
	enum place_origin origin = place_find(learner->source->settings, failed->text, &bind);
	struct stat st;

	if (failed->error == EROFS)
		format_writable(buf, failed->text, origin == ORIGIN_BIND ? bind : NULL);
	if (failed->error != ENOENT || origin == ORIGIN_BIND || origin == ORIGIN_SYSTEM)
		return;
	if (path_is_below(failed->text, "/proc"))
		return;
	if (!lstat(failed->text, &st) && (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)))
		format_bind(buf, "device", failed->text, NULL);
	else if (!path_is_below(failed->text, "/dev"))
		format_bind(buf, "bind", failed->text, NULL);
}

static void write_failure(const struct learner *learner, const struct record_failure *failed,
			  const char *statement)
{
	const char *name = sys_call_name(failed->arch, failed->nr);

	fprintf(learner->to, "# By the pen: %s failed with %s, %" PRIu64 " time%s; lifted by: %s\n",
		name ? name : "a call", errno_name(failed->error), failed->count,
		failed->count == 1 ? "" : "s", statement);
}

static void write_failures(const struct learner *learner)
{
	const struct record_failures *failures = &learner->record->failures;
	size_t n = 0;

	for (size_t i = 0; learner->source->has_pen && i < failures->n; i++) {
		const struct record_failure *failed = &failures->v[i];
		struct strbuf lift = { 0 };

		if (failed->cause == RECORD_CAUSE_PEN && failed->object == RECORD_OBJECT_PATH &&
		    failed->text)
			format_lift(learner, failed, &lift);
		if (lift.len && n++ < FAILURES_MAX)
			write_failure(learner, failed, lift.text);
		strbuf_finish(&lift);
	}
	if (n > FAILURES_MAX)
		fprintf(learner->to, "# ... and %zu more that failed by the pen\n",
			n - FAILURES_MAX);
}

static void write_gaps(const struct learner *learner)
{
	const struct record_files *files = &learner->record->files;

	if (files->lost)
		fprintf(learner->to, "# Lost: the paths of %" PRIu64 " calls: more may be needed\n",
			files->lost);
	if (files->unresolved)
		fprintf(learner->to,
			"# Not resolved: the paths of %" PRIu64
			" calls (cut, behind \"..\", or outside of the root)\n",
			files->unresolved);
}

static bool is_internet(uint64_t family)
{
	return family == AF_INET || family == AF_INET6;
}

/* Writes the families of the sockets; returns whether the internet's are among them. */
static bool write_families(const struct learner *learner)
{
	struct strbuf families = { 0 };
	bool has_internet = false;

	for (size_t i = 0; i < learner->record->calls.n; i++) {
		const struct record_call *call = &learner->record->calls.v[i];
		const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);

		for (size_t k = 0; row && str_eq(row->name, "socket") && k < call->values[0].n;
		     k++) {
			has_internet |= is_internet(call->values[0].v[k]);
			strbuf_puts(&families, " ");
			constant_format(&families, call->arch, row->args[0].family,
					call->values[0].v[k]);
		}
	}
	if (families.len)
		fprintf(learner->to, "# Network families:%s\n", families.text);
	strbuf_finish(&families);
	return has_internet;
}

/* Writes the peers; returns whether one is on another machine. */
static bool write_peers(const struct learner *learner)
{
	const struct record_peers *peers = &learner->record->files.peers;
	bool has_remote = false;

	for (size_t i = 0; i < peers->n; i++) {
		const struct record_peer *peer = &peers->v[i];
		const char *name = sys_call_name(peer->arch, peer->nr);

		has_remote |= peer->is_remote;
		if (i >= PEERS_MAX)
			continue;
		fprintf(learner->to, "# Peer: %s %s, %" PRIu64 " time%s%s%s\n", name ? name : "",
			peer->text, peer->count, peer->count == 1 ? "" : "s",
			peer->error ? ", " : "", peer->error ? errno_name(peer->error) : "");
	}
	if (peers->n > PEERS_MAX)
		fprintf(learner->to, "# ... and %zu more peers\n", peers->n - PEERS_MAX);
	return has_remote;
}

/* The pen's own network has a loopback device. */
static void write_net(const struct learner *learner)
{
	bool has_internet = write_families(learner), has_remote = write_peers(learner);

	if (learner->source->network && learner->source->network->is_used)
		return;
	if (has_remote)
		fputs("# net user\n", learner->to);
	else if (!has_internet || learner->record->files.peers.n)
		fputs("# net none\n", learner->to);
}

void learner_write_pen(const struct learner *learner)
{
	if (!learner->source->settings)
		return;
	fputs("\n# == Suggested for the pen: what was used, and limits of twice the peaks\n",
	      learner->to);
	write_gaps(learner);
	write_binds(learner);
	write_failures(learner);
	write_settings(learner);
	write_net(learner);
	write_limits(learner);
}
