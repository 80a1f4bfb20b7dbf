// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Subordinate ids: what an unprivileged caller is granted in addition to its own ids, by
 * /etc/subuid and /etc/subgid, or by the directory service that nsswitch.conf(5) names for them.
 * What a directory grants is queried by getsubids(1): its library would bring in eight more, and
 * load a module into pinfold.
 */
#include "pen/subid.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/proc.h"
#include "pen/account.h"
#include "pen/getent.h"

enum { ANSWER_ROOM = 16384 };

static const char getsubids[] = "/usr/bin/getsubids";
static const char no_ids[] = "/etc/subuid and /etc/subgid have no ids for it";

void subid_finish(struct subids *ids)
{
	free(ids->uids.v);
	free(ids->gids.v);
	*ids = (struct subids){ 0 };
}

bool subid_has(const struct id_ranges *ranges, uint32_t id)
{
	for (size_t i = 0; i < ranges->n; i++)
		if (id >= ranges->v[i].first && id - ranges->v[i].first < ranges->v[i].count)
			return true;
	return false;
}

void subid_describe(const struct id_ranges *ranges, struct strbuf *text)
{
	for (size_t i = 0; i < ranges->n; i++) {
		const struct id_range *range = &ranges->v[i];

		strbuf_printf(text, "%s%" PRIu32, i ? ", " : "", range->first);
		if (range->count > 1)
			strbuf_printf(text, "..%" PRIu32, range->first + (range->count - 1));
	}
}

/* Adds what is not there yet of FIRST up to END: the kernel rejects overlaps. */
static void add_range(struct id_ranges *ranges, uint64_t first, uint64_t end)
{
	while (first < end) {
		uint64_t next = end, past = 0;

		for (size_t i = 0; i < ranges->n; i++) {
			uint64_t begin = ranges->v[i].first;

			if (begin <= first && first < begin + ranges->v[i].count)
				past = begin + ranges->v[i].count;
			else if (begin > first && begin < next)
				next = begin;
		}
		if (!past)
			*array_append(ranges) = (struct id_range){ (uint32_t)first,
								   (uint32_t)(next - first) };
		first = past ? past : next;
	}
}

/* Adds what the caller's own namespace has, by MAP, of FIRST up to END: in a container that may be
 * less than the files of its image grant. */
static void add_known(struct id_ranges *ranges, enum proc_map map, uint64_t first, uint64_t end)
{
	const char *at = proc_own_map(map);
	struct proc_ids ids;

	while (proc_next_ids(&at, &ids)) {
		uint64_t known_end = (uint64_t)ids.inside + ids.count;

		add_range(ranges, first > ids.inside ? first : ids.inside,
			  end < known_end ? end : known_end);
	}
}

/* Reads a positive number that is followed by END. */
static bool take_number(const char **at, char end, uint64_t *ret_value)
{
	char *stop;
	unsigned long long value;

	if (**at < '1' || **at > '9')
		return false;
	errno = 0;
	value = strtoull(*at, &stop, 10);
	if (errno || value > UINT32_MAX || *stop != end)
		return false;
	*at = stop + 1;
	*ret_value = value;
	return true;
}

/* Returns what comes after OWNER and a colon, or NULL. */
static const char *behind_owner(const char *line, const char *owner)
{
	size_t len = strlen(owner);

	return str_starts(line, owner) && line[len] == ':' ? line + len + 1 : NULL;
}

static void add_granted(struct id_ranges *ranges, enum proc_map map, uint64_t first, uint64_t count)
{
	/* (uid_t)-1 is not an id */
	add_known(ranges, map, first, first + count < UINT32_MAX ? first + count : UINT32_MAX);
}

/* Lines not of the form OWNER:FIRST:COUNT are skipped, as the programs do. */
static void read_ranges(const char *path, enum proc_map map, const struct passwd *owner,
			struct id_ranges *ranges)
{
	auto_fclose FILE *file = fopen(path, "re");
	auto_free char *line = NULL;
	uint64_t first, count;
	size_t size = 0;
	char number[16];

	snprintf(number, sizeof(number), "%u", owner->pw_uid);
	while (file && getline(&line, &size, file) > 0) {
		const char *at = behind_owner(line, owner->pw_name);

		line[strcspn(line, "\n")] = '\0';
		if (!at)
			at = behind_owner(line, number);
		if (at && take_number(&at, ':', &first) && take_number(&at, '\0', &count))
			add_granted(ranges, map, first, count);
	}
}

/* Adds the ranges that getsubids(1) prints, one per line: "0: OWNER FIRST COUNT". A line without
 * its newline may be cut, and is skipped. */
static void read_answer(char *answer, enum proc_map map, struct id_ranges *ranges)
{
	for (char *line = answer, *end; (end = strchr(line, '\n')); line = end + 1) {
		uint64_t first, count;

		*end = '\0';
		if (sscanf(line, "%*u: %*s %" SCNu64 " %" SCNu64, &first, &count) == 2 && first &&
		    first <= UINT32_MAX && count <= UINT32_MAX)
			add_granted(ranges, map, first, count);
	}
}

/* Adds what the directory grants, by getsubids(1) with the option OPTION (NULL: none). Returns
 * whether it answered in time. */
static bool ask_ranges(const char *option, enum proc_map map, const struct passwd *owner,
		       int64_t end, struct id_ranges *ranges)
{
	const char *const argv[] = { "getsubids", option ? option : owner->pw_name,
				     option ? owner->pw_name : NULL, NULL };
	char answer[ANSWER_ROOM];
	ssize_t len = getent_ask(getsubids, argv, answer, sizeof(answer), end);

	if (len > 0)
		read_answer(answer, map, ranges);
	return len >= 0;
}

/* Adds what the directory named in nsswitch.conf(5) grants. Returns why there are none, or NULL. */
static const char *add_of_directory(const struct passwd *owner, struct subids *ids)
{
	int64_t end = getent_deadline();

	if (access(getsubids, X_OK) < 0)
		return "nsswitch.conf names a directory for subordinate ids, but getsubids, which "
		       "queries "
		       "it, is not installed (Debian's package uidmap)";
	if (!ask_ranges(NULL, PROC_UID_MAP, owner, end, &ids->uids) ||
	    !ask_ranges("-g", PROC_GID_MAP, owner, end, &ids->gids))
		return "the directory that nsswitch.conf names for subordinate ids did not answer "
		       "in "
		       "time";
	return ids->uids.n + ids->gids.n > 2 ? NULL
					     : "the directory that nsswitch.conf names for "
					       "subordinate ids has none for it";
}

/* The same for the files. */
static const char *add_of_files(const struct passwd *owner, struct subids *ids)
{
	read_ranges("/etc/subuid", PROC_UID_MAP, owner, &ids->uids);
	read_ranges("/etc/subgid", PROC_GID_MAP, owner, &ids->gids);
	return ids->uids.n + ids->gids.n > 2 ? NULL : no_ids;
}

/* Returns the entry of the user UID in the stream, valid until the next call, or NULL. */
static const struct passwd *read_entry(FILE *from, uid_t uid)
{
	const struct passwd *entry;

	while (from && (entry = fgetpwent(from)))
		if (entry->pw_uid == uid)
			return entry;
	return NULL;
}

/* The line that getent(1) prints is read from memory, because fgetpwent() must be able to seek
 * back. */
static const struct passwd *ask_getent(uid_t uid)
{
	auto_fclose FILE *line = NULL;
	char text[4096];
	ssize_t len;

	if (!getent_is_needed("passwd"))
		return NULL;
	len = getent_ask_user(uid, text, sizeof(text), getent_deadline());
	line = len > 0 ? fmemopen(text, (size_t)len, "r") : NULL;
	return read_entry(line, uid);
}

/* Whether a line of the file at PATH may be meant for the user UID, whom /etc/passwd does not know:
 * the users that it does know have other lines. */
static bool may_name(const char *path, uid_t uid)
{
	auto_fclose FILE *file = fopen(path, "re");
	auto_free char *line = NULL;
	struct account other;
	size_t size = 0;
	char number[16];

	snprintf(number, sizeof(number), "%u", uid);
	while (file && getline(&line, &size, file) > 0) {
		size_t len = strcspn(line, ":");

		if (line[len] != ':')
			continue;
		if (line[strspn(line, "0123456789")] == ':') {
			if (behind_owner(line, number))
				return true;
		} else if (!account_find_name(account_host(ACCOUNT_USERS), line, len, &other)) {
			return true;
		}
	}
	return false;
}

/* Like getpwuid(3), which would load the modules of other sources into pinfold: a separate program
 * queries those, if the answer can matter: IS_DIRECTORY, a directory may grant ids to anybody. */
static const struct passwd *find_entry(uid_t uid, bool is_directory)
{
	auto_fclose FILE *passwd = fopen("/etc/passwd", "re");
	const struct passwd *entry = read_entry(passwd, uid);

	if (entry ||
	    (!is_directory && !may_name("/etc/subuid", uid) && !may_name("/etc/subgid", uid)))
		return entry;
	return ask_getent(uid);
}

/* Returns why there are none, or NULL. */
static const char *add_subordinate(struct subids *ids)
{
	bool is_directory = getent_is_needed("subid");
	const struct passwd *owner;
	const char *why_none;

	if (!is_directory && access("/etc/subuid", R_OK) < 0 && access("/etc/subgid", R_OK) < 0)
		return no_ids;
	owner = find_entry(getuid(), is_directory);
	/* The programs insist on the group in the user's entry. */
	if (!owner || owner->pw_gid != getgid())
		return "newuidmap needs an entry of /etc/passwd with this user and group";
	why_none = is_directory ? add_of_directory(owner, ids) : add_of_files(owner, ids);
	return why_none ? why_none : subid_find_obstacle();
}

void subid_find(struct subids *ret_ids)
{
	struct subids ids = { 0 };

	*array_append(&ids.uids) = (struct id_range){ getuid(), 1 };
	*array_append(&ids.gids) = (struct id_range){ getgid(), 1 };
	ids.why_none = add_subordinate(&ids);
	if (ids.why_none)
		ids.uids.n = ids.gids.n = 1;
	*ret_ids = ids;
}
