// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of passwd(5) and group(5). The texts may come from an untrusted root: nothing here relies
 * on their form. */
#include "pen/account.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/mem.h"

enum { TEXT_LIMIT = 1 << 24, FILE_LIMIT = 1 << 22, MAX_DIGITS = 10 };

static const char *const paths[] = {
	[ACCOUNT_USERS] = "/etc/passwd",
	[ACCOUNT_GROUPS] = "/etc/group",
};

/* Above what useradd(8) assigns (UID_MAX is 60000), outside what Debian and systemd reserve up to
 * 65535, and small enough for 16 bits and for every archive format. */
enum { FREE_FIRST = 61000, FREE_LAST = 61183 };

/* Whether PATH exists in a root that may be full of links. */
static bool is_there(int root, const char *path)
{
	auto_close int fd = fd_open_resolved(root, path, O_PATH,
					     RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

	return fd != -ENOENT;
}

char *account_read(int root, const char *path, bool is_strange)
{
	auto_close int fd = fd_open_resolved(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY,
					     RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS |
						     (is_strange ? RESOLVE_NO_SYMLINKS : 0));
	struct stat st;
	char *text;
	size_t len;

	if (fd < 0)
		return is_there(root, path) ? NULL : mem_strdup("");
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !(st.st_mode & S_IROTH) ||
	    st.st_size > FILE_LIMIT || fd_read_all(fd, FILE_LIMIT, &text, &len))
		return NULL;
	if (strlen(text) == len)
		return text;
	free(text);
	return NULL;
}

const char *account_host(enum account_file file)
{
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
		size_t named;
		const char *field = account_get(&account, FIELD_NAME, &named);

		if (named == len && memcmp(field, name, len) == 0) {
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

/* What is known about a name. */
struct found {
	uint32_t id, group;
	bool has_group; /* from a user's line */
	bool is_of_root;
};

static bool find_in(const char *text, const char *name, struct found *ret_found)
{
	struct account account;
	struct found found = { 0 };

	if (!account_find_name(text, name, strlen(name), &account))
		return false;
	found.id = account.id;
	found.has_group = account_get_id(&account, FIELD_GROUP, &found.group);
	*ret_found = found;
	return true;
}

static bool find_in_root(const struct settings *settings, enum account_file file, const char *name,
			 struct found *ret_found)
{
	auto_close int root = -1;
	auto_free char *text = NULL;

	if (!is_written(&settings->root.place))
		return false;
	root = open(settings->root.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	text = root < 0 ? NULL : account_read(root, paths[file], true);
	if (!text || !find_in(text, name, ret_found))
		return false;
	ret_found->is_of_root = true;
	return true;
}

static int find(const struct settings *settings, enum account_file file, const char *name,
		struct found *ret_found, struct diags *diags)
{
	static const char *const kinds[] = { [ACCOUNT_USERS] = "user", [ACCOUNT_GROUPS] = "group" };

	if (find_in(account_host(file), name, ret_found) ||
	    find_in_root(settings, file, name, ret_found))
		return 0;
	diags_add(diags, DIAG_ERROR, &settings->user.place, "there is no %s '%s' in %s%s",
		  kinds[file], name, paths[file],
		  is_written(&settings->root.place) ? ", nor in that of the root" : "");
	diags_hint(diags, "names are looked up only there; for others write the numbers: user "
			  "UID:GID");
	return -ENOENT;
}

/* The author of a root must not choose whose files on the host the command may change. */
static int refuse_hosts(const struct settings *settings, enum account_file file, const char *name,
			uint32_t id, struct diags *diags)
{
	struct account account = { .line = "root", .len = 4 };
	const char *host_name;
	size_t len;

	if (!account_find_id(account_host(file), id, &account) && id != 0)
		return 0;
	host_name = account_get(&account, FIELD_NAME, &len);
	diags_add(diags, DIAG_ERROR, &settings->user.place,
		  "the root gives '%s' the id %u, which is that of '%.*s' on the host", name, id,
		  (int)len, host_name);
	diags_hint(diags, "if the command may have that user's rights to files, write the numbers: "
			  "user UID:GID");
	return -EPERM;
}

int account_resolve(const struct settings *settings, uid_t *ret_uid, gid_t *ret_gid,
		    struct diags *diags)
{
	const struct user_setting *user = &settings->user;
	struct found named = { .id = user->uid }, group = { .id = user->gid };
	int err = 0;

	if (user->name)
		err = find(settings, ACCOUNT_USERS, user->name, &named, diags);
	if (!err && named.is_of_root)
		err = refuse_hosts(settings, ACCOUNT_USERS, user->name, named.id, diags);
	if (!err && user->group)
		err = find(settings, ACCOUNT_GROUPS, user->group, &group, diags);
	if (err)
		return err;
	if (user->has_own_group) {
		group.id = named.has_group ? named.group : named.id;
		group.is_of_root = named.is_of_root;
	}
	if (group.is_of_root)
		err = refuse_hosts(settings, ACCOUNT_GROUPS, user->group ? user->group : user->name,
				   group.id, diags);
	if (err)
		return err;
	*ret_uid = named.id;
	*ret_gid = group.id;
	return 0;
}
