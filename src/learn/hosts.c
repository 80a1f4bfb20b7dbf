// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The network by name: what was connected to is listed, as rules list the calls that were made.
 * What was refused, and what never answered, is proposed in comments: a person decides.
 */
#include "learn/learner.h"

#include <inttypes.h>

#include "base/cleanup.h"
#include "denial/network_lift.h"
#include "policy/connect.h"
#include "policy/host.h"

static const char *times(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static const struct network_use *use_of(const struct learner *learner)
{
	const struct network_use *use = learner->source->network;

	return use && use->is_used ? use : NULL;
}

static bool was_reached(const struct network_connection *connection)
{
	return connection->count > connection->failed;
}

/* Returns the statement that the run had for CONNECTION, or NULL: another one covered it. */
static const struct connect_setting *find_listed(const struct learner *learner,
						 const struct network_connection *connection)
{
	const struct policy *policy = learner->source->policy;

	return policy ? connect_find(&policy->settings.connects, connection->host, connection->port)
		      : NULL;
}

static void format_connect(const struct learner *learner,
			   const struct network_connection *connection, struct strbuf *buf)
{
	const struct connect_setting *listed = find_listed(learner, connection);

	strbuf_puts(buf, "connect ");
	if (listed)
		connect_print(listed, buf);
	else
		host_print(strchr(connection->host, ':') ? HOST_IPV6 : HOST_NAME, connection->host,
			   connection->port, buf);
}

/* Returns what keeps the policy that is added to from listing CONNECTION, or NULL. */
static const char *find_obstacle(const struct learner *learner,
				 const struct network_connection *connection)
{
	const struct settings *old = learner->old ? &learner->old->policy->settings : NULL;
	const struct connect_setting *listed = find_listed(learner, connection);
	const struct connect_setting *same;

	if (!old)
		return NULL;
	if (is_written(&old->net.place) && old->net.mode != NET_RELAY)
		return old->net.mode == NET_HOST   ? "'net host'"
		       : old->net.mode == NET_USER ? "'net user'"
						   : "'net none'";
	same = connect_find(&old->connects, connection->host, connection->port);
	return same && listed && memcmp(&same->prefix, &listed->prefix, sizeof(same->prefix)) != 0
		       ? "another prefix is listed"
		       : NULL;
}

/* Returns whether the policy that is added to lists CONNECTION already. */
static bool has_listed(const struct learner *learner, const struct network_connection *connection)
{
	const struct connect_setting *listed = find_listed(learner, connection), *same;

	if (!learner->old)
		return false;
	same = connect_find(&learner->old->policy->settings.connects, connection->host,
			    connection->port);
	return same && (same->is_plain || !listed || !listed->is_plain) &&
	       !find_obstacle(learner, connection);
}

static void write_connection(const struct learner *learner,
			     const struct network_connection *connection)
{
	const char *obstacle = find_obstacle(learner, connection);
	struct strbuf line = { 0 }, host = { 0 };

	format_connect(learner, connection, &line);
	host_print(strchr(connection->host, ':') ? HOST_IPV6 : HOST_NAME, connection->host,
		   connection->port, &host);
	if (!was_reached(connection)) {
		fprintf(learner->to, "# Did not answer, %" PRIu64 " time%s: %s\n",
			connection->count, times(connection->count), line.text);
	} else if (obstacle) {
		fprintf(learner->to, "# Not added, because of %s: %s\n", obstacle, line.text);
	} else {
		fprintf(learner->to, "# %s: %" PRIu64 " connection%s", host.text, connection->count,
			times(connection->count));
		if (connection->failed)
			fprintf(learner->to, ", %" PRIu64 " failed", connection->failed);
		fprintf(learner->to, "\n%s\n", line.text);
	}
	strbuf_finish(&line);
	strbuf_finish(&host);
}

static void write_refusal(const struct learner *learner, const struct network_refusal *refusal)
{
	struct strbuf lift = { 0 }, text = { 0 }, host = { 0 };

	network_format_lift(refusal, &lift);
	if (refusal->port)
		host_print(strchr(refusal->host, ':') ? HOST_IPV6 : HOST_NAME, refusal->host,
			   refusal->port, &host);
	else
		strbuf_puts(&host, refusal->host);
	strbuf_escape(&text, host.text, host.len);
	if (refusal->other && *refusal->other) {
		strbuf_puts(&text, refusal->kind == NETWORK_TLS ? " for " : " at ");
		strbuf_escape(&text, refusal->other, strlen(refusal->other));
	}
	fprintf(learner->to, "# Refused while recording: %s %s, %" PRIu64 " time%s%s%s\n",
		network_refusal_name(refusal->kind), text.text, refusal->count,
		times(refusal->count), lift.len ? "; lifted by: " : "", lift.len ? lift.text : "");
	strbuf_finish(&host);
	strbuf_finish(&lift);
	strbuf_finish(&text);
}

static bool is_used(const struct network_use *use, const struct connect_setting *at)
{
	for (size_t i = 0; i < use->n_connections; i++)
		if (use->connections[i].port == at->port &&
		    str_eq(use->connections[i].host, at->name))
			return true;
	return false;
}

/* What was listed for the run and not needed by it. */
static void write_unused(const struct learner *learner, const struct network_use *use)
{
	const struct policy *policy = learner->source->policy;

	for (size_t i = 0; policy && i < policy->settings.connects.n; i++) {
		const struct connect_setting *at = &policy->settings.connects.v[i];
		struct strbuf line = { 0 };

		if (is_used(use, at))
			continue;
		connect_print(at, &line);
		fprintf(learner->to, "# Not connected to: connect %s\n", line.text);
		strbuf_finish(&line);
	}
}

bool learner_has_new_host(const struct learner *learner)
{
	const struct network_use *use = use_of(learner);

	for (size_t i = 0; use && i < use->n_connections; i++)
		if (was_reached(&use->connections[i]) && !has_listed(learner, &use->connections[i]))
			return true;
	return false;
}

void learner_write_network(const struct learner *learner)
{
	const struct network_use *use = use_of(learner);

	if (!use)
		return;
	fputs("\n# == Hosts: what was connected to\n", learner->to);
	for (size_t i = 0; i < use->n_connections; i++)
		if (!has_listed(learner, &use->connections[i]))
			write_connection(learner, &use->connections[i]);
	if (!learner->old)
		write_unused(learner, use);
	for (size_t i = 0; i < use->n_refusals; i++)
		write_refusal(learner, &use->refusals[i]);
	if (use->more)
		fprintf(learner->to, "# ... and %" PRIu64 " more refused\n", use->more);
}
