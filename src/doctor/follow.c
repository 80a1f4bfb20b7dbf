// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/follow.h"

#include "base/mem.h"
#include "confine/fence.h"
#include "sys/namespace.h"

static const char no_pen[] = "none: see the row run";

const struct follow_limit follow_limit_rows[FOLLOW_LIMITS] = {
	{ "time", MACHINE_NONE },	{ "memory", MACHINE_LIMIT_MEMORY },
	{ "swap", MACHINE_LIMIT_SWAP }, { "pids", MACHINE_LIMIT_PIDS },
	{ "cpu", MACHINE_LIMIT_CPU },	{ "cputime", MACHINE_LIMIT_CPUTIME },
};

const char *const follow_net_names[DOCTOR_NETS] = {
	[DOCTOR_NET_NONE] = "none",
	[DOCTOR_NET_HOST] = "host",
	[DOCTOR_NET_USER] = "user",
	[DOCTOR_NET_RELAY] = "relay",
};

void follow_trace(const struct doctor *doctor, struct strbuf *text)
{
	const struct trial *run = &doctor->run;

	strbuf_puts(text, run->works ? trace_source_row(run->source)->name : no_pen);
	if (run->works && run->why[0])
		strbuf_printf(text, ": %s", run->why);
}

/* A listener that receives what is denied could receive every call. */
enum trace_source follow_recorder(const struct doctor *doctor)
{
	const struct trial *run = &doctor->run;

	if (run->works && trace_source_row(run->source)->knows_calls)
		return run->source;
	return run->works && run->source == TRACE_NOTIFY ? TRACE_NOTIFY_CALLS : TRACE_NONE;
}

void follow_record(const struct doctor *doctor, struct strbuf *text)
{
	enum trace_source source = follow_recorder(doctor);

	strbuf_puts(text, source == TRACE_NONE ? "impossible" : trace_source_row(source)->name);
}

bool follow_has_limit(const struct doctor *doctor, const struct follow_limit *limit)
{
	return doctor->run.works &&
	       (!limit->row || doctor->diagnoses[limit->row].state == DOCTOR_OK);
}

void follow_limits(const struct doctor *doctor, struct strbuf *text)
{
	size_t n = 0, missing = 0;

	for (size_t i = 0; i < FOLLOW_LIMITS; i++)
		if (follow_has_limit(doctor, &follow_limit_rows[i]))
			strbuf_printf(text, "%s%s", n++ ? ", " : "", follow_limit_rows[i].name);
	if (!n)
		strbuf_puts(text, no_pen);
	for (size_t i = 0; n && i < FOLLOW_LIMITS; i++)
		if (!follow_has_limit(doctor, &follow_limit_rows[i]))
			strbuf_printf(text, "%s%s", missing++ ? ", " : "; not ",
				      follow_limit_rows[i].name);
}

void follow_pen(const struct doctor *doctor, struct strbuf *text)
{
	const struct trial *run = &doctor->run;
	size_t n = 0;

	if (!run->works) {
		strbuf_puts(text, no_pen);
		if (fence_version() >= FENCE_ABI_SCOPE)
			strbuf_puts(text, "; --pen landlock needs no namespaces");
		return;
	}
	strbuf_puts(text, "namespaces ");
	for (size_t i = 0; i < NAMESPACES; i++)
		if (run->namespaces & sys_namespaces[i].flag)
			strbuf_printf(text, "%s%s", n++ ? ", " : "", sys_namespaces[i].name);
	if (run->cgroup_version)
		strbuf_printf(text, "; a cgroup of version %d", run->cgroup_version);
	else
		strbuf_puts(text, "; no cgroup");
	for (size_t i = 0; i < TRIAL_NOTES && run->notes[i][0]; i++)
		strbuf_printf(text, "; %s", run->notes[i]);
}

void follow_users(const struct doctor *doctor, struct strbuf *text)
{
	strbuf_puts(text, doctor->run.works ? doctor->users : no_pen);
}

void follow_nets(const struct doctor *doctor, struct strbuf *text)
{
	size_t n = 0;

	for (enum doctor_net net = 0; net < DOCTOR_NETS; net++)
		if (doctor->has_net[net])
			strbuf_printf(text, "%s%s", n++ ? ", " : "", follow_net_names[net]);
	if (!n)
		strbuf_puts(text, no_pen);
}
