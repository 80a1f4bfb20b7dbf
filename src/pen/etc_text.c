// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts for the pen's /etc. What a file says about others stays; a line is added, or changed, where
 * the command would not be known. The texts may come from an untrusted root. */
#include "pen/etc_text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/str.h"
#include "pen/account.h"

enum { OVERFLOW_ID = 65534 };

static const char own_name[] = "pinfold";

/* Appends the lines of TEXT except those that begin with one of the N NAMES and a colon. */
static void add_others(struct strbuf *to, const char *text, char *const *names, size_t n)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		bool is_left_out = false;

		for (size_t i = 0; i < n; i++) {
			size_t named = strlen(names[i]);

			is_left_out |= len > named && text[named] == ':' &&
				       memcmp(text, names[i], named) == 0;
		}
		if (!is_left_out) {
			strbuf_add(to, text, len);
			strbuf_puts(to, "\n");
		}
		text += len + (text[len] == '\n');
	}
}

/* A home that contains such characters cannot be written in a line. */
static const char *plain_home(const char *home)
{
	return home && *home == '/' && !home[strcspn(home, ":\n\r")] ? home : "/";
}

char *etc_text_users(const char *text, uid_t uid, gid_t gid, const char *home)
{
	char *const names[] = { (char *)own_name };
	struct strbuf out = { 0 };
	struct account account;
	const char *field;
	size_t len;

	home = plain_home(home);
	if (!account_find_id(text, uid, &account)) {
		strbuf_printf(&out, "%s:x:%u:%u:%s:%s:/bin/sh\n", own_name, uid, gid, own_name,
			      home);
		add_others(&out, text, names, 1);
		return out.text;
	}
	field = account_get(&account, FIELD_HOME, &len);
	if (!field || (len == strlen(home) && memcmp(field, home, len) == 0))
		return NULL;
	strbuf_add(&out, text, (size_t)(field - text));
	strbuf_puts(&out, home);
	strbuf_puts(&out, field + len);
	return out.text;
}

static char *name_group(gid_t gid, bool is_first)
{
	if (is_first)
		return mem_strdup(own_name);
	/* An id that is not mapped in the pen. */
	if (gid == OVERFLOW_ID)
		return mem_strdup("nogroup");
	return mem_printf("%s-%u", own_name, gid);
}

char *etc_text_groups(const char *text, const gid_t *groups, size_t n)
{
	struct strbuf out = { 0 };
	struct account account;
	char **names = mem_alloc((n + 1) * sizeof(*names));
	size_t n_names = 0;

	for (size_t i = 0; i < n; i++) {
		bool is_double = false;

		for (size_t k = 0; k < i; k++)
			is_double |= groups[k] == groups[i];
		if (is_double || account_find_id(text, groups[i], &account))
			continue;
		names[n_names] = name_group(groups[i], i == 0);
		strbuf_printf(&out, "%s:x:%u:\n", names[n_names++], groups[i]);
	}
	if (n_names)
		add_others(&out, text, names, n_names);
	for (size_t i = 0; i < n_names; i++)
		free(names[i]);
	free(names);
	return out.text;
}

/* Returns the length of the database name that begins LINE, of LEN bytes, if that has sources other
 * than the files; otherwise 0. */
static size_t has_sources(const char *line, size_t len)
{
	static const char *const databases[] = { "passwd:", "group:", "initgroups:", "shadow:",
						 "gshadow:" };

	for (size_t i = 0; i < ARRAY_SIZE(databases); i++) {
		size_t named = strlen(databases[i]), start = strspn(line, " \t"), from, words;

		if (len < start + named || memcmp(line + start, databases[i], named) != 0)
			continue;
		from = start + named + strspn(line + start + named, " \t");
		words = from < len ? strcspn(line + from, "#\n") : 0;
		while (words && strchr(" \t\r", line[from + words - 1]))
			words--;
		return words == 5 && memcmp(line + from, "files", 5) == 0 ? 0 : start + named;
	}
	return 0;
}

char *etc_text_sources(const char *text)
{
	struct strbuf out = { 0 };
	bool has_changed = false;

	while (*text) {
		size_t len = strcspn(text, "\n"), named = has_sources(text, len);

		strbuf_add(&out, text, named ? named : len);
		strbuf_puts(&out, named ? " files\n" : "\n");
		has_changed |= named != 0;
		text += len + (text[len] == '\n');
	}
	if (!has_changed)
		strbuf_finish(&out);
	return has_changed ? out.text : NULL;
}

/* Whether hosts(5) gives NAME an address. */
static bool has_host(const char *text, const char *name)
{
	const size_t named = strlen(name);

	while (*text) {
		size_t end = strcspn(text, "#\n"), at = strspn(text, " \t");

		for (bool is_address = true; at < end; is_address = false) {
			size_t len = strcspn(text + at, " \t\r#\n");

			if (!is_address && len == named && strncasecmp(text + at, name, len) == 0)
				return true;
			at += len;
			at += strspn(text + at, " \t\r");
		}
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return false;
}

/* Whether NAME can go into a line as it is. */
static bool is_host_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

	return *name && !name[strspn(name, allowed)];
}

/* The first name is the canonical one; programs that need a domain in it, such as git for an
 * address, fail without one. Ours comes first, so that reverse look-ups find it. */
char *etc_text_hosts(const char *text, const char *name)
{
	struct strbuf out = { 0 };

	if (is_host_name(name) && !has_host(text, name)) {
		if (strchr(name, '.'))
			strbuf_printf(&out, "127.0.1.1\t%s %.*s\n", name, (int)strcspn(name, "."),
				      name);
		else
			strbuf_printf(&out, "127.0.1.1\t%s.localdomain %s\n", name, name);
	}
	if (!has_host(text, "localhost"))
		strbuf_puts(&out, "127.0.0.1\tlocalhost\n::1\tlocalhost\n");
	if (out.text)
		strbuf_puts(&out, text);
	return out.text;
}

/* Whether LINE, of LEN bytes, names a server, with in *ret_is_near whether that is on this host. */
static bool is_server(const char *line, size_t len, bool *ret_is_near)
{
	static const char keyword[] = "nameserver";
	const size_t named = sizeof(keyword) - 1;
	char address[INET6_ADDRSTRLEN];
	struct in6_addr v6;
	struct in_addr v4;
	size_t start, words;

	if (len <= named || memcmp(line, keyword, named) != 0 || !strchr(" \t", line[named]))
		return false;
	start = named + strspn(line + named, " \t");
	words = strcspn(line + start, " \t\r\n");
	*ret_is_near = false;
	if (words >= sizeof(address))
		return true;
	memcpy(address, line + start, words);
	address[words] = '\0';
	if (inet_pton(AF_INET, address, &v4) == 1)
		*ret_is_near = !v4.s_addr || ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
	else if (inet_pton(AF_INET6, address, &v6) == 1)
		*ret_is_near = IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_UNSPECIFIED(&v6) ||
			       (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == IN_LOOPBACKNET);
	return true;
}

/* The servers that a text names; if it names none, libc asks one on this host. */
struct servers {
	size_t near, far;
};

static struct servers count_servers(const char *text)
{
	struct servers servers = { 0 };
	bool is_near;

	for (; *text; text += *text == '\n') {
		size_t len = strcspn(text, "\n");

		if (is_server(text, len, &is_near))
			*(is_near ? &servers.near : &servers.far) += 1;
		text += len;
	}
	return servers;
}

static void add_far_servers(struct strbuf *to, const char *text)
{
	bool is_near;

	for (; *text; text += *text == '\n') {
		size_t len = strcspn(text, "\n");

		if (!is_server(text, len, &is_near) || !is_near) {
			strbuf_add(to, text, len);
			strbuf_puts(to, "\n");
		}
		text += len;
	}
}

char *etc_text_resolver(const char *text, const char *upstream, const char *forward,
			bool *ret_forwards)
{
	const struct servers servers = count_servers(text);
	struct strbuf out = { 0 };

	if (servers.far && !servers.near)
		return NULL;
	if (!servers.far && count_servers(upstream).far) {
		add_far_servers(&out, upstream);
		return out.text;
	}
	add_far_servers(&out, text);
	if (!servers.far)
		strbuf_printf(&out, "nameserver %s\n", forward);
	*ret_forwards = !servers.far;
	return out.text;
}
