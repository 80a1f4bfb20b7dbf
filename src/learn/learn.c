// SPDX-License-Identifier: GPL-2.0-or-later
#include "learn/learn.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/str.h"

enum { LINE_WIDTH = 100, VALUES_MAX = 16 };

/* Arguments that become conditions; others widen the rule to the name. */
static bool is_learned(const struct record_call *call, size_t arg)
{
	static const struct {
		const char *name;
		uint8_t args; /* bit 1 << argument */
	} rows[] = {
		{ "socket", 1 }, { "ioctl", 2 },    { "fcntl", 2 },   { "fcntl64", 2 },
		{ "prctl", 1 },	 { "clone", 1 },    { "unshare", 1 }, { "mmap", 4 },
		{ "mmap2", 4 },	 { "mprotect", 4 },
	};
	const char *name = sys_call_name(call->arch, call->nr);

	for (size_t i = 0; name && i < ARRAY_SIZE(rows); i++)
		if (str_eq(rows[i].name, name))
			return rows[i].args >> arg & 1 && call->values[arg].n &&
			       call->values[arg].n <= VALUES_MAX && !call->other;
	return false;
}

static bool has_condition(const struct record_call *call)
{
	for (size_t arg = 0; arg < SYS_ARGS_MAX; arg++)
		if (is_learned(call, arg))
			return true;
	return false;
}

static void format_call(struct strbuf *buf, const struct record_call *call)
{
	const char *name = sys_call_name(call->arch, call->nr);

	if (name)
		strbuf_puts(buf, name);
	else
		strbuf_printf(buf, "[%" PRIu32 "]", call->nr);
}

static void format_conditions(struct strbuf *buf, const struct record_call *call)
{
	const struct sys_call *row = sys_call_by_nr(call->arch, call->nr);
	const char *joint = " if ";

	for (size_t arg = 0; row && arg < row->n_args; arg++) {
		const struct record_values *values = &call->values[arg];

		if (!is_learned(call, arg))
			continue;
		strbuf_printf(buf, "%s%s in", joint, sys_arg_label(&row->args[arg]));
		for (size_t i = 0; i < values->n; i++) {
			strbuf_puts(buf, " ");
			constant_format(buf, call->arch, row->args[arg].family, values->v[i]);
		}
		joint = " and ";
	}
}

/* Unconditional calls of one ABI share rules of one line each. */
static void write_plain(const struct record *record, enum arch arch, const char *suffix, FILE *to)
{
	struct strbuf line = { 0 };

	for (size_t i = 0; i < record->calls.n; i++) {
		const struct record_call *call = &record->calls.v[i];

		if (call->arch != arch || !call->allowed || has_condition(call))
			continue;
		if (line.len > LINE_WIDTH - 30) {
			fprintf(to, "%s%s\n", line.text, suffix);
			strbuf_finish(&line);
		}
		strbuf_puts(&line, line.len ? " " : "allow ");
		format_call(&line, call);
	}
	if (line.len)
		fprintf(to, "%s%s\n", line.text, suffix);
	strbuf_finish(&line);
}

static void write_conditional(const struct record *record, enum arch arch, const char *suffix,
			      FILE *to)
{
	for (size_t i = 0; i < record->calls.n; i++) {
		const struct record_call *call = &record->calls.v[i];
		struct strbuf line = { 0 };

		if (call->arch != arch || !call->allowed || !has_condition(call))
			continue;
		strbuf_puts(&line, "allow ");
		format_call(&line, call);
		strbuf_puts(&line, suffix);
		format_conditions(&line, call);
		fprintf(to, "%s\n", line.text);
		strbuf_finish(&line);
	}
}

/* A rule that said ENOSYS asked for a fallback: the default's errno would not bring it. The same
 * call with other arguments may be allowed by name already, and then nothing is to be said. */
static void write_expected(const struct record *record, enum arch arch, const char *suffix,
			   FILE *to)
{
	for (size_t i = 0; i < record->denials.n; i++) {
		const struct record_denial *denial = &record->denials.v[i];
		const char *name = sys_call_name(denial->arch, denial->nr);
		bool is_new = true;

		for (size_t k = 0; k < i; k++)
			is_new = is_new && (record->denials.v[k].arch != arch ||
					    record->denials.v[k].nr != denial->nr);
		for (size_t k = 0; k < record->calls.n; k++)
			is_new = is_new && (record->calls.v[k].arch != arch ||
					    record->calls.v[k].nr != denial->nr ||
					    !record->calls.v[k].allowed);
		if (is_new && name && denial->arch == arch && denial->is_expected && denial->rule)
			fprintf(to, "deny ENOSYS %s%s\n", name, suffix);
	}
}

static bool has_arch(const struct record *record, enum arch arch)
{
	for (size_t i = 0; i < record->calls.n; i++)
		if (record->calls.v[i].arch == arch && record->calls.v[i].allowed)
			return true;
	return false;
}

static void write_head(const struct record *record, char *const *command, FILE *to)
{
	struct strbuf line = { 0 };
	time_t now = time(NULL);
	char day[sizeof("9999-12-31")];
	struct tm tm;

	for (size_t i = 0; command[i]; i++) {
		strbuf_puts(&line, " ");
		strbuf_escape(&line, command[i], strlen(command[i]));
	}
	strftime(day, sizeof(day), "%Y-%m-%d", gmtime_r(&now, &tm));
	fprintf(to, "# Recorded on %s from:%s\n", day, line.text);
	fprintf(to, "policy 1\nkernel %u.%u\n", sys_newest_kernel >> 8, sys_newest_kernel & 0xff);
	if (has_arch(record, ARCH_X86) || has_arch(record, ARCH_X32)) {
		fputs("arch", to);
		for (enum arch arch = 0; arch < ARCH_COUNT; arch++)
			if (arch == arch_native() || has_arch(record, arch))
				fprintf(to, " %s", arch_get(arch)->name);
		fputc('\n', to);
	}
	fputs("default deny EPERM\nunknown deny ENOSYS\n\n", to);
	strbuf_finish(&line);
}

void learn_write_policy(const struct record *record, char *const *command, FILE *to)
{
	bool has_many = has_arch(record, ARCH_X86) || has_arch(record, ARCH_X32);

	write_head(record, command, to);
	for (enum arch arch = 0; arch < ARCH_COUNT; arch++) {
		char suffix[32] = "";

		if (has_many)
			snprintf(suffix, sizeof(suffix), " on %s", arch_get(arch)->name);
		write_plain(record, arch, suffix, to);
		write_conditional(record, arch, suffix, to);
		write_expected(record, arch, suffix, to);
	}
}
