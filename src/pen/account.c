// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of passwd(5) and group(5). The texts may be those of a root that is not trusted: nothing
 * here relies on their form.
 */
#include "pen/account.h"

#include <fcntl.h>
#include <string.h>

#include "base/fd.h"
#include "base/mem.h"

enum { TEXT_LIMIT = 1 << 24, MAX_DIGITS = 10 };

/*
 * Above what useradd(8) hands out (UID_MAX is 60000), outside of what Debian and systemd reserve
 * up to 65535, and small enough for 16 bits and for every format of an archive.
 */
enum { FREE_FIRST = 61000, FREE_LAST = 61183 };

const char *account_host(enum account_file file)
{
	static const char *const paths[] = {
		[ACCOUNT_USERS] = "/etc/passwd",
		[ACCOUNT_GROUPS] = "/etc/group",
	};
	static char *texts[ARRAY_SIZE(paths)];
	size_t len;

	if (!texts[file] && fd_read_file(AT_FDCWD, paths[file], TEXT_LIMIT, &texts[file], &len))
		texts[file] = mem_strdup("");
	return texts[file];
}

const char *account_get(const struct account *account, enum account_field field, size_t *ret_len)
{
	const char *at = account->line, *end = account->line + account->len, *colon;

	for (int i = 0; i < (int)field; i++) {
		at = memchr(at, ':', (size_t)(end - at));
		if (!at)
			return NULL;
		at++;
	}
	colon = memchr(at, ':', (size_t)(end - at));
	*ret_len = (size_t)((colon ? colon : end) - at);
	return at;
}

bool account_get_id(const struct account *account, enum account_field field, uint32_t *ret_id)
{
	uint64_t id = 0;
	size_t len;
	const char *text = account_get(account, field, &len);

	if (!text || !len || len > MAX_DIGITS)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		id = id * 10 + (uint64_t)(text[i] - '0');
	}
	if (id >= UINT32_MAX)
		return false;
	*ret_id = (uint32_t)id;
	return true;
}

bool account_next(const char **at, struct account *ret_account)
{
	while (**at) {
		struct account account = { .line = *at, .len = strcspn(*at, "\n") };

		*at += account.len + ((*at)[account.len] == '\n');
		if (account.len && !strchr(":#+-", *account.line) &&
		    account_get_id(&account, FIELD_ID, &account.id)) {
			*ret_account = account;
			return true;
		}
	}
	return false;
}

bool account_find_id(const char *text, uint32_t id, struct account *ret_account)
{
	struct account account;

	while (account_next(&text, &account)) {
		if (account.id == id) {
			*ret_account = account;
			return true;
		}
	}
	return false;
}

bool account_find_name(const char *text, const char *name, size_t len, struct account *ret_account)
{
	struct account account;

	while (account_next(&text, &account)) {
		if (account.len > len && account.line[len] == ':' &&
		    memcmp(account.line, name, len) == 0) {
			*ret_account = account;
			return true;
		}
	}
	return false;
}

uint32_t account_free_id(void)
{
	bool is_taken[FREE_LAST - FREE_FIRST + 1] = { false };
	struct account account;

	for (enum account_file file = ACCOUNT_USERS; file <= ACCOUNT_GROUPS; file++) {
		const char *at = account_host(file);
		uint32_t group;

		while (account_next(&at, &account)) {
			if (account.id - FREE_FIRST < ARRAY_SIZE(is_taken))
				is_taken[account.id - FREE_FIRST] = true;
			if (file == ACCOUNT_USERS &&
			    account_get_id(&account, FIELD_GROUP, &group) &&
			    group - FREE_FIRST < ARRAY_SIZE(is_taken))
				is_taken[group - FREE_FIRST] = true;
		}
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(is_taken); i++)
		if (!is_taken[i])
			return FREE_FIRST + i;
	return 0;
}
