// SPDX-License-Identifier: GPL-2.0-or-later
#include "policy/connect.h"

#include <string.h>

#include "policy/host.h"

const struct connect_setting *connect_find(const struct connect_settings *list, const char *name,
					   uint16_t port)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].port == port && str_eq(list->v[i].name, name))
			return &list->v[i];
	return NULL;
}

void connect_print(const struct connect_setting *at, struct strbuf *buf)
{
	strbuf_puts(buf, at->is_plain ? "plain " : "");
	host_print(at->kind, at->name, at->port, buf);
	if (at->prefix.family && at->kind != HOST_PREFIX) {
		strbuf_puts(buf, " in ");
		prefix_print(&at->prefix, buf);
	}
}

bool connect_is_joined(const struct settings *settings, size_t i, const struct settings *other)
{
	const struct connect_setting *at = &settings->connects.v[i];
	const struct connect_setting *same = connect_find(&other->connects, at->name, at->port);

	return !same || memcmp(&same->prefix, &at->prefix, sizeof(at->prefix)) == 0;
}

/* Returns what changes when the addresses that a name may lead to go from BEFORE to AFTER. */
static enum change compare_prefixes(const struct prefix_setting *before,
				    const struct prefix_setting *after, const char **ret_why)
{
	if (memcmp(before, after, sizeof(*before)) == 0)
		return CHANGE_OTHER;
	if (before->family == after->family) {
		if (before->len > after->len && prefix_has(after, before->family, before->ip))
			return CHANGE_WIDER;
		if (before->len < after->len && prefix_has(before, after->family, after->ip))
			return CHANGE_NARROWER;
	}
	*ret_why = "the name may lead to other addresses";
	return CHANGE_UNCLEAR;
}

/* Where every host could be reached, listing one takes the others away. */
enum change connect_compare(const struct setting_question *question, const char **ret_why)
{
	const struct settings *own = change_own(question), *other = change_other(question);
	const struct connect_setting *at = &own->connects.v[question->index];
	const struct connect_setting *same = connect_find(&other->connects, at->name, at->port);
	const struct connect_setting *before = question->is_added ? same : at;
	const struct connect_setting *after = question->is_added ? at : same;

	if (other->net.mode == NET_HOST || other->net.mode == NET_USER)
		return change_turn(question, CHANGE_NARROWER);
	if (!same)
		return change_turn(question, CHANGE_WIDER);
	return change_both(change_by_size(before->is_plain, after->is_plain),
			   compare_prefixes(&before->prefix, &after->prefix, ret_why), ret_why);
}
