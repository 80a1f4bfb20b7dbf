// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/policy_facts.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/pathname.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

const char *facts_version(const struct report *report)
{
	return report->saved ? report->saved->version : PACKAGE_VERSION;
}

char *facts_directory(const struct report *report)
{
	return report->saved ? mem_strdup(report->saved->directory) : getcwd(NULL, 0);
}

const char *facts_file(const struct report *report, size_t i)
{
	if (report->saved)
		return i < report->saved->files.n ? report->saved->files.v[i] : NULL;
	return report->policy && i < report->policy->n_files ? report->policy->files[i] : NULL;
}

const char *facts_own_file(const struct report *report)
{
	const char *file;

	for (size_t i = 0; (file = facts_file(report, i)); i++)
		if (*file != '<')
			return file;
	return NULL;
}

size_t facts_n_rules(const struct report *report)
{
	if (report->saved)
		return report->saved->rules.n;
	return report->policy ? report->policy->n_rules : 0;
}

struct fact_rule facts_rule(const struct report *report, size_t i)
{
	const struct rule *rule;

	if (report->saved)
		return report->saved->rules.v[i];
	rule = report->policy->rules[i];
	return (struct fact_rule){ rule->place.file, rule->place.line, rule->text };
}

void facts_hash(const struct report *report, char ret_hash[POLICY_HASH_ROOM])
{
	if (report->saved)
		memcpy(ret_hash, report->saved->hash, POLICY_HASH_ROOM);
	else if (report->policy)
		policy_hash(report->policy, ret_hash);
	else
		ret_hash[0] = '\0';
}

bool facts_have_network(const struct report *report)
{
	if (report->saved)
		return report->saved->has_network;
	return report->policy && report->policy->settings.net.mode != NET_NONE;
}

static bool is_writable(const struct settings *settings, const char *path)
{
	for (size_t i = 0; i < settings->binds.n; i++) {
		auto_free char *target = path_normalize(settings->binds.v[i].target);

		if (settings->binds.v[i].is_writable && target && path_is_below(path, target))
			return true;
	}
	return false;
}

bool facts_have_writable_directory(const struct report *report)
{
	auto_free char *here = NULL;

	if (report->saved)
		return report->saved->has_writable_directory;
	here = get_current_dir_name();
	return report->policy && here && is_writable(&report->policy->settings, here);
}

const struct saved_denial *facts_saved_denial(const struct report *report,
					      const struct record_denial *denial)
{
	if (!report->saved)
		return NULL;
	return &report->saved->denials.v[denial - report->record->denials.v];
}

static void copy_text(const struct strbuf *from, struct strbuf *to)
{
	*to = (struct strbuf){ 0 };
	strbuf_add(to, from->text ? from->text : "", from->len);
}

static void copy_advice(const struct advice *from, struct advice *ret_advice)
{
	struct advice copy = *from;

	copy_text(&from->text, &copy.text);
	copy_text(&from->take_out, &copy.take_out);
	copy_text(&from->why, &copy.why);
	copy_text(&from->besides, &copy.besides);
	copy_text(&from->capability, &copy.capability);
	copy.dead.v = NULL;
	copy.dead.n = copy.dead.cap = 0;
	for (size_t i = 0; i < from->dead.n; i++) {
		struct advice_dead *dead = array_append(&copy.dead);

		*dead = from->dead.v[i];
		dead->take_out = mem_strdup(dead->take_out);
	}
	*ret_advice = copy;
}

void facts_find_advice(const struct report *report, const struct record_denial *denial,
		       struct advice *ret_advice)
{
	const struct saved_denial *saved = facts_saved_denial(report, denial);

	if (saved)
		copy_advice(&saved->advice, ret_advice);
	else
		advice_find(report->policy, denial, ret_advice);
}

static void copy_edits(const struct edits *from, struct edits *to)
{
	for (size_t i = 0; i < from->n; i++) {
		struct file_edit *edit = array_append(to);

		*edit = from->v[i];
		copy_text(&from->v[i].text, &edit->text);
	}
}

bool facts_add_edits(const struct report *report, const struct record_denial *denial,
		     const struct advice *advice, struct edits *edits)
{
	const struct saved_denial *saved = facts_saved_denial(report, denial);

	if (!saved)
		return edits_add_advice(edits, report->policy, denial, advice);
	copy_edits(&saved->edits, edits);
	return saved->has_edits;
}
